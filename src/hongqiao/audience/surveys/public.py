"""The page on which people answer: no account, no script needed, one question at a time, made for a phone."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from hongqiao.audience.surveys import answering, asking, kit
from hongqiao.errors import HongqiaoError, NotFound
from hongqiao.workspace import throttle
from hongqiao.workspace.access import client_ip
from hongqiao.workspace.views.kit import whole
from hongqiao.workspace.words import error_words

COOKIE, DAYS = "hq_device", 180
BEGAN = "hongqiao.audience.survey.began"
_DEVICE = re.compile(r"[0-9a-f]{32}")


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question to answer, or why there is none; take an answer and go on."""
    link = answering.link_of(token)
    if link.survey.state == "draft":
        raise NotFound()
    limits = kit.book(link.survey.brand)["public"]
    what = "answers_a_minute" if request.method == "POST" else "pages_a_minute"
    throttle.check(f"survey.{what}", client_ip(request) or "", amount=limits[what], seconds=60)
    device = _device(request)
    if request.method == "POST":
        return _quiet(_take(request, link, device))
    again, back = bool(request.GET.get("again")), request.GET.get("back", "")
    found = answering.standing(link, device, again=again, back=back)
    return _quiet(_with_device(_show(request, found, {}), request, device))


def _device(request: HttpRequest) -> str:
    held = request.COOKIES.get(COOKIE, "")
    return held if _DEVICE.fullmatch(held) else ""


def _with_device(answer: HttpResponse, request: HttpRequest, device: str) -> HttpResponse:
    """Give a browser that has none a number of its own: chance alone, it tells nothing of the device."""
    if not device:
        answer.set_cookie(
            COOKIE, secrets.token_hex(16), max_age=DAYS * 86400, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE, path="/q/",
        )  # fmt: skip
    return answer


def _take(request: HttpRequest, link: answering.Link, device: str) -> HttpResponse:
    post = request.POST
    if not device:  # a browser that keeps no cookie cannot be known again
        return HttpResponseRedirect(request.path)
    at, turn = post.get("at", "")[:16], whole(post.get("turn", "")) or 0
    given = {"value": post.get("value"), "values": post.getlist("value"), "words": post.get("words", "")}
    try:
        answering.take(
            link,
            device,
            turn=turn,
            at=at,
            given=given,
            agreed=bool(post.get("agreed")),
            began=_began(post.get("began")),
        )
    except HongqiaoError as error:
        found = answering.standing(link, device, again=turn > 0, back=at)
        answer = _show(request, found, {"failed": error_words(error), "typed": given})
        answer.status_code = error.status
        return answer
    return HttpResponseRedirect(request.path)


def _began(said: str | None) -> datetime | None:
    try:
        stamp = signing.loads(said or "", salt=BEGAN)
        return datetime.fromtimestamp(float(stamp), UTC)
    except (signing.BadSignature, ValueError, TypeError, OverflowError):
        return None


def _show(request: HttpRequest, found: answering.Standing, extra: dict[str, Any]) -> HttpResponse:
    context = asking.context(found, extra.get("typed")) | extra
    context["began"] = signing.dumps(datetime.now(UTC).timestamp(), salt=BEGAN)
    return render(request, "audience/surveys/public.html", context)


def _quiet(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"], answer["Cache-Control"] = "noindex, nofollow", "no-store"
    return answer
