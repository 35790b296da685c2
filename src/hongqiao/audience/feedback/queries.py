"""Reads of tickets: what a member may see, filtered, a page at a time; counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from hongqiao.audience.feedback import clocks, settings
from hongqiao.audience.models import SurveyAnswer, Ticket
from hongqiao.workspace.models import Member

FILTERS = ("q", "state", "priority", "team", "kind", "owner", "late", "product", "from", "to")
LIVE = clocks.LIVE


def tickets(member: Member) -> Any:
    """Return the tickets that the member may see."""
    return Ticket.objects.for_member(member, settings.SEE)


def found(member: Member, asked: Mapping[str, Any]) -> Any:
    """Return the tickets that filters leave. state: a state, "live" (not solved yet); owner: a key, "me", "none"."""
    rows = tickets(member)
    if q := str(asked.get("q") or ""):
        said = Q(title__icontains=q) | Q(text__icontains=q) | Q(fix__icontains=q)
        rows = rows.filter(said | Q(number=int(q)) if q.isascii() and q.isdigit() and len(q) < 9 else said)
    state = str(asked.get("state") or "")
    rows = (
        rows.filter(state__in=LIVE)
        if state == "live"
        else rows.filter(state=state)
        if state not in ("", "all")
        else rows
    )
    for name in ("priority", "team", "product"):
        if value := str(asked.get(name) or ""):
            rows = rows.filter(**{name: value})
    if kind := str(asked.get("kind") or ""):
        rows = rows.filter(kind=kind) if "." in kind else rows.filter(kind__startswith=f"{kind}.")
    if str(asked.get("late") or "") == "1":
        now = timezone.now()
        over = Q(first_at=None, first_due__lt=now) | Q(owned_at=None, own_due__lt=now) | Q(fix_due__lt=now)
        rows = rows.filter(over, state__in=clocks.RUNNING)
    owner = str(asked.get("owner") or "")
    if owner in ("me", "none"):
        rows = rows.filter(owner=member if owner == "me" else None)
    elif owner:
        try:
            rows = rows.filter(owner=UUID(owner))
        except ValueError:
            rows = rows.none()
    return rows


def urgent_first(rows: Any) -> Any:
    """Return live tickets by priority, then by what is due first."""
    return rows.order_by("priority", "fix_due", "id")


def counts(member: Member) -> dict[str, int]:
    """Return how many tickets are live, late, the member's, and wait for the user."""
    rows = tickets(member).order_by()
    return {
        "live": rows.filter(state__in=LIVE).count(),
        "late": found(member, {"late": "1"}).order_by().count(),
        "mine": rows.filter(state__in=LIVE, owner=member).count(),
        "waiting": rows.filter(state=Ticket.State.WAITING).count(),
        "P0": rows.filter(state__in=LIVE, priority=Ticket.Priority.P0).count(),
    }


def answer_of(row: Ticket) -> SurveyAnswer | None:
    """Return the answer that a ticket was made of, None for another's, or one that is gone."""
    if row.origin != Ticket.Origin.SURVEY or not row.source.startswith(settings.OF_SURVEY):
        return None
    try:
        key = UUID(row.source.removeprefix(settings.OF_SURVEY))
    except ValueError:  # a program's own answer
        return None
    return SurveyAnswer.objects.filter(brand=row.brand_id, pk=key).first()
