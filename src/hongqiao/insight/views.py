"""Pages of 今日 and 数据: fetch with permission, ask the dictionary, render. Serves D1."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.errors import NotFound
from hongqiao.insight import exports, morning, pages, queries
from hongqiao.insight.boards import BOARDS
from hongqiao.metrics import METRICS
from hongqiao.ui.period import Period, period_of
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view


@brand_view("today.view")
def today(request: BrandRequest) -> HttpResponse:
    """What there is so far: how fresh, what moved, what waits."""
    member = request.member
    context = morning.page(member) if permissions.allows(member, "data.view") else {"closed": True}
    return render(request, "insight/today.html", context)


@brand_view("data.view")
def home(request: BrandRequest) -> HttpResponse:
    return redirect("data_board", brand=request.brand.slug, family="content")


@brand_view("data.view")
def board(request: BrandRequest, family: str) -> HttpResponse:
    """One of the four dashboards."""
    chosen = BOARDS.get(family)
    if chosen is None:
        raise NotFound()
    period = _period(request)
    where = queries.places_from(request.GET)
    context = pages.board_page(request.member, chosen, period, where)
    context |= {"tabs": _tabs(request, family), "period": period}
    return render(request, "insight/board.html", context)


@brand_view("data.view")
def metric(request: BrandRequest, code: str) -> HttpResponse:
    """One metric: its definition, its days, a cut, and the rows behind it with the file each came from."""
    if code not in METRICS:
        raise NotFound()
    period = _period(request)
    where = queries.filters_from(request.GET)
    cut, part, after = request.GET.get("by", ""), request.GET.get("part", "numerator"), request.GET.get("after", "")
    queries.checked_cursor(after)
    context = pages.metric_page(request.member, code, period, where, cut, part, after)
    context |= {"tabs": _tabs(request, METRICS[code].family), "period": period}
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "rows":
        return render(request, "insight/rows.html", context)
    return render(request, "insight/metric.html", context)


@brand_view("data.export")
def export(request: BrandRequest, code: str, what: str, kind: str) -> HttpResponseBase:
    """Download a metric's days, one of its cuts, or the rows behind it, as csv or xlsx."""
    if code not in METRICS or kind not in exports.KINDS:
        raise NotFound()
    period = _period(request)
    where = queries.filters_from(request.GET)
    part = request.GET.get("part", "numerator")
    heads, rows = exports.sheet(request.member, code, what, period, where, part)
    name = f"{code}-{what}-{period.start}-{period.end}.{kind}"
    return exports.respond(kind, name, heads, rows)


@brand_view("data.view")
def dictionary(request: BrandRequest) -> HttpResponse:
    """Every metric, defined once."""
    q = request.GET.get("q", "").strip()
    family = request.GET.get("family", "")
    context: dict[str, Any] = pages.dictionary_page(request.brand, q, family)
    return render(request, "insight/dictionary.html", context | {"tabs": _tabs(request, "dictionary")})


def _period(request: BrandRequest) -> Period:
    """Return the days the address asks for. Raises Invalid for what is no date, backwards, or beyond all records."""
    period = period_of(request.GET, queries.today_of(request.brand))
    queries.checked(period.start, period.end)
    return period


def _tabs(request: BrandRequest, on: str) -> list[dict[str, Any]]:
    slug = request.brand.slug
    keep = {k: request.GET[k] for k in ("period", "start", "end", "platform", "account") if request.GET.get(k)}
    query = f"?{urlencode(keep)}" if keep else ""
    tabs = [
        {"label": _(b.label), "url": reverse("data_board", args=[slug, b.family]) + query, "on": b.family == on}
        for b in BOARDS.values()
    ]
    words = {"label": _("指标口径"), "url": reverse("data_dictionary", args=[slug]), "on": on == "dictionary"}
    return [*tabs, words]
