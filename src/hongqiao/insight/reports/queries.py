"""Reads of reports: those kept, those of a kind, a report in words for a member, its files. Serves D2d."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.urls import Resolver404, resolve

from hongqiao.insight import queries as figures
from hongqiao.insight.models import Report, Schedule
from hongqiao.insight.reports import figures_of, formats
from hongqiao.insight.reports.kinds import KINDS
from hongqiao.insight.reports.written import Written, written
from hongqiao.workspace import permissions
from hongqiao.workspace.models import BrandedQuerySet, Member

SEE, TAKE, TEND = "data.view", "data.export", "data.edit"


def reports(member: Member, kind: str = "") -> BrandedQuerySet:
    """Return the kept reports a member may see, newest first."""
    found = Report.objects.for_member(member, SEE).defer("document").select_related("author__user", "schedule")
    return cast(BrandedQuerySet, (found.filter(kind=kind) if kind else found).order_by("-id"))


def report_of(member: Member, report_id: Any) -> Report:
    """Return one report. Raises NotFound where it is absent or another brand's."""
    found: Report = Report.objects.for_member(member, SEE).select_related("brand", "author__user").one(report_id)
    return found


def in_words(member: Member, report: Report) -> Written:
    """Return a report in the active language, without the sections this member may not see."""
    return written(report.document, permissions.held_by(member))


def seen_by(member: Member, report: Report) -> dict[str, Any]:
    """Return a report's document without the sections this member may not see."""
    held = permissions.held_by(member)
    kept = [s for s in report.document.get("sections", ()) if not s.get("needs") or s["needs"] in held]
    return {**report.document, "sections": kept}


def file_of(member: Member, report: Report, shape: str) -> bytes:
    """Return a report as a file. Raises NotAllowed, NoSuchShape, NoTypeface."""
    permissions.require(member, TAKE)
    said = in_words(member, report)
    return formats.write(said, shape, figures_of.rows_of(member, said))


def name_of(report: Report, shape: str) -> str:
    """Return the name of a file: its kind, brand and days."""
    return f"{report.brand.slug}-{report.kind}-{report.start}-{report.end}.{shape}"


def latest(member: Member) -> dict[str, Report]:
    """Return kind → the newest report of it."""
    found: dict[str, Report] = {}
    for kind in KINDS:
        if (row := reports(member, kind).order_by("-end", "-id").first()) is not None:
            found[kind] = row
    return found


def built(member: Member, kind: str) -> Report | None:
    """Return the report of a kind's newest whole period, where it was built at the newest version of the facts."""
    start, end = wanted_days(member, kind)
    version = figures.opened(member).version
    found: Report | None = reports(member, kind).filter(start=start, end=end, manifest=version).first()
    return found


def wanted_days(member: Member, kind: str) -> tuple[date, date]:
    """Return the newest whole period of a kind, as the screens see today."""
    return KINDS[kind].latest(figures.today_of(member.brand))


def schedules(member: Member) -> BrandedQuerySet:
    found = Schedule.objects.for_member(member, SEE).select_related("author__user")
    return cast(BrandedQuerySet, found.order_by("id"))


def ledger_address(slug: str, cite: Any) -> str:
    """Return the page of a row of the ledger, "" where there is none."""
    if cite.get("page") == "checklist":
        return _there(f"/b/{slug}/imports/checklist/", f"?week={cite.get('day', '')}")
    ways = {
        "finding": f"findings/{cite.get('finding')}/",
        "outcome": f"actions/{cite.get('of')}/",
        "action": f"actions/{cite.get('action')}/",
        "decision": "decisions/",
    }
    way = next((path for kind, path in ways.items() if kind in cite), "")
    return _there(f"/b/{slug}/ledger/{way}") if way else ""


def _there(path: str, query: str = "") -> str:
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path + query
