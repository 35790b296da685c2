"""Writes of reports: build one, set when they are made. One audit row each. Serves D2d."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao import warehouse
from hongqiao.errors import N_, Invalid
from hongqiao.insight import queries as figures
from hongqiao.insight.models import Report, Schedule
from hongqiao.insight.reports import queries, shelf, thresholds
from hongqiao.insight.reports.building import document
from hongqiao.insight.reports.document import digest_of
from hongqiao.insight.reports.kinds import Kind, checked, kind_of
from hongqiao.workspace import audit, jobs, permissions
from hongqiao.workspace.models import Brand, Job, Member

BUILD = "insight.report"


class BadSchedule(Invalid):
    code = "bad_schedule"
    message = N_("定时没有填对")
    next_step = N_("请选报告、频率、整点（0–23）和收件人")


def build(
    *, actor: Member, kind: str, day: date | None = None, start: date | None = None, version: int | None = None
) -> Report:
    """Build and keep a report: of the kind's newest whole period, or around `day`, or from `start` to `day`.

    The same facts and ledger give the report that is there. Raises NotAllowed, NoSuchKind, BadReportDays.
    """
    permissions.require(actor, queries.SEE)
    chosen, first, last = _days(actor.brand, kind, day, start)
    row, made = keep(actor.brand, chosen, first, last, author=actor, version=version)
    if made:
        audit.record(actor, "report.built", row, kind=chosen.label, of=kind, start=first, end=last)
    return row


def ask(*, actor: Member, kind: str, day: date | None = None, start: date | None = None, patient: bool = False) -> Job:
    """Have the worker build a report, of the ledger as it stands then; see `build` for its days.

    Whoever asks for the same days of the same facts while it is built waits for the same job. Raises what `build` does.
    patient: a build that has just failed is told (NotMade) rather than begun again.
    """
    permissions.require(actor, queries.SEE)
    chosen, first, last = _days(actor.brand, kind, day, start)
    checked(first, last)
    key = f"{chosen.code}|{first}|{last}|{warehouse.open(actor.brand_id).version}"
    if patient:
        shelf.rested(BUILD, actor.brand_id, key)
    asked = {"member": str(actor.pk), "kind": chosen.code, "start": str(first), "day": str(last)}
    return jobs.enqueue(BUILD, brand_id=actor.brand_id, key=key, payload=asked, priority=5, again=True)


def newest(*, actor: Member, kind: str) -> Report | Job:
    """Return the report of a kind's newest whole period at the newest version of the facts, or the job that builds it.

    Asked for again, it is the same job. Raises NotAllowed, NoSuchKind; NotMade for a minute after the worker failed.
    """
    permissions.require(actor, queries.SEE)
    kind_of(kind)
    return queries.built(actor, kind) or ask(actor=actor, kind=kind, patient=True)


def _days(brand: Brand, kind: str, day: date | None, start: date | None) -> tuple[Kind, date, date]:
    chosen = kind_of(kind)
    return chosen, *(chosen.days(day, start) if day else chosen.latest(figures.today_of(brand)))


def keep(
    brand: Brand,
    kind: Kind,
    start: date,
    end: date,
    *,
    author: Member | None = None,
    schedule: Schedule | None = None,
    version: int | None = None,
) -> tuple[Report, bool]:
    """Build a document and keep it; returns the row and whether it is new."""
    handle = warehouse.open(brand.pk, version)
    body = document(brand, kind, handle, start, end).to_json()
    made = {"manifest": handle.version, "document": body, "author": author, "schedule": schedule}
    with transaction.atomic():
        row, new = Report.objects.get_or_create(
            brand=brand, kind=kind.code, start=start, end=end, digest=digest_of(body), defaults=made
        )
        if new:
            _forget(brand)
    return row, new


def _forget(brand: Brand) -> None:
    """Keep no more than so many reports a brand: the oldest go."""
    old = (
        Report.objects.filter(brand=brand).order_by("-id").values_list("pk", flat=True)[thresholds()["kept_reports"] :]
    )
    if keys := list(old):
        Report.objects.filter(pk__in=keys).delete()


@dataclass(frozen=True)
class Rhythm:
    """When a report is made: `day` is a weekday (0 Monday) of a weekly, a day (1–28) of a monthly one."""

    kind: str
    rhythm: str
    hour: int
    day: int = 0
    members: Sequence[UUID | str] = field(default=())
    groups: bool = False
    on: bool = True


@transaction.atomic
def add_schedule(*, actor: Member, wanted: Rhythm) -> Schedule:
    """Set when a report is made. Raises NotAllowed, NoSuchKind, BadSchedule."""
    permissions.require(actor, queries.TEND)
    row = Schedule(brand=actor.brand, author=actor)
    _fill(actor, row, wanted)
    row.save()
    audit.record(actor, "report.scheduled", row, **_said(row))
    return row


@transaction.atomic
def change_schedule(*, actor: Member, schedule_id: UUID | str, seen: int | None, wanted: Rhythm) -> Schedule:
    """Change when a report is made, or switch it off. Raises NotFound, NotAllowed, Conflict, BadSchedule."""
    permissions.require(actor, queries.TEND)
    row: Schedule = Schedule.objects.for_member(actor, queries.TEND).locked(schedule_id, seen)
    _fill(actor, row, wanted)
    row.save_next("kind", "rhythm", "day", "hour", "members", "groups", "on")
    audit.record(actor, "report.schedule_changed", row, **_said(row))
    return row


@transaction.atomic
def remove_schedule(*, actor: Member, schedule_id: UUID | str, seen: int | None) -> None:
    """Remove a schedule; its reports stay. Raises NotFound, NotAllowed, Conflict."""
    permissions.require(actor, queries.TEND)
    row: Schedule = Schedule.objects.for_member(actor, queries.TEND).locked(schedule_id, seen)
    audit.record(actor, "report.schedule_removed", row, **_said(row))
    row.delete()


def _fill(actor: Member, row: Schedule, wanted: Rhythm) -> None:
    kind_of(wanted.kind)
    days = {Schedule.Rhythm.DAILY: (0, 0), Schedule.Rhythm.WEEKLY: (0, 6), Schedule.Rhythm.MONTHLY: (1, 28)}
    if wanted.rhythm not in Schedule.Rhythm.values or not 0 <= wanted.hour <= 23:
        raise BadSchedule()
    low, high = days[Schedule.Rhythm(wanted.rhythm)]
    if not low <= wanted.day <= high:
        raise BadSchedule()
    people = Member.objects.filter(brand=actor.brand, state=Member.State.ACTIVE)
    members = sorted({str(people.one(key).pk) for key in wanted.members})
    if not members and not wanted.groups:
        raise BadSchedule(N_("还没有选收件人"))
    row.kind, row.rhythm, row.day, row.hour = wanted.kind, wanted.rhythm, wanted.day, wanted.hour
    row.members, row.groups, row.on = members, wanted.groups, wanted.on


def _said(row: Schedule) -> dict[str, Any]:
    return {"kind": kind_of(row.kind).label, "rhythm": row.get_rhythm_display(), "hour": row.hour}
