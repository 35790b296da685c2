"""The page that a partner's link opens: one ticket without personal data, no sign-in, nothing else of the house."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.audience.feedback import kinds, partner, words
from hongqiao.audience.models import Ticket
from hongqiao.errors import HongqiaoError
from hongqiao.knowledge import read
from hongqiao.workspace import secrets, throttle
from hongqiao.workspace.access import client_ip
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words


@require_http_methods(["GET", "POST"])
def partner_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the ticket of a link and take an answer. No cache and no search engine keeps it."""
    book = read("audience/tickets")["partner"]
    throttle.check("ticket_link", client_ip(request) or "", amount=book["calls_a_minute"], seconds=60)
    if request.method == "POST":
        throttle.check("ticket_act", secrets.digest(token), amount=book["acts_an_hour"], seconds=3600)
        answer = kit.act(request, {"answer": partial(_answer, token=token)}, lambda r, extra: _show(r, token, extra))
    else:
        answer = _show(request, token, {})
    answer["X-Robots-Tag"], answer["Cache-Control"] = "noindex, nofollow", "no-store"
    answer["Referrer-Policy"] = "same-origin"  # the address is the key: it is told to no other site
    return answer


def _answer(request: HttpRequest, token: str) -> str:
    partner.answer(token=token, text=request.POST.get("text", ""), said=request.POST.get("said", ""))
    return _("谢谢，已告诉他们")


def _show(request: HttpRequest, token: str, extra: dict[str, Any]) -> HttpResponse:
    try:
        link = partner.opened(token)
    except HongqiaoError as error:
        return render(request, "audience/feedback/outside.html", {"dead": error_words(error)}, status=error.status)
    partner.saw(link)
    row = link.ticket
    context = {
        "link": link,
        "t": row,
        "kind": kinds.label(row.kind),
        "priority": words.priority(row.priority),
        "urgent": words.URGENT[row.priority],
        "closed": row.state == Ticket.State.CLOSED,
        "lines": [{"row": n, "mine": bool(n.partner)} for n in partner.lines(link)],
        "typed": {},
    }
    return render(request, "audience/feedback/outside.html", context | extra)
