"""What rooms show on 今日: each registers a card, so that the page knows nobody by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hongqiao.workspace.models import Member
from hongqiao.workspace.registry import discover

#: A member → {"template": …, and what it shows}; None where there is nothing for them.
Build = Callable[[Member], Mapping[str, Any] | None]
_CARDS: dict[str, Build] = {}


def register(name: str, build: Build) -> None:
    """Put a card on 今日. `name` is "room.part"; cards stand in the order of their names."""
    _CARDS[name] = build


def cards(member: Member) -> list[Mapping[str, Any]]:
    """Return the cards that have something for this member."""
    discover()
    made = [_CARDS[name](member) for name in sorted(_CARDS)]
    return [one for one in made if one is not None]
