"""What a piece says as a file: an article as HTML or Markdown, a shot table as a workbook or as subtitles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hongqiao.content import body as bodies
from hongqiao.content.editors import layout, plainer
from hongqiao.content.editors import look as looks
from hongqiao.content.models import Asset, Piece
from hongqiao.content.production import queries
from hongqiao.errors import NotFound
from hongqiao.knowledge import read
from hongqiao.methods.craft import subtitles
from hongqiao.workspace import spreadsheets
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit

Body = Mapping[str, Any]


def timing() -> dict[str, Any]:
    """Return knowledge/content/shots.json: how a shot table is timed and subtitled."""
    return read("content/shots")


def html(body: Body, brand: Brand) -> bytes:
    """Return an article as a page of its own, laid out as for 公众号."""
    title = layout.escapes.escape(str(body.get("title") or ""))
    said = layout.laid(body, looks.of(brand)).html
    return f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>{said}</html>\n'.encode()


def markdown(body: Body, _brand: Brand) -> bytes:
    """Return an article as Markdown under its title."""
    said = str(body.get("markdown") or "") or plainer.markdown(str(body.get("html") or ""))
    return f"# {body.get('title') or ''}\n\n{said}\n".encode()


def srt(body: Body, _brand: Brand | None = None) -> bytes:
    """Return the subtitles of a shot table, with the mark by which Windows knows the letters."""
    book = timing()
    found = subtitles.cues(bodies.shots(body), most=book["subtitle_characters"], rate=book["rate"])
    return ("\ufeff" + subtitles.srt(found)).encode()


def references(body: Body) -> list[str]:
    """Return the keys of the pictures that shots refer to, in order, each once."""
    return list(dict.fromkeys(str(s["image"]) for s in body.get("shots") or () if s.get("image")))


def named(body: Body, brand: Brand) -> bytes:
    """Return a shot table as a workbook, its pictures under their names in the library."""
    rows = Asset.objects.filter(brand=brand, pk__in=references(body))
    return xlsx(body, {str(r.pk): r.name for r in rows})


def xlsx(body: Body, names: Mapping[str, str]) -> bytes:
    """Return a shot table as a workbook, a line a shot. `names`: of the pictures that shots refer to, by their keys."""
    keys = ("start", "end", "size", "picture", "line", "subtitle", "sound", "props")
    heads = (_("起（秒）"), _("止（秒）"), _("景别"), _("画面"), _("台词"), _("字幕"), _("音效"), _("道具"))
    lines = [
        (n, *(row.get(k, "") for k in keys), names.get(str(row.get("image", "")), ""))
        for n, row in enumerate(body.get("shots") or (), 1)
    ]
    return spreadsheets.xlsx(["#", *heads, _("参考图")], lines, _("分镜表"))


Writer = Callable[[Body, Brand], bytes]
ARTICLE: dict[str, tuple[str, Writer]] = {
    "html": ("text/html; charset=utf-8", html),
    "md": ("text/markdown; charset=utf-8", markdown),
}
FILM: dict[str, tuple[str, Writer]] = {
    "xlsx": (spreadsheets.XLSX, named),
    "srt": ("application/x-subrip; charset=utf-8", srt),
}
KINDS = {Piece.Form.ARTICLE.value: ARTICLE, Piece.Form.VIDEO.value: FILM, Piece.Form.LONG.value: FILM}


@brand_view(queries.SEE)
@require_GET
def file(request: BrandRequest, piece_id: UUID, kind: str) -> HttpResponse:
    """Download what a piece says now. Raises NotFound for a kind that its form has not, and before it says anything."""
    row: Piece = queries.pieces(request.member).one(piece_id)
    now = queries.newest(row)
    known = KINDS.get(row.form, {}).get(kind)
    if known is None or now is None:
        raise NotFound()
    made = HttpResponse(known[1](now.body, request.brand), content_type=known[0])
    answer = kit.named(made, f"{row.title[:60]}.{kind}")
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src-attr 'unsafe-inline'"
    return answer
