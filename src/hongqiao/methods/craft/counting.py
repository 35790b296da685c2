"""How long a text is, as each platform counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

#: One emoji as the eye sees it: with its skin, its joined parts, a flag as two letters.
_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3|"
    "[\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
    "(?:\u200d[\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?)*)"
)
#: Marks over a letter, and what is not seen at all.
_UNSEEN = re.compile("[\u0300-\u036f\u20d0-\u20ff\u200b-\u200f\u2060\ufe00-\ufe0f]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def emoji(text: str) -> list[str]:
    """Return the emoji of a text, each as the eye sees it."""
    return _EMOJI.findall(text)


def length(text: str, counting: Mapping[str, Any] | None = None) -> int:
    """Return how long a text is by a platform's `counting`: characters, or 汉字 (two half-width are one, rounded up).

    An emoji is one character as the eye sees it; where a platform's number is not known the shorter way is taken.
    """
    seen = _UNSEEN.sub("", _EMOJI.sub("\u3007", text))
    if counting and counting.get("unit") == "汉字":
        return (sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in seen) + 1) // 2
    return len(seen)


def han(text: str) -> int:
    """Return how many Chinese characters are read aloud or by eye."""
    return len(_HAN.findall(text))
