"""The page from which a video goes to its editor: what the pack holds, what else to put in, the zip. C2."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.content.assets import queries as assets
from hongqiao.content.making import jianying, packing
from hongqiao.content.models import Piece, Revision
from hongqiao.content.production import queries
from hongqiao.errors import HongqiaoError, NotFound
from hongqiao.workspace import tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.words import error_words

PICKERS = (("images", "image"), ("videos", "video"), ("sounds", "audio"))


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def pack(request: BrandRequest, piece_id: UUID) -> HttpResponseBase:
    """Show what the pack holds; a post takes it, or a draft of 剪映, away with the files that were chosen."""
    row: Piece = queries.pieces(request.member).select_related("brand").one(piece_id)
    now = queries.newest(row)
    if row.form not in packing.FORMS or now is None:
        raise NotFound()
    if request.method != "POST":
        return _show(request, row, now, {})
    keys = [key for name, _kind in PICKERS for key in request.POST.getlist(name)]
    draft = request.POST.get("as") == "jianying"
    try:
        kept = packing.chosen(request.member, now.body, keys)
        made = (
            jianying.write(row, now.body, kept) if draft else packing.write(request.member, row.title, now.body, kept)
        )
    except HongqiaoError as error:
        answer = _show(request, row, now, {"failed": error_words(error), "keys": keys})
        answer.status_code = error.status
        return answer
    name = f"{packing.safe(row.title, 50)}-{_('剪映草稿')}" if draft else packing.safe(row.title)
    return FileResponse(made, as_attachment=True, filename=f"{name}.zip")


def _show(request: BrandRequest, row: Piece, now: Revision, extra: dict[str, Any]) -> HttpResponse:
    kinds = set(assets.of(request.member).order_by().values_list("kind", flat=True).distinct())
    context = {
        "tabs": tabs.of(request.member, "content", "content_board"),
        "row": row,
        "shots": len(now.body.get("shots") or ()),
        "cover": now.body.get("cover"),
        "film": now.body.get("video"),
        "pickers": [(n, k) for n, k in PICKERS if k in kinds],
        "keys": [],
        "jianying": {
            "installed": jianying.installed(),
            "command": jianying.command(),
            "opens": jianying.book()["opens"],
        },
    }
    return render(request, "content/making/pack.html", context | extra)
