"""Pages of the calendar: a month or a week of pieces, the month's plan, its files. C1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.content.models import Piece, Stage, Topic
from hongqiao.content.plan import drawing, present, queries, services
from hongqiao.content.production import exports, slots
from hongqiao.content.production.views import base as production
from hongqiao.errors import HongqiaoError, NotFound
from hongqiao.knowledge import nodes
from hongqiao.workspace import figures, permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words, platform_name

MOST = 60  # of what waits beside the calendar
FILTERS = ("platform", "account", "owner", "stage")


def _show(request: BrandRequest, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shared = {
        "tabs": tabs.of(request.member, "content", "content_calendar"),
        "may_edit": permissions.allows(request.member, queries.EDIT),
    }
    return render(request, f"content/plan/{page}.html", shared | context, status=status)


def _span(request: BrandRequest) -> tuple[str, date, date, date]:
    """Return the view, its anchor day, and the first and last day shown: whole weeks."""
    today = queries.today(request.brand)
    text = kit.words_of(request, "on")
    anchor = kit.day(text if len(text) > 7 else f"{text}-01") or today
    anchor = anchor if 2000 <= anchor.year < 2100 else today
    if request.GET.get("view") == "week":
        first = anchor - timedelta(days=anchor.weekday())
        return "week", anchor, first, first + timedelta(days=6)
    first, last = queries.month_of(anchor)
    return "month", anchor, first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def home(request: BrandRequest) -> HttpResponse:
    """The calendar. Moving a piece answers the grid anew, with a way back."""
    if request.method == "POST" and request.headers.get("HX-Request"):
        said, failed = "", None
        try:
            said = _act(request)
        except HongqiaoError as error:
            if error.status == 404:
                raise
            failed = error_words(error)
        told = {"inside": True, "said": said, "failed": failed, "typed": request.POST, "back": _back(request, said)}
        return _show(request, "_grid", _grid(request) | told)
    if request.method == "POST":
        return kit.act(request, dict.fromkeys(("move", "off", "topic"), _act), lambda r, x: _page(r, x))
    return _page(request, {})


def _act(request: BrandRequest) -> str:
    post, act = request.POST, request.POST.get("act", "")
    why = post.get(slots.REASON, "")
    if act == "off":
        row = services.take_off(actor=request.member, piece_id=kit.row_id(request), seen=kit.seen(request))
        return _("「%(name)s」已移出日历") % {"name": row.title}
    if act == "topic":
        chosen = {k: post.get(k, "") for k in ("platform", "form", "day", "clock")}
        row = services.plan_topic(actor=request.member, topic_id=kit.row_id(request), solemn_reason=why, **chosen)
        return _("已新建「%(name)s」") % {"name": row.title}
    day, clock = post.get("day", ""), post.get("clock", "")
    moved: dict[str, Any] = {"piece_id": kit.row_id(request), "seen": kit.seen(request), "day": day, "clock": clock}
    row = services.move_piece(actor=request.member, **moved, solemn_reason=why)
    return _("「%(name)s」排到 %(at)s") % {"name": row.title, "at": f"{queries.local(row):%m-%d %H:%M}"}


def _back(request: BrandRequest, said: str) -> dict[str, str] | None:
    """Return what undoes a move: the piece, the version it has now, where it was."""
    was = request.POST.get("was", "")
    if not said or request.POST.get("act") != "move" or not was:
        return None
    row = queries.production.pieces(request.member).one(request.POST.get("id", ""))
    day, _space, clock = was.partition(" ")
    return {"id": str(row.pk), "seen": str(row.version), "day": day, "clock": clock}


def _filtered(request: BrandRequest, pieces: Sequence[Piece]) -> list[Piece]:
    asked = {k: v for k in FILTERS if (v := kit.words_of(request, k))}
    fields = {"platform": "platform", "account": "account_id", "owner": "owner_id", "stage": "stage"}
    return [p for p in pieces if all(str(getattr(p, fields[k]) or "") == v for k, v in asked.items())]


def _grid(request: BrandRequest) -> dict[str, Any]:
    view, anchor, first, last = _span(request)
    pieces = _filtered(request, queries.between(request.member, first, last))
    days = present.days(request.member, first, last, pieces)
    wrong = [c for d in days for c in d["cards"] if c["worst"]]
    return {
        "view": view,
        "anchor": anchor,
        "days": days,
        "weeks": [days[i : i + 7] for i in range(0, len(days), 7)],
        "this": f"{anchor:%Y-%m}",
        "count": sum(len(d["cards"]) for d in days),
        "wrong": len(wrong),
        "blocked": sum(c["worst"] == "block" for c in wrong),
        "load": present.load(request.member, first, last),
        "prev": _beside(view, anchor, -1),
        "next": _beside(view, anchor, 1),
        "weekdays": [_(w) for w in present.WEEKDAYS],
        "unannounced": not nodes.announced(anchor.year),
    }


def _beside(view: str, anchor: date, way: int) -> str:
    if view == "week":
        return (anchor + timedelta(days=7 * way)).isoformat()
    first = anchor.replace(day=1)
    return f"{(first - timedelta(days=1) if way < 0 else first + timedelta(days=32)):%Y-%m}"


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    waiting = list(_filtered(request, list(queries.waiting(request.member)[:MOST])))
    topics = list(queries.passed(request.member)[:MOST])
    may, url = permissions.allows(request.member, queries.EDIT), present.url_of(request.brand)
    context = {
        "waiting": [present.card(p, (), may=may, url=url) for p in waiting],
        "topics": [_topic(request.brand, t) for t in topics],
        "platforms": [(p, platform_name(p)) for p in queries.platforms_of(request.member)],
        "stages": [(s.value, _(s.label)) for s in Stage if s != Stage.ARCHIVED],
        "forms": [(v, _(label)) for v, label in Piece.Form.choices],
    }
    chosen = production.choices(request)
    accounts = [(str(a.pk), f"{platform_name(a.platform)} · {a.name}") for a in chosen["accounts"]]
    context |= {"owners": chosen["people"], "accounts": accounts}
    context |= {"today": queries.today(request.brand), "story_until": figures.story_until(request.brand)}
    return _show(request, "calendar", _grid(request) | context | extra)


def _topic(brand: Brand, row: Topic) -> dict[str, Any]:
    place = next(iter(row.platforms or ()), "")
    return {
        "row": row,
        "platform": place,
        "name": platform_name(place) if place else "",
        "form": row.form or queries.usual_form(brand, place),
    }


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def plan(request: BrandRequest) -> HttpResponse:
    """The month's plan by platform: pieces, quotas, what it must hold, what is lacking; fill it with topics."""
    if request.method == "POST":
        return kit.act(request, {"save": _save, "copy": _copy, "accept": _accept}, _plan)
    return _plan(request, {})


