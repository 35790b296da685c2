"""What the editors ask while somebody types: pasted HTML made clean, the 公众号 preview, Markdown as rich text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from hongqiao.content import body as bodies
from hongqiao.content import plain, shape
from hongqiao.content.editors import chapters, layout, markup, paste, pictures, plainer
from hongqiao.content.editors import look as looks
from hongqiao.content.models import Piece
from hongqiao.content.production import forms
from hongqiao.content.production.queries import EDIT, SEE
from hongqiao.methods.craft.counting import length
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace.access import BrandRequest, brand_view

#: The empty page that holds an article while it is written or looked at: its styles are the author's, nothing runs.
#: Pictures may still lie where they were pasted from; they are asked for without saying from where.
FRAME = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob: https: http:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)


@brand_view(SEE)
@require_GET
@xframe_options_sameorigin
def frame(request: BrandRequest) -> HttpResponse:
    """An empty page under a policy of its own, in which the editor and the preview show an article."""
    answer = render(request, "content/editors/frame.html", {"kind": "phone" if request.GET.get("phone") else "desk"})
    answer["Content-Security-Policy"] = FRAME
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@brand_view(EDIT)
@require_POST
def pasted(request: BrandRequest) -> JsonResponse:
    """What was pasted, clean, its own pictures in the library; what its author has to see to."""
    found = paste.paste(_sent(request, "html"))
    html, refused = pictures.take_in(request.member, found.html)
    return JsonResponse({"html": html, "said": [*_said(found), *refused]})


def _said(found: paste.Pasted) -> list[str]:
    kinds = [p.kind for p in found.pictures if not p.behind]
    told = [
        (len(found.lost), _("有 %(n)d 张图片还在你的电脑里，没有粘过来，请另行上传")),
        (kinds.count("hand"), _("有 %(n)d 张图片只有登录后才看得到，请下载后重新上传")),
        (
            sum(p.behind and p.kind != "platform" for p in found.pictures),
            _("有 %(n)d 张背景图不在公众号上，发布后看不到"),
        ),
        (found.moving, _("去掉了 %(n)d 段视频或音频，公众号里要在后台插入")),
    ]
    return [words % {"n": n} for n, words in told if n]


@brand_view(EDIT)
@require_POST
def fetch(request: BrandRequest) -> JsonResponse:
    """Ask for pictures on the web (`address`, several) to be fetched; where to look how far it is."""
    job = pictures.ask(request.member, request.POST.getlist("address")[:500])
    return JsonResponse({"look": reverse("content_editor_fetched", args=[request.brand.slug, job.pk])})


@brand_view(EDIT)
@require_GET
def fetched(request: BrandRequest, job_id: UUID) -> JsonResponse:
    """How far the fetching is, and what became of each picture."""
    return JsonResponse(pictures.state(request.member, job_id))


@brand_view(EDIT)
@require_POST
def keep_look(request: BrandRequest) -> JsonResponse:
    """Make a theme and a colour what the brand's articles begin with."""
    looks.keep(actor=request.member, theme=_sent(request, "theme"), colour=_sent(request, "colour").lower())
    return JsonResponse({"said": _("已设为品牌默认")})


@brand_view(SEE)
@require_POST
def preview(request: BrandRequest) -> JsonResponse:
    """An article as 公众号 shows it, with its counts against what the platform takes, and what its pictures want."""
    body = {k: _sent(request, k) for k in ("markdown", "theme", "colour")} | {
        "html": paste.clean(_sent(request, "html"))
    }
    laid = layout.laid(body, looks.of(request.brand))
    waiting = paste.outside(laid.pictures)
    said = ngettext("%(n)d 张外部图片，公众号不收", "%(n)d 张外部图片，公众号不收", len(waiting)) % {"n": len(waiting)}
    return JsonResponse(
        {
            "html": laid.html,
            "counts": counts(request, laid.html),
            "pictures": said if waiting else "",
            "outside": [src for src in waiting if paste.kind_of(src) == "take"],
            "warned": pictures.warned(request.brand, laid.pictures),
        }
    )


def counts(request: HttpRequest, html: str) -> list[dict[str, Any]]:
    """Return title, digest, author and text of an article against 公众号's limits; the stricter figure warns."""
    book = PLATFORMS["wechat_oa"].limits
    body, said = book["body"], plain.of_html(html)
    sizes = [
        (_("标题"), length(_sent(request, "title")), book["title"].get("warn"), book["title"]["max"]),
        (_("摘要"), length(_sent(request, "digest")), None, book["digest"]["max"]),
        (_("作者"), length(_sent(request, "author")), None, book["author"]["max"]),
        (_("正文"), length(said), None, body["max"] - 1),
        (_("排版代码 KB"), -(-len(html.encode()) // 1024), None, body["max_bytes"] // 1024 - 1),
    ]
    return [_count(*one) for one in sizes]


def _count(label: str, n: int, advised: int | None, most: int) -> dict[str, Any]:
    level = "danger" if n > most else "warn" if advised and n > advised else ""
    return {"label": label, "count": n, "most": advised if advised and n <= advised else most, "level": level}


@brand_view(SEE)
@require_POST
def chaptered(request: BrandRequest) -> JsonResponse:
    """The description of a long video with its chapters as they stand in the form, its count, what is amiss."""
    typed = forms.rows("chapters", request.POST)
    rows, said = _timed(typed)
    body = {"text": _sent(request, "text"), "chapters": rows}
    if len(rows) == len(typed):
        said = list(chapters.amiss(rows, _end(request)))
    told = bodies.description(Piece.Form.LONG, body)
    name = _sent(request, "platform")
    limits = PLATFORMS[name].limits.get("body", {}) if name in PLATFORMS else {}
    count = _count(_("简介"), length(told), limits.get("warn"), limits["max"]) if limits.get("max") else None
    return JsonResponse({"text": told, "count": count, "said": [{"row": n, "words": words} for n, words in said]})


def _timed(typed: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[chapters.Said]]:
    """Return rows as they would be kept, without those whose time is none, and what is to be said of these."""
    found, said = [], []
    for number, row in enumerate(typed, 1):
        try:
            found.append(row | {"start": shape.seconds("chapters", row.get("start") or 0)})
        except shape.BadBody:
            said.append((number, _("时间写成 2:30 或 150 的样子")))
    return found, said


def _end(request: HttpRequest) -> float:
    """Return where the shot table of a form ends, in seconds, 0 where it cannot be told."""
    try:
        body = bodies.checked(Piece.Form.LONG, {"shots": forms.rows("shots", request.POST)})
        return max((s.end for s in bodies.shots(body)), default=0.0)
    except shape.BadBody:
        return 0.0


@brand_view(EDIT)
@require_POST
def switch(request: BrandRequest) -> JsonResponse:
    """Markdown as rich text, which its theme is laid over, or rich text as Markdown."""
    if source := _sent(request, "html"):
        return JsonResponse({"html": "", "markdown": plainer.markdown(source)})
    return JsonResponse({"html": layout.bare(_sent(request, "markdown")), "markdown": ""})


def _sent(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, ""))[: markup.rules()["characters"]]
