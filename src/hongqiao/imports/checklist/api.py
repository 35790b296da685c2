"""The list over HTTP, for those who fetch with a program: GET /api/checklist."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from hongqiao.imports.checklist import week
from hongqiao.imports.checklist.curve import Moment, curve

router = Router(tags=["imports"])


class TaskOut(Schema):
    account: UUID
    platform: str
    account_name: str
    code: str
    label: str
    page: str
    path: str
    due: date
    state: str
    file: UUID | None
    captured_at: datetime | None
    covered: date | None
    last_chance: date | None


class MomentOut(Schema):
    account: UUID
    title: str
    published: date
    after: int
    due: date
    state: str


class WeekOut(Schema):
    first: date
    last: date
    done: int
    total: int
    tasks: list[TaskOut]
    pieces: list[MomentOut]


@router.get("/checklist", response=WeekOut, summary="取数清单")
def get_checklist(request: HttpRequest, day: date | None = None) -> dict[str, Any]:
    """The week around `day` (today if none): every file to fetch with its state (done, waiting, due, late, later),
    and the captures of pieces (D1, D3, D7) that are due today, were missed, or come."""
    return as_json(request.auth, day)  # type: ignore[attr-defined]


def as_json(member: Any, day: date | None = None) -> dict[str, Any]:
    """Return the week as the interface and the command line show it."""
    shown = week.week(member, day)
    return {
        "first": shown.first,
        "last": shown.last,
        "done": shown.done,
        "total": len(shown.tasks),
        "tasks": [_task(t) for t in shown.tasks],
        "pieces": [
            _moment(r.line.account.id, m, state)
            for r in curve(member, day)
            for state, moments in (("due", r.today), ("missed", r.missed), ("later", r.ahead))
            for m in moments
        ],
    }


def _task(task: week.Task) -> dict[str, Any]:
    line = task.line
    return {
        "account": line.account.id,
        "platform": line.account.platform,
        "account_name": line.account.name,
        **{name: getattr(line, name) for name in ("code", "label", "page", "path")},
        **{name: getattr(task, name) for name in ("due", "state", "covered", "last_chance")},
        "file": task.file_id,
        "captured_at": task.at,
    }


def _moment(account: UUID, moment: Moment, state: str) -> dict[str, Any]:
    said = {name: getattr(moment, name) for name in ("title", "published", "after", "due")}
    return {"account": account, "state": state, **said}
