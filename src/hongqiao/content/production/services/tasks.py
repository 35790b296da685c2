"""The tasks of a piece: made from its form and slot, moved with the slot, done as it moves on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.content.models import Piece, Stage, Task
from hongqiao.content.production import clock, prelive, queries, settings
from hongqiao.content.production.services import kit
from hongqiao.errors import N_, Invalid
from hongqiao.workspace import audit, figures
from hongqiao.workspace.models import Member

CHANGEABLE = ("kind", "text", "owner_id", "due", "hours")


class TooManyTasks(Invalid):
    code = "too_many_tasks"
    message = N_("一篇最多 %(most)s 个任务")
    next_step = N_("请先删掉不用的")


class BadHours(Invalid):
    code = "bad_hours"
    message = N_("工时不对：%(value)s")
    next_step = N_("请填 0 到 1000 之间的数，最多一位小数")


def make(piece: Piece) -> list[Task]:
    """Make the tasks that a new piece's form asks for, due by working days counted back from its slot."""
    rows = []
    for plan in settings.of(piece.brand)["tasks"].get(piece.form, ()):
        owner = piece.owner if plan["kind"] in (Task.Kind.COPY, Task.Kind.PUBLISH) else None
        due = due_of(piece, plan, piece.publish_at)
        rows.append(Task(brand=piece.brand, piece=piece, kind=plan["kind"], hours=plan["hours"], owner=owner, due=due))
    return Task.objects.bulk_create(rows)


def due_of(piece: Piece, plan: Mapping[str, Any], slot: datetime | None) -> date | None:
    """Return the day a task is due for a slot, never before today; None without a slot."""
    if slot is None:
        return None
    day = slot.astimezone(queries.zone_of(piece)).date()
    worked_back = clock.days_before(day, int(plan["before"]), settings.of(piece.brand)["hours"])
    return max(worked_back, min(day, figures.real_day(piece.brand)))


def follow(piece: Piece, before: datetime | None) -> None:
    """Move the open tasks of a piece whose slot moved; a day that a person chose stays, but that of publishing, which
    is the slot's own day."""
    plans = {p["kind"]: p for p in settings.of(piece.brand)["tasks"].get(piece.form, ())}
    for task in Task.objects.filter(piece=piece, done_at=None, kind__in=list(plans)):
        chosen = task.due not in (None, due_of(piece, plans[task.kind], before))
        due = due_of(piece, plans[task.kind], piece.publish_at)
        if task.due != due and (not chosen or task.kind == Task.Kind.PUBLISH):
            task.due = due
            task.save_next("due")


def hand_over(piece: Piece, before: Member | None) -> None:
    """Give the open tasks that the former owner had by default to the new one."""
    kinds = (Task.Kind.COPY, Task.Kind.PUBLISH)
    Task.objects.filter(piece=piece, done_at=None, kind__in=kinds, owner=before).update(owner=piece.owner)


def pass_stage(piece: Piece, stage: Stage, by: Member | None) -> None:
    """Tick off what is done once a piece stands at this stage."""
    kinds = settings.of(piece.brand)["done_at"].get(stage, ())
    Task.objects.filter(piece=piece, kind__in=kinds, done_at=None).update(done_at=timezone.now(), done_by=by)


@transaction.atomic
def add_task(
    *,
    actor: Member,
    piece_id: UUID | str,
    kind: str,
    text: str = "",
    owner_id: Any = None,
    due: Any = None,
    hours: Any = None,
) -> Task:
    """Add a task to a piece. Raises NotFound, NotAllowed, WrongStage, TooManyTasks, Invalid."""
    piece = kit.open_piece(actor, piece_id, None)
    most = settings.of(actor.brand)["tasks_a_piece"]
    if Task.objects.filter(piece=piece).count() >= most:
        raise TooManyTasks(most=most)
    row = Task(brand=actor.brand, piece=piece)
    _fill(actor, row, {"kind": kind, "text": text, "owner_id": owner_id, "due": due, "hours": hours})
    row.save(force_insert=True)
    audit.record(actor, "piece.task_added", piece, name=piece.title, task=row.kind, owner=str(row.owner or ""))
    return row


@transaction.atomic
def change_task(*, actor: Member, task_id: UUID | str, seen: int | None, **given: Any) -> Task:
    """Change what is given of kind, text, owner_id, due, hours. Raises NotFound, NotAllowed, Conflict, Invalid."""
    row = _task(actor, task_id, seen)
    fields = {k: v for k, v in given.items() if k in CHANGEABLE}
    _fill(actor, row, fields)
    row.save_next(*(k.removesuffix("_id") for k in fields))
    audit.record(
        actor, "piece.task_changed", row.piece, name=row.piece.title, task=row.kind, owner=str(row.owner or "")
    )
    prelive.tell(row.piece)
    return row


@transaction.atomic
def finish_task(*, actor: Member, task_id: UUID | str, seen: int | None, done: bool = True) -> Task:
    """Tick a task off, or open it again. Raises NotFound, NotAllowed, Conflict."""
    row = _task(actor, task_id, seen)
    row.done_at, row.done_by = (timezone.now(), actor) if done else (None, None)
    row.save_next("done_at", "done_by")
    code = "piece.task_done" if done else "piece.task_reopened"
    audit.record(actor, code, row.piece, name=row.piece.title, task=row.kind)
    prelive.tell(row.piece)
    return row


@transaction.atomic
def remove_task(*, actor: Member, task_id: UUID | str, seen: int | None) -> None:
    """Take a task away. Raises NotFound, NotAllowed, Conflict."""
    row = _task(actor, task_id, seen)
    audit.record(actor, "piece.task_removed", row.piece, name=row.piece.title, task=row.kind)
    row.delete()
    prelive.tell(row.piece)


def _task(actor: Member, task_id: UUID | str, seen: int | None) -> Task:
    row: Task = Task.objects.for_member(actor, queries.SEE).locked(task_id, seen)
    kit.open_piece(actor, row.piece_id, None)
    return row


def _fill(actor: Member, row: Task, given: Mapping[str, Any]) -> None:
    if "kind" in given:
        row.kind = kit.chosen(given["kind"], Task.Kind, "kind")
    if "text" in given:
        row.text = kit.line(given["text"], "task", empty=True)
    if "owner_id" in given:
        row.owner = kit.member_of(actor, given["owner_id"], queries.SEE)
    if "due" in given:
        row.due = kit.a_day(given["due"])
    if "hours" in given:
        row.hours = _hours(given["hours"])


def _hours(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value))
        fits = found.is_finite() and 0 <= found <= 1000 and found == round(found, 1)
    except InvalidOperation:
        fits = False
    if not fits:
        raise BadHours(value=str(value)[:20])
    return found
