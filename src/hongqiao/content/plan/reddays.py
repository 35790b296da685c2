"""The settings page of solemn days: which are in force, whose they are, adding, changing, switching off. C1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.content.plan import queries
from hongqiao.content.production import reddays
from hongqiao.knowledge import nodes
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def home(request: BrandRequest) -> HttpResponse:
    """The days in force, by when they come next; who keeps the brand's settings changes them."""
    if request.method == "POST":
        acts: Mapping[str, kit.Act] = {"keep": _keep, "off": _off, "on": _on, "remove": _remove}
        return kit.act(request, acts, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    context = {
        "days": reddays.days(request.brand),
        "seen": request.brand.version,
        "may": permissions.allows(request.member, reddays.CHANGE),
        "letters": {name: reddays.letters(name) for name in ("label", "why", "reason")},
        "dated": nodes.book()["date"],
    }
    return render(request, "content/plan/days.html", context | extra)


def _keep(request: BrandRequest) -> str:
    post = request.POST
    given = {k: post.get(k, "") for k in ("on", "label", "why", "was")}
    reddays.keep(actor=request.member, seen=kit.seen(request), **given)
    return _("已保存，排期和发布都照这个来")


def _off(request: BrandRequest) -> str:
    post = request.POST
    key, why = post.get("key", ""), post.get("reason", "")
    reddays.switch(actor=request.member, seen=kit.seen(request), key=key, on=False, reason=why)
    return _("已停用，这天不再提醒")


def _on(request: BrandRequest) -> str:
    reddays.switch(actor=request.member, seen=kit.seen(request), key=request.POST.get("key", ""), on=True)
    return _("已恢复，这天又会提醒")


def _remove(request: BrandRequest) -> str:
    reddays.remove(actor=request.member, seen=kit.seen(request), key=request.POST.get("key", ""))
    return _("已移除")
