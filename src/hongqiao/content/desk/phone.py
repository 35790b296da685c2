"""The phone: one publication, reached by its QR code, no sign-in. Who made the code is who acts here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.content.desk import files, passes, views
from hongqiao.delivery.publishing import services
from hongqiao.workspace.views import kit


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Copy, save the pictures, publish, paste the link. Raises PassDead."""
    passes.opened(token)
    if request.method == "POST":
        acts = {"declare": lambda r: _declare(r, token), "review": lambda r: _review(r, token)}
        return _private(kit.act(request, acts, lambda r, extra: _page(r, token, extra)))
    return _private(_page(request, token, {}))


def _page(request: HttpRequest, token: str, extra: dict[str, Any]) -> HttpResponse:
    member, row = passes.opened(token)
    return render(request, "content/desk/phone.html", views.shown(row) | {"token": token, "who": member} | extra)


def _declare(request: HttpRequest, token: str) -> str:
    member, row = passes.opened(token)
    return views.declare(request, member, row.pk, kit.seen_of(request), phone=True)


def _review(request: HttpRequest, token: str) -> str:
    member, row = passes.opened(token)
    services.under_review(actor=member, publication_id=row.pk, seen=kit.seen_of(request))
    return _("已标记为平台审核中")


@never_cache
@require_GET
def file(request: HttpRequest, token: str, number: int) -> HttpResponseBase:
    return files.one(passes.opened(token)[1], number, shown="show" in request.GET)


@never_cache
@require_GET
def archive(request: HttpRequest, token: str) -> HttpResponseBase:
    return files.every(passes.opened(token)[1])


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Referrer-Policy"] = "same-origin"  # the address is the key
    return answer
