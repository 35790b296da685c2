"""Search over everything a member may see: each room registers how its things are found, in its `search.py`.

Nothing is copied into an index: what is found is what there is now, with the permission of the thing itself. A room's
`find(member, text, limit)` answers from its own tables, or from the warehouse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hongqiao.workspace import permissions
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Member


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, a line about it, and its address."""

    title: str
    url: str
    about: str = ""


Find = Callable[[Member, str, int], Sequence[Hit]]


@dataclass(frozen=True)
class Finder:
    """A kind of things. `label` is a msgid; who lacks the permission finds none of them."""

    label: str
    permission: str
    find: Find
    order: int = 50


@dataclass(frozen=True)
class Found:
    """What was found of one kind; `more` where there is more than shown."""

    label: str
    hits: tuple[Hit, ...]
    more: bool = False


_FINDERS: dict[str, Finder] = {}


def register(code: str, label: str, permission: str, find: Find, *, order: int = 50) -> None:
    """Say how a kind of things is found. Kinds of a lower order are shown first."""
    _FINDERS[code] = Finder(label, permission, find, order)


def finders() -> dict[str, Finder]:
    """Return every kind by code."""
    from hongqiao.workspace.registry import discover

    discover()
    return _FINDERS


def clean(text: str) -> str:
    """Return what is searched for: one line without control characters, not longer than a search may be."""
    plain = "".join(c if c.isprintable() else " " for c in (text or "").encode("utf-8", "ignore").decode())
    return " ".join(plain.split())[: limits()["search_letters"]]


def look(member: Member, text: str, *, each: int = 0) -> list[Found]:
    """Return what is found of each kind that the member may see; nothing for an empty text."""
    wanted, most = clean(text), each or limits()["search_each"]
    if not wanted:
        return []
    found = []
    for one in sorted(finders().values(), key=lambda f: f.order):
        if not permissions.allows(member, one.permission):
            continue
        hits = tuple(one.find(member, wanted, most + 1))
        if hits:
            found.append(Found(one.label, hits[:most], len(hits) > most))
    return found
