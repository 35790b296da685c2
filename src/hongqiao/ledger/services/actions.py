"""What is done about a finding: made from a proposal or by hand, carried by somebody, started, done, or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.errors import N_, Conflict, Invalid, NotFound
from hongqiao.ledger import playbook, queries
from hongqiao.ledger.measuring import plans, pool
from hongqiao.ledger.models import Action, ActionState, Assignment, FindingState
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.services import kit
from hongqiao.ledger.services.findings import settle
from hongqiao.metrics.result import jsonable
from hongqiao.workspace import audit, notices, permissions
from hongqiao.workspace.models import Member

State = ActionState
MOVES: Mapping[str, frozenset[str]] = {
    State.PLANNED: frozenset({State.RUNNING, State.WONT, State.CANCELLED}),
    State.RUNNING: frozenset({State.DONE, State.PLANNED, State.CANCELLED}),
    State.DONE: frozenset({State.RUNNING, State.JUDGED, State.CANCELLED}),
    State.JUDGED: frozenset({State.DONE}),
    State.WONT: frozenset({State.PLANNED}),
    State.CANCELLED: frozenset({State.PLANNED}),
}
CHANGEABLE = ("title", "note", "due", "cost", "expected", "measure", "params", "target")


class BadTemplate(Invalid):
    code = "bad_template"
    message = N_("没有这种动作：%(code)s")
    next_step = N_("请从动作模板里选，或选「自定义动作」并写标题")


class BadRoom(Invalid):
    code = "bad_room"
    message = N_("没有这个板块：%(room)s")
    next_step = N_("请从列表中选择")


class NotNow(Conflict):
    code = "measure_fixed"
    message = N_("已经开始，怎么判断不能再改")
    next_step = N_("可以取消后重新建立，两条都会留在台账里")


def move(action: Action, state: str, **fields: Any) -> None:
    """Move an action to its next state. Raises WrongState."""
    if state not in MOVES[action.state]:
        raise kit.WrongState()
    action.state = state
    for name, value in fields.items():
        setattr(action, name, value)
    action.save_next("state", *fields)
    settle(action.finding)


@transaction.atomic
def adopt_proposal(
    *,
    actor: Member,
    finding_id: UUID | str,
    seen: int | None,
    index: int = 0,
    owner_id: UUID | str | None = None,
    due: Any = None,
) -> Action:
    """Make an action of a finding's proposal; its owner is the actor unless another is named.

    Raises NotFound, NotAllowed, Conflict, WrongState, BadDay, BadOwner, and what is wrong with its measuring.
    """
    finding = kit.finding_of(actor, finding_id, seen)
    if finding.state not in (FindingState.OPEN, FindingState.ACTING, FindingState.SNOOZED):
        raise kit.WrongState()
    if not 0 <= int(index) < len(finding.proposals):
        raise NotFound()
    said = finding.proposals[int(index)]
    kept: Mapping[str, Any] = playbook.of(actor.brand).get(said["action"], {})
    plan = {**kept.get("measure", {}), **(said.get("measure") or {})}
    own = playbook.expected(kept, plan) if kept else None
    days = said.get("due_days") or kept.get("due_days")
    due = kit.a_day(due) or (today_of(actor.brand) + timedelta(days=int(days)) if days is not None else None)
    return _made(
        actor,
        finding=finding,
        template=said["action"],
        room=kept.get("room") or finding.room,
        params=said.get("params") or {},
        target=finding.subject,
        owner_id=owner_id or actor.pk,
        due=due,
        cost=said.get("cost"),
        expected=own or ({**said["expected"], "rule": finding.rule} if said.get("expected") else None),
        measure=plan,
    )


@transaction.atomic
def create_action(
    *,
    actor: Member,
    template: str = "",
    title: str = "",
    note: str = "",
    room: str = "",
    params: Mapping[str, Any] | None = None,
    target: Mapping[str, Any] | None = None,
    owner_id: UUID | str | None = None,
    due: Any = None,
    cost: Any = None,
    expected: Mapping[str, Any] | None = None,
    measure: Mapping[str, Any] | None = None,
    finding_id: UUID | str | None = None,
    links: Sequence[Mapping[str, Any]] = (),
) -> Action:
    """Make an action by hand, for a finding or for none.

    Raises NotFound, NotAllowed, BadText, BadTemplate, BadRoom, BadDay, BadAmount, BadOwner, BadLink, BadPlan.
    """
    permissions.require(actor, queries.SEE)
    permissions.require(actor, queries.EDIT)
    finding = kit.finding_of(actor, finding_id, None) if finding_id else None
    kept: Mapping[str, Any] = playbook.of(actor.brand).get(template, {}) if template else {}
    if template and not kept:
        raise BadTemplate(code=template)
    where = room or kept.get("room") or (finding.room if finding else "")
    return _made(
        actor,
        finding=finding,
        template=template,
        title=title,
        note=note,
        room=where,
        params=params or {},
        target=target or (finding.subject if finding else {}),
        owner_id=owner_id,
        due=kit.a_day(due),
        cost=cost,
        expected=expected,
        measure={**kept.get("measure", {}), **(measure or {})},
        links=links,
    )


def _made(actor: Member, *, owner_id: Any, links: Sequence[Mapping[str, Any]] = (), **fields: Any) -> Action:
    if fields["room"] not in queries.rooms_of(actor) or fields["room"] not in _rooms():
        raise BadRoom(room=fields["room"])
    if fields["due"]:
        fields["due"] = kit.later(fields["due"], today_of(actor.brand))
    fields["title"] = kit.text(fields.get("title"), "title_letters", empty=bool(fields["template"]))
    fields["note"] = kit.text(fields.get("note"), "note_letters", empty=True)
    fields["cost"] = kit.amount(fields["cost"])
    plan = plans.checked(fields["measure"], fields["target"])
    fields["measure"] = plan
    fields["expected"] = plans.expected(fields["expected"]) or pool.expected(actor.brand, fields["template"], plan)
    fields |= {"params": jsonable(fields["params"]), "target": jsonable(fields["target"]), "links": kit.links(links)}
    row = Action(brand=actor.brand, author=actor, **fields)
    row.owner = kit.owner_of(actor, owner_id, row.room)
    row.measure_on = plans.measure_day(plan, row.due) if row.due else None
    row.save(force_insert=True)
    settle(row.finding)
    audit.record(actor, "action.created", row, **_named(row))
    _tell_owner(actor, row)
    return row


def _rooms() -> set[str]:
    return {r["code"] for r in permissions.rooms()}


def _named(row: Action) -> dict[str, Any]:
    return {"title": row.title, "template": row.template}


def _tell_owner(actor: Member, row: Action) -> None:
    if row.owner is not None and row.owner != actor:
        url = f"/b/{row.brand.slug}/ledger/actions/{row.pk}/"
        notices.tell([row.owner], "action.assigned", url=url, name=str(actor), action=str(row.pk))


@transaction.atomic
def change_action(*, actor: Member, action_id: UUID | str, seen: int | None, **given: Any) -> Action:
    """Change what is given: title, note, due, cost, expected, measure, params, target. What is not given stays.

    How it is measured, and what it acts on, is fixed once it has begun; the former way is kept beside a new one.
    Raises NotFound, NotAllowed, Conflict, NotNow, Invalid.
    """
    row = kit.action_of(actor, action_id, seen)
    if row.state not in queries.OPEN_ACTIONS:
        raise kit.WrongState()
    fields = {name: value for name, value in given.items() if name in CHANGEABLE}
    if row.state != State.PLANNED and {"measure", "target", "expected"} & set(fields) and not _only_arms(row, fields):
        raise NotNow()
    for name, value in _clean(row, fields).items():
        setattr(row, name, value)
    if {"measure", "due"} & set(fields) and row.state == State.PLANNED:
        row.measure_on = plans.measure_day(row.measure, row.due) if row.due else None
    row.save_next(*fields, "measure_on")
    audit.record(actor, "action.changed", row, fields=", ".join(sorted(fields)), **_named(row))
    return row


def _only_arms(row: Action, fields: Mapping[str, Any]) -> bool:
    """Return whether only pieces are put into the arms of an experiment that runs: they appear while it does."""
    given = fields.get("measure")
    if row.measure.get("early"):
        return False  # ended: what is chosen now is chosen knowing how it went
    if not isinstance(given, Mapping) or row.measure.get("method") != "ab" or {"target", "expected"} & set(fields):
        return False
    return all(row.measure.get(k) == v for k, v in given.items() if k not in ("arms", "former"))


def _clean(row: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(given)
    if "title" in found:
        found["title"] = kit.text(found["title"], "title_letters", empty=bool(row.template))
    if "note" in found:
        found["note"] = kit.text(found["note"], "note_letters", empty=True)
    if "due" in found:
        found["due"] = kit.a_day(found["due"])
    if "cost" in found:
        found["cost"] = kit.amount(found["cost"])
    if "expected" in found:
        found["expected"] = plans.expected(found["expected"])
    if "target" in found:
        found["target"] = jsonable(found["target"] or {})
    if "measure" in found:
        former = {k: v for k, v in row.measure.items() if k != "former"}
        fresh = plans.checked(found["measure"], found.get("target", row.target))
        found["measure"] = {**fresh, "former": [*row.measure.get("former", []), former]} if fresh != former else fresh
    return found


@transaction.atomic
def assign_action(*, actor: Member, action_id: UUID | str, seen: int | None, owner_id: UUID | str | None) -> Action:
    """Give an action to somebody, to oneself, or to nobody. Raises NotFound, NotAllowed, Conflict, BadOwner."""
    row = kit.action_of(actor, action_id, seen)
    row.owner = kit.owner_of(actor, owner_id, row.room)
    row.save_next("owner")
    audit.record(actor, "action.given", row, owner=str(row.owner or ""), **_named(row))
    _tell_owner(actor, row)
    return row


@transaction.atomic
def start_action(*, actor: Member, action_id: UUID | str, seen: int | None, on: Any = None) -> Action:
    """Begin: the window of measuring starts on this day (today, or one that is over: `on`).

    Where it is measured by a random hold-out the arms are drawn now, from who was known before this day.
    Raises NotFound, NotAllowed, Conflict, WrongState, BadDay, TooFewPeople, TooManyPeople.
    """
    row = kit.action_of(actor, action_id, seen)
    if row.state != State.PLANNED:
        raise kit.WrongState()
    day = kit.a_day(on) or today_of(actor.brand)
    if day > today_of(actor.brand):
        raise kit.BadDay(day=str(day))
    _draw(row, day)
    move(row, State.RUNNING, started_on=day, measure=row.measure, measure_on=plans.measure_day(row.measure, day))
    audit.record(actor, "action.started", row, day=day, **_named(row))
    return row


def _draw(row: Action, day: date) -> None:
    from hongqiao.ledger.measuring import persons

    Assignment.objects.filter(action=row).delete()
    if row.measure.get("method") == "holdout" and not row.measure.get("entering"):
        row.measure = persons.draw(row, day)


@transaction.atomic
def finish_action(*, actor: Member, action_id: UUID | str, seen: int | None, on: Any = None) -> Action:
    """Say that it was carried out: it waits for its measuring day.

    Raises NotFound, NotAllowed, Conflict, WrongState, BadDay.
    """
    row = kit.action_of(actor, action_id, seen)
    day = kit.a_day(on) or today_of(actor.brand)
    if row.started_on and not row.started_on <= day <= max(today_of(actor.brand), row.started_on):
        raise kit.BadDay(day=str(day))
    move(row, State.DONE, ended_on=day)
    audit.record(actor, "action.done", row, day=day, **_named(row))
    return row


@transaction.atomic
def wont_action(*, actor: Member, action_id: UUID | str, seen: int | None, reason: str, text: str = "") -> Action:
    """Not do it after all, because. Raises NotFound, NotAllowed, Conflict, WrongState, BadReason."""
    row = kit.action_of(actor, action_id, seen)
    move(row, State.WONT, reason=kit.reason(reason, text), closed_at=timezone.now())
    audit.record(actor, "action.wont", row, reason=reason, text=text, **_named(row))
    return row


@transaction.atomic
def cancel_action(*, actor: Member, action_id: UUID | str, seen: int | None, text: str = "") -> Action:
    """Stop what was planned or begun; it is not measured. Raises NotFound, NotAllowed, Conflict, WrongState."""
    row = kit.action_of(actor, action_id, seen)
    why = kit.text(text, "reason_letters", empty=True)
    move(row, State.CANCELLED, reason=f"other|{why}" if why else "", closed_at=timezone.now())
    audit.record(actor, "action.cancelled", row, text=why, **_named(row))
    return row


@transaction.atomic
def reopen_action(*, actor: Member, action_id: UUID | str, seen: int | None) -> Action:
    """Plan anew what was refused, cancelled, or begun by mistake. Raises NotFound, NotAllowed, Conflict, WrongState."""
    row = kit.action_of(actor, action_id, seen)
    Assignment.objects.filter(action=row).delete()
    due = plans.measure_day(row.measure, row.due) if row.due else None
    plan = {k: v for k, v in row.measure.items() if k != "early"}
    fresh: dict[str, Any] = {"started_on": None, "ended_on": None, "measure_on": due, "measure": plan}
    move(row, State.PLANNED, reason="", closed_at=None, **fresh)
    audit.record(actor, "action.reopened", row, **_named(row))
    return row


@transaction.atomic
def link_action(
    *, actor: Member, action_id: UUID | str, seen: int | None, links: Sequence[Mapping[str, Any]]
) -> Action:
    """Say which pieces, placements, segments and incidents an action is about; the list is the whole.

    Raises NotFound, NotAllowed, Conflict, BadLink.
    """
    row = kit.action_of(actor, action_id, seen)
    row.links = kit.links(links)
    row.save_next("links")
    audit.record(actor, "action.linked", row, links=[f"{x['kind']}:{x['code']}" for x in row.links], **_named(row))
    return row
