"""Goals over HTTP, under /api/goals: list, set, change, put away. Serves D2."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.insight import queries as figures
from hongqiao.insight.goals import progress, queries, services
from hongqiao.insight.models import Goal
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["goals"])


class GoalIn(Schema):
    """`target` in the metric's own unit, a rate as a share (0.025). `day` lies in the month, quarter or year."""

    metric: str
    target: str
    span: str = "month"
    day: date
    end: date | None = None
    scope: str = "brand"
    platform: str = ""
    account: UUID | None = None
    owner: UUID | None = None
    note: str = ""


class GoalChange(GoalIn):
    version: int | None = None


class GoalsAsked(Paged):
    archived: bool = False


def _wanted(given: GoalIn) -> services.Wanted:
    plain = ("metric", "target", "span", "day", "end", "scope", "platform", "note")
    fields = {name: getattr(given, name) for name in plain}
    return services.Wanted(**fields, account_id=given.account, owner_id=given.owner)


def _shown(member: Member, rows: list[Goal]) -> list[dict[str, Any]]:
    handle, today = figures.opened(member), figures.today_of(member.brand)
    return [queries.as_json(g, progress.measure(g, handle, today)) for g in rows]


@router.get("", summary="Goals with their progress")
def list_goals(request: HttpRequest, asked: Query[GoalsAsked]) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    rows, after = page(queries.goals(member, archived=asked.archived), asked)
    return {"items": _shown(member, rows), "next": after}


@router.post("", response={201: dict[str, Any]}, summary="Set a goal")
@idempotent()
def add_goal(request: HttpRequest, given: GoalIn) -> Status:
    member = caller(request, queries.SEE)
    return Status(201, _shown(member, [services.add_goal(actor=member, wanted=_wanted(given))])[0])


@router.get("/{goal_id}", summary="One goal")
def get_goal(request: HttpRequest, goal_id: UUID) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    rows = Goal.objects.for_member(member, queries.SEE).select_related("owner__user", "account")
    return _shown(member, [rows.one(goal_id)])[0]


@router.put("/{goal_id}", summary="Change a goal")
def change_goal(request: HttpRequest, goal_id: UUID, given: GoalChange) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    row = services.change_goal(actor=member, goal_id=goal_id, seen=given.version, wanted=_wanted(given))
    return _shown(member, [row])[0]


@router.delete("/{goal_id}", response={204: None}, summary="Put a goal away; it keeps its figures")
def archive_goal(request: HttpRequest, goal_id: UUID, version: int | None = None) -> Status:
    services.archive_goal(actor=caller(request, queries.SEE), goal_id=goal_id, seen=version)
    return Status(204, None)
