"""The page of a piece: its head and its tabs. Every tab has an address; an act is posted to the tab it stands on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hongqiao.content.models import Piece, Revision, Stage
from hongqiao.content.production import checking, forms, prelive, present, queries, reviews, services, words
from hongqiao.content.production.services.adapting import behind
from hongqiao.content.production.services.moving import allowed
from hongqiao.content.production.views import acts, base, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import BrandedQuerySet
from hongqiao.workspace.views import kit

WAITS = (Stage.REVIEW, Stage.APPROVED)  # where a check that is open holds a live piece


def row_of(request: BrandRequest, piece_id: UUID) -> Piece:
    """Return a piece as its page needs it. Raises NotFound."""
    found: BrandedQuerySet = queries.pieces(request.member).select_related("source", "brand")
    row: Piece = found.one(piece_id)
    return row


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def piece(request: BrandRequest, piece_id: UUID, tab: str = "text") -> HttpResponseBase:
    """One tab of a piece; what is posted is an act of that tab, or of the head."""
    if tab not in tabs.TABS:
        raise Http404
    row = row_of(request, piece_id)
    if request.method == "POST":
        chosen = acts.of(row, tab)
        return kit.act(request, chosen, lambda r, extra: _show(r, piece_id, tab, extra))
    return _show(request, piece_id, tab, {})


def _show(request: BrandRequest, piece_id: UUID, tab: str, extra: dict[str, Any]) -> HttpResponse:
    row = row_of(request, piece_id)  # anew: an act may have changed it
    if went := extra.get("go"):
        return HttpResponseRedirect(went)
    text = queries.newest(row)
    head = _head(request, row, text, tab)
    context = head | tabs.TABS[tab][1](request, row, text, head | extra) | extra
    return base.page(request, f"piece_{tab}", context)


def _head(request: BrandRequest, row: Piece, text: Revision | None, tab: str) -> dict[str, Any]:
    """What stands above every tab: where the piece is, its clock, the one next step, the other moves."""
    lines = checking.check(row, text.body) if text else []
    stops = checking.holding(lines) if row.stage in queries.OPEN else []
    steps = reviews.steps(row, text.digest) if text else []
    turn = reviews.turn(steps) if row.stage == Stage.REVIEW else None
    following = present.next_step(request.member, row, len(stops), turn)
    here = present.url(row, "" if tab == "text" else tab)  # where it leads to the page itself, no button says so
    return {
        "row": row,
        "text": text,
        "card": base.cards(request, [row])[0],
        "lines": lines,
        "stops": len(stops),
        "steps": [present.step(s) for s in steps],
        "turn": present.step(turn) if turn else None,
        "following": following if (following or {}).get("url") != here else None,
        "moves": _moves(request, row, following),
        "adapted": list(row.versions.select_related("brand").order_by("id")[:20]),
        "behind": behind(row),
        "piece_tabs": _tabs(request, row, tab, len(stops)),
        "open": row.stage in queries.OPEN,
        "checks_open": prelive.open_checks(row) if row.stage in WAITS else (),
        "all_platforms": present.platforms(),
        "all_forms": [(k, _(label)) for k, label in Piece.Form.choices],
    }


def _moves(request: BrandRequest, row: Piece, following: dict[str, str] | None) -> list[tuple[str, str]]:
    taken = following.get("stage") if following else None
    skipped = {taken, Stage.APPROVED if row.stage == Stage.REVIEW else None, Stage.PUBLISHED}
    return [(to, words.label(Stage, to)) for to in allowed(request.member, row) if to not in skipped]


def _tabs(request: BrandRequest, row: Piece, on: str, stops: int) -> list[dict[str, Any]]:
    open_remarks = queries.remarks(request.member).filter(piece=row, settled_at=None, answers=None).count()
    counts = {"check": stops, "versions": row.revision, "remarks": open_remarks}
    return [
        {
            "label": _(label),
            "url": present.url(row, "" if code == "text" else code),
            "on": code == on,
            "count": counts.get(code) or "",
        }
        for code, (label, _show_tab) in tabs.TABS.items()
        if code != "results" or row.stage in (Stage.PUBLISHED, Stage.ARCHIVED)
    ]


@brand_view(queries.EDIT)
@require_POST
def half(request: BrandRequest, piece_id: UUID) -> JsonResponse:
    """Keep what is being typed; asked every few seconds by the page."""
    row = row_of(request, piece_id)
    now = queries.newest(row)
    base_ = kit.whole(request.POST.get("seen", "")) or 0
    said = forms.body(row.form, request.POST, now.body if now else None)
    kept = services.keep_half(actor=request.member, piece_id=piece_id, base=base_, body=said)
    return JsonResponse({"kept": kept is not None})
