"""From waiting to seen at its address: which state follows which, and who is told."""

from __future__ import annotations

import logging
from collections.abc import Callable

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing.errors import NotNow
from hongqiao.workspace.registry import discover

log = logging.getLogger("hongqiao.publishing")
State = Publication.State

MOVES: dict[str, set[str]] = {
    State.WAITING: {State.SUBMITTED, State.REVIEWING, State.DECLARED, State.FAILED, State.STOPPED},
    State.SUBMITTED: {State.REVIEWING, State.DECLARED, State.FAILED},
    State.REVIEWING: {State.DECLARED, State.FAILED},
    State.DECLARED: {State.VERIFIED, State.FAILED},
    State.VERIFIED: {State.DECLARED},  # its address was corrected: what was seen elsewhere proves nothing
    State.FAILED: {State.WAITING, State.DECLARED, State.STOPPED},
    State.STOPPED: {State.WAITING},
}
#: where the text is, or may yet be, in the world: no other one of the same subject goes to the same account
ON_ITS_WAY = (State.WAITING, State.SUBMITTED, State.REVIEWING, State.VERIFIED, State.DECLARED, State.FAILED)
LIVE = (State.VERIFIED, State.DECLARED)
UNDER_WAY = (State.SUBMITTED, State.REVIEWING)

Heard = Callable[[Publication, str], None]
_HEARD: list[Heard] = []


def on_change(heard: Heard) -> Heard:
    """Have a room told of every move, in its transaction: `heard(publication, state before)`."""
    if heard not in _HEARD:
        _HEARD.append(heard)
    return heard


Guard = Callable[[Publication], bool]
_GUARDS: list[Guard] = []


def guard(stands: Guard) -> Guard:
    """Have a room asked right before the act whether a text is still the one it wants out; if not, it is stopped."""
    if stands not in _GUARDS:
        _GUARDS.append(stands)
    return stands


def stands(row: Publication) -> bool:
    """Return whether every room still wants this text out."""
    discover()
    return all(asked(row) for asked in _GUARDS)


Why = Callable[[Publication], dict[str, str | int]]
_HOLDS: list[Why] = []


def hold(why: Why) -> Why:
    """Have a room asked right before the act whether a text must wait: {code, …params}, {} where it may go."""
    if why not in _HOLDS:
        _HOLDS.append(why)
    return why


def waits(row: Publication) -> dict[str, str | int]:
    """Return why a room holds this back, {} where none does."""
    discover()
    return next((why for asked in _HOLDS if (why := asked(row))), {})


def locked(row: Publication) -> Publication:
    """Return the row as it is now, locked for the length of the transaction."""
    rows = Publication.objects.select_for_update(of=("self",)).select_related("account", "brand", "by__user")
    return rows.get(pk=row.pk)


def move(row: Publication, to: str, *fields: str) -> None:
    """Put a locked row into another state with the named fields, as its next version. Raises NotNow."""
    if to not in MOVES[row.state]:
        raise NotNow()
    before, row.state = row.state, to
    row.save_next("state", *fields)
    tell(row, before)


def tell(row: Publication, before: str) -> None:
    """Tell the rooms, in the same transaction: none hears of what is not kept."""
    discover()
    for heard in _HEARD:
        heard(row, before)


def in_flight(row: Publication) -> bool:
    """Return whether the platform was asked and its answer is not known."""
    return row.state == State.WAITING and row.asking_at is not None
