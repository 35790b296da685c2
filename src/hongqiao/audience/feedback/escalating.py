"""Terms that ran out: each once, one level higher, told to the step of the ladder above. Every minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hongqiao.audience.feedback import clocks, kit, teams
from hongqiao.audience.models import Ticket

LATE = "ticket.late"


def due(now: datetime) -> list[UUID]:
    """Return the tickets of which a term is over that was not noted, of all brands."""
    over = Q(first_at=None, first_due__lt=now) | Q(owned_at=None, own_due__lt=now) | Q(fix_due__lt=now)
    rows = Ticket.objects.filter(over, state__in=clocks.RUNNING).order_by("fix_due")
    known = rows.values_list("pk", "late", "first_at", "first_due", "owned_at", "own_due", "fix_due")
    found = []
    for pk, late, first_at, first_due, owned_at, own_due, fix_due in known:
        gone = {"first"} if first_at is None and first_due < now else set()
        gone |= {"own"} if own_due and owned_at is None and own_due < now else set()
        gone |= {"fix"} if fix_due < now else set()
        if gone - set(late):
            found.append(pk)
    return found


def mind(now: datetime | None = None, go_on: Callable[[], bool] = lambda: True) -> int:
    """Escalate what is late, a ticket a transaction; return how many."""
    moment, count = now or timezone.now(), 0
    for key in due(moment):
        count += escalate(key, moment)
        if not go_on():
            break
    return count


@transaction.atomic
def escalate(ticket_id: UUID, now: datetime) -> bool:
    """Note the terms of a ticket that are over and tell one level above, once a term. False where nothing is new."""
    row = Ticket.objects.select_for_update(of=("self",)).select_related("brand", "owner__user").get(pk=ticket_id)
    if row.state not in clocks.RUNNING:
        return False
    fresh = [c for c in clocks.missed(row, now) if c not in row.late]
    if not fresh:
        return False
    row.late = sorted({*row.late, *fresh})
    row.level += 1
    row.save_next("late", "level")
    kit.note(row, LATE, clocks=fresh, level=row.level)
    told = teams.above(row.brand, row.level)
    own = [row.owner] if row.owner is not None else teams.members(row.brand, row.team)
    kit.tell(row, [*told, *own], LATE, f"late|{'+'.join(fresh)}|{row.reopened}", clocks=fresh, level=row.level)
    return True
