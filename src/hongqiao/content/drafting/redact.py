"""Personal data taken out of what is sent to a model: it never needs them. Names come back where it wrote of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from hongqiao.content.drafting import names
from hongqiao.content.drafting.makers import gap
from hongqiao.methods import personal

_NAME = re.compile(r"〔人名(\d+)〕")


def redacted(text: str) -> str:
    """Return a text with phone numbers, addresses of mail, identity and card numbers, chat accounts named by kind."""
    return personal.replaced(text, lambda kind, _said: f"〔{kind}〕")


@cache
def _kinds() -> re.Pattern[str]:
    return re.compile("〔(" + "|".join(kind for kind, _pattern in personal.KINDS) + ")〕")


class Veil:
    """Takes personal names out of texts, the same name always under the same number, and puts them back.

    known: names of people the house knows; public: what stays whatever it looks like (brand, products, personas …).
    """

    def __init__(self, known: Iterable[str] = (), public: Iterable[str] = ()) -> None:
        self._known = tuple(names.worth(known))
        self._public = tuple(sorted({p for p in public if len(p) > 1}, key=len, reverse=True))
        self.held: dict[str, int] = {}

    def hide(self, text: str) -> str:
        """Return a text without other personal data, and each name as 〔人名n〕."""
        clean = redacted(text)
        made, at = [], 0
        for start, end in names.spans(clean, self._known, self._public):
            number = self.held.setdefault(clean[start:end], len(self.held) + 1)
            made += [clean[at:start], f"〔人名{number}〕"]
            at = end
        return "".join([*made, clean[at:]])

    def show(self, value: Any) -> Any:
        """Return what came back with its names again; one that was never sent, and what was sent by kind, is a gap."""
        if isinstance(value, str):
            back: Mapping[int, str] = {n: name for name, n in self.held.items()}
            text = _NAME.sub(lambda m: back.get(int(m[1])) or gap("人名"), value)
            return _kinds().sub(lambda m: gap(m[1]), text)
        if isinstance(value, list):
            return [self.show(v) for v in value]
        if isinstance(value, dict):
            return {k: self.show(v) for k, v in value.items()}
        return value
