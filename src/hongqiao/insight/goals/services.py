"""Writes of goals. Each takes who acts and the version they saw, and leaves one audit row. Serves D2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.errors import N_, Conflict, Invalid, NotAllowed
from hongqiao.insight import queries as figures
from hongqiao.insight.goals import kinds, periods, queries
from hongqiao.insight.models import Goal
from hongqiao.metrics import METRICS
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Account, Member

LARGEST = Decimal("99999999999999")


class BadGoal(Invalid):
    code = "bad_goal"
    message = N_("目标没有填对")
    next_step = N_("请按提示修改后再保存")


class GoalTwice(Conflict):
    code = "goal_twice"
    message = N_("同样的指标、范围和时间已有一个目标")
    next_step = N_("请修改原来的目标，或先把它归档")


@dataclass(frozen=True)
class Wanted:
    """What a person fills in. `target` in the metric's own unit, a rate as a share; `day` lies in the period."""

    metric: str
    target: Any
    span: str
    day: date | None
    end: date | None = None
    scope: str = Goal.Scope.BRAND
    platform: str = ""
    account_id: UUID | str | None = None
    owner_id: UUID | str | None = None
    note: str = ""


@transaction.atomic
def add_goal(*, actor: Member, wanted: Wanted) -> Goal:
    """Set a goal. Raises NotAllowed, NotFound, BadGoal, BadGoalDays, GoalTwice."""
    row = Goal(brand=actor.brand, author=actor)
    _fill(actor, row, wanted)
    if Goal.objects.filter(brand=actor.brand, archived_at=None).count() >= kinds.book()["most"]:
        raise BadGoal(N_("进行中的目标太多，请先归档不用的"))
    row.save()
    audit.record(actor, "goal.added", row, **_said(row))
    return row


@transaction.atomic
def change_goal(*, actor: Member, goal_id: UUID | str, seen: int | None, wanted: Wanted) -> Goal:
    """Change a goal. Raises what `add_goal` raises, and Conflict."""
    row = _tended(actor, goal_id, seen)
    _fill(actor, row, wanted)
    row.save_next("metric", "scope", "platform", "account", "owner", "span", "start", "end", "target", "note")
    audit.record(actor, "goal.changed", row, **_said(row))
    return row


@transaction.atomic
def archive_goal(*, actor: Member, goal_id: UUID | str, seen: int | None) -> Goal:
    """Put a goal away; it keeps its figures. Raises NotFound, NotAllowed, Conflict."""
    row = _tended(actor, goal_id, seen)
    if row.archived_at is None:
        row.archived_at = timezone.now()
        row.save_next("archived_at")
        audit.record(actor, "goal.archived", row, **_said(row))
    return row


@transaction.atomic
def revive_goal(*, actor: Member, goal_id: UUID | str, seen: int | None) -> Goal:
    """Take a goal out again. Raises NotFound, NotAllowed, Conflict, GoalTwice."""
    row = _tended(actor, goal_id, seen)
    if row.archived_at is not None:
        row.archived_at = None
        _once(row)
        row.save_next("archived_at")
        audit.record(actor, "goal.revived", row, **_said(row))
    return row


def _tended(actor: Member, goal_id: UUID | str, seen: int | None) -> Goal:
    row: Goal = Goal.objects.for_member(actor, queries.SEE).locked(goal_id, seen)
    if not queries.may_tend(actor, row):
        raise NotAllowed()
    return row


def _fill(actor: Member, row: Goal, wanted: Wanted) -> None:
    permissions.require(actor, queries.SEE)
    if not kinds.fits(wanted.metric):
        raise BadGoal(N_("这个指标不能设目标"))
    if wanted.scope not in Goal.Scope.values:
        raise BadGoal(N_("没有这种范围"))
    row.metric, row.scope, row.span = wanted.metric, wanted.scope, wanted.span
    row.start, row.end = periods.days_of(wanted.span, wanted.day, wanted.end)
    figures.checked(row.start, row.end)
    row.target = _target(wanted.target)
    row.owner = _owner(actor, wanted.owner_id)
    row.platform, row.account = _place(actor, wanted)
    figures.checked_text("note", wanted.note)
    row.note = one_line(wanted.note)[:200]
    if not queries.may_tend(actor, row):
        raise NotAllowed()
    _once(row)


def _target(given: Any) -> Decimal:
    try:
        target = Decimal(str(given))
    except InvalidOperation:
        raise BadGoal(N_("目标值要是一个数")) from None
    if not target.is_finite() or target <= 0 or target > LARGEST:
        raise BadGoal(N_("目标值要大于 0"))
    return target.quantize(Decimal("0.0001"))


def _owner(actor: Member, owner_id: UUID | str | None) -> Member:
    if not owner_id or str(owner_id) == str(actor.pk):
        return actor
    people = Member.objects.filter(brand=actor.brand, state=Member.State.ACTIVE)
    owner: Member = people.one(owner_id)
    return owner


def _place(actor: Member, wanted: Wanted) -> tuple[str, Account | None]:
    if wanted.scope == Goal.Scope.BRAND:
        return "", None
    if wanted.scope == Goal.Scope.ACCOUNT or (wanted.scope == Goal.Scope.PERSON and wanted.account_id):
        if not wanted.account_id:
            raise BadGoal(N_("请选账号"))
        return "", Account.objects.for_member(actor, queries.SEE).one(wanted.account_id)
    if wanted.platform and not kinds.known_platform(wanted.platform):
        raise BadGoal(N_("请选平台"))
    if wanted.scope == Goal.Scope.PLATFORM and not wanted.platform:
        raise BadGoal(N_("请选平台"))
    return wanted.platform, None


def _once(row: Goal) -> None:
    same = Goal.objects.filter(brand=row.brand, archived_at=None, metric=row.metric, scope=row.scope)
    same = same.filter(platform=row.platform, account=row.account, start=row.start, end=row.end).exclude(pk=row.pk)
    if row.scope == Goal.Scope.PERSON:
        same = same.filter(owner=row.owner)
    if same.exists():
        raise GoalTwice()


def _said(row: Goal) -> dict[str, Any]:
    return {
        "metric": METRICS[row.metric].label,
        "of": row.metric,
        "target": row.target,
        "start": row.start,
        "end": row.end,
    }
