"""Tiers over HTTP, under /api/tiers: how many stand where, a week's movement, where one person stands. U1."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from hongqiao import warehouse
from hongqiao.audience.people import queries as people
from hongqiao.audience.tiers import queries
from hongqiao.audience.tiers.flow import flow
from hongqiao.errors import N_, NotFound
from hongqiao.metrics.result import jsonable
from hongqiao.workspace import access

router = Router(tags=["tiers"])
KEPT = ("tiers", "stages", "classes", "channels", "funnel", "cycle_days", "rules", "repurchase")


class NothingJudged(NotFound):
    code = "nothing_judged"
    message = N_("还没有分层")
    next_step = N_("导入能认出用户的数据后，几分钟内会有")


@router.get("", summary="How many stand where, by whose thresholds; what to expect of buyers")
def now(request: HttpRequest) -> dict[str, Any]:
    member = access.caller(request, queries.SEE)
    run = queries.latest(member)
    if run is None:
        raise NothingJudged()
    return jsonable({"day": run.day, "people": run.judged, **{k: run.summary.get(k) for k in KEPT}})


@router.get("/flow", summary="Who moved in a week: from which tier to which, why, from which channel")
def moved(request: HttpRequest, week: str = "", channel: str = "") -> dict[str, Any]:
    member = access.caller(request, queries.SEE)
    days = queries.span(member, week)
    if days is None:
        raise NothingJudged()
    cells = flow(warehouse.open(member.brand_id), *days, channel=channel or None)
    told = [
        {"from": c.before or None, "to": c.after or None, "people": c.n, "reasons": c.whys, "channels": c.channels}
        for c in cells.values()
    ]
    return jsonable({"since": days[0], "until": days[1], "moves": sorted(told, key=lambda c: -int(str(c["people"])))})


@router.get("/of/{key}", summary="Where one person stands, since when and why")
def of(request: HttpRequest, key: str) -> dict[str, Any]:
    member = access.caller(request, queries.SEE)
    return jsonable({"key": key, **vars(people.place(member, key))})
