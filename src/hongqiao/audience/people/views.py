"""用户: the list with its filters and downloads, and the page of one person."""

from __future__ import annotations

from datetime import UTC
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hongqiao import warehouse
from hongqiao.audience import addresses
from hongqiao.audience.people import acts, card, exporting, merging, queries, tagging
from hongqiao.audience.people.erasing import ERASE
from hongqiao.audience.tiers import facts, flow, present, repurchasing, settings
from hongqiao.audience.tiers import queries as runs
from hongqiao.audience.tiers.views import base
from hongqiao.errors import N_
from hongqiao.knowledge import audiences
from hongqiao.ui import formats
from hongqiao.ui.tables import Column
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit

EVENTS = {
    "follow": N_("关注"), "unfollow": N_("取关"), "visit": N_("到访"), "view": N_("浏览"), "click": N_("点击"),
    "sign_up": N_("注册"), "add_cart": N_("加购"), "purchase": N_("下单"), "refund": N_("退款"),
    "invite": N_("邀请好友"),
}  # fmt: skip


NUMBERS = {"orders": N_("至少几单"), "spent": N_("至少消费")}


@brand_view(queries.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: BrandRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"tag": _tag, "untag": _untag}, _list)
    return _list(request, {})


def _tag(request: BrandRequest) -> dict[str, Any]:
    """Tag whoever is listed; shown at once with what undoes it."""
    asked = {k: str(v) for k, v in request.GET.items() if v}
    found = queries.keys(request.member, asked, tagging.MOST + 1) + queries.beside(request.member, asked)
    name = request.POST.get("tag", "")
    source, count = tagging.put(actor=request.member, keys=found, name=name)
    return {"tagged": {"source": source, "count": count, "name": name}}


def _untag(request: BrandRequest) -> str:
    count = tagging.undo(actor=request.member, source=request.POST.get("source", ""))
    return _("已撤销，%(n)s 人的标签取下了") % {"n": formats.number(count)}


