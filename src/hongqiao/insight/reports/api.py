"""Reports over HTTP, under /api/reports: list, build, one as JSON or as a file, schedules. Serves D2d."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status

from hongqiao.insight.models import Report, Schedule
from hongqiao.insight.reports import queries, services, shelf, takes
from hongqiao.insight.reports.formats import SHAPES
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Job
from hongqiao.workspace.paging import Paged, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["reports"])


class ReportIn(Schema):
    """`day`: the day, a day of the week or month, or the last of any period; `start`: its first, for those."""

    kind: str
    day: date | None = None
    start: date | None = None


class ReportOut(Schema):
    id: UUID
    kind: str
    start: date
    end: date
    version: int
    digest: str
    built_at: datetime


class ReportsOut(Schema):
    items: list[ReportOut]
    next: str | None


class MakingOut(Schema):
    """What is being made, and where it will be."""

    state: str
    progress: float
    location: str


class ReportsAsked(Paged):
    kind: str = ""


class ScheduleIn(Schema):
    kind: str
    rhythm: str
    hour: int
    day: int = 0
    members: list[UUID] = []
    groups: bool = False
    on: bool = True


class ScheduleOut(ScheduleIn):
    id: UUID
    version: int


class SchedulesOut(Schema):
    items: list[ScheduleOut]
    next: str | None


def _report(row: Report) -> dict[str, Any]:
    plain = ("id", "kind", "start", "end", "digest")
    return {name: getattr(row, name) for name in plain} | {"version": row.manifest, "built_at": row.created_at}


def _schedule(row: Schedule) -> dict[str, Any]:
    return {n: getattr(row, n) for n in ("id", "version", "kind", "rhythm", "hour", "day", "members", "groups", "on")}


@router.get("", response=ReportsOut, summary="Kept reports, newest first")
def list_reports(request: HttpRequest, asked: Query[ReportsAsked]) -> dict[str, Any]:
    rows, after = page(queries.reports(caller(request, queries.SEE), asked.kind), asked)
    return {"items": [_report(r) for r in rows], "next": after}


@router.post("", response={201: ReportOut}, summary="Build a report; the same facts give the one there is")
@idempotent()
def build_report(request: HttpRequest, given: ReportIn) -> Status:
    row = services.build(actor=caller(request, queries.SEE), kind=given.kind, day=given.day, start=given.start)
    return Status(201, _report(row))


@router.get(
    "/newest/{kind}",
    response={200: ReportOut, 202: MakingOut},
    summary="The report of a kind's newest whole period, of the newest facts",
)
def newest_report(request: HttpRequest, kind: str, response: HttpResponse) -> Any:
    """200 where it is built. Else the worker builds it: 202, `Location` and `Retry-After`; ask again there."""
    found = services.newest(actor=caller(request, queries.SEE), kind=kind)
    return _making(request, response, found) if isinstance(found, Job) else Status(200, _report(found))


def _making(request: HttpRequest, response: HttpResponse, job: Job) -> Status:
    response.headers["Location"], response.headers["Retry-After"] = request.path, "1"
    return Status(202, {"state": job.state, "progress": job.progress, "location": request.path})


@router.get("/schedules", response=SchedulesOut, summary="When reports are made, and for whom")
def list_schedules(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    rows, after = page(queries.schedules(caller(request, queries.SEE)), asked)
    return {"items": [_schedule(r) for r in rows], "next": after}


@router.post("/schedules", response={201: ScheduleOut}, summary="Set when a report is made")
@idempotent()
def add_schedule(request: HttpRequest, given: ScheduleIn) -> Status:
    row = services.add_schedule(actor=caller(request, queries.SEE), wanted=services.Rhythm(**given.dict()))
    return Status(201, _schedule(row))


@router.delete("/schedules/{schedule_id}", response={204: None}, summary="Remove a schedule; its reports stay")
def remove_schedule(request: HttpRequest, schedule_id: UUID, version: int | None = None) -> Status:
    services.remove_schedule(actor=caller(request, queries.SEE), schedule_id=schedule_id, seen=version)
    return Status(204, None)


@router.get("/{report_id}", summary="One report: its document as JSON, without sections you may not see")
def get_report(request: HttpRequest, report_id: UUID) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    row = queries.report_of(member, report_id)
    return _report(row) | {"document": queries.seen_by(member, row)}


#: What an address of a file answers, for the description of the interface.
ANSWERS: dict[Any, Any] = {
    200: {
        "description": "The file",
        "content": {s.content_type: {"schema": {"type": "string", "format": "binary"}} for s in SHAPES.values()},
    },
    202: {
        "description": "The worker makes it: ask again at `Location`, after `Retry-After` seconds",
        "headers": {name: {"schema": {"type": "string"}} for name in ("Location", "Retry-After")},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/MakingOut"}}},
    },
}


@router.get(
    "/{report_id}/file.{shape}",
    response={202: MakingOut},
    summary="One report as a file: html, pdf, png, pptx, xlsx",
    openapi_extra={"responses": ANSWERS},
)
def get_file(request: HttpRequest, report_id: UUID, shape: str, response: HttpResponse) -> Any:
    """The file where it is made: 200. Else the worker makes it: 202, `Location` and `Retry-After`; ask again there."""
    member = caller(request, queries.TAKE)
    row = queries.report_of(member, report_id)
    made = shelf.wanted(member, row, shape)
    if not isinstance(made, Job):
        return takes.handed(member, row, shape)
    return _making(request, response, made)
