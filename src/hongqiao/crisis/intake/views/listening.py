"""监听来源: each source with how it was heard by hour, how late words come, what is wrong; added, changed, stopped."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.crisis.intake import coverage, own, settings, sources
from hongqiao.crisis.intake.views import base
from hongqiao.crisis.models import Drill, Source
from hongqiao.delivery.connections import services as connections
from hongqiao.workspace import links, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Account
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import platform_name, stored_words

OPTIONS = {
    "from": 0,
    "to": 24,
    "host": "",
    "port": 993,
    "user": "",
    "messages": True,
}  # what a form shows where nothing is kept


@brand_view(sources.SEE)
@require_http_methods(["GET", "POST"])
def listening(request: BrandRequest) -> HttpResponse:
    """All sources and the meter of the last day."""
    if request.method == "POST":
        return kit.act(request, {"add": _add}, _listening)
    return _listening(request, {})


def _listening(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("made"):
        return HttpResponseRedirect(reverse("crisis_source", args=[request.brand.slug, made.pk]))
    rows = Source.objects.for_member(request.member, sources.SEE).select_related("brand", "owner__user", "account")
    rows = rows.exclude(pk__in=Drill.objects.filter(brand=request.brand).values("source"))  # played, not listened to
    shown = coverage.covered(rows.order_by("-on", "name"))
    told = [c for c in shown if c.share is not None]
    asked = [c for one in told for c in one.cells if c.state != "off"]
    context = {
        "lines": [_line(one) for one in shown],
        "covered": sum(c.state in ("heard", "found") for c in asked) / len(asked) if asked else None,
        "late": [one.source.name for one in shown if one.late],
        "files": [one.source for one in shown if one.source.way == Source.Way.FILE],
        "offers": [
            (o, platform_name(o.account.platform), _connection_url(request, o.account))
            for o in own.offers(request.brand)
        ],
        "row": Source(brand=request.brand),
        "options": OPTIONS,
        **_choices(request),
    }
    return base.show(request, "intake/sources", "crisis_sources", context | extra)


def _line(one: coverage.Covered) -> dict[str, Any]:
    row, promised = one.source, coverage.promised(one.source)
    return {
        "row": row,
        "way": _(row.get_way_display()),
        "cells": [
            {"state": c.state, "start": c.start, "found": c.found, "label": cell_words(c.state)} for c in one.cells
        ],
        "share": one.share,
        "late": one.late,
        "due": one.due,
        "p50": one.p50 * 60 if promised and one.p50 is not None else None,  # a file is as late as it is brought
        "p95": one.p95 * 60 if promised and one.p95 is not None else None,
        "promised": promised,
        "wrong": stored_words(row.error).get("message", ""),
        "missed": sum(c.state in ("missed", "failed") for c in one.cells),
    }


def cell_words(state: str) -> str:
    """Return what an hour's colour means."""
    return {
        "found": _("有新提及"),
        "heard": _("听到，无新提及"),
        "missed": _("没有听到"),
        "failed": _("出错"),
        "off": _("不计"),
    }[state]


def _choices(request: BrandRequest) -> dict[str, Any]:
    accounts = Account.objects.filter(brand=request.brand, state=Account.State.OPEN)
    return {
        "ways": [(w.value, _(w.label)) for w in sources.ADDED],
        "channels": settings.channels(),
        "colleagues": base.colleagues(request.member),
        "accounts": [(a, platform_name(a.platform)) for a in accounts.order_by("platform", "name")],
        "zone": request.brand.zone,
    }


def _given(request: HttpRequest) -> dict[str, Any]:
    names: tuple[str, ...] = ("name", "channel", "address", "every", "owner", "account", "from", "to", "map")
    names += (sources.MESSAGES, "host", "port", "user", "password", "folder")
    return {k: request.POST[k] for k in names if k in request.POST and (k != "address" or request.POST[k].strip())}


def _add(request: BrandRequest) -> Any:
    given = {k: v for k, v in _given(request).items() if v}
    name = given.pop("name", "")
    return {"made": sources.add(actor=request.member, name=name, way=request.POST.get("way", ""), given=given)}


@brand_view(sources.SEE)
@require_http_methods(["GET", "POST"])
def source(request: BrandRequest, source_id: UUID) -> HttpResponse:
    """One source: its settings, its address for pushes, its last looks."""
    row: Source = Source.objects.for_member(request.member, sources.SEE).one(source_id)
    acts = {"change": _change, "on": _switch, "off": _switch, "renew": _renew}
    if request.method == "POST":
        return kit.act(request, acts, lambda r, extra: _source(r, source_id, extra))
    return _source(request, row.pk, {})


def _source(request: BrandRequest, source_id: UUID, extra: dict[str, Any]) -> HttpResponse:
    rows = Source.objects.for_member(request.member, sources.SEE).select_related("brand", "owner__user", "account")
    row: Source = rows.one(source_id)
    (shown,) = coverage.covered([row])
    context = {
        **_line(shown),
        "looks": row.looks.select_related("by__user").order_by("-at")[:20],
        "map": json.dumps(row.options["map"], ensure_ascii=False, indent=1) if row.options.get("map") else "",
        "options": OPTIONS | row.options,
        "count": row.mentions.count(),
        **_own(request, row),
        **_choices(request),
    }
    return base.show(request, "intake/source", "crisis_sources", context | extra)


def _own(request: BrandRequest, row: Source) -> dict[str, Any]:
    """How an own account is heard, and where it is connected."""
    if row.way != Source.Way.OWN or row.account is None:
        return {}
    return {
        "own": own.reach(row.account),
        "own_platform": platform_name(row.account.platform),
        "connection_url": _connection_url(request, row.account),
    }


def _connection_url(request: BrandRequest, account: Account) -> str:
    """Return where an account is connected, "" for who may not."""
    may = permissions.allows(request.member, connections.TEND)
    return reverse("settings_connection", args=[request.brand.slug, account.pk]) if may else ""


def _ids(request: BrandRequest) -> dict[str, Any]:
    return {"actor": request.member, "source_id": kit.row_id(request), "seen": kit.seen(request)}


def _change(request: BrandRequest) -> str:
    sources.change(**_ids(request), given=_given(request))
    return _("已保存")


def _switch(request: BrandRequest) -> str:
    on = request.POST["act"] == "on"
    sources.switch(**_ids(request), on=on)
    return _("已启用") if on else _("已停用")


def _renew(request: BrandRequest) -> dict[str, Any]:
    permissions.require(request.member, sources.HANDLE)
    row, token, secret = sources.renew(**_ids(request), unsigned=request.POST.get("unsigned") == "1")
    path = reverse("crisis_hook", args=[row.pk, token])
    return {"hook": links.absolute(path, request), "secret": "" if row.options.get("unsigned") else secret}