def _list(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    asked = {k: str(v) for k, v in request.GET.items() if v}
    page = max(1, kit.whole(asked.get("page", "1")) or 1)
    rows, total = queries.listed(request.member, asked, page=page)
    if total and not rows:  # past the end: the last page there is
        page = -(-total // queries.PAGE)
        rows, total = queries.listed(request.member, asked, page=page)
    others = queries.beside(request.member, asked)
    some = [] if page > 1 else others[: queries.PAGE]
    hints = card.hints_of(request.brand, [r["key"] for r in rows] + some)
    context = {
        "rows": [_row(request, row) | {"hint": hints.get(row["key"], "")} for row in rows],
        "others": [{"short": k[:8], "url": addresses.person(request.brand, k), "hint": hints.get(k, "")} for k in some],
        "others_n": len(others),
        "unread": "、".join(_(NUMBERS[name]) for name in queries.unread(asked)),
        "tags": [(str(t.pk), t.name) for t in tagging.names(request.member)],
        "waiting": len(card.pairs(request.member)),
        "most": tagging.MOST,
        "columns": [
            Column("key", _("用户")),
            Column("tier", _("层级")),
            Column("why", _("怎么来的")),
            Column("channel", _("来源渠道")),
            Column("orders", _("订单"), "count", sort=True),
            Column("spent", _("消费"), "money", sort=True),
            Column("since", _("进入日期"), "day", sort=True),
        ],
        "total": total,
        "marked": total + len(others),
        "asked": asked,
        "filtered": any(asked.get(name) for name in queries.NAMES),
        "moved": _moved(asked),
        "page": page,
        "before": page - 1 if page > 1 else None,
        "next": page + 1 if page * queries.PAGE < total else None,
        "tiers": [(c, present.tier(c)) for c in flow.TIERS],
        "stages": [(c, present.stage(c)) for c in settings.labels("stages")],
        "channels": [(c, c) for c in queries.channels(request.member)],
        "may_export": permissions.allows(request.member, "data.export"),
        "run": runs.latest(request.member),
    }
    return base.show(request, "people/list", "users_people", context | extra)


def _moved(asked: dict[str, str]) -> str:
    """Return the words for who moved between two days; "" where that is not asked."""
    if not (asked.get("from") and asked.get("since") and asked.get("until")):
        return ""
    before = "" if asked["from"] == "none" else asked["from"]
    told = {"a": present.tier(before), "since": asked["since"], "until": asked["until"]}
    return _("%(since)s 到 %(until)s 之间从“%(a)s”移来的用户") % told


def _row(request: BrandRequest, row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "short": row["key"][:8],
        "url": addresses.person(request.brand, row["key"]),
        "tier_label": present.tier(row["tier"]),
        "stage_label": present.stage(row["stage"]) if row["stage"] != row["tier"] else "",
        "was_label": present.tier(row["was"]) if row["was"] and row["was"] != row["tier"] else "",
        "why_label": present.why(row["why"]),
    }


@brand_view("data.export")
@require_safe
def export(request: BrandRequest) -> HttpResponseBase:
    permissions.require(request.member, queries.SEE)
    asked = request.GET.dict()
    rows, _total = queries.listed(request.member, asked, limit=queries.EXPORT)
    others = queries.beside(request.member, asked)[: queries.EXPORT]
    heads = [
        _("用户"),
        _("层级"),
        _("阶段"),
        _("原层级"),
        _("原因"),
        _("进入日期"),
        _("来源渠道"),
        _("订单数"),
        _("消费（元）"),
    ]

    def line(row: dict[str, Any]) -> list[Any]:
        shown = _row(request, row)
        return [row["key"], shown["tier_label"], present.stage(row["stage"]), shown["was_label"], shown["why_label"],
                row["since"], row["channel"] or "", row["orders"], row["spent"]]  # fmt: skip

    only_known = ([key, present.tier(""), *[""] * (len(heads) - 2)] for key in others)
    return kit.table_file(asked.get("format", "csv"), _("用户分层"), heads, chain(map(line, rows), only_known))


@brand_view(queries.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: BrandRequest, key: str) -> HttpResponse:
    now = merging.standing(request.brand, key)
    if now != key:
        return redirect(addresses.person(request.brand, now))
    queries.place(request.member, key)
    if request.method == "POST":
        if request.POST.get("act") == "erase":
            return acts.erase(request, key, lambda r, extra: _one(r, key, extra))
        return kit.act(request, acts.of(key), lambda r, extra: _one(r, key, extra))
    return _one(request, key, {})


def _one(request: BrandRequest, key: str, extra: dict[str, Any]) -> HttpResponse:
    member, brand = request.member, request.brand
    place = queries.place(member, key)
    handle, day = warehouse.open(brand.pk).about([key]), figures.calendar_day(brand)
    run = runs.latest(member)
    known = facts.people(handle, day, settings.rules(brand), audiences.tier_words(), keys=[key])
    summary = run.summary if run else {}
    context = {
        "key": key,
        "short": key[:8],
        "place": place,
        "tier": present.tier(place.tier if place else ""),
        "stage": present.stage(place.stage) if place else "",
        "why": present.why(place.why) if place else "",
        "facts": _facts(known) if len(known) else {},
        "future": repurchasing.of_person(handle, brand, key, summary, day) if len(known) else None,
        "timeline": [_line(brand, row) for row in queries.timeline(member, key)],
        "most": queries.TIMELINE,
        "people_url": addresses.page("users_people", brand),
    }
    return base.show(request, "people/one", "users_people", context | acts.shown(request, key) | extra)


@brand_view(ERASE)
@require_safe
def data(request: BrandRequest, key: str) -> HttpResponseBase:
    """Everything kept of one person, as a zip."""
    name, body = exporting.archive(actor=request.member, key=merging.standing(request.brand, key))
    answer = kit.named(HttpResponse(body, content_type="application/zip"), name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _facts(known: facts.People) -> dict[str, Any]:
    """Return the figures that the rules read, of one person."""
    one = {name: float(getattr(known.facts, name)[0]) for name in known.facts.__dataclass_fields__}
    return {name: None if value == float("inf") else value for name, value in one.items()} | {
        "ever": float(known.orders[0]), "spent": float(known.spent[0]),
    }  # fmt: skip


def _line(brand: Any, row: dict[str, Any]) -> dict[str, Any]:
    at = row["ts"].replace(tzinfo=UTC).astimezone(ZoneInfo(brand.zone))
    if row["kind"] == "move":
        told = {"a": present.tier(row["channel"] or ""), "b": present.tier(row["what"])}
        return {"at": at, "what": _("%(a)s → %(b)s") % told, "why": present.why(row["more"]), "move": True}
    if row["kind"] == "order":
        return {"at": at, "what": _("订单"), "amount": row["amount"], "channel": row["channel"]}
    name = EVENTS.get(row["what"])
    return {"at": at, "what": _(name) if name else row["what"], "amount": row["amount"], "channel": row["channel"],
            "why": row["more"]}  # fmt: skip
