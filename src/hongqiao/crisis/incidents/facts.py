"""The list of facts: what is verified, being checked, unknown or wrong, each with what it stands on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.crisis.incidents import kit
from hongqiao.crisis.models import Fact
from hongqiao.errors import N_, Invalid
from hongqiao.workspace.models import Member


class NeedsBasis(Invalid):
    code = "needs_basis"
    message = N_("“已核实”“不属实”要写明依据")
    next_step = N_("例如：检测报告编号、订单记录、当事人确认")


@transaction.atomic
def add_fact(
    *, actor: Member, incident_id: UUID | str, text: str, state: str = "checking", basis: str = "", owner: Any = None
) -> Fact:
    """Put a line on the list. Raises NeedsWords, NeedsBasis, NoMember."""
    incident = kit.of(actor, incident_id)
    row = Fact(brand=actor.brand, incident=incident, text=kit.words(text, 500), by=actor)
    row.owner = kit.member(actor, owner)
    _stand(row, state, basis)
    row.save(force_insert=True)
    kit.tell(actor, incident, "incident.fact_added", row, text=row.text, state=row.state)
    return row


@transaction.atomic
def change_fact(
    *, actor: Member, fact_id: UUID | str, seen: int | None, text: str, state: str, basis: str, owner: Any = None
) -> Fact:
    """Say what a fact is now. Raises Conflict, NeedsWords, NeedsBasis, NoMember."""
    incident, row = kit.part(actor, Fact, fact_id, seen)
    before = row.state
    row.text, row.owner = kit.words(text, 500), kit.member(actor, owner)
    _stand(row, state, basis)
    row.save_next("text", "state", "basis", "owner")
    kit.tell(actor, incident, "incident.fact_changed", row, text=row.text, was=before, state=row.state)
    return row


def _stand(row: Fact, state: str, basis: str) -> None:
    if state not in Fact.State.values:
        raise Invalid()
    row.state, row.basis = state, kit.clean(basis, 500)
    if state in (Fact.State.VERIFIED, Fact.State.WRONG) and not row.basis:
        raise NeedsBasis()


WRITES = [add_fact, change_fact]
