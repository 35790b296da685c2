"""What is missing and what others do: the matrix of pillar, stage, persona; own hits; rivals' pieces."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.content.models import Topic
from hongqiao.content.topics import borrowing, queries, services
from hongqiao.content.topics.views import base
from hongqiao.ui import formats
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import platform_name


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def gaps(request: BrandRequest) -> HttpResponse:
    """Empty cells lead to proposals; pieces that took off become series; rivals' pieces are answered."""
    if request.method == "POST":
        return kit.act(request, {"borrow": _borrow}, _gaps)
    return _gaps(request, {})


def _gaps(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    around = base.around_of(request)
    found = borrowing.ideas(around)
    rows = queries.matrix(around)
    context = {
        "marks": [_(label) for _k, label in Topic.Mark.choices],
        "matrix": rows,
        "empty_cells": sum(not n for r in rows for _mark, n in r["cells"]),
        "hits": [_line(b) for b in found if b.past.own],
        "rivals": [_line(b) for b in found if not b.past.own],
        "gap_days": around.rules["history"]["gap_days"],
        "takes_off": formats.percent(around.rules["history"]["takes_off"], 0),
    }
    return base.show(request, "gaps", "content_gaps", context | extra)


def _line(b: borrowing.Borrowed) -> dict[str, Any]:
    return {
        "key": b.key,
        "past": b.past,
        "title": b.title,
        "known": b.known,
        "platform": platform_name(b.past.platform),
    }


def _borrow(request: BrandRequest) -> str:
    around = base.around_of(request)
    wanted = set(request.POST.getlist("take"))
    new = 0
    for b in (b for b in borrowing.ideas(around) if b.key in wanted):
        new += services.add_topic(actor=request.member, merge=True, around=around, **borrowing.fields(around, b)).new
    return ngettext("%(n)d 个选题已加入选题库", "%(n)d 个选题已加入选题库", new) % {"n": new}
