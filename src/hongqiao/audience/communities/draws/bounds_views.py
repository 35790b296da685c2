"""抽奖的门槛: what the law wants of a draw, with its source; the numbers that a brand may set tighter. U2."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.bounds import numbers
from hongqiao.audience.communities.draws import bounds
from hongqiao.audience.communities.views import show
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit as pages


@brand_view(kit.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def bounds_page(request: BrandRequest) -> HttpResponse:
    """Show the bounds of draws with their source; take the brand's own."""
    if request.method == "POST":
        return pages.act(request, {"save": _save, "reset": _reset}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    brand = Brand.objects.get(pk=request.brand.pk)
    book = bounds.book(brand)
    context = {
        "brand": brand,
        "lines": bounds.lines(brand, extra.get("typed")),
        "own": bool(bounds.own_of(brand)),
        "law": book["law"],
        "dated": book["date"],
        "fields": [_(f["label"]) for f in book["fields"]],
        "article": book["fields"][0]["article"],
        "forbidden": book["forbidden"],
        "tax": _(book["tax"]["label"]),
        "barred": [(_(PLATFORMS[code].name), b["words"]) for code, b in book["barred"].items()],
        "beacons": book["beacons"],
    }
    return show(request, "draw_bounds", context | extra, part="draws")


def _save(request: BrandRequest) -> str:
    bounds.save(actor=request.member, seen=pages.seen(request), wanted=numbers(bounds.BOUNDS, request.POST))
    return _("已保存，还没开始的抽奖按新门槛")


def _reset(request: BrandRequest) -> str:
    bounds.save(actor=request.member, seen=pages.seen(request), wanted={})
    return _("已恢复默认")
