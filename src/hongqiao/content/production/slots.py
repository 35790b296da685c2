"""Who hears of it when a piece is put on the calendar, or moved on it: the desk, which asks for its publication."""

from __future__ import annotations

from collections.abc import Callable

from hongqiao.content.models import Piece
from hongqiao.workspace.models import Member

Heard = Callable[[Member, Piece], None]
_HEARD: list[Heard] = []


def on_slot(heard: Heard) -> Heard:
    """Let a function hear, in the same transaction, of a piece that stands scheduled with a slot that is new."""
    _HEARD.append(heard)
    return heard


def tell(actor: Member, row: Piece) -> None:
    """Tell those who asked. What they raise undoes the move."""
    from hongqiao.workspace.registry import discover

    discover()
    for heard in _HEARD:
        heard(actor, row)
