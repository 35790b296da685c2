"""快捷回复: answers that are written once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience.feedback import kinds, pages
from hongqiao.audience.inbox import canned as services
from hongqiao.audience.inbox import queries
from hongqiao.audience.inbox.settings import SEE, limits
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(SEE)
@require_http_methods(["GET", "POST"])
def canned(request: BrandRequest) -> HttpResponse:
    """List canned answers; add, change and delete them."""
    if request.method == "POST":
        return kit.act(request, {"add": _add, "change": _change, "remove": _remove}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    rows = queries.canned(request.member)
    context = {
        "rows": [{"row": c, "kind": kinds.label(c.kind)} for c in sorted(rows, key=lambda c: c.name)],
        "kinds": kinds.choices(),
        "most": limits(request.brand)["canned_text"],
        "typed": {},
    }
    return pages.show(request, "inbox/canned", "users_inbox", "users_canned", context | extra)


def _given(request: BrandRequest) -> dict[str, str]:
    return {k: request.POST.get(k, "") for k in ("name", "text", "kind")}


def _add(request: BrandRequest) -> str:
    services.add(actor=request.member, **_given(request))
    return _("已保存快捷回复")


def _change(request: BrandRequest) -> str:
    services.change(actor=request.member, canned_id=kit.row_id(request), seen=kit.seen(request), **_given(request))
    return _("已保存快捷回复")


def _remove(request: BrandRequest) -> str:
    services.remove(actor=request.member, canned_id=kit.row_id(request), seen=kit.seen(request))
    return _("已删除快捷回复")
