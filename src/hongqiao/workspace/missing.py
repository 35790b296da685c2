"""What is still to be fetched for a brand, as the rooms say it: files of the list, whatever else is waited for.

A room registers `missing.register("checklist", wanted)`; `wanted(brand, day)` yields what was due on or before `day` in
the week around it and is not there. It looks at no clock, so that a report of a past day says the same twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hongqiao.workspace.models import Brand


@dataclass(frozen=True)
class Missing:
    """One thing: its name as a msgid or a person's own words, whose account, since when, and where it is handed in."""

    label: str
    account_id: UUID
    platform: str
    account: str
    due: date
    url: str = ""


Wanted = Callable[[Brand, date], Iterable[Missing]]
_SOURCES: dict[str, Wanted] = {}


def register(name: str, wanted: Wanted) -> None:
    """Say that a room knows what is missing."""
    _SOURCES[name] = wanted


def missing(brand: Brand, day: date) -> list[Missing]:
    """Return all that was due by `day` and is not there, the oldest first."""
    from hongqiao.workspace.registry import discover

    discover()
    found = [one for _name, wanted in sorted(_SOURCES.items()) for one in wanted(brand, day)]
    return sorted(found, key=lambda m: (m.due, m.platform, m.account, m.label))
