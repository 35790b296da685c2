"""门槛: from when a group is warned of, when its day's steps are, from how many a comparison is shown. U2."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience.communities import bounds, kit
from hongqiao.audience.communities.views import show
from hongqiao.knowledge import read
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit as pages


@brand_view(kit.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def bounds_page(request: BrandRequest) -> HttpResponse:
    """Show the bounds beside those that ship; take the brand's own."""
    if request.method == "POST":
        return pages.act(request, {"save": _save, "reset": _reset}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    brand = Brand.objects.get(pk=request.brand.pk)
    typed = extra.get("typed")
    context = {
        "brand": brand,
        "lines": bounds.lines(brand, typed),
        "clocks": bounds.clocks(brand, typed),
        "own": bool(kit.own_of(brand)),
        "dated": read(f"audience/{bounds.NAME}")["date"],
    }
    return show(request, "bounds", context | extra, part="bounds")


def _save(request: BrandRequest) -> str:
    bounds.save(actor=request.member, seen=pages.seen(request), wanted=bounds.taken(request.POST))
    return _("已保存，告警与日历马上按新门槛")


def _reset(request: BrandRequest) -> str:
    bounds.save(actor=request.member, seen=pages.seen(request), wanted={})
    return _("已恢复默认")
