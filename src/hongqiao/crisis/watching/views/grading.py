"""How one incident came to its level and its mentions: the parts, the level by hand, merging, splitting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.crisis import addresses
from hongqiao.crisis.watching import acting, clocks, gathering, present, queries, tables, words
from hongqiao.crisis.watching.views import base
from hongqiao.errors import Invalid
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit

SHOWN = 100  # mentions of an incident that can be split off on one page


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def grading(request: BrandRequest, incident_id: UUID) -> HttpResponse:
    """The level of an incident, and what belongs to it."""
    row = queries.incidents(request.member).one(incident_id)

    def page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
        return _page(request, incident_id, extra)

    if request.method == "POST":
        permissions.require(request.member, queries.HANDLE)
        acts = {name: _act(row.pk, do) for name, do in ACTS.items()}
        return kit.act(request, acts, page)
    return page(request, {})


def _act(key: UUID, do: Any) -> Any:
    return lambda request: do(request, key)


def _page(request: BrandRequest, key: UUID, extra: dict[str, Any]) -> HttpResponse:
    row = queries.incidents(request.member).one(key)
    table = tables.table(request.brand)
    others = queries.incidents(request.member).filter(state__in=clocks.GATHERS, drill=row.drill).exclude(pk=row.pk)
    first, update = table.terms(row.level, row.nature)
    context = {
        "line": present.line(row, table, clocks.last_words([row]).get(row.pk)),
        "row": row,
        "parts": present.parts(row),
        "looks": [(words.level(h[1]) if h[1] else "—") for h in row.hits[-8:]],
        "floor": words.level(row.floor) if row.floor else "",
        "at": row.parts.get("at", ""),
        "by": request.brand.members.filter(pk=row.by_hand.get("by")).first() if row.by_hand else None,
        "first": words.span(timedelta(minutes=first)),
        "update": words.span(timedelta(minutes=update)),
        "due": clocks.answer_by(row, table),
        "others": [(str(o.pk), f"{o.number} · {o.title}") for o in others.order_by("-number")[:50]],
        "mentions": list(row.mentions.order_by("posted_at")[:SHOWN]),
        "topics": gathering.shown(row),
        "marks": [(code, _(label), code in row.fields.get("marks", [])) for code, label in words.MARKS.items()],
        "open": row.state in clocks.GATHERS,
        "room_url": addresses.incident(row),
    }
    return base.show(request, "grading", "crisis_incidents", context | extra)


def _level(request: BrandRequest, key: UUID) -> str:
    post = request.POST
    row = acting.set_level(
        actor=request.member,
        incident_id=key,
        seen=kit.seen(request),
        level=post.get("level", ""),
        reason=post.get("reason", ""),
    )
    return _("现为 %(level)s") % {"level": words.level(row.level)}


def _marks(request: BrandRequest, key: UUID) -> str:
    hot = request.POST.get("hot", "").strip()
    place = kit.whole(hot)
    if hot and place is None:
        raise Invalid()
    acting.mark(
        actor=request.member, incident_id=key, seen=kit.seen(request), marks=request.POST.getlist("mark"), hot=place
    )
    return _("传播情况已记下")


def _merge(request: BrandRequest, key: UUID) -> str:
    into = acting.merge(
        actor=request.member, incident_id=key, into_id=request.POST.get("into", ""), seen=kit.seen(request)
    )
    return _("已并入事件 %(number)s") % {"number": into.number}


def _split(request: BrandRequest, key: UUID) -> str:
    post = request.POST
    fresh = acting.split(
        actor=request.member,
        incident_id=key,
        mention_ids=post.getlist("mention"),
        seen=kit.seen(request),
        title=post.get("title", ""),
    )
    return _("已拆出为事件 %(number)s") % {"number": fresh.number}


def _take(request: BrandRequest, key: UUID) -> str:
    acting.take_incident(actor=request.member, incident_id=key, seen=kit.seen(request))
    return _("已接警，不再提醒其他人")


ACTS = {"level": _level, "marks": _marks, "merge": _merge, "split": _split, "take": _take}
