"""A person's calendar addresses, one a brand, and what a calendar program fetches there."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.errors import NotFound
from hongqiao.workspace import access, feeds, links, queries, services, throttle
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Member
from hongqiao.workspace.views import kit


@access.person_view
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return kit.act(request, {"make": _make, "end": _end}, _mine)
    return _mine(request, {})


def _mine(request: HttpRequest, extra: dict[str, Any]) -> HttpResponse:
    members = access.memberships(request)
    known = queries.feeds_of(members)
    lines = [{"member": m, "row": known.get(m.pk)} for m in members]
    return kit.show(request, "calendars", {"lines": lines} | extra)


def _chosen(request: HttpRequest) -> Member:
    chosen = kit.row_id(request)
    for member in access.memberships(request):
        if member.pk == chosen:
            return member
    raise NotFound()


def _make(request: HttpRequest) -> dict[str, Any]:
    member = _chosen(request)
    link = links.absolute(reverse("feed", args=[services.make_feed(actor=member)]), request)
    return {"shown_link": link, "shown_for": member.brand.name, "only_here": links.only_here(link)}


def _end(request: HttpRequest) -> str:
    services.end_feed(actor=_chosen(request))
    return _("日历地址已停用")


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar file, in its member's language; 304 where nothing changed."""
    ip = access.client_ip(request) or "-"
    throttle.check("feed", ip, amount=limits()["feed_reads_per_minute"], seconds=60)
    member = services.member_by_feed(token)
    with translation.override(member.user.language):
        body = feeds.calendar(_("虹桥 · %(brand)s") % {"brand": member.brand.name}, feeds.entries_of(member))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = f'inline; filename="hongqiao-{member.brand.slug}.ics"'
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    return answer
