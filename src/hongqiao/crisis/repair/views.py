"""Pages of the repair: the plan with its proofs, the curve, the review; the report with the rows behind it. X3."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao import warehouse
from hongqiao.crisis import addresses, settings
from hongqiao.crisis.models import Goodwill, Incident
from hongqiao.crisis.repair import drawing, present, report, series, services
from hongqiao.errors import NotFound
from hongqiao.workspace import figures, permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


def _row(request: BrandRequest, incident_id: UUID) -> Incident:
    found: Incident = Incident.objects.for_member(request.member, services.SEE).select_related("brand").one(incident_id)
    return found


@brand_view(services.SEE)
@require_http_methods(["GET", "POST"])
def plan(request: BrandRequest, incident_id: UUID) -> HttpResponse:
    """The plan of 30, 60 and 90 days, what is proved of it, and whether talk is back."""
    row = _row(request, incident_id)

    def page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        return _plan(request, _row(request, incident_id), extra)

    return kit.act(request, _acts(row), page) if request.method == "POST" else page(request, {})


def _acts(row: Incident) -> dict[str, kit.Act]:
    def begin(request: BrandRequest) -> str:
        services.begin(actor=request.member, incident_id=row.pk, seen=kit.seen_of(request))
        return _("修复开始，计划可以修改")

    def add(request: BrandRequest) -> str:
        told = {k: request.POST.get(k, "") for k in ("kind", "title", "phase", "due")}
        services.add(actor=request.member, incident_id=row.pk, seen=kit.seen_of(request), **told)
        return _("已加入计划")

    def done(request: BrandRequest) -> str:
        told = {k: request.POST.get(k, "") for k in ("url", "text")}
        item = services.carried_out(
            actor=request.member, item_id=kit.row_id(request), seen=kit.seen_of(request), **told
        )
        return _("已完成：%(title)s") % {"title": item.title}

    def drop(request: BrandRequest) -> str:
        reason = request.POST.get("reason", "")
        services.drop(actor=request.member, item_id=kit.row_id(request), seen=kit.seen_of(request), reason=reason)
        return _("已从计划去掉")

    def learn(request: BrandRequest) -> str:
        told = {k: request.POST.get(k, "") for k in ("happened", "cause", "changed")}
        words = {k: request.POST.get(k, "").replace("、", "\n").splitlines() for k in ("watch", "avoid")}
        services.learn(
            actor=request.member,
            incident_id=row.pk,
            seen=kit.seen_of(request),
            watch=words["watch"],
            avoid=words["avoid"],
            **told,
        )
        return _("复盘已保存")

    def close(request: BrandRequest) -> str:
        reason = request.POST.get("reason", "")
        services.close(actor=request.member, incident_id=row.pk, seen=kit.seen_of(request), reason=reason)
        return _("事件已关闭")

    return {"begin": begin, "add": add, "done": done, "drop": drop, "learn": learn, "close": close}


def _plan(request: BrandRequest, row: Incident, extra: dict[str, Any]) -> HttpResponse:
    today = figures.calendar_day(request.brand)
    found = series.measured(row, today)
    rule = settings.of(request.brand, "repair")["rule"]
    context = {
        "tabs": tabs.of(request.member, "crisis", "crisis_incidents"),
        "row": row,
        "today": today,
        "phases": present.phases(row, list(row.goodwill.select_related("owner").order_by("due", "order", "id"))),
        "found": found,
        "rule": rule,
        "chart": present.chart(found),
        "volumes": present.volumes(found),
        "last": present.last(found),
        "beside": present.beside(series.beside(row, warehouse.open(request.brand.pk), today)),
        "quotes": [(m, addresses.mention(m)) for m in present.quotes(row)]
        if row.state == Incident.State.MENDING
        else [],
        "kinds": [(k, _(label)) for k, label in Goodwill.Kind.choices],
        "may": permissions.allows(request.member, services.HANDLE),
        "mending": row.state == Incident.State.MENDING,
        "ready": bool(found.recovered and row.lessons),
    }
    return render(request, "crisis/repair/plan.html", context | extra)


@brand_view(services.SEE)
@require_GET
def told(request: BrandRequest, incident_id: UUID) -> HttpResponse:
    """The report: each sentence with the rows behind it."""
    row = _row(request, incident_id)
    made = report.sections(row, series.measured(row, figures.calendar_day(request.brand)))
    context = {
        "tabs": tabs.of(request.member, "crisis", "crisis_incidents"),
        "row": row,
        "sections": made,
        "plain": report.plain(made),
        "coverage": report.coverage(row),
    }
    return render(request, "crisis/repair/report.html", context)


@brand_view(services.SEE)
@require_GET
def told_file(request: BrandRequest, incident_id: UUID, shape: str) -> HttpResponse:
    """The report as pdf or png."""
    if shape not in drawing.SHAPES:
        raise NotFound()
    row = _row(request, incident_id)
    made = report.sections(row, series.measured(row, figures.calendar_day(request.brand)))
    answer = HttpResponse(drawing.draw(shape, row, made), content_type=drawing.SHAPES[shape])
    return kit.named(answer, f"{_('舆情事件报告')}-{row.number}.{shape}")
