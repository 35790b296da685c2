"""A mention and its incident: the one place where mentions ask for one to be opened, or to gather to one."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.crisis.mentions import services
from hongqiao.crisis.mentions.errors import NoRoom
from hongqiao.crisis.models import Incident, Mention
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member

_OPENING = "hongqiao.crisis.watching.opening"
OPEN = (Incident.State.OPEN, Incident.State.HANDLING, Incident.State.MENDING)


def available() -> bool:
    """Whether incidents can be opened in this house."""
    return find_spec(_OPENING) is not None


def _opening() -> Any:
    if not available():
        raise NoRoom()
    return import_module(_OPENING)


def open_ones(member: Member) -> list[Incident]:
    """Return incidents that a mention may be handed to, the newest first."""
    rows = Incident.objects.for_member(member, "crisis.view").filter(state__in=OPEN, drill=False)
    return list(rows.order_by("-id")[:50])


@transaction.atomic
def attach(*, actor: Member, mention_id: UUID | str, seen: int | None, incident_id: UUID | str) -> Incident:
    """Hand a mention to an incident. Raises NotFound, NotAllowed, Conflict."""
    row = services.locked(actor, mention_id, seen)
    incident: Incident = Incident.objects.for_member(actor, "crisis.view").locked(incident_id, None)
    _opening().gather(incident, [row])
    audit.record(actor, "mention.attached", row, title=incident.title)
    return incident


@transaction.atomic
def open_one(*, actor: Member, mention_id: UUID | str, seen: int | None, title: str, level: str) -> Incident:
    """Open an incident from a mention. Raises NotFound, NotAllowed, Conflict, and what the opening raises."""
    row: Mention = services.locked(actor, mention_id, seen)
    incident: Incident = _opening().open_incident(
        actor.brand,
        title=" ".join(title.split())[:120] or str(row)[:60],
        kind=row.kind,
        nature=row.nature,
        level=level,
        mentions=[row],
        why="hand",
        by=actor,
        drill=row.drill,
    )
    audit.record(actor, "mention.attached", row, title=incident.title)
    return incident
