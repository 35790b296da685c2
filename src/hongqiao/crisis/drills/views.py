"""The pages of drills: what may be practised, what was; one drill with its incident, review and score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.crisis.drills import scoring, services, words
from hongqiao.crisis.incidents import acts as room
from hongqiao.crisis.incidents import kit
from hongqiao.crisis.models import Drill, Incident, Mention
from hongqiao.errors import Invalid
from hongqiao.methods.crisis import drill as method
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit as pages

PAGE = 20


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def drills(request: BrandRequest) -> HttpResponse:
    """The scenarios, and the drills that were held."""
    return pages.act(request, {"start": _start}, _drills) if request.method == "POST" else _drills(request, {})


def _start(request: BrandRequest) -> dict[str, Any]:
    """Begin a drill and go to it."""
    speed = pages.whole(request.POST.get("speed", ""))
    if speed is None:
        raise Invalid()
    row = services.start(actor=request.member, scenario=request.POST.get("scenario", ""), speed=speed)
    messages.success(request, _("演练开始，所有页面都标着“演练”，不会外发"))
    return {"go": reverse("crisis_drill", args=[request.brand.slug, row.pk])}


def _drills(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if went := extra.get("go"):
        return HttpResponseRedirect(went)
    rows = Drill.objects.for_member(request.member, kit.SEE).select_related("by__user").order_by("-id")
    found, following = pages.page_of(rows, pages.after(request), PAGE)
    known = services.scenarios(request.brand).values()
    context = {
        "rooms": tabs.of(request.member, "crisis", on="crisis_drills"),
        "scenarios": [
            {"code": s["code"], "label": _(s["label"]), "words": _(s["words"]), "n": len(s["mentions"])} for s in known
        ],
        "lines": [{"row": r, "label": words.label(r.scenario)} for r in found],
        "next": following,
        "running": any(r.state == Drill.State.RUNNING for r in found),
        "speeds": services.SPEEDS,
        "may": permissions.allows(request.member, kit.HANDLE),
    }
    return render(request, "crisis/drills/drills.html", context | extra)


def _row(request: BrandRequest, key: UUID) -> Drill:
    rows = Drill.objects.for_member(request.member, kit.SEE).select_related("brand", "source", "incident", "by__user")
    found: Drill = rows.one(key)
    return found


@brand_view(kit.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest, drill_id: UUID) -> HttpResponse:
    row = _row(request, drill_id)
    if request.method == "POST":
        return pages.act(request, ACTS, lambda r, extra: _one(r, _row(r, row.pk), extra))
    return _one(request, row, {})


def _one(request: BrandRequest, row: Drill, extra: dict[str, Any]) -> HttpResponse:
    known = services.scenarios(request.brand)[row.scenario]
    incident = services.incident_of(row)
    ended = row.state == Drill.State.ENDED
    parts = row.score["parts"] if ended else [asdict(p) for p in scoring.score(row, incident, known["expect"])]
    context = {
        "rooms": tabs.of(request.member, "crisis", on="crisis_drills"),
        "row": row,
        "label": _(known["label"]),
        "words": _(known["words"]),
        "incident": incident,
        "ended": ended,
        "parts": [words.part(p) for p in parts],
        "total": row.score["total"] if ended else method.total([method.Part(**p) for p in parts]),
        "mentions": list(Mention.objects.filter(source=row.source).order_by("-heard_at")),
        "all": len(known["mentions"]),
        "levels": [(v, _(str(label))) for v, label in Incident.Level.choices],
        "lessons": incident.lessons if incident else {},
        "may": permissions.allows(request.member, kit.HANDLE) and not ended,
        "kept": room.kept(extra.get("typed")),
    }
    return render(request, "crisis/drills/one.html", context | extra)


def _of(request: BrandRequest) -> dict[str, Any]:
    match = request.resolver_match
    assert match is not None
    return {"actor": request.member, "drill_id": match.kwargs["drill_id"], "seen": pages.seen(request)}


def _open(request: BrandRequest) -> str:
    services.open_by_hand(**_of(request), level=request.POST.get("level", ""))
    return _("演练事件已建立")


def _review(request: BrandRequest) -> str:
    said: dict[str, Any] = {k: request.POST.get(k, "") for k in ("what", "why", "change")}
    services.review(**_of(request), **said)
    return _("复盘已保存")


def _end(request: BrandRequest) -> str:
    row = services.end(**_of(request))
    return _("演练结束，得分 %(n)s") % {"n": row.score["total"]}


ACTS: dict[str, Callable[[Any], str]] = {"open": _open, "review": _review, "end": _end}
