"""The terms of a ticket: first reply, owner, solution. They count in service hours, P0 around the clock, and stand
while the ticket waits for the user."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hongqiao.audience.feedback import settings
from hongqiao.audience.models import Ticket
from hongqiao.methods.servicehours import Hours, due, spent
from hongqiao.workspace.models import Brand

State = Ticket.State
RUNNING = (State.OPEN, State.DOING, State.REOPENED)  # clocks run
LIVE = (*RUNNING, State.WAITING)
CLOCKS = ("first", "own", "fix")


@dataclass(frozen=True)
class Clock:
    """One term that is still to be met, or that was missed."""

    code: str
    due: datetime
    late: bool
    near: bool
    left: timedelta  # of wall time, negative past it


def hours_of(brand: Brand, priority: str, book: dict[str, Any] | None = None) -> Hours:
    """Return when the service is open for a priority."""
    held = book or settings.book(brand)
    if held["priorities"][priority]["around_the_clock"]:
        return Hours(0, 24, brand.zone)
    return Hours(int(held["hours"]["from"]), int(held["hours"]["to"]), brand.zone)


def set_terms(row: Ticket, book: dict[str, Any] | None = None) -> None:
    """Work out by when things are due: from when the terms count, later by the time that it waited for the user."""
    held = book or settings.book(row.brand)
    terms, hours = held["priorities"][row.priority], hours_of(row.brand, row.priority, held)
    more = row.waited / 60
    row.first_due = due(row.opened_at, terms["first"] + more, hours)
    row.own_due = due(row.opened_at, terms["own"] + more, hours) if terms["own"] else None
    row.fix_due = due(row.clock_at, terms["fix"] + more, hours)


def running(row: Ticket, now: datetime, near: float) -> Clock | None:
    """Return the next term that is still to be met; None where none runs. near: the last share of a term."""
    if row.state not in RUNNING:
        return None
    waiting = [("first", row.first_due, row.first_at), ("own", row.own_due, row.owned_at), ("fix", row.fix_due, None)]
    open_ones = [(code, at) for code, at, met in waiting if at is not None and met is None]
    code, at = min(open_ones, key=lambda c: c[1])
    begun = row.clock_at if code == "fix" else row.opened_at
    close = (at - now) <= (at - begun) * near
    return Clock(code, at, now > at, now <= at and close, at - now)


def missed(row: Ticket, now: datetime) -> list[str]:
    """Return the codes of terms that are over and were not met, those noted already too."""
    found = []
    if (row.first_at or now) > row.first_due:
        found.append("first")
    if row.own_due and (row.owned_at or now) > row.own_due:
        found.append("own")
    if (row.solved_at or now) > row.fix_due:
        found.append("fix")
    return found


def pause(row: Ticket, now: datetime) -> None:
    row.paused_at = now


def go_on(row: Ticket, now: datetime) -> None:
    """End a wait for the user: all terms are later by the service time that it took."""
    if row.paused_at is None:
        return
    row.waited += round(spent(row.paused_at, now, hours_of(row.brand, row.priority)).total_seconds())
    row.paused_at = None
    set_terms(row)


def took(row: Ticket, end: datetime, book: dict[str, Any] | None = None) -> timedelta:
    """Return how much service time passed from opening to `end`, without what it waited for the user."""
    whole = spent(row.opened_at, end, hours_of(row.brand, row.priority, book))
    return max(whole - timedelta(seconds=row.waited), timedelta(0))
