"""Writes of journeys: made of a template, changed step by step, started with an action of the ledger, paused, ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.journeys import book, checking, samples
from hongqiao.audience.journeys.errors import BadJourney, StepsFixed, WrongJourneyState
from hongqiao.audience.models import Enrolment, Journey
from hongqiao.delivery.models import Reach
from hongqiao.errors import N_
from hongqiao.ledger import services as ledger
from hongqiao.ledger.models import Action
from hongqiao.ledger.queries import today_of
from hongqiao.workspace import audit, jobs, permissions
from hongqiao.workspace.models import Member

SEE, EDIT, SEND = "users.view", "users.edit", "users.send"
State = Journey.State
Steps = list[dict[str, Any]]


def of(actor: Member, journey_id: UUID | str, seen: int | None, permission: str = EDIT) -> Journey:
    """Return a journey, locked. Raises NotAllowed, NotFound, Conflict."""
    permissions.require(actor, permission)
    row: Journey = Journey.objects.for_member(actor, permission).locked(journey_id, seen)
    return row


@transaction.atomic
def create(*, actor: Member, template: str = "", name: str = "", **given: Any) -> Journey:
    """Make a draft, of a template or of what is given (goal, trigger, steps …).

    Raises NotAllowed, BadJourney, BadStep.
    """
    permissions.require(actor, EDIT)
    brand = actor.brand
    kept = book.template(brand, template)
    if template and kept is None:
        raise BadJourney(what=N_("模板"))
    said = {**(kept or {}), **{k: v for k, v in given.items() if v not in (None, "")}}
    row = Journey(brand=brand, by=actor, template=template, kind=str(said.get("kind", ""))[:16])
    row.holdout, row.days = book.of(brand)["holdout"], book.of(brand)["days"]
    clean = _clean(row, {**said, "name": name or _(str(said.get("label", "")))})
    quota = clean.pop("places", None)
    for field, value in clean.items():
        setattr(row, field, value)
    if not row.steps:
        row.steps = checking.steps(brand, [{"id": "s1", "kind": "wait", "hours": 24}])
    if not row.goal or not row.trigger or not row.name:
        raise BadJourney(what=N_("名称、目标与进入条件"))
    row.save(force_insert=True)
    if row.kind:
        samples.follow(row, quota)
    audit.record(actor, "journey.made", row, name=row.name)
    return row


def _clean(row: Journey, given: Mapping[str, Any]) -> dict[str, Any]:
    brand, known = row.brand, book.of(row.brand)
    found: dict[str, Any] = {}
    if "name" in given:
        found["name"] = " ".join(str(given["name"]).replace("\x00", "").split())[:60]
        if not found["name"]:
            raise BadJourney(what=N_("名称"))
    if "goal" in given:
        if given["goal"] not in known["goals"]:
            raise BadJourney(what=N_("目标"))
        found["goal"] = str(given["goal"])
    if "trigger" in given:
        found["trigger"] = checking.trigger(brand, given["trigger"])
    if "steps" in given:
        found["steps"] = checking.steps(brand, given["steps"])
    numbers = {
        "holdout": (float, known["holdout_least"], known["holdout_most"], N_("对照组比例")),
        "days": (int, 7, 180, N_("观察天数")),
        "places": (int, 0, 1_000_000, N_("名额")),
    }
    for name, (kind, least, most, what) in numbers.items():
        if name in given:
            found[name] = _number(given[name], kind, least, most, what)
    return found


def _number(given: Any, kind: Callable[[Any], Any], least: float, most: float, what: str) -> Any:
    try:
        value = kind(given)
    except (TypeError, ValueError):
        raise BadJourney(what=what) from None
    if not least <= value <= most:
        raise BadJourney(what=what)
    return value


@transaction.atomic
def change(*, actor: Member, journey_id: UUID | str, seen: int | None, **given: Any) -> Journey:
    """Change what is given. Hold-out, goal and days stand once it was started: the comparison would be lost.

    Raises NotAllowed, NotFound, Conflict, StepsFixed, BadJourney, BadStep.
    """
    row = of(actor, journey_id, seen)
    if row.state not in (State.DRAFT, State.PAUSED):
        raise StepsFixed()
    found = _clean(row, given)
    if row.started_at:
        found = {k: v for k, v in found.items() if k in ("name", "steps", "places")}
    quota = found.pop("places", None)
    for name, value in found.items():
        setattr(row, name, value)
    row.save_next(*found)
    if row.kind:
        samples.follow(row, quota)
    audit.record(actor, "journey.changed", row, name=row.name)
    return row


def _with(actor: Member, journey_id: UUID | str, seen: int | None, turn: Callable[[Steps], Steps]) -> Journey:
    row = of(actor, journey_id, seen)
    steps = turn([dict(s) for s in row.steps])
    return change(actor=actor, journey_id=row.pk, seen=row.version, steps=steps)


@transaction.atomic
def put_step(*, actor: Member, journey_id: UUID | str, seen: int | None, step: Mapping[str, Any]) -> Journey:
    """Write one step anew, by its id; one without an id, or with an unknown one, comes at the end."""

    def turn(steps: Steps) -> Steps:
        key = str(step.get("id") or "") or checking.fresh_id(steps)
        at = book.place(steps, key)
        made = {**step, "id": key}
        return [*steps[:at], made, *steps[at + 1 :]] if at >= 0 else [*steps, made]

    return _with(actor, journey_id, seen, turn)


@transaction.atomic
def move_step(*, actor: Member, journey_id: UUID | str, seen: int | None, step: str, by: int) -> Journey:
    """Move a step up (-1) or down (1)."""

    def turn(steps: Steps) -> Steps:
        at = book.place(steps, step)
        to = at + (1 if by > 0 else -1)
        if at < 0 or not 0 <= to < len(steps):
            raise WrongJourneyState()
        steps[at], steps[to] = steps[to], steps[at]
        return steps

    return _with(actor, journey_id, seen, turn)


@transaction.atomic
def remove_step(*, actor: Member, journey_id: UUID | str, seen: int | None, step: str) -> Journey:
    """Take a step out; who waits there leaves when due."""
    return _with(actor, journey_id, seen, lambda steps: [s for s in steps if s["id"] != step])


@transaction.atomic
def start(*, actor: Member, journey_id: UUID | str, seen: int | None, at: datetime | None = None) -> Journey:
    """Start, or go on after a pause. The first time an action of the ledger begins, measured by the hold-out.

    at: when it started, where a story is told.

    Raises NotAllowed, NotFound, Conflict, WrongJourneyState, NotStartable.
    """
    row = of(actor, journey_id, seen, SEND)
    if row.state not in (State.DRAFT, State.PAUSED):
        raise WrongJourneyState()
    checking.ready(row)
    if row.started_at is None:
        row.action, row.started_at, row.started_by = _action(actor, row), at or timezone.now(), actor
    row.state = State.RUNNING
    row.save_next("state", "action", "started_at", "started_by")
    audit.record(actor, "journey.started", row, name=row.name)
    jobs.enqueue("audience.journeys", brand_id=row.brand_id, key="due", again=True)
    return row


def _action(actor: Member, row: Journey) -> Action:
    plan = {"method": "holdout", "metric": "purchase", "days": row.days, "share": row.holdout, "want": "up"}
    plan |= {"entering": True, "seed": str(row.pk).replace("-", "")}
    title = _("自动触达：%(name)s") % {"name": row.name}
    made = ledger.create_action(actor=actor, title=title[:120], room="users", measure=plan, owner_id=actor.pk)
    return ledger.start_action(actor=actor, action_id=made.pk, seen=None)


@transaction.atomic
def pause(*, actor: Member, journey_id: UUID | str, seen: int | None) -> Journey:
    """Stop letting people in and on; what waits to be sent waits too. Raises as `start`."""
    row = of(actor, journey_id, seen, SEND)
    if row.state != State.RUNNING:
        raise WrongJourneyState()
    row.state = State.PAUSED
    row.save_next("state")
    audit.record(actor, "journey.paused", row, name=row.name)
    return row


@transaction.atomic
def end(*, actor: Member, journey_id: UUID | str, seen: int | None) -> Journey:
    """End for good: everybody leaves, what waits is not sent; the comparison is measured when the last is watched."""
    row = of(actor, journey_id, seen, SEND)
    if row.state not in (State.RUNNING, State.PAUSED):
        raise WrongJourneyState()
    now = timezone.now()
    row.state, row.ended_at = State.ENDED, now
    row.save_next("state", "ended_at")
    if row.kind:
        samples.follow(row)
    Enrolment.objects.filter(journey=row, state=Enrolment.State.ACTIVE).update(
        state=Enrolment.State.LEFT, why="ended", ended_at=now
    )
    waiting = Reach.objects.filter(brand=row.brand, origin=f"journey:{row.pk}", asking_at=None)
    waiting.filter(state__in=(Reach.State.WAITING, Reach.State.ASSISTED)).update(
        state=Reach.State.STOPPED, why="stopped"
    )
    if row.action and row.action.state == "running":
        last = today_of(row.brand) + timedelta(days=row.days + 2)
        ledger.finish_action(actor=actor, action_id=row.action.pk, seen=None)
        Action.objects.filter(pk=row.action.pk).update(measure_on=last)
    audit.record(actor, "journey.ended", row, name=row.name)
    return row


@transaction.atomic
def remove(*, actor: Member, journey_id: UUID | str, seen: int | None) -> None:
    """Remove a draft that never ran. Raises as `start`."""
    row = of(actor, journey_id, seen)
    if row.state != State.DRAFT or row.started_at:
        raise WrongJourneyState()
    audit.record(actor, "journey.removed", row, name=row.name)
    row.delete()
