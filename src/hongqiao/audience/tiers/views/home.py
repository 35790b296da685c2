"""用户流转: how many stand where, who moved in a week and why, where they came from. The room's first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao import warehouse
from hongqiao.audience import addresses
from hongqiao.audience.tiers import jobs, present, queries
from hongqiao.audience.tiers.flow import flow
from hongqiao.audience.tiers.views import base
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def home(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"anew": _anew}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    member, brand = request.member, request.brand
    run = queries.latest(member)
    context: dict[str, Any] = {"run": run, "under_way": queries.under_way(brand)}
    if run is not None:
        weeks = queries.weeks(member)
        context |= {
            "counts": present.counts(brand, run, queries.seven_days_before(member, run)),
            "identified": queries.identified(member, run.day),
            "chart": present.weeks(weeks),
            "funnel": present.funnel(run),
            "channels": present.channels(run),
            "stages": present.stages(brand, run),
            "classes": present.classes(run),
            "fixed": run.summary["fixed"],
            "cycle": run.summary["cycle_days"],
            "tier_names": [present.tier(code) for code in present.TIERS],
        } | _moved(request)
    return base.show(request, "tiers/home", "users_home", context | extra)


def _moved(request: BrandRequest) -> dict[str, Any]:
    """Return the movement of the week that is asked for; {} where two weeks are not judged yet."""
    days = queries.span(request.member, request.GET.get("week"))
    if days is None:
        return {}
    channel = request.GET.get("channel", "")
    earlier, later = queries.beside(request.member, days[1])
    cells = flow(warehouse.open(request.brand.pk), *days, channel=channel or None)
    return {
        "days": days,
        "channel": channel,
        "matrix": present.matrix(request.brand, cells, days, channel),
        "drivers": present.drivers(cells),
        "earlier": earlier,
        "later": later,
        "part": days[1].weekday() != queries.SUNDAY,
        "home_url": addresses.page("users_home", request.brand),
    }


def _anew(request: BrandRequest) -> str:
    permissions.require(request.member, queries.EDIT)
    jobs.ask(request.brand, anew=True)
    audit.record(request.member, "audience.judged_anew", request.brand)
    return _("正在从最早的一周起重算分层，几分钟后刷新可见")
