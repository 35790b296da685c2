"""Pages of the library: all of it, one asset, the file itself, a picker for editors. C2."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseNotModified, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hongqiao.content.assets import aigc, present, queries, ranges, services, settings, storage
from hongqiao.content.models import Asset
from hongqiao.errors import N_, HongqiaoError, Invalid, NotFound
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words

#: A file that people brought runs nothing and loads nothing, whatever it is.
ALONE = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


class NoFile(Invalid):
    code = "no_file"
    message = N_("没有收到文件")
    next_step = N_("请先选择文件再上传")


def _show(request: BrandRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    shared = {
        "tabs": tabs.of(request.member, "content", "content_assets"),
        "may_edit": permissions.allows(request.member, queries.EDIT),
    }
    return render(request, f"content/assets/{page}.html", shared | present.choices(request.brand) | context)


@brand_view(queries.SEE)
@require_GET
def home(request: BrandRequest) -> HttpResponse:
    """The library: upload many at once, search, filter, page by page."""
    asked = {k: kit.words_of(request, k) for k in ("q", "kind", "rights", "made")}
    gone = request.GET.get("gone") == "1"
    limits = settings.of(request.brand)
    rows, following = kit.page_of(
        queries.filtered(request.member, **asked, gone=gone), kit.after(request), limits["page"]
    )
    context = {
        "cards": present.cards(request.brand, rows),
        "next": following,
        "gone": gone,
        "asked": any(asked.values()),
        "tags": queries.tags(request.member),
        "most_files": limits["most_files"],
        "most_bytes": limits["most_mb"] << 20,
    }
    return _show(request, "list", context)


@brand_view(queries.EDIT)
@require_POST
def upload(request: BrandRequest) -> HttpResponse:
    """Take files: one a request from the drop zone, which reads JSON; all at once without scripts."""
    page, given = reverse("content_assets", args=[request.brand.slug]), request.FILES.getlist("files")
    if not given:
        raise NoFile()
    if "application/json" in request.headers.get("Accept", ""):
        rows = [services.keep(actor=request.member, file=f) for f in given]
        said = "；".join(_("已放进素材库：%(name)s") % {"name": r.name} for r in rows)
        return JsonResponse({"next": page, "message": said})
    for one in given:
        try:
            services.keep(actor=request.member, file=one)
        except HongqiaoError as error:
            words = error_words(error)
            messages.error(request, f"{one.name}：{words['message']}。{words['next_step']}")
    return redirect(page)


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest, asset_id: UUID) -> HttpResponse:
    """One asset: what it is, whose it is, where it is used; deleted ones can come back."""
    row: Asset = Asset.objects.get_for(request.member, queries.SEE, asset_id)
    if request.method == "POST":
        acts = {
            "save": lambda r: _save(r, row),
            "remove": lambda r: _remove(r, row),
            "restore": lambda r: _restore(r, row),
        }
        return kit.act(request, acts, lambda r, extra: _one(r, row, extra))
    return _one(request, row, {})


def _one(request: BrandRequest, row: Asset, extra: dict[str, Any]) -> HttpResponse:
    shown = present.cards(request.brand, [row])[0]
    used = queries.used_in(row)
    for piece in used:
        piece.stage_words = _(piece.get_stage_display())  # type: ignore[attr-defined]
    context = {"card": shown, "row": row, "used": used, "gone_days": settings.of(request.brand)["gone_days"]}
    return _show(request, "one", context | extra)


def _save(request: BrandRequest, row: Asset) -> str:
    post = request.POST
    services.change(
        actor=request.member,
        asset_id=row.pk,
        seen=kit.seen(request),
        name=post.get("name", ""),
        alt=post.get("alt", ""),
        tags=re.split(r"[\s,，、;；]+", post.get("tags", "")),
        licence={k: post.get(f"licence_{k}", "") for k in services.LICENCE},
        made={"by": post.get("made", "none"), "model": post.get("model", "")},
    )
    return _("已保存")


def _remove(request: BrandRequest, row: Asset) -> str:
    services.remove(actor=request.member, asset_id=row.pk, seen=kit.seen(request))
    return _("已删除，可在本页恢复")


def _restore(request: BrandRequest, row: Asset) -> str:
    services.restore(actor=request.member, asset_id=row.pk, seen=kit.seen(request))
    return _("已恢复")


@brand_view(queries.SEE)
@require_GET
def file(request: BrandRequest, asset_id: UUID) -> HttpResponseBase:
    """The file itself; `?save=1` to keep it. A picture that a model made leaves with its mark."""
    row: Asset = Asset.objects.get_for(request.member, queries.SEE, asset_id)
    path = storage.path_of(row)
    if not path.exists():
        raise NotFound()
    saving = request.GET.get("save") == "1"
    if saving and row.made.get("by") == "generated" and row.mime in ("image/png", "image/jpeg"):
        mark = {"Label": "1", "ContentProducer": row.made.get("model", ""), "ProduceID": str(row.pk)}
        response: HttpResponseBase = HttpResponse(aigc.marked(path.read_bytes(), mark), content_type=row.mime)
        response["Content-Disposition"] = content_disposition_header(True, row.name) or ""
        return alone(response)
    if not saving and request.headers.get("If-None-Match") == f'"{row.digest}"':
        return HttpResponseNotModified()
    response = ranges.answer(request, path, row.mime, f'"{row.digest}"')
    inline = row.mime != "application/pdf"  # a paper may carry scripts of its own
    response["Content-Disposition"] = content_disposition_header(saving or not inline, row.name) or ""
    return alone(response)


@brand_view(queries.SEE)
@require_GET
def thumb(request: BrandRequest, asset_id: UUID) -> HttpResponseBase:
    """The small picture."""
    row: Asset = Asset.objects.get_for(request.member, queries.SEE, asset_id)
    path = storage.thumb_of(row)
    if not path.exists():
        raise NotFound()
    return alone(FileResponse(path.open("rb"), content_type="image/webp"))


def alone(response: HttpResponseBase) -> HttpResponseBase:
    """Return a file's answer so that it runs nothing and loads nothing."""
    response["Content-Security-Policy"] = ALONE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@brand_view(queries.SEE)
@require_GET
def pick(request: BrandRequest) -> HttpResponse:
    """A fragment to choose from: inputs named `name`, whose values are keys of assets; `many` for more than one."""
    kind = kit.words_of(request, "kind") or "image"
    rows = queries.filtered(request.member, q=kit.words_of(request), kind=kind)[: settings.of(request.brand)["pick"]]
    name = kit.words_of(request, "name")
    context = {
        "cards": present.cards(request.brand, list(rows)),
        "name": name if re.fullmatch(r"[a-z_]{1,30}", name) else "images",
        "many": request.GET.get("many") == "1",
        "chosen": set(request.GET.getlist("chosen")),
    }
    return _show(request, "pick", context)
