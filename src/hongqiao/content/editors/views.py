"""What the editors ask while somebody types: pasted HTML made clean, the 公众号 preview, Markdown as rich text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from hongqiao.content import plain
from hongqiao.content.editors import layout, markup, paste, plainer
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
    """What was pasted, clean, and what its author has to see to."""
    found = paste.paste(_sent(request, "html"))
    return JsonResponse({"html": found.html, "said": _said(found)})


def _said(found: paste.Pasted) -> list[str]:
    kinds = [p.kind for p in found.pictures]
    told = [
        (len(found.lost), _("有 %(n)d 张图片还在你的电脑里，没有粘过来，请另行上传")),
        (kinds.count("hand"), _("有 %(n)d 张图片只有登录后才看得到，请下载后重新上传")),
        (kinds.count("take") + kinds.count("inline"), _("有 %(n)d 张外部图片，发布前要上传到公众号")),
        (found.moving, _("去掉了 %(n)d 段视频或音频，公众号里要在后台插入")),
    ]
    return [words % {"n": n} for n, words in told if n]


@brand_view(SEE)
@require_POST
def preview(request: BrandRequest) -> JsonResponse:
    """An article as 公众号 shows it, with its counts against what the platform takes."""
    body = {k: _sent(request, k) for k in ("html", "markdown")}
    laid = layout.wechat(layout.article(body, theme=_sent(request, "theme")))
    waiting = sum(p.kind not in ("platform", "ours") for p in laid.pictures)
    pictures = ngettext("%(n)d 张图片待上传", "%(n)d 张图片待上传", waiting) % {"n": waiting} if waiting else ""
    return JsonResponse({"html": laid.html, "counts": counts(request, laid.html), "pictures": pictures})


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


@brand_view(EDIT)
@require_POST
def switch(request: BrandRequest) -> JsonResponse:
    """Markdown as rich text in its theme, or rich text as Markdown."""
    if source := _sent(request, "html"):
        return JsonResponse({"html": "", "markdown": plainer.markdown(source)})
    return JsonResponse({"html": layout.markdown(_sent(request, "markdown"), _sent(request, "theme")), "markdown": ""})


def _sent(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, ""))[: markup.rules()["characters"]]
