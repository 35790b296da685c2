"""Reads of an incident's room."""

from __future__ import annotations

import hashlib
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import get_language

from hongqiao.crisis.incidents import kit
from hongqiao.crisis.models import (
    Affected,
    Answer,
    Duty,
    Entry,
    Evidence,
    Fact,
    Incident,
    Mention,
    Seat,
    Statement,
    Step,
)
from hongqiao.workspace import permissions
from hongqiao.workspace.models import BrandedQuerySet, Member, Pause

SHOWN = 200
PARTS = (Entry, Evidence, Fact, Seat, Step, Duty, Statement, Answer, Affected)


def incident(member: Member, key: UUID | str) -> Incident:
    """Return an incident with its commander. Raises NotFound."""
    rows = Incident.objects.for_member(member, kit.SEE).select_related("brand", "commander__user", "into")
    found: Incident = cast(BrandedQuerySet, rows).one(key)
    return found


def mark(row: Incident, member: Member) -> str:
    """Return an ETag of all that the room shows this member: it changes with any part, and each minute (clocks)."""
    parts = [
        (m.objects.filter(incident=row).aggregate(n=Count("pk"), v=Sum("version"), last=Max("created_at")))
        for m in PARTS
    ]
    heard = Mention.objects.filter(incident=row).aggregate(n=Count("pk"), v=Sum("version"))
    pauses = Pause.objects.filter(brand_id=row.brand_id).aggregate(n=Count("pk"), v=Sum("version"))
    minute = timezone.now().strftime("%Y%m%d%H%M")
    text = f"{row.pk}|{row.version}|{parts}|{heard}|{pauses}|{minute}|{member.pk}|{get_language()}"
    return '"' + hashlib.sha256(text.encode()).hexdigest()[:24] + '"'


def entries(row: Incident) -> list[Entry]:
    """Return the timeline, newest first."""
    rows = Entry.objects.filter(incident=row).select_related("by__user")
    return list(rows.order_by("-at", "-id")[:SHOWN])


def mentions(row: Incident) -> list[Mention]:
    return list(Mention.objects.filter(incident=row).select_related("owner__user").order_by("-posted_at")[:SHOWN])


def evidence(row: Incident) -> list[Evidence]:
    """Return what was secured, also in the rooms of incidents merged into it, newest first."""
    rows = Evidence.objects.filter(incident__in=row.joined()).select_related("by__user", "incident")
    return list(rows.order_by("-at", "-id")[:SHOWN])


def facts(row: Incident) -> list[Fact]:
    return list(Fact.objects.filter(incident=row).select_related("owner__user", "by__user").order_by("id"))


def seats(row: Incident) -> dict[str, Seat]:
    rows = Seat.objects.filter(incident=row).select_related("member__user", "deputy__user")
    return {s.role: s for s in rows}


def steps(row: Incident) -> list[Step]:
    return list(Step.objects.filter(incident=row).select_related("owner__user", "by__user").order_by("due_at", "order"))


def duties(row: Incident) -> list[Duty]:
    return list(Duty.objects.filter(incident=row).select_related("by__user").order_by("due_at", "id"))


def statements(row: Incident) -> list[Statement]:
    return list(Statement.objects.filter(incident=row).select_related("by__user").order_by("-id"))


def answers(row: Incident) -> list[Answer]:
    return list(Answer.objects.filter(incident=row).select_related("approved_by__user").order_by("order", "id"))


def people(row: Incident, member: Member) -> list[Affected]:
    """Return the people affected; none for who may not handle."""
    if not permissions.allows(member, kit.HANDLE):
        return []
    rows = Affected.objects.filter(incident=row).select_related("owner__user", "mention")
    return list(rows.order_by("-severe", "id"))


def counts(row: Incident) -> dict[str, int]:
    """Return how many there are of what the tabs show."""
    waiting, open_ = Q(state=Step.State.WAITING), Q(done_at=None)
    return {
        "mentions": Mention.objects.filter(incident=row).count(),
        "evidence": Evidence.objects.filter(incident__in=row.joined()).count(),
        "facts": Fact.objects.filter(incident=row).count(),
        "steps": Step.objects.filter(waiting, incident=row).count(),
        "terms": Duty.objects.filter(open_, incident=row).count(),
        "statements": Statement.objects.filter(incident=row).exclude(state="dropped").count(),
        "answers": Answer.objects.filter(incident=row).count(),
        "people": Affected.objects.filter(incident=row).count(),
    }


def amends(row: Incident) -> dict[str, Any]:
    """Return how far compensation is: people, contacted, settled, promised, paid. Without names."""
    rows = Affected.objects.filter(incident=row)
    done = (Affected.State.SETTLED, Affected.State.REFUSED)
    return rows.aggregate(
        people=Count("pk"),
        severe=Count("pk", filter=Q(severe=True)),
        contacted=Count("pk", filter=~Q(state=Affected.State.NEW)),
        settled=Count("pk", filter=Q(state__in=done)),
        promised=Sum("promised"),
        paid=Sum("paid"),
    )


def colleagues(member: Member) -> list[Member]:
    """Return who may be seated: people at work in the brand."""
    rows = Member.objects.filter(brand=member.brand, state=Member.State.ACTIVE).select_related("user")
    return list(rows.order_by("created_at"))
