"""Well-formed HTML as a flat run of tags and texts, and back: enough for what a sanitiser has written."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hongqiao.knowledge import read

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[\w:-]+(?:=\"[^\"]*\")?)*)\s*/?>")
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:=\"([^\"]*)\")?")
VOID = frozenset({"br", "hr", "img", "col", "wbr"})


@dataclass(slots=True)
class Tag:
    """A tag as it stands. `attributes` keep their order; their values are plain, not escaped."""

    name: str
    closes: bool
    attributes: dict[str, str]


def rules() -> dict[str, Any]:
    """Return knowledge/content/markup.json: what 公众号 keeps of an article's HTML."""
    return read("content/markup")


def tokens(source: str) -> Iterator[Tag | str]:
    """Yield the tags of well-formed HTML and the texts between, still escaped."""
    at = 0
    for found in _TAG.finditer(source):
        if found.start() > at:
            yield source[at : found.start()]
        at = found.end()
        said = found[3]
        attributes = {k: html.unescape(v) for k, v in _ATTRIBUTE.findall(said)} if said else {}
        yield Tag(found[2].lower(), found[1] == "/", attributes)
    if at < len(source):
        yield source[at:]


def written(found: Iterable[Tag | str]) -> str:
    """Return tags and texts as HTML, as a browser would write it."""
    return "".join(one if isinstance(one, str) else _tag(one) for one in found)


def _tag(tag: Tag) -> str:
    if tag.closes:
        return f"</{tag.name}>"
    if not tag.attributes:
        return f"<{tag.name}>"
    said = "".join(f' {k}="{quoted(v)}"' for k, v in tag.attributes.items())
    return f"<{tag.name}{said}>"


def text(said: str) -> str:
    """Return a plain text as it stands between tags."""
    return html.escape(said, quote=False).replace("\xa0", "&nbsp;")


def quoted(value: str) -> str:
    """Return a value as it stands between double quotes."""
    return text(value).replace('"', "&quot;")
