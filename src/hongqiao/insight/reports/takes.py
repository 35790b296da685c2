"""Taking a report away as a file: how far it is, and the file itself once it is made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hongqiao.errors import NotFound
from hongqiao.insight import views as room
from hongqiao.insight.models import Report
from hongqiao.insight.reports import queries, shelf
from hongqiao.insight.reports.formats import SHAPES
from hongqiao.insight.reports.kinds import kind_of
from hongqiao.workspace import audit
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Job, Member
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words, say


@brand_view("data.export")
def file(request: BrandRequest, report_id: UUID, shape: str) -> HttpResponse:
    """A report as a file; the way to where it is made where it is not there yet."""
    row = _report(request, report_id, shape)
    made = shelf.wanted(request.member, row, shape)
    if isinstance(made, Job):
        return redirect("data_report_making", brand=request.brand.slug, report_id=row.pk, shape=shape)
    return handed(request.member, row, shape)


def handed(member: Member, row: Report, shape: str) -> HttpResponse:
    """Hand a file over that is there, with an audit row. Raises NotFound where it was swept just now."""
    try:
        body = shelf.path_of(member, row, shape).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None
    audit.record(member, "report.taken", row, kind=kind_of(row.kind).label, start=row.start, end=row.end, shape=shape)
    return kit.named(HttpResponse(body, content_type=SHAPES[shape].content_type), queries.name_of(row, shape))


@brand_view("data.export")
def making(request: BrandRequest, report_id: UUID, shape: str) -> HttpResponse:
    """How far a file is; when it is there, its download."""
    row = _report(request, report_id, shape)
    part = request.headers.get("HX-Request") == "true"
    context: dict[str, Any] = {"row": row, "shape": shape, "words": _(SHAPES[shape].label), "part": part}
    try:
        found = shelf.wanted(request.member, row, shape)
    except shelf.NotMade as error:
        context["failed"] = error_words(error)
    else:
        job = found if isinstance(found, Job) else None
        context |= {"job": job, "percent": round(job.progress * 100) if job else 100}
        context["said"] = say("job", job.message) if job and job.message else ""
    if part:
        return render(request, "insight/reports/file.html", context)
    context |= {"tabs": room.tabs_of(request, "reports"), "title": _(kind_of(row.kind).label)}
    return render(request, "insight/reports/making.html", context)


def _report(request: BrandRequest, report_id: UUID, shape: str) -> Report:
    if shape not in SHAPES:
        raise NotFound()
    return queries.report_of(request.member, report_id)