def _month(request: BrandRequest) -> date:
    text = request.POST.get("month") or kit.words_of(request, "on")
    found = kit.day(f"{text[:7]}-01") or queries.today(request.brand)
    return found.replace(day=1) if 2000 <= found.year < 2100 else queries.today(request.brand).replace(day=1)


def _save(request: BrandRequest) -> str:
    post = request.POST
    services.save_plan(
        actor=request.member,
        month=_month(request),
        platform=post.get("platform", ""),
        seen=kit.whole(post.get("seen", "")),
        pieces=post.get("pieces", "0"),
        slots=[t for t in post.get("times", "").replace("，", "、").replace(",", "、").split("、") if t.strip()],
        quotas={k.removeprefix("quota."): v for k, v in post.items() if k.startswith("quota.")},
        note=post.get("note", ""),
    )
    return _("已保存本月计划")


def _copy(request: BrandRequest) -> str:
    made = services.copy_plans(actor=request.member, month=_month(request))
    return _("照上月写好 %(n)s 个平台的计划") % {"n": made} if made else _("上月没有计划，或本月都已写好")


def _accept(request: BrandRequest) -> str:
    made = services.accept(
        actor=request.member,
        month=_month(request),
        platform=request.POST.get("platform", ""),
        topics=request.POST.getlist("topic"),
    )
    return _("已新建 %(n)s 条内容，排在建议的时间") % {"n": len(made)}


def _plan(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    first, last = queries.month_of(_month(request))
    fill = kit.words_of(request, "fill")
    may = permissions.allows(request.member, queries.EDIT)
    proposed = services.propose(request.member, first, fill) if fill and may else []
    labels = {c["code"]: c["label"] for c in present.book.pillars(request.brand)}
    context = {
        "month": first,
        "this": f"{first:%Y-%m}",
        "prev": _beside("month", first, -1),
        "next": _beside("month", first, 1),
        "rows": present.month(request.member, first, last),
        "fill": fill,
        "proposed": [
            {"p": p, "why": _(labels.get(p.why, p.why)) if p.why else "", "form": _(Piece.Form(p.form).label)}
            for p in proposed
        ],
        "topics_url": reverse("content_topics", args=[request.brand.slug]),
    }
    return _show(request, "plan", context | extra)


@brand_view(queries.SEE)
@require_GET
def export(request: BrandRequest) -> HttpResponseBase:
    """The schedule of what is shown, as a workbook: for colleagues who sell, with addresses once live."""
    view, anchor, first, last = _span(request)
    pieces = _filtered(request, queries.between(request.member, first, last))
    return exports.xlsx(production.cards(request, pieces[: exports.MOST]), _name(view, anchor, first))


def _name(view: str, anchor: date, first: date) -> str:
    """Return what a file of what is shown is called: the page, and the week or month."""
    return f"{_('排期日历')}-{first if view == 'week' else f'{anchor:%Y-%m}'}"


@brand_view(queries.SEE)
@require_GET
def drawn(request: BrandRequest, shape: str) -> HttpResponseBase:
    """What is shown, as a picture or on paper: "png", "pdf"."""
    if shape not in drawing.SHAPES:
        raise NotFound()
    view, anchor, first, last = _span(request)
    pieces = _filtered(request, queries.between(request.member, first, last))
    days = present.days(request.member, first, last, pieces)
    span = f"{first:%Y-%m-%d} – {last:%m-%d}" if view == "week" else date_format(anchor, _("Y年n月"))
    now = timezone.now().astimezone(ZoneInfo(request.brand.zone))
    sub = ngettext("%(n)s 条内容", "%(n)s 条内容", len(pieces)) % {"n": len(pieces)}
    foot = f"{request.brand.name} · {_('排期日历')} · {now:%Y-%m-%d %H:%M}"
    title = f"{request.brand.name} {span}"
    made = drawing.draw(shape, title, sub, foot, days, f"{anchor:%Y-%m}" if view == "month" else "")
    answer = HttpResponse(made, content_type=drawing.SHAPES[shape])
    return kit.named(answer, f"{_name(view, anchor, first)}.{shape}")
