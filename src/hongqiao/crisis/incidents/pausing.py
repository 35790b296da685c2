"""The red button in an incident's room: the house's switches by scope, noted in the timeline; in a drill only noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from hongqiao.crisis.incidents import kit
from hongqiao.crisis.models import Incident
from hongqiao.workspace import pause
from hongqiao.workspace.models import Member
from hongqiao.workspace.services import desk


@transaction.atomic
def press(
    *, actor: Member, incident_id: UUID | str, scope: str, reason: str, until: datetime | None = None
) -> Incident:
    """Pause a scope because of an incident. In a drill nothing is paused: it is noted that it would be.

    Raises NotAllowed, Invalid, BadUntil, Conflict where it is on.
    """
    row = kit.of(actor, incident_id, None, kit.PAUSE)
    why = kit.words(reason, 280)  # with the number before it: what the switch keeps
    if not row.drill:
        desk.pause_scope(actor=actor, scope=scope, reason=f"#{row.number} {why}", until=until)
    kit.tell(actor, row, "incident.paused", scope=_words(row, scope), reason=why, drill=row.drill)
    return row


@transaction.atomic
def release(
    *, actor: Member, incident_id: UUID | str, scope: str, reason: str = "", keep: Sequence[str] = ()
) -> Incident:
    """Release it, in stages where `keep` names parts that stay paused. Raises NotAllowed, Conflict where it is off."""
    row = kit.of(actor, incident_id, None, kit.PAUSE)
    if not row.drill:
        desk.unpause_scope(actor=actor, scope=scope, reason=kit.clean(reason, 300), keep=keep)
    kit.tell(actor, row, "incident.released", scope=_words(row, scope), reason=kit.clean(reason, 300), kept=len(keep))
    return row


def _words(row: Incident, scope: str) -> str:
    return pause.parts(row.brand).get(scope) or pause.scopes().get(scope) or scope[:80]


WRITES = [press, release]
