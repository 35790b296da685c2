"""The board, the list, and the form that makes a piece."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.content.models import Piece, Stage, Topic
from hongqiao.content.production import exports, present, queries, services, settings, slots, words
from hongqiao.content.production.views import base
from hongqiao.errors import HongqiaoError, Invalid
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words

COLUMNS = (*queries.OPEN, Stage.PUBLISHED)
RECENT = timedelta(days=14)  # what is published stays on the board for two weeks
SORTS = {
    "-id": ("-id",),
    "slot": ("publish_at", "id"),
    "stage": ("stage", "publish_at", "id"),
    "owner": ("owner__user__name", "id"),
}
MOST = 100  # pieces that one act changes together


@brand_view(queries.SEE)
@require_GET
def home(request: BrandRequest) -> HttpResponse:
    """The room opens on its work."""
    return HttpResponseRedirect(reverse("content_board", args=[request.brand.slug]))


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def board(request: BrandRequest) -> HttpResponseBase:
    """Every piece on its way, a column a stage. A move by htmx answers the board anew."""
    if request.method == "POST":
        if request.headers.get("HX-Request"):
            return render(request, "content/production/_board.html", _moved(request) | _board(request))
        return kit.act(request, {"move": _move}, lambda r, extra: _show(r, extra))
    return _show(request, {})


def _moved(request: BrandRequest) -> dict[str, Any]:
    """Carry out a move; a solemn day is asked about within the board, anything else that goes wrong is raised."""
    try:
        return {"said": _move(request)}
    except slots.SolemnDay as error:
        return {"failed": error_words(error), "typed": request.POST, "inside": True}


def _show(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    return base.page(request, "board", _board(request) | base.choices(request) | extra)


def _move(request: BrandRequest) -> str:
    to = request.POST.get("stage", "")
    why = request.POST.get(slots.REASON, "")
    row = services.move(
        actor=request.member, piece_id=kit.row_id(request), seen=kit.seen_of(request), stage=to, solemn_reason=why
    )
    if row.stage != to:
        return _("「%(name)s」这一步已通过，等下一步审核") % {"name": row.title}
    return _("「%(name)s」到了%(stage)s") % {"name": row.title, "stage": words.label(Stage, row.stage)}


def _board(request: BrandRequest) -> dict[str, Any]:
    book = settings.of(request.brand)
    rows = base.filtered(request, queries.pieces(request.member))
    since = timezone.now() - RECENT
    columns: list[dict[str, Any]] = []
    shown: list[Piece] = []
    for stage in COLUMNS:
        found = rows.filter(stage=stage)
        found = found.filter(stage_at__gte=since) if stage == Stage.PUBLISHED else found
        kept = list(found.order_by("publish_at", "id")[: book["board_rows"]])
        shown += kept
        if stage == Stage.PUBLISHED and not kept:
            continue
        columns.append({"stage": stage, "label": words.label(Stage, stage), "count": found.count(), "rows": kept})
    by_key = {c["row"].pk: c for c in base.cards(request, shown)}
    chosen = kit.words_of(request, "stage")
    open_stage = chosen if chosen in COLUMNS else next((c["stage"] for c in columns if c["count"]), Stage.COPY)
    for column in columns:
        most = book["wip"].get(column["stage"])
        column |= {
            "cards": [by_key[r.pk] for r in column.pop("rows")],
            "most": most,
            "over": bool(most and column["count"] > most),
            "on": column["stage"] == open_stage,
        }
        column["more"] = column["count"] - len(column["cards"])
    ever = bool(shown) or queries.pieces(request.member).exists()
    return {
        "columns": columns,
        "ever": ever,
        "views": base.views_of(request, "content_board"),
        "may_edit": permissions.allows(request.member, queries.EDIT),
    }


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def pieces(request: BrandRequest) -> HttpResponseBase:
    """The list: searched, filtered, sorted; owner, slot and stage of several at once."""
    if request.method == "POST":
        return kit.act(request, {"owner": _owners, "slot": _slots, "archive": _archive}, _list)
    if request.GET.get("file") == "xlsx":
        rows = base.filtered(request, queries.pieces(request.member))[: exports.MOST]
        return exports.xlsx(base.cards(request, list(rows)))
    return _list(request, {})


def _list(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    size = settings.of(request.brand)["page_size"]
    rows = base.filtered(request, queries.pieces(request.member))
    if not kit.words_of(request, "stage"):
        rows = rows.exclude(stage=Stage.ARCHIVED)
    sort = kit.words_of(request, "sort")
    number = max(kit.whole(request.GET.get("page", "")) or 1, 1)
    at = (min(number, 10000) - 1) * size
    found = list(rows.order_by(*SORTS.get(sort, SORTS["-id"]))[at : at + size + 1])
    context = {
        "cards": base.cards(request, found[:size]),
        "next": str(number + 1) if len(found) > size else "",
        "sorts": [("-id", _("最新")), ("slot", _("发布时间")), ("stage", _("阶段")), ("owner", _("负责人"))],
        "views": base.views_of(request, "content_pieces"),
    }
    return base.page(request, "list", context | base.choices(request) | extra)


@transaction.atomic
def _several(request: BrandRequest, change: Any) -> str:
    """Change each chosen piece; those that cannot be are counted and their first reason told.

    Where one is to be confirmed, none is changed until it is: raises SolemnDay.
    """
    keys = request.POST.getlist("piece")[:MOST]
    if not keys:
        raise Invalid(_("还没有选内容"), _("先勾选几条，再批量修改"))
    done, failed = 0, ""
    for key in keys:
        try:
            change(key)
            done += 1
        except slots.SolemnDay:
            raise
        except HongqiaoError as error:
            failed = failed or error_words(error)["message"]
    if failed and not done:
        raise Invalid(failed)
    said = _("已修改 %(n)d 条") % {"n": done}
    return f"{said}；{_('另外 %(n)d 条没有改：%(why)s') % {'n': len(keys) - done, 'why': failed}}" if failed else said


def _owners(request: BrandRequest) -> str:
    owner = request.POST.get("owner_id", "")
    return _several(
        request, lambda k: services.change_piece(actor=request.member, piece_id=k, seen=None, owner_id=owner)
    )


def _slots(request: BrandRequest) -> str:
    at, why = request.POST.get("publish_at", ""), request.POST.get(slots.REASON, "")
    change = partial(services.change_piece, actor=request.member, seen=None, publish_at=at, solemn_reason=why)
    return _several(request, lambda k: change(piece_id=k))


def _archive(request: BrandRequest) -> str:
    return _several(request, lambda k: services.archive(actor=request.member, piece_id=k, seen=None))


@brand_view(queries.EDIT)
@require_http_methods(["GET", "POST"])
def new(request: BrandRequest) -> HttpResponseBase:
    """Make a piece by hand, or of a topic (`?topic=`)."""
    if request.method == "POST":
        return kit.act(request, {"create": _create}, _new)
    return _new(request, {})


def _create(request: BrandRequest) -> dict[str, Any]:
    post = request.POST
    fields: dict[str, Any] = {k: post.get(k, "") for k in ("title", "platform", "form", "publish_at", slots.REASON)}
    fields |= {k: post.get(k) or None for k in ("topic_id", "account_id", "owner_id")}
    account = (
        queries.accounts(request.member).filter(pk=fields["account_id"]).first() if _key(fields["account_id"]) else None
    )
    fields["platform"] = account.platform if account else fields["platform"]
    made = services.create_piece(
        actor=request.member,
        **fields,
        commercial=post.get("commercial") or Piece.Commercial.NONE,
        buying="buying" in post,
    )
    return {"made": made}


def _key(text: Any) -> bool:
    try:
        return bool(UUID(str(text)))
    except ValueError:
        return False


def _new(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("made"):
        told = _("已新建，任务按发布时间倒排好了") if made.publish_at else _("已新建；定下发布时间后，任务会倒排出日期")
        messages.success(request, told)
        return HttpResponseRedirect(present.url(made))
    key = kit.words_of(request, "topic")
    topic = Topic.objects.for_member(request.member, queries.SEE).filter(pk=key).first() if _key(key) else None
    asked = {"topic": topic, **_defaults(topic)} | base.choices(request) | {"accounts": _places(request)}
    return base.page(request, "new", asked | extra)


def _places(request: BrandRequest) -> list[tuple[str, str]]:
    """Return the accounts that content goes to, each with its platform: many bear the brand's name."""
    names = dict(present.platforms())
    rows = queries.accounts(request.member).filter(platform__in=names)
    return [(str(a.pk), f"{names[a.platform]} · {a.name}") for a in rows]


def _defaults(topic: Topic | None) -> dict[str, Any]:
    if topic is None:
        return {"typed": {"form": "note", "platform": "xiaohongshu", "commercial": "none"}}
    first: Iterable[str] = topic.platforms or ["xiaohongshu"]
    return {
        "typed": {
            "title": topic.title,
            "platform": next(iter(first)),
            "form": topic.form or "note",
            "commercial": "none",
        }
    }
