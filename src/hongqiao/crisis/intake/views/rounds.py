"""巡检: what to look at now, the link that opens the search, 无异常 in one tap, what was found pasted."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hongqiao.crisis.intake import pasting, rounds, settings, sources
from hongqiao.crisis.intake.arriving import Arrived
from hongqiao.crisis.intake.views import base
from hongqiao.workspace import shots
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


@brand_view(sources.SEE)
@require_http_methods(["GET", "POST"])
def roster(request: BrandRequest) -> HttpResponse:
    """The rounds, those longest overdue first, and a box for what was seen elsewhere."""
    if request.method == "POST":
        return kit.act(request, {"fine": _fine, "paste": _paste}, _roster)
    return _roster(request, {})


def _roster(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    found = rounds.rounds(request.member)
    mine = [r for r in found if r.source.owner_id == request.member.pk]
    context = {
        "rounds": found,
        "late": sum(r.late for r in found),
        "mine": len(mine),
        "channels": settings.channels(),
        "typed": {},
    }
    return base.show(request, "intake/rounds", "crisis_sources", context | extra)


def _fine(request: BrandRequest) -> str:
    row = pasting.fine(actor=request.member, source_id=kit.row_id(request))
    return _("已记下：%(name)s 无异常") % {"name": row.name}


def _paste(request: BrandRequest) -> str:
    post = request.POST
    done = pasting.paste(
        actor=request.member,
        text=post.get("text", ""),
        channel=post.get("channel", ""),
        picture=shots.sent(request),
        source_id=kit.row_id(request) if post.get("id") else None,
    )
    return came(done)


def came(done: Arrived) -> str:
    """Return what came of what was pasted."""
    said = ngettext("收进 %(n)d 条，马上研判", "收进 %(n)d 条，马上研判", done.new) % {"n": done.new}
    if done.known:
        said += " · " + ngettext("%(n)d 条已有", "%(n)d 条已有", done.known) % {"n": done.known}
    return said
