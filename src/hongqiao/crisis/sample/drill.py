"""A drill that the sample's team has held, from its first mention to its score, without waiting for its minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.drills import services
from hongqiao.crisis.incidents import answers, choosing, facts, handling, seating, steps, vault
from hongqiao.crisis.models import Drill, Incident, Step
from hongqiao.crisis.sample import kit, mended
from hongqiao.crisis.statements import publishing
from hongqiao.workspace.models import Member


@transaction.atomic
def plant(member: Member, folder: Path) -> None:
    """Hold it; nothing where the brand has held one."""
    if Drill.objects.filter(brand=member.brand).exists():
        return
    told, began = kit.read(folder, "drill"), timezone.now()
    cast = kit.cast_of(member, folder)
    by = cast[told["by"]]
    row = services.start(actor=by, scenario=told["scenario"])
    for number in range(len(services.scenarios(row.brand)[row.scenario]["mentions"])):
        services.play(row.pk, number)
    kit.understand(member.brand)
    incident = services.incident_of(row) or services.open_by_hand(
        actor=by, drill_id=row.pk, seen=None, level=str(Incident.Level.III)
    )
    _work(cast, incident, told)
    services.review(actor=by, drill_id=row.pk, seen=None, **told["review"])
    services.end(actor=by, drill_id=row.pk, seen=None)
    kit.settled(member.brand, began)


def _work(cast: kit.Cast, row: Incident, told: kit.Told) -> None:
    """What people did: seats, steps, evidence, facts, strategy, the statement, what customer service says."""
    lead = cast[told["taken_by"]]
    handling.take(actor=lead, incident_id=row.pk, seen=None)
    for seat in told["seats"]:
        held: dict[str, Any] = {k: str(cast[seat[k]].pk) if k in seat else None for k in ("member", "deputy")}
        seating.seat(actor=lead, incident_id=row.pk, role=seat["role"], **held)
    book = told["playbook"]
    steps.start(actor=lead, incident_id=row.pk, seen=None, playbook=book["code"], answers=book["answers"])
    vault.secure(actor=lead, incident_id=row.pk)
    for fact in told["facts"]:
        facts.add_fact(actor=cast[fact.pop("by")], incident_id=row.pk, **fact)
    choosing.choose(actor=lead, incident_id=row.pk, seen=None, **told["choice"])
    for one in told["steps"]:
        _done(cast, row, one)
    for one in told["answers"]:
        made = answers.add_answer(
            actor=cast[one["by"]], incident_id=row.pk, question=one["question"], answer=one["answer"]
        )
        answers.approve_answer(actor=cast[told["statement"]["signer"]], answer_id=made.pk, seen=made.version)
    row.refresh_from_db()
    today = timezone.localtime().strftime("%Y年%-m月%-d日")
    text = told["statement"]["text"].format(day=today)
    out = mended.signed(cast, row, told["statement"] | {"text": text})
    publishing.publish(actor=lead, statement_id=out.pk, seen=out.version, accounts=[])


def _done(cast: kit.Cast, row: Incident, one: dict[str, Any]) -> None:
    held = Step.objects.filter(incident=row, code=one["code"], state=Step.State.WAITING).first()
    if held is not None:
        steps.done(actor=cast[one["by"]], step_id=held.pk, seen=None, text=one["text"])
