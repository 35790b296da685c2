"""The page of posters: choose a template, fill it, look at it, keep it or take all sizes. C2c."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hongqiao.content.editors import look as looks
from hongqiao.content.making import asked as asking
from hongqiao.content.making import drawing, services
from hongqiao.content.models import Piece
from hongqiao.content.production import queries
from hongqiao.errors import HongqiaoError, NotFound
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words

LOOK = 0.5  # a look is drawn half as large
FIRST = "seeding"


def _piece(request: BrandRequest) -> Piece | None:
    """Return the piece that the address names, None without one. Raises NotFound."""
    key = request.GET.get("piece") or request.POST.get("piece") or ""
    if not key:
        return None
    row: Piece = queries.pieces(request.member).select_related("topic__product", "brand").one(key)
    return row


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def home(request: BrandRequest) -> HttpResponse:
    """Templates, the form of the chosen one, a look at what it makes."""
    piece = _piece(request)
    if request.method != "POST":
        return _show(request, piece, {})
    acts: dict[str, kit.Act] = {f"t.{code}": lambda r: {"template": r.POST["act"][2:]} for code in drawing.templates()}
    acts["keep"] = lambda r: _keep(r, piece)
    acts["logo"] = lambda r: _logo(r, str(r.POST.get("logo", "")))
    acts["no_logo"] = lambda r: _logo(r, "")
    return kit.act(request, acts, lambda r, extra: _show(r, piece, extra))


def _keep(request: BrandRequest, piece: Piece | None) -> dict[str, Any]:
    asked = asking.read(request.member, piece, request.POST)
    row = services.keep(actor=request.member, asked=asked, piece=piece, seen=kit.seen_of(request))
    slug = request.brand.slug
    if piece is not None:
        messages.success(request, _("海报已存进素材库，并设为这条内容的封面"))
        return {"go": reverse("content_piece", args=[slug, piece.pk])}
    messages.success(request, _("海报已存进素材库"))
    return {"go": reverse("content_asset", args=[slug, row.pk])}


def _logo(request: BrandRequest, key: str) -> dict[str, Any]:
    """Make a picture the brand's logo, "" none. Raises NotAllowed, NotFound, BadLook."""
    looks.keep(actor=request.member, logo=key)
    messages.success(request, _("已设为品牌标志，之后的海报都带它") if key else _("海报不再带品牌标志"))
    return {"go": request.get_full_path()}


def _show(request: BrandRequest, piece: Piece | None, extra: Mapping[str, Any]) -> HttpResponse:
    if went := extra.get("go"):
        return HttpResponseRedirect(went)
    post = request.POST if request.method == "POST" else None
    code = str(extra.get("template") or (post or request.GET).get("template") or FIRST)
    template = drawing.templates().get(code)
    if template is None:
        raise NotFound()
    began = asking.before(piece, code)
    given = began | {k: str(v) for k, v in post.items()} if post else began
    if post:
        given |= {"ad": post.get("ad", ""), "bare": post.get("bare", "")}
    context = {
        "tabs": tabs.of(request.member, "content", "content_board" if piece else "content_assets"),
        "may_edit": permissions.allows(request.member, queries.EDIT),
        "piece": piece,
        "given": given,
        "accent": given.get("accent") or drawing.accent(),
        "template": template,
        "templates": [{"code": c, "label": _(t["label"]), "on": c == code} for c, t in drawing.templates().items()],
        "about": _(template["description"]),
        "fields": [_field(f, given) for f in template["fields"]],
        "sizes": _sizes(code, piece, given.get("size", "")),
        "link_works": any("qr" in one for one in template["layouts"].values()),
        "chosen": [given["image"]] if given.get("image") else [],
        "logo": looks.of(request.brand).logo,
        "logos": [one for one in [looks.of(request.brand).logo] if one],
        "may_set_logo": permissions.allows(request.member, looks.CHANGE),
        "made": [(k, _(label)) for k, label in (("none", _("未使用 AI")), *(_made()))],
        "must_ad": piece is not None and piece.commercial != Piece.Commercial.NONE and piece.buying,
    }
    return render(request, "content/making/posters.html", context | dict(extra) | {"template": template})


def _made() -> list[tuple[str, str]]:
    return [("assisted", asking.HELPED), ("generated", asking.MADE)]


def _field(field: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    return {**field, "label": _(field["label"]), "value": given.get(field["name"], "")}


def _sizes(code: str, piece: Piece | None, chosen: str) -> list[dict[str, Any]]:
    known = drawing.book()["sizes"]
    own = [s for s in drawing.sizes(code) if piece and known[s]["platform"] == piece.platform]
    on = chosen if chosen in drawing.sizes(code) else (own or drawing.sizes(code))[0]
    return [
        {"code": s, "label": f"{_(known[s]['label'])} · {known[s]['width']}×{known[s]['height']}", "on": s == on}
        for s in drawing.sizes(code)
    ]


@brand_view(queries.SEE)
@require_POST
def look(request: BrandRequest) -> HttpResponse:
    """What the form makes, smaller, or why it makes nothing yet; nothing is kept."""
    try:
        asked = asking.read(request.member, _piece(request), request.POST)
        data = services.marked(request.member, asked, drawing.draw(asking.wanted(asked), LOOK))
    except NotFound:
        raise
    except HongqiaoError as error:
        return render(request, "content/making/_look.html", {"refused": error_words(error)})
    shape = drawing.book()["sizes"][asked.size]
    shown = {"data": base64.b64encode(data).decode(), "width": shape["width"], "height": shape["height"]}
    return render(request, "content/making/_look.html", shown)


@brand_view(queries.EDIT)
@require_POST
def bundle(request: BrandRequest) -> HttpResponse:
    """All sizes of the template as a zip; what goes wrong is said on the page of posters."""
    piece = _piece(request)
    try:
        data = services.bundle(
            actor=request.member, asked=asking.read(request.member, piece, request.POST), piece=piece
        )
    except NotFound:
        raise
    except HongqiaoError as error:
        answer = _show(request, piece, {"failed": error_words(error), "typed": request.POST})
        answer.status_code = error.status
        return answer
    return kit.named(HttpResponse(data, content_type="application/zip"), f"{_('海报与封面')}.zip")
