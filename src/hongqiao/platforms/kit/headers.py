"""One spelling for a header, however a back end wrote it (facts B0.3)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from hongqiao.platforms.kit.settings import formats, load

_DROP = re.compile(r"[\s\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
_UNIT = re.compile(r"\(([^()]*)\)$")
_BARE_UNIT = re.compile(r"(?<=.)%$")


@dataclass(frozen=True)
class Head:
    """A header cell. `full` keeps the unit's brackets, `name` does not; duplicates are `name#2`."""

    full: str
    name: str
    unit: str = ""


def clean(text: str) -> str:
    """Half-width, without byte order mark, tabs, spaces and zero-width characters; case is kept."""
    return _DROP.sub("", unicodedata.normalize("NFKC", text or ""))


@cache
def fold(text: str) -> str:
    """The form in which names are compared."""
    return clean(text).casefold()


def head(text: str) -> Head:
    """点击率(%) → Head("点击率(%)", "点击率", "%"). Brackets that hold no unit belong to the name."""
    full = clean(text)
    match = _UNIT.search(full)
    if match and match[1] in formats()["units"] and match.start() > 0:
        return Head(full, full[: match.start()], match[1])
    if _BARE_UNIT.search(full):
        return Head(full, full[:-1], "%")
    return Head(full, full)


def heads(cells: Sequence[str]) -> list[Head]:
    """A row of cells as headers; the second of two equal ones becomes `name#2`."""
    seen: dict[str, int] = {}
    result = []
    for cell in cells:
        one = head(cell)
        times = seen[one.full] = seen.get(one.full, 0) + 1
        if one.full and times > 1:
            one = Head(f"{one.full}#{times}", f"{one.name}#{times}", one.unit)
        result.append(one)
    return result


def is_personal(header: str) -> bool:
    """True for headers of columns that name or reach a person: never kept as `extra`."""
    words, name = load("personal.json"), fold(header)
    return name in words["exact"] or any(w in name for w in words["contains"])
