"""Pages of reports: kinds with their newest, archive, one report, what stands behind a note, files, schedules."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hongqiao.errors import Conflict, NotFound
from hongqiao.insight import queries as figures
from hongqiao.insight import views as room
from hongqiao.insight.reports import figures_of, present, queries, rewording, services, thresholds
from hongqiao.insight.reports.formats import SHAPES
from hongqiao.insight.reports.kinds import KINDS, BadReportDays
from hongqiao.insight.rows import behind
from hongqiao.insight.words import label, part_words
from hongqiao.metrics import METRICS
from hongqiao.metrics.behind import part_of
from hongqiao.workspace import assistant, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.assistant import rewording as rewordings
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Job
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import say, stored_words


@brand_view("data.view")
def home(request: BrandRequest) -> HttpResponse:
    """The kinds with their newest report, the archive, the schedules."""
    member = request.member
    context = present.home(member, request.GET.get("kind", ""), request.GET.get("after", ""))
    context |= {"tabs": room.tabs_of(request, "reports"), "may_tend": permissions.allows(member, queries.TEND)}
    context |= {"empty": not figures.has_facts(request.brand)}
    return render(request, "insight/reports/home.html", context)


@require_POST
@brand_view("data.view")
def build(request: BrandRequest) -> HttpResponse:
    """Ask for a report in the background and show how far it is."""
    kind, day = request.POST.get("kind", ""), _day(request.POST.get("day", ""))
    job = services.ask(actor=request.member, kind=kind, day=day, start=_day(request.POST.get("start", "")))
    return redirect("data_report_building", brand=request.brand.slug, job_id=job.pk)


@require_GET
@brand_view("data.view")
def newest(request: BrandRequest, kind: str) -> HttpResponse:
    """The report of a kind's newest whole period: at once where these facts' is built, else how far it is."""
    slug = request.brand.slug
    if kind not in KINDS:
        raise NotFound()
    if not figures.has_facts(request.brand):
        return redirect("data_reports", brand=slug)
    found = services.newest(actor=request.member, kind=kind)
    if isinstance(found, Job):
        return redirect("data_report_building", brand=slug, job_id=found.pk)
    return redirect("data_report", brand=slug, report_id=found.pk)


@brand_view("data.view")
def building(request: BrandRequest, job_id: UUID) -> HttpResponse:
    """How far a report is; when it is there, the way leads to it."""
    job = Job.objects.filter(brand=request.brand, kind=services.BUILD, pk=job_id).first()
    kind = KINDS.get(job.payload.get("kind", "")) if job else None
    if job is None or kind is None:
        raise NotFound()
    if job.state == Job.State.DONE and job.result:
        return _gone(request, reverse("data_report", args=[request.brand.slug, job.result["report"]]))
    failed = stored_words(job.error) if job.state == Job.State.FAILED else None
    context: dict[str, Any] = {"job": job, "failed": failed, "said": say("job", job.message) if job.message else ""}
    context |= {"percent": round(job.progress * 100), "tabs": room.tabs_of(request, "reports")}
    days = dict.fromkeys((job.payload.get("start"), job.payload.get("day")))
    context |= {"title": _(kind.label), "period": "～".join(d for d in days if d)}
    part = request.headers.get("HX-Request") == "true"
    return render(request, f"insight/reports/{'progress' if part else 'building'}.html", context)


def _gone(request: BrandRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


@brand_view("data.view")
def report(request: BrandRequest, report_id: UUID) -> HttpResponse:
    """One report in words."""
    row = queries.report_of(request.member, report_id)
    said = queries.in_words(request.member, row)
    path = reverse("data_report", args=[request.brand.slug, row.pk])
    made = rewording.shown(row, said)
    context = {
        "row": row,
        "said": said,
        "sections": present.sections(request.brand.slug, row, said, made),
        "reworded": bool(made),
        "may_tend": permissions.allows(request.member, queries.TEND),
        "may_reword": permissions.allows(request.member, queries.TEND)
        and assistant.allowed(request.brand, rewordings.USE),
        "shapes": [(code, _(s.label)) for code, s in SHAPES.items()],
        "may_take": permissions.allows(request.member, queries.TAKE),
        "link": absolute(path, request),
        "facts": figures.opened(request.member).version,
        "tabs": room.tabs_of(request, "reports"),
    }
    return render(request, "insight/reports/report.html", context)


@require_POST
@brand_view("data.view")
def reword(request: BrandRequest, report_id: UUID) -> HttpResponse:
    """Have the sentences reworded in the background, or go back to the report's own."""
    if request.POST.get("do") == "back":
        rewording.end(actor=request.member, report_id=report_id)
        messages.success(request, _("已改回原文"))
    else:
        rewording.ask(actor=request.member, report_id=report_id)
        messages.success(request, _("正在逐句改写，过一会儿刷新本页；没有通过核对的句子保留原文"))
    return redirect("data_report", brand=request.brand.slug, report_id=report_id)


