"""What is grave, whichever room it comes to: told here, heard by the room that answers crises (or by nobody).

A room that meets one calls `tell(…)` in its own transaction; the room of crisis registers in its `jobs.py` how it
hears.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hongqiao.workspace.models import Brand
from hongqiao.workspace.registry import discover


@dataclass(frozen=True)
class Grave:
    """key: what it is told under, the same again is the same; why: a code of what makes it grave; text: as it was said;
    author_key: whose, by the key of facts."""

    key: str
    why: str
    text: str
    posted_at: datetime
    channel: str = ""
    url: str = ""
    author_key: str = ""


#: (brand, keys told under, addresses) → those of both that the room still deals with
Holds = Callable[[Brand, Sequence[str], Sequence[str]], set[str]]
#: (brand, what is grave) → a path of the page where it is dealt with, "" where there is none
Hear = Callable[[Brand, Grave], str]
_HEARERS: dict[str, tuple[Hear, Holds]] = {}


def register(name: str, hear: Hear, holds: Holds) -> None:
    """Say how a room hears of what is grave, and what of it it still deals with."""
    _HEARERS[name] = hear, holds


def tell(brand: Brand, grave: Grave) -> list[str]:
    """Tell every room that hears; return the pages where it is dealt with."""
    discover()
    return [url for hear, _holds in _HEARERS.values() if (url := hear(brand, grave))]


def held(brand: Brand, keys: Sequence[str], urls: Sequence[str]) -> set[str]:
    """Return which keys and addresses some room still deals with: their words are not forgotten meanwhile."""
    discover()
    return {name for _hear, holds in _HEARERS.values() for name in holds(brand, keys, urls)}
