"""What the inbox tells tickets and needs, in its own transaction: an answer went out, the user spoke again."""

from __future__ import annotations

from datetime import datetime

from hongqiao.audience.feedback import clocks, kit
from hongqiao.audience.models import Asked, Thread, ThreadMessage, Ticket

State = Ticket.State


def answered(thread: Thread, message: ThreadMessage, now: datetime) -> None:
    """Stop the clock of the first reply of the thread's tickets; mark who asked for a need as told."""
    for row in _live(thread):
        if row.first_at is None:
            row.brand = thread.brand
            row.first_at = now
            row.save_next("first_at")
            kit.note(row, "ticket.replied", message.by)
    if message.origin.startswith("need:"):
        for asked in Asked.objects.filter(message=message).select_for_update():
            asked.state, asked.told_at = Asked.State.TOLD, now
            asked.save_next("state", "told_at")


def heard(thread: Thread, now: datetime) -> None:
    """The user spoke again: a ticket that waited for them goes on, and its owner hears of it."""
    for row in _live(thread).filter(state=State.WAITING):
        row.brand = thread.brand
        clocks.go_on(row, now)
        row.state = State.DOING
        row.save_next("state", "paused_at", "waited", "first_due", "own_due", "fix_due")
        kit.note(row, "ticket.user_back")
        if row.owner is not None:
            kit.tell(row, [row.owner], "ticket.user_back", f"back|{row.version}")


def _live(thread: Thread):  # type: ignore[no-untyped-def]
    rows = Ticket.objects.filter(thread=thread, state__in=clocks.LIVE).select_related("owner__user", "owner__brand")
    return rows.select_for_update(of=("self",))
