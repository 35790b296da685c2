"""Pages of 今日 and 数据: fetch with permission, ask the dictionary, render. Serves D1."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hongqiao.errors import Invalid, NotFound
from hongqiao.insight import exports, morning, pages, queries
from hongqiao.insight.boards import BOARDS
from hongqiao.insight.explorer import notes
from hongqiao.insight.sample import jobs as sample
from hongqiao.ledger import today as ledger_today
from hongqiao.metrics import METRICS
from hongqiao.ui.period import Period, Typed, period_of
from hongqiao.workspace import figures, permissions, spreadsheets, todays
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words


@brand_view("today.view")
def today(request: BrandRequest) -> HttpResponse:
    """What there is so far: how fresh, what moved, what waits."""
    member = request.member
    context = morning.page(member) if permissions.allows(member, "data.view") else {"closed": True}
    context |= {"telling": sample.under_way(request.brand.pk)}
    context |= ledger_today.context(member) | {"rooms_today": todays.cards(member)}
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
    period, tabs = period_of_request(request), tabs_of(request, family)
    if isinstance(period, Typed):
        return asked_again(request, "insight/board.html", period, {"board": chosen, "tabs": tabs})
    where = queries.places_from(request.GET)
    context = pages.board_page(request.member, chosen, period, where)
    notes.put_on((c["payload"] for c in context["charts"]), request.member, period, where)
    context |= {"tabs": tabs, "period": period}
    return render(request, "insight/board.html", context)


@brand_view("data.view")
def metric(request: BrandRequest, code: str) -> HttpResponse:
    """One metric: its definition, its days, a cut, and the rows behind it with the file each came from."""
    if code not in METRICS:
        raise NotFound()
    period, tabs = period_of_request(request), tabs_of(request, METRICS[code].family)
    if isinstance(period, Typed):
        said = {"metric": pages.described(code), "code": code, "tabs": tabs}
        return asked_again(request, "insight/metric.html", period, said)
    where = queries.filters_from(request.GET)
    cut, part, after = request.GET.get("by", ""), request.GET.get("part", "numerator"), request.GET.get("after", "")
    queries.checked_cursor(after)
    context = pages.metric_page(request.member, code, period, where, cut, part, after)
    notes.put_on([context["chart"]], request.member, period, where)
    context |= {"tabs": tabs, "period": period, "alert_url": _alert_url(request, code, where)}
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "rows":
        return render(request, "insight/rows.html", context)
    return render(request, "insight/metric.html", context)


def _alert_url(request: BrandRequest, code: str, where: dict[str, str | None]) -> str:
    """Return the form that draws a line for what the page shows, "" where none may be drawn."""
    from hongqiao.insight.alerts import queries as alerts
    from hongqiao.insight.alerts import series

    if not series.fits(code) or not permissions.allows(request.member, alerts.MAKE):
        return ""
    kept = {"metric": code, **{k: v for k, v in where.items() if v}}
    return f"{reverse('data_alert_new', args=[request.brand.slug])}?{urlencode(kept)}"


@brand_view("data.export")
def export(request: BrandRequest, code: str, what: str, kind: str) -> HttpResponseBase:
    """Download a metric's days, one of its cuts, or the rows behind it, as csv or xlsx."""
    if code not in METRICS or kind not in spreadsheets.KINDS:
        raise NotFound()
    period = period_of_request(request)
    if isinstance(period, Typed):
        raise period.error
    where = queries.filters_from(request.GET)
    part = request.GET.get("part", "numerator")
    heads, rows, count = exports.sheet(request.member, code, what, period, where, part)
    name = f"{code}-{what}-{period.start}-{period.end}.{kind}"
    answer = kit.table_file(kind, name, heads, rows)
    exports.noted(request.member, code, what, period, kind, count)
    return answer


@brand_view("data.view")
def dictionary(request: BrandRequest) -> HttpResponse:
    """Every metric, defined once."""
    q = request.GET.get("q", "").strip()
    family = request.GET.get("family", "")
    context: dict[str, Any] = pages.dictionary_page(request.brand, q, family)
    may_edit = permissions.allows(request.member, "data.edit")
    return render(
        request, "insight/dictionary.html", context | {"tabs": tabs_of(request, "dictionary"), "may_edit": may_edit}
    )


def period_of_request(request: BrandRequest) -> Period | Typed:
    """Return the days the address asks for; what was typed where it is no date, backwards, or beyond all records."""
    today = figures.today_of(request.brand)
    try:
        period = period_of(request.GET, today)
        queries.checked(period.start, period.end)
    except Invalid as error:
        return Typed(request.GET.get("start", ""), request.GET.get("end", ""), error, today)
    return period


def asked_again(request: BrandRequest, template: str, typed: Typed, context: dict[str, Any]) -> HttpResponse:
    """Show the page without figures: what is wrong with the dates, and the dates as they were typed."""
    said = error_words(typed.error) | {"typed": typed}
    return render(request, template, {**context, "period": typed, "problem": said}, status=typed.error.status)


def tabs_of(request: BrandRequest, on: str) -> list[dict[str, Any]]:
    slug = request.brand.slug
    keep = {k: request.GET[k] for k in ("period", "start", "end", "platform", "account") if request.GET.get(k)}
    query = f"?{urlencode(keep)}" if keep else ""
    tabs = [
        {"label": _(b.label), "url": reverse("data_board", args=[slug, b.family]) + query, "on": b.family == on}
        for b in BOARDS.values()
    ]
    words = {"label": _("指标口径"), "url": reverse("data_dictionary", args=[slug]), "on": on == "dictionary"}
    explore = {"label": _("指标探索"), "url": reverse("data_explore", args=[slug]), "on": on == "explore"}
    goals = {"label": pgettext("several", "目标"), "url": reverse("data_goals", args=[slug]), "on": on == "goals"}
    reports = {"label": _("报告"), "url": reverse("data_reports", args=[slug]), "on": on == "reports"}
    alerts = {"label": _("提醒"), "url": reverse("data_alerts", args=[slug]), "on": on == "alerts"}
    return [*tabs, explore, goals, alerts, reports, words]
