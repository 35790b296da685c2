"""原话保存: for how long the words of messages that are over stay."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience.feedback import pages
from hongqiao.audience.inbox import forgetting
from hongqiao.audience.inbox.settings import SEE, limits
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit


@brand_view(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def keeping(request: BrandRequest) -> HttpResponse:
    """Show the brand's time beside the one that ships; take its own."""
    if request.method == "POST":
        return kit.act(request, {"keep": _keep, "reset": _reset}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    brand = Brand.objects.get(pk=request.brand.pk)
    own = ((brand.settings or {}).get("audience") or {}).get("inbox") or {}
    context = {
        "brand": brand,
        "keep": limits()["keep"],
        "now": forgetting.days_of(brand),
        "own": "keep" in own,
        "may_rule": permissions.allows(request.member, forgetting.RULE),
        "typed": {},
    }
    return pages.show(request, "inbox/keeping", "users_inbox", "users_keeping", context | extra)


def _keep(request: BrandRequest) -> str:
    forgetting.set_keep(actor=request.member, seen=kit.seen(request), days=request.POST.get("days", "") or "0")
    return _("已保存，今晚起按新期限")


def _reset(request: BrandRequest) -> str:
    forgetting.set_keep(actor=request.member, seen=kit.seen(request), days="")
    return _("已恢复默认")
