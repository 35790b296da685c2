"""The public page of a draw: what was told before, who takes part, who won; the evidence and the script to check it.

No sign-in, no name: opaque ids alone. The address cannot be guessed but is made to be shared.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hongqiao.audience.communities.draws import evidence, queries
from hongqiao.audience.models import Draw
from hongqiao.knowledge import read
from hongqiao.methods import draw as method
from hongqiao.workspace import throttle
from hongqiao.workspace.access import client_ip
from hongqiao.workspace.views import kit as pages

SHOWN = 500


def _asked(request: HttpRequest, token: str, what: str) -> Draw:
    amount = read("audience/communities")["public"][what]
    throttle.check(f"draw.{what}", client_ip(request) or "", amount=amount, seconds=60)
    return queries.by_token(token)


def _quiet(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"], answer["Cache-Control"] = "noindex, nofollow", "no-store"
    return answer


@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show a draw as anybody may see it; `?t=` tells where one's own id stands."""
    row = _asked(request, token, "pages_a_minute")
    told = evidence.public(row)
    context: dict[str, Any] = {
        "row": row, "brand": row.brand, "state": _(str(row.get_state_display())), "told": told,
        "terms": row.terms.splitlines(), "drawn": "winners" in told, "script_url": f"/d/{row.token}/verify_draw.py",
    }  # fmt: skip
    names = {p["code"]: p["name"] for p in told["plan"]["prizes"]}
    if "winners" in told:
        context["awards"] = [{**a, "name": names.get(a["prize"], "")} for a in told["awards"]]
        context["alternates"] = told["alternates"][:SHOWN]
    entries = told.get("entries", [])
    context |= {"entries": entries[:SHOWN], "count": len(entries)}
    mine = pages.words_of(request, "t").upper()
    if mine:
        context |= {"asked": mine, "found": _stands(told, mine)}
    return _quiet(render(request, "audience/communities/public.html", context))


def _stands(told: dict[str, Any], code: str) -> str:
    """Return where an id stands, in words."""
    for a in told.get("awards", []):
        if a["entry"] == code:
            return _("中奖，第 %(rank)s 位") % {"rank": a["rank"]}
    if code in told.get("forfeits", []):
        return _("已弃奖")
    for a in told.get("alternates", []):
        if a["entry"] == code:
            return _("候补，第 %(rank)s 位") % {"rank": a["rank"]}
    if any(e[0] == code for e in told.get("entries", [])):
        return _("在名单里，没有中奖") if "winners" in told else _("在名单里")
    return _("不在名单里") if "entries" in told else _("名单在报名截止后公布")


@require_safe
def pack(request: HttpRequest, token: str) -> HttpResponse:
    """The evidence as it stands: before the draw without the secret."""
    row = _asked(request, token, "files_a_minute")
    answer = HttpResponse(method.dumps(evidence.public(row)), content_type="application/json; charset=utf-8")
    return _quiet(pages.named(answer, "evidence.json"))


@require_safe
def verifier(request: HttpRequest, token: str) -> HttpResponse:
    """The script that checks the evidence."""
    _asked(request, token, "files_a_minute")
    answer = HttpResponse(method.verifier(), content_type="text/x-python; charset=utf-8")
    return _quiet(pages.named(answer, "verify_draw.py"))
