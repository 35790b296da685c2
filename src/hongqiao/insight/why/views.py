"""The page of 波动归因, and its file. What renders an answer loads the rules and SciPy: only when it is asked for."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from hongqiao.errors import Invalid, NotFound
from hongqiao.insight import exports, queries
from hongqiao.insight import views as room
from hongqiao.insight.leaves import DIMS
from hongqiao.insight.why import asking, findings
from hongqiao.insight.words import label
from hongqiao.metrics import DIMENSIONS, METRICS
from hongqiao.ui.period import Period, Typed, days_words
from hongqiao.workspace import spreadsheets
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words


@brand_view("data.view")
def page(request: BrandRequest, code: str) -> HttpResponse:
    """Which slices made the change of a metric over the page's period."""
    if code not in METRICS:
        raise NotFound()
    period, tabs = room.period_of_request(request), room.tabs_of(request, METRICS[code].family)
    base: dict[str, Any] = {
        "code": code,
        "label": label(code),
        "tabs": tabs,
        "period": period,
        "choices": _choices(request, code),
    }
    if isinstance(period, Typed):
        return room.asked_again(request, "insight/why/page.html", period, base)
    asked = _asked(request, code, period)
    base |= {"findings": findings.about(request.member, asked), "base": asked.base}
    base["base_words"] = days_words(*asked.before(), period.today)
    try:
        answer = asking.ask(request.member, asked)
    except Invalid as error:
        said = error_words(error)
        return render(request, "insight/why/page.html", base | {"refused": said}, status=200)
    from hongqiao.insight.why import present

    return render(request, "insight/why/page.html", base | present.Page(request.member, answer, period).context())


@brand_view("data.export")
def export(request: BrandRequest, code: str, kind: str) -> HttpResponseBase:
    """The parts and every dimension's slices as csv or xlsx."""
    from hongqiao.insight.why import present

    period = room.period_of_request(request)
    if code not in METRICS or kind not in spreadsheets.KINDS:
        raise NotFound()
    if isinstance(period, Typed):
        raise period.error
    answer = asking.ask(request.member, _asked(request, code, period))
    rows = list(present.Page(request.member, answer, period).rows())
    exports.noted(request.member, code, "why", period, kind, len(rows))
    return kit.table_file(kind, f"{code}-why-{period.start}-{period.end}.{kind}", present.heads(), rows)


def _asked(request: BrandRequest, code: str, period: Period) -> asking.Asked:
    by = tuple(d for d in request.GET.getlist("by") if d in DIMENSIONS)
    compare: Any = "year" if request.GET.get("vs") == "year" else "previous"
    base = kit.day(request.GET.get("vs", ""))
    if base and base + (period.end - period.start) >= period.start:
        base = None  # another period was chosen since
    where = queries.filters_from(request.GET)
    return asking.Asked(code, period.start, period.end, where, compare, period.span, by, base)


def _choices(request: BrandRequest, code: str) -> list[dict[str, Any]]:
    """Return the dimensions that may be chosen, and whether they are."""
    chosen = request.GET.getlist("by")
    held = [d for d in DIMS if d in METRICS[code].dimensions and not request.GET.get(d)]
    return [{"code": d, "label": _(DIMENSIONS[d].label), "on": d in chosen} for d in held]
