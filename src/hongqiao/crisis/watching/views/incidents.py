"""The list of incidents with its filters and files, and opening one by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.crisis import addresses
from hongqiao.crisis.models import Mention
from hongqiao.crisis.watching import acting, exports, present, queries
from hongqiao.crisis.watching.views import base
from hongqiao.errors import NotFound
from hongqiao.ui.tables import Column
from hongqiao.workspace import permissions, spreadsheets
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.limits import limits
from hongqiao.workspace.views import kit

FILTERS = ("q", "level", "state", "kind", "commander")


def _asked(request: BrandRequest) -> dict[str, Any]:
    asked: dict[str, Any] = {name: kit.words_of(request, name) for name in FILTERS}
    return asked | {name: kit.day(kit.words_of(request, name)) for name in ("start", "end")}


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def incidents(request: BrandRequest) -> HttpResponse:
    """All incidents, the newest first."""
    if request.method == "POST":
        return kit.act(request, {"take": _take}, _incidents)
    return _incidents(request, {})


def _incidents(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    asked, size = _asked(request), limits()["page_size"]
    rows = queries.ordered(queries.found(request.member, asked), kit.words_of(request, "sort"))
    page = min(kit.whole(kit.words_of(request, "page")) or 1, 10_000)
    shown = list(rows[(page - 1) * size : page * size + 1])
    context = {
        "rows": present.lines(request.brand, shown[:size]),
        "next": str(page + 1) if len(shown) > size else "",
        "count": rows.count(),
        "filtered": any(asked.values()),
        "columns": _columns(),
        "sources_url": addresses.page("crisis_sources", request.brand),
    }
    return base.show(request, "incidents", "crisis_incidents", context | extra)


def _columns() -> list[Column]:
    return [
        Column("number", _("编号"), sort=True),
        Column("title", _("事件")),
        Column("level", _("级别"), sort=True),
        Column("state", _("状态")),
        Column("n", _("提及"), unit="count", sort=True),
        Column("heard", _("首次听到"), sort=True, wide=True),
        Column("clock", _("时限")),
        Column("commander", _("总指挥")),
        Column("act", ""),
    ]


def _take(request: BrandRequest) -> str:
    acting.take_incident(actor=request.member, incident_id=kit.row_id(request), seen=kit.seen_of(request))
    return _("已接警，不再提醒其他人")


@brand_view(queries.SEE)
@require_GET
def export(request: BrandRequest) -> HttpResponseBase:
    """The list as it is filtered, as csv or xlsx."""
    form = kit.words_of(request, "format") or "csv"
    if form not in spreadsheets.KINDS:
        raise NotFound()
    rows = queries.ordered(queries.found(request.member, _asked(request)), kit.words_of(request, "sort"))
    return exports.respond(form, list(rows[: limits()["export_rows"]]))


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def new(request: BrandRequest) -> HttpResponse:
    """An incident by hand: what no machine saw; `?mention=` brings mentions along."""
    permissions.require(request.member, queries.HANDLE)
    if request.method == "POST":
        return kit.act(request, {"open": _open}, _new)
    return _new(request, {})


def _new(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("made"):
        messages.success(request, _("已开启事件 %(number)s") % {"number": made.number})
        return HttpResponseRedirect(addresses.incident(made))
    keys = request.POST.getlist("mention") or request.GET.getlist("mention")
    rows = [Mention.objects.for_member(request.member, queries.SEE).one(key) for key in keys[:50]]
    context = {"chosen": rows, "typed": {}}
    return base.show(request, "new", "crisis_incidents", context | extra)


def _open(request: BrandRequest) -> dict[str, Any]:
    post = request.POST
    made = acting.open_by_hand(
        actor=request.member,
        mention_ids=post.getlist("mention"),
        **{name: post.get(name, "") for name in ("title", "kind", "nature", "level", "note")},
    )
    return {"made": made}
