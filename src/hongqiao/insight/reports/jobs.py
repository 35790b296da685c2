"""Reports in the background: one that somebody asked for, and those whose hour has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.insight.models import Report, Schedule
from hongqiao.insight.reports import publishing, services, shelf, thresholds
from hongqiao.insight.reports.formats import SHAPES
from hongqiao.insight.reports.kinds import KINDS
from hongqiao.workspace import figures, jobs
from hongqiao.workspace.models import Job, Member

BUILD, DUE, ONE = services.BUILD, "insight.reports_due", "insight.report_due"
SWEEP = "insight.report_files_swept"
EVERY = 10  # minutes


def subjects(rows: Sequence[Job]) -> Mapping[UUID, jobs.Subject]:
    """Say which report each job builds."""
    found = {}
    for row in rows:
        kind = KINDS.get(row.payload.get("kind", ""))
        if kind:
            days = "～".join(dict.fromkeys(d for d in (row.payload.get("start"), row.payload.get("day")) if d))
            found[row.pk] = jobs.Subject(f"{_(kind.label)} {days}".strip())
    return found


@jobs.handler(BUILD, atomic=False, label=N_("生成报告"), subject=subjects)
def build(ctx: jobs.Context) -> dict[str, Any]:
    """Build the report a member asked for; what is kept is kept once, by its content."""
    p = ctx.payload
    actor = Member.objects.select_related("brand", "user").get(pk=p["member"])
    ctx.progress(0.1, "report.asking")
    row = services.build(actor=actor, kind=p["kind"], day=_day(p.get("day")), start=_day(p.get("start")))
    ctx.progress(1.0, "report.done")
    return {"report": str(row.pk)}


def file_subjects(rows: Sequence[Job]) -> Mapping[UUID, jobs.Subject]:
    """Say of which report, and in which shape, each job makes a file."""
    asked = Report.objects.defer("document").select_related("brand")
    reports = {str(r.pk): r for r in asked.filter(pk__in=[x.payload["report"] for x in rows])}
    found = {}
    for row in rows:
        report, shape = reports.get(row.payload["report"]), SHAPES.get(row.payload["shape"])
        if report and shape and report.kind in KINDS and report.brand_id == row.brand_id:
            words = f"{_(KINDS[report.kind].label)} {report.end} · {_(shape.label)}"
            found[row.pk] = jobs.Subject(words, publishing.address(report))
    return found


@jobs.handler(shelf.FILE, atomic=False, label=N_("生成报告文件"), subject=file_subjects)
def file(ctx: jobs.Context) -> dict[str, Any]:
    """Make a report's file; a run that was cut off leaves nothing that would be served, and the next makes it."""
    ctx.progress(0.2, "report.writing")
    made = shelf.make(ctx.payload)
    return {"file": made.name}


@jobs.handler(SWEEP, label=N_("清理过期的报告文件"))
def sweep(ctx: jobs.Context) -> dict[str, int]:
    """Remove files of reports past their days."""
    return {"files": shelf.sweep()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@jobs.handler(DUE, atomic=False, label=N_("定时报告"))
def due(ctx: jobs.Context) -> dict[str, int]:
    """Ask for every report whose hour has come and whose period is not made yet."""
    asked = 0
    for row in Schedule.objects.filter(on=True).select_related("brand").order_by("id"):
        now = timezone.now()
        last = last_due(row, now)
        if last is not None and row.last_for != last and not waits(row, last, now):
            key = f"{row.pk}|{last}"
            jobs.enqueue(ONE, brand_id=row.brand_id, key=key, payload={"schedule": str(row.pk), "for": str(last)})
            asked += 1
    return {"asked": asked}


@jobs.handler(ONE, atomic=False, label=N_("定时报告"))
def one_due(ctx: jobs.Context) -> dict[str, Any]:
    """Build one scheduled report and hand it on; what is handed on is handed on once, by its key."""
    row = Schedule.objects.select_related("brand").filter(pk=ctx.payload["schedule"], on=True).first()
    if row is None:
        return {"report": None}
    kind, last = KINDS[row.kind], date.fromisoformat(ctx.payload["for"])
    start, end = kind.days(last) if kind.unit != "any" else (last - timedelta(days=span(row) - 1), last)
    report, _new = services.keep(row.brand, kind, start, end, schedule=row)
    with transaction.atomic():
        told = publishing.publish(report, row)
        Schedule.objects.filter(pk=row.pk).update(last_for=last)
    return {"report": str(report.pk), "told": told}


def span(row: Schedule) -> int:
    """Return how many days a report of any period covers by a schedule's rhythm."""
    return {Schedule.Rhythm.DAILY: 1, Schedule.Rhythm.WEEKLY: 7, Schedule.Rhythm.MONTHLY: 28}[
        Schedule.Rhythm(row.rhythm)
    ]


def last_due(row: Schedule, now: datetime) -> date | None:
    """Return the last day of the newest report that should be there at `now`; None before the schedule's first hour.

    A schedule made today does not ask for what came before it.
    """
    local = now.astimezone(ZoneInfo(row.brand.zone))
    day = local.date()
    if row.rhythm == Schedule.Rhythm.WEEKLY:
        day -= timedelta(days=(day.weekday() - row.day) % 7)
    elif row.rhythm == Schedule.Rhythm.MONTHLY:
        day = (
            day.replace(day=row.day) if day.day >= row.day else (day.replace(day=1) - timedelta(1)).replace(day=row.day)
        )
    moment = datetime(day.year, day.month, day.day, row.hour, tzinfo=ZoneInfo(row.brand.zone))
    if moment > local or moment < row.created_at.astimezone(moment.tzinfo):
        return None
    kind = KINDS.get(row.kind)
    if kind is None:
        return None
    return kind.latest(day)[1] if kind.unit != "any" else day - timedelta(days=1)


def waits(row: Schedule, last: date, now: datetime) -> bool:
    """Return whether a report should wait a few hours for its last day: files are fetched in the morning."""
    newest = figures.newest_day(row.brand)
    local = now.astimezone(ZoneInfo(row.brand.zone))
    hour = datetime(local.year, local.month, local.day, row.hour, tzinfo=local.tzinfo)
    late = (local - hour).total_seconds() >= 3600 * thresholds()["hold_hours"]
    return newest is not None and newest < last and not late and local >= hour


jobs.every(DUE, minutes=EVERY)
jobs.every(SWEEP, minutes=6 * 60)