@brand_view("data.view")
def note(request: BrandRequest, report_id: UUID, number: int) -> HttpResponse:
    """What stands behind a note: the figure and its rows at the report's version, or the row of the ledger."""
    member = request.member
    row = queries.report_of(member, report_id)
    said = queries.in_words(member, row)
    found = next((n for n in said.notes if n.number == number), None)
    if found is None:
        raise NotFound()
    codes = [c for c in found.cite.get("metrics", ()) if c in METRICS]
    context: dict[str, Any] = {"row": row, "said": said, "note": found, "tabs": room.tabs_of(request, "reports")}
    if not codes:
        address = queries.ledger_address(request.brand.slug, found.cite)
        return redirect(address) if address else render(request, "insight/reports/note.html", context)
    code = request.GET.get("m", codes[0])
    after, part = request.GET.get("after", ""), request.GET.get("part", "numerator")
    figures.checked_cursor(after)
    if code not in codes:
        raise NotFound()
    version = figures_of.version_of(said, found.cite)
    handle, same = figures_of.opened(member, version)
    accounts = figures.account_names(member.brand_id)
    asked = figures_of.asked(found.cite, code)
    context |= {
        "metric": label(code),
        "code": code,
        "codes": [(c, label(c)) for c in codes],
        "cards": present.cards(figures_of.answered(handle, found.cite)),
        "behind": behind(member, handle, asked, code, part, after, accounts),
        "parts": part_words(code),
        "part": part_of(METRICS[code].parts, part),
        "version": handle.version,
        "gone": not same,
    }
    template = "insight/rows.html" if request.headers.get("HX-Target") == "rows" else "insight/reports/note.html"
    return render(request, template, context)


@require_POST
@brand_view("data.edit")
def schedule(request: BrandRequest, schedule_id: UUID | None = None) -> HttpResponse:
    """Add, change or remove a schedule."""
    actor = request.member
    if schedule_id and request.POST.get("do") == "remove":
        services.remove_schedule(actor=actor, schedule_id=schedule_id, seen=kit.seen(request, Conflict))
        messages.success(request, _("定时已删除，已生成的报告还在"))
    elif schedule_id:
        services.change_schedule(
            actor=actor, schedule_id=schedule_id, seen=kit.seen(request, Conflict), wanted=_wanted(request)
        )
        messages.success(request, _("定时已修改"))
    else:
        services.add_schedule(actor=actor, wanted=_wanted(request))
        messages.success(request, _("定时已保存，到点自动生成"))
    return redirect("data_reports", brand=request.brand.slug)


def _wanted(request: BrandRequest) -> services.Rhythm:
    post = request.POST
    rhythm = post.get("rhythm", "")
    day = {"weekly": post.get("weekday", ""), "monthly": post.get("monthday", "")}.get(rhythm, "0")
    return services.Rhythm(
        kind=post.get("kind", ""),
        rhythm=rhythm,
        hour=_number(post.get("hour", "")),
        day=_number(day),
        members=[m for m in post.getlist("members") if m],
        groups=post.get("groups") == "on",
        on=post.get("on", "on") == "on",
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise services.BadSchedule()
    return int(text)


def _day(text: str) -> date | None:
    """Return a day of a form, None where none was filled in. Raises BadReportDays for what is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadReportDays(most=thresholds()["longest_days"]) from None
