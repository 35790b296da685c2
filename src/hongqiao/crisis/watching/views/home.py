"""舆情总览: what waits to be taken, what burns with its clocks, then what was said and whether it is heard."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.crisis import addresses
from hongqiao.crisis.watching import acting, picture, present, queries
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def home(request: BrandRequest) -> HttpResponse:
    """The first page; `?part=live` is what it asks for every few seconds, 304 where nothing moved."""
    if request.method == "POST":
        return kit.act(request, {"take": _take, "take_incident": _take_incident}, _home)
    if request.GET.get("part") == "live":
        return _live(request)
    return _home(request, {})


def _home(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    member = request.member
    hours = picture.SPANS.get(kit.words_of(request, "hours"), 24)
    held = _burning(request)
    context = held | {
        "hours": hours,
        "spans": [
            {"label": label, "url": f"?hours={code}", "on": picture.SPANS[code] == hours}
            for code, label in (("24", _("近 24 小时")), ("168", _("近 7 天")))
        ],
        "volume": picture.volume(member, hours),
        "since": picture.since(member, hours),
        "shares": picture.shares(member, hours),
        "said": queries.mentions(member).exists(),
        "told": picture.told(member, hours),
        "sources_url": addresses.page("crisis_sources", request.brand),
        "mentions_url": addresses.page("crisis_mentions", request.brand),
    }
    from hongqiao.crisis.watching.views import base

    return base.show(request, "home", "crisis_home", context | extra)


def _burning(request: BrandRequest) -> dict[str, Any]:
    """What the live part shows."""
    member = request.member
    return {
        "alarms": present.grouped(queries.waiting(member)),
        "burning": present.lines(request.brand, queries.burning(member)),
        "heard": queries.heard(member),
        "unread": queries.unread(request.brand),
        "may_handle": permissions.allows(member, queries.HANDLE),
    }


def _live(request: BrandRequest) -> HttpResponse:
    """The part that changes by itself. Clocks are written in minutes, so it is new once a minute at least."""
    held = _burning(request)
    marks = [f"{a['row'].pk}:{a['row'].version}" for group in held["alarms"] for a in group["alarms"]]
    marks += [f"{r['row'].pk}:{r['row'].version}:{r['n']}" for r in held["burning"]]
    marks += [timezone.now().isoformat(timespec="minutes"), str(held["heard"]["until"]), str(held["heard"]["fresh"])]
    marks += [str(get_language()), str(held["unread"]), str(held["may_handle"])]
    etag = '"' + hashlib.sha256("|".join(marks).encode()).hexdigest()[:24] + '"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    context = held | {"sources_url": addresses.page("crisis_sources", request.brand)}
    response = render(request, "crisis/watching/live.html", context)
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


def _take(request: BrandRequest) -> str:
    row = acting.take_alarm(actor=request.member, alarm_id=kit.row_id(request))
    if row.taken_by_id != request.member.pk:
        return _("%(who)s 已经接警") % {"who": row.taken_by}
    return _("已接警，不再提醒其他人")


def _take_incident(request: BrandRequest) -> str:
    acting.take_incident(actor=request.member, incident_id=kit.row_id(request), seen=kit.seen_of(request))
    return _("已接警，不再提醒其他人")


def address(request: BrandRequest) -> str:
    """Return the path of the first page."""
    return reverse("crisis_home", args=[request.brand.slug])
