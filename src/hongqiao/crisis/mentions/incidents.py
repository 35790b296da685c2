"""A mention and its incident: handed to one, or a new one opened of it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from hongqiao.crisis.mentions import services
from hongqiao.crisis.models import Incident, Mention
from hongqiao.crisis.watching import acting
from hongqiao.workspace import audit
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Member

OPEN = (Incident.State.OPEN, Incident.State.HANDLING, Incident.State.MENDING)


def open_ones(member: Member) -> list[Incident]:
    """Return incidents that a mention may be handed to, the newest first."""
    rows = Incident.objects.for_member(member, "crisis.view").filter(state__in=OPEN, drill=False)
    return list(rows.order_by("-id")[:50])


@transaction.atomic
def attach(*, actor: Member, mention_id: UUID | str, seen: int | None, incident_id: UUID | str) -> Incident:
    """Hand a mention to an incident. Raises NotFound, NotAllowed, Conflict."""
    row = services.locked(actor, mention_id, seen)
    incident = acting.add(actor=actor, incident_id=incident_id, mention_ids=[str(row.pk)], seen=None)
    audit.record(actor, "mention.attached", row, title=incident.title)
    return incident


@transaction.atomic
def open_one(*, actor: Member, mention_id: UUID | str, seen: int | None, title: str, level: str) -> Incident:
    """Open an incident from a mention. Raises NotFound, NotAllowed, Conflict, and what the opening raises."""
    row: Mention = services.locked(actor, mention_id, seen)
    incident = acting.open_by_hand(
        actor=actor,
        title=one_line(title) or str(row)[:60],
        kind=row.kind,
        nature=row.nature,
        level=level,
        mention_ids=[str(row.pk)],
    )
    audit.record(actor, "mention.attached", row, title=incident.title)
    return incident
