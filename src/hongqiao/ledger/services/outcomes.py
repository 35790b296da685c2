"""What an action brought: kept by the measuring job, said by a person where it is by hand, measured anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.errors import N_, Invalid
from hongqiao.ledger.measuring.plans import EXPERIMENTS
from hongqiao.ledger.models import Action, ActionState, Outcome, Verdict
from hongqiao.ledger.queries import JUDGE, today_of
from hongqiao.ledger.services import kit
from hongqiao.ledger.services.actions import move
from hongqiao.ledger.services.findings import settle
from hongqiao.workspace import audit, notices, webhooks
from hongqiao.workspace.models import Member


@transaction.atomic
def keep_outcome(*, action_id: UUID | str, version: int, found: Mapping[str, Any]) -> Outcome | None:
    """Keep what the measuring job computed and close the action as judged.

    Nothing where the action moved since (cancelled, changed, started anew): `version` is the one it was computed for.
    """
    row = Action.objects.select_for_update().filter(pk=action_id, version=version).first()
    if row is None or row.state not in (ActionState.RUNNING, ActionState.DONE):
        return None
    return _closed(None, row, found)


def _closed(actor: Member | None, row: Action, found: Mapping[str, Any]) -> Outcome:
    outcome = Outcome.objects.create(brand_id=row.brand_id, action=row, day=today_of(row.brand), **found)
    row.state, row.closed_at = ActionState.JUDGED, timezone.now()
    row.ended_on = row.ended_on or found.get("end")
    row.save_next("state", "closed_at", "ended_on")
    finding = row.finding
    if finding is not None and finding.right is None and outcome.verdict == Verdict.WORKED:
        finding.right = True  # what was done about it helped: it was worth saying. The reverse says nothing about it.
        finding.save_next("right")
    settle(finding)
    named = {"title": row.title, "template": row.template}
    audit.record(actor, "action.closed", row, brand=row.brand, verdict=outcome.verdict, why=outcome.reason, **named)
    webhooks.announce(row.brand, "action.judged", summary(row, outcome))
    if row.owner is not None and row.owner != actor and row.owner.state == Member.State.ACTIVE:
        url = f"/b/{row.brand.slug}/ledger/actions/{row.pk}/"
        notices.tell([row.owner], "action.judged", url=url, action=str(row.pk), verdict=outcome.verdict)
    return outcome


def summary(row: Action, outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as other systems are told of it."""
    plain = ("method", "metric", "verdict", "reason", "effect", "lo", "hi", "relative", "unit", "level", "n")
    said = {name: getattr(outcome, name) for name in plain}
    return {"id": str(outcome.pk), "action": str(row.pk), "template": row.template, "room": row.room, **said}


@transaction.atomic
def say_outcome(
    *, actor: Member, action_id: UUID | str, seen: int | None, text: str, effect: float | None = None
) -> Outcome:
    """Close an action by a person's word. It is marked as such and counts in no hit rate.

    Raises NotFound, NotAllowed, Conflict, WrongState, BadText.
    """
    row = kit.action_of(actor, action_id, seen)
    if row.state not in (ActionState.RUNNING, ActionState.DONE):
        raise kit.WrongState()
    said = {"text": kit.text(text, "note_letters"), "by": str(actor)}
    if effect is not None:
        said["effect"] = kit.text(f"{float(effect):g}", "title_letters")
    start, end = row.started_on, row.ended_on or today_of(actor.brand)
    found = {"method": "by_hand", "metric": row.measure.get("metric", ""), "verdict": Verdict.CANNOT_TELL}
    return _closed(actor, row, {**found, "reason": "by_hand", "params": said, "start": start, "end": end})


class NoExperiment(Invalid):
    code = "no_experiment"
    message = N_("只有 A/B 实验和随机对照组可以提前收尾")
    next_step = N_("别的判断方式请等到复盘日")


@transaction.atomic
def conclude_action(*, actor: Member, action_id: UUID | str, seen: int | None) -> Action:
    """End an experiment before its day: it is measured at once, with the interval that holds for a look at any time.

    Raises NotFound, NotAllowed, Conflict, WrongState, NoExperiment.
    """
    row = kit.action_of(actor, action_id, seen, JUDGE)
    if row.measure.get("method") not in EXPERIMENTS:
        raise NoExperiment()
    today = today_of(actor.brand)
    due = row.measure_on is not None and row.measure_on <= today
    if row.state not in (ActionState.RUNNING, ActionState.DONE) or row.measure.get("early") or due:
        raise kit.WrongState()
    fields: dict[str, Any] = {"measure": {**row.measure, "early": str(today)}, "measure_on": today}
    if row.state == ActionState.RUNNING:
        move(row, ActionState.DONE, ended_on=today, **fields)
    else:
        row.measure, row.measure_on = fields["measure"], today
        row.save_next("measure", "measure_on")
    audit.record(actor, "action.concluded", row, day=today, title=row.title, template=row.template)
    return row


@transaction.atomic
def measure_again(*, actor: Member, action_id: UUID | str, seen: int | None) -> Action:
    """Measure a judged action anew on the facts of today: the former outcome stays, the newest counts.

    Raises NotFound, NotAllowed, Conflict, WrongState.
    """
    row = kit.action_of(actor, action_id, seen, JUDGE)
    if row.state != ActionState.JUDGED or row.started_on is None:
        raise kit.WrongState()
    move(row, ActionState.DONE, measure_on=today_of(actor.brand), closed_at=None)
    audit.record(actor, "action.measured_again", row, title=row.title, template=row.template)
    return row
