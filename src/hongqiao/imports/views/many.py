"""Many files at once: the groups they wait in, the cards of one group, zips that are being opened."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from hongqiao.errors import NotFound
from hongqiao.imports import groups, queries, services
from hongqiao.imports.limits import limits_of
from hongqiao.imports.views.cards import file_cards
from hongqiao.imports.views.home import panels, zips
from hongqiao.workspace.access import brand_view


@require_GET
@brand_view("imports.view")
def group(request: HttpRequest, key: str) -> HttpResponse:
    """Some cards of one group, and the way to the next ones."""
    member = request.member  # type: ignore[attr-defined]
    if request.GET.get("head"):
        return _head(request, key)
    files = [f for f in queries.waiting(member, light=True) if groups.key_of(f) == key]
    after, size = request.GET.get("after", ""), limits_of(member.brand)["cards_at_once"]
    rest = [f.id for f in files if not after or str(f.id) > after]
    cards = file_cards(member, queries.waiting(member).filter(id__in=rest[:size]))
    shown = {"cards": cards, "brand": member.brand, "key": key, "left": max(0, len(rest) - size)}
    return render(request, "imports/_group_cards.html", {**shown, "last": rest[:size][-1] if rest else ""})


def _head(request: HttpRequest, key: str) -> HttpResponse:
    """The head of one group with its counts as they are now; nothing where the group is gone."""
    shown = panels(request.member)  # type: ignore[attr-defined]
    mine = next((g for g in shown["groups"] if g.key == key), None)
    return render(request, "imports/_group_head.html", {**shown, "g": mine}) if mine else HttpResponse()


@require_POST
@brand_view("imports.run")
def choose_group(request: HttpRequest, key: str) -> HttpResponse:
    """One account for all files of a group."""
    member = request.member  # type: ignore[attr-defined]
    if not request.POST.get("account"):
        raise NotFound()
    count = services.choose_all(actor=member, group=key, account_id=request.POST["account"])
    words = ngettext("已为 %(n)s 个文件选择账号", "已为 %(n)s 个文件选择账号", count) % {"n": count}
    messages.success(request, words)
    return redirect("imports_home", member.brand.slug)


@require_GET
@brand_view("imports.view")
def bundles(request: HttpRequest) -> HttpResponse:
    """The zips that are being opened, asked for while one is; when all are, the page is asked to come anew."""
    member = request.member  # type: ignore[attr-defined]
    shown = zips(member)
    if not shown["opening"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    facts = [(str(b.id), b.state, b.at) for b in shown["zips"]]
    mark = f'"{hashlib.sha256(repr((facts, request.LANGUAGE_CODE)).encode()).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == mark:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "imports/_zips.html", {"brand": member.brand, **shown})
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@brand_view("imports.run")
def put_away(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    member = request.member  # type: ignore[attr-defined]
    services.put_away(actor=member, bundle_id=bundle_id)
    messages.success(request, _("已收起"))
    return redirect("imports_home", member.brand.slug)
