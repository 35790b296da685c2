"""The page of one person: apply, see how far it is, report. No sign-in; the link is theirs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hongqiao.audience.journeys import samples
from hongqiao.audience.models import Journey
from hongqiao.errors import HongqiaoError, NotFound
from hongqiao.workspace import throttle
from hongqiao.workspace.words import error_words


@csrf_exempt
@require_http_methods(["GET", "POST"])
def participation(request: HttpRequest, token: str) -> HttpResponse:
    """Show or take what the person says; what goes wrong is said with what they typed still there."""
    row, subject = samples.of_token(token)
    if not row.kind:
        raise NotFound()
    if request.method == "GET":
        return _page(request, row, subject, {})
    throttle.check("participation", token, amount=20, seconds=600)
    act = samples.report if "report" in request.POST else samples.apply
    try:
        act(row, subject, request.POST)
    except HongqiaoError as error:
        answer = _page(request, row, subject, {"failed": error_words(error), "typed": request.POST})
        answer.status_code = error.status
        return answer
    return HttpResponseRedirect(request.path)


def _page(request: HttpRequest, row: Journey, subject: str, extra: dict[str, Any]) -> HttpResponse:
    made = samples.applicants(row).filter(subject=subject).first()
    over = row.state == Journey.State.ENDED and made is None
    context = {"row": row, "made": made, "over": over, "sample": row.kind == "sample", "stars": range(1, 6)}
    answer = render(request, "audience/journeys/outside.html", context | extra)
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer
