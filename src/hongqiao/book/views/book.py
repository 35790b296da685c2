"""Pages of the book itself: positioning and voice, red lines, pillars."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.book import present, queries, services, shipped
from hongqiao.book.views import base
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit

LINE, PILLAR = ("text", "words", "why"), ("code", "label", "about", "percent")


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def voice(request: BrandRequest) -> HttpResponse:
    """Who the brand is and how it speaks."""
    if request.method == "POST":
        acts = {"position": _position, "voice": _voice, "examples": _examples}
        return kit.act(request, acts, _voice_page)
    return _voice_page(request, {})


def _position(request: BrandRequest) -> str:
    given = {k: request.POST.get(k, "") for k in ("positioning", "promise", "first_person")}
    services.save_book(actor=request.member, seen=kit.seen(request), **given)
    return _("已保存，检查与起草从现在起用它")


def _voice(request: BrandRequest) -> str:
    given = {k: request.POST.get(k, "") for k in ("tone", "avoid")}
    services.save_book(actor=request.member, seen=kit.seen(request), **given)
    return _("已保存，检查与起草从现在起用它")


def _examples(request: BrandRequest) -> str:
    rows = present.typed_rows(request.POST, ("good", "bad", "note"))
    services.save_book(actor=request.member, seen=kit.seen(request), examples=rows)
    return _("已保存，检查与起草从现在起用它")


def _voice_page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    row = queries.book_for(request.member)
    plain = {k: getattr(row, k) for k in ("positioning", "promise", "first_person")}
    context = {
        "row": row,
        "position": base.typed(extra, "position", "", plain),
        "words": base.typed(extra, "voice", "", {"tone": "、".join(row.tone), "avoid": present.avoid_lines(row)}),
        "examples": [*row.examples, {}],
        "summary": present.summary(request.brand),
        "open": extra.get("typed_act", ""),
    }
    return base.show(request, "voice", "book", context | extra)


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def lines(request: BrandRequest) -> HttpResponse:
    """What the brand never does, with the words that give it away."""
    if request.method == "POST":
        return kit.act(request, {"lines": _lines}, _lines_page)
    return _lines_page(request, {})


def _lines(request: BrandRequest) -> str:
    rows = present.typed_rows(request.POST, LINE)
    services.save_book(actor=request.member, seen=kit.seen(request), lines=rows)
    return _("红线已保存，新的检查从现在起按它")


def _lines_page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    row = queries.book_for(request.member)
    if typed := extra.get("typed"):
        shown = present.typed_rows(typed, LINE)
    else:
        shown = [one | {"words": "、".join(one.get("words") or ())} for one in row.lines]
    context = {"row": row, "rows": row.lines, "form": [*shown, {}, {}]}
    return base.show(request, "lines", "book_lines", context | extra)


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def pillars(request: BrandRequest) -> HttpResponse:
    """What the brand writes about, in which shares of a month."""
    if request.method == "POST":
        return kit.act(request, {"pillars": _pillars, "restore": _restore}, _pillars_page)
    return _pillars_page(request, {})


def _pillars(request: BrandRequest) -> str:
    selling = set(request.POST.getlist("selling"))
    made = [
        {**one, "quota": present.share(one["percent"]), "selling": str(n) in selling}
        for n, one in enumerate(present.typed_rows(request.POST, PILLAR))
    ]
    services.save_book(actor=request.member, seen=kit.seen(request), pillars=made)
    return _("内容支柱已保存")


def _restore(request: BrandRequest) -> str:
    services.save_book(actor=request.member, seen=kit.seen(request), pillars=shipped.pillars())
    return _("已恢复默认的内容支柱")


def _pillars_page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    row = queries.book_for(request.member)
    kept = [p | {"percent": f"{p['quota'] * 100:g}"} for p in row.pillars]
    form = present.typed_rows(typed, PILLAR) if (typed := extra.get("typed")) else kept
    selling = sum(p["quota"] for p in row.pillars if p.get("selling"))
    context = {"row": row, "rows": kept, "form": [*form, {}], "selling": selling}
    return base.show(request, "pillars", "book_pillars", context | extra)
