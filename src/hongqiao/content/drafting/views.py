"""Pages of drafting: which pieces may be drafted; one piece's brief, and its drafts side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.content.drafting import asking, present, queries, services
from hongqiao.content.models import Piece
from hongqiao.content.production import services as production
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit

PAGE = 30


def _show(request: BrandRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    member = request.member
    shared = {"tabs": tabs.of(member, "content", "content_board"), "may_edit": permissions.allows(member, queries.EDIT)}
    return render(request, f"content/drafting/{page}.html", shared | context)


@brand_view(queries.SEE)
@require_GET
def home(request: BrandRequest) -> HttpResponse:
    """The pieces that may be drafted; searched by title."""
    asked_for = kit.words_of(request)
    rows = queries.pieces(request.member)
    rows = rows.filter(title__icontains=asked_for) if asked_for else rows
    found, following = kit.page_of(rows, kit.after(request), PAGE)
    shown = [present.piece(r) for r in found]
    return _show(request, "home", {"rows": shown, "next": following, "asked": asked_for})


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest, piece_id: UUID) -> HttpResponse:
    """One piece: its brief; drafts by template or model, compared; one is taken."""
    row: Piece = queries.production.pieces(request.member).one(piece_id)
    if request.method == "POST":
        acts = {
            "brief": lambda r: _brief(r, row),
            "template": lambda r: _template(r, row),
            "model": lambda r: _model(r, row),
            "stop": lambda r: _stop(r, row),
            "take": _take,
            "drop": lambda r: _drop(r, row),
        }
        return kit.act(request, acts, lambda r, extra: _one(r, row, extra))
    if request.GET.get("part") == "model":
        return _part(request, row)
    return _one(request, row, {})


def _part(request: BrandRequest, row: Piece) -> HttpResponse:
    """How far the model is; when it has ended the page is asked for anew."""
    now = asking.under_way(row)
    if now is None or not now.open:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _show(request, "_model", {"now": now})


def _brief(request: BrandRequest, row: Piece) -> str:
    brief = {code: request.POST.get(code, "") for code in present.BRIEF}
    production.change_piece(actor=request.member, piece_id=row.pk, seen=kit.seen(request), brief=brief)
    return _("简报已保存")


def _template(request: BrandRequest, row: Piece) -> str:
    made = len(services.by_template(actor=request.member, piece_id=row.pk))
    return ngettext("已按模板起草 %(n)d 稿", "已按模板起草 %(n)d 稿", made) % {"n": made}


def _model(request: BrandRequest, row: Piece) -> str:
    asking.ask(actor=request.member, piece_id=row.pk)
    return _("已请模型起草；可以离开这一页，好了会通知你")


def _stop(request: BrandRequest, row: Piece) -> str:
    asking.stop(actor=request.member, piece_id=row.pk)
    return _("已停止，模型再答什么都不会用")


def _take(request: BrandRequest) -> dict[str, Any]:
    return {"made": services.take(actor=request.member, proposal_id=kit.row_id(request), seen=kit.seen(request))}


def _drop(request: BrandRequest, row: Piece) -> str:
    count = services.drop(actor=request.member, piece_id=row.pk)
    return ngettext("已丢弃 %(n)d 份草稿", "已丢弃 %(n)d 份草稿", count) % {"n": count}


def _one(request: BrandRequest, row: Piece, extra: dict[str, Any]) -> HttpResponse:
    if extra.get("made"):
        return HttpResponseRedirect(reverse("content_piece", args=[request.brand.slug, row.pk]))
    row = queries.production.pieces(request.member).one(row.pk)
    typed = extra.get("typed") if extra.get("typed_act") == "brief" else None
    fields = present.brief(row, typed)
    context = {
        "piece": present.piece(row),
        "main": fields[: present.MAIN],
        "more": fields[present.MAIN :],
        "brief_open": bool(typed) or not row.brief,
        "made_of": present.made_of(row),
        "drafts": present.proposals(row, queries.proposals(request.member, row)),
        "model": queries.model(request.brand),
        "now": asking.under_way(row),
        "open_to_drafts": row.stage in queries.STAGES,
    }
    return _show(request, "one", context | extra)
