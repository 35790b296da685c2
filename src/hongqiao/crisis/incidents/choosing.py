"""Which strategy: what people enter, what the table says of it (methods/crisis/scct.py), kept with the incident."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import kit, steps
from hongqiao.crisis.models import Incident
from hongqiao.errors import Invalid
from hongqiao.methods.crisis import scct
from hongqiao.workspace.models import Member


@transaction.atomic
def choose(
    *,
    actor: Member,
    incident_id: UUID | str,
    seen: int | None,
    cluster: str,
    history: bool,
    reputation: str,
    truth: str,
    harm: bool,
) -> Incident:
    """Keep what was entered and what the table says. Raises Invalid for what is not of the table, Conflict."""
    row = kit.of(actor, incident_id, seen)
    given: dict[str, Any] = {"cluster": cluster, "history": history, "reputation": reputation}
    given |= {"truth": truth, "harm": harm}
    try:
        found = scct.choose(scct.Crisis(**given))
    except ValueError:
        raise Invalid() from None
    row.choice = {**given, **asdict(found), "by": str(actor), "at": timezone.now().isoformat()}
    row.save_next("choice")
    steps.follow(row, "choose", actor)
    kit.tell(actor, row, "incident.strategy", strategy=found.strategy, reason=found.reason)
    return row


def strategy(incident: Incident) -> str:
    """Return the strategy that was chosen, "" while none is."""
    return str((incident.choice or {}).get("strategy") or "")


WRITES = [choose]
