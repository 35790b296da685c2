"""The calendar over HTTP: days with their pieces and nodes, what stands in the way, who is full. C1."""

from collections.abc import Container
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from hongqiao.content.plan import present, queries
from hongqiao.content.production.shapes import piece_json
from hongqiao.errors import N_, Invalid
from hongqiao.knowledge import nodes
from hongqiao.methods.planning import Conflict
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member

router = Router(tags=["calendar"])
MOST = 92  # days


class BadSpan(Invalid):
    code = "bad_span"
    message = N_("日期范围不对：%(first)s 到 %(last)s")
    next_step = N_("先写早的一天，一次最多 %(most)s 天")


class Span(Schema):
    """Days, both included; the current month where none is given."""

    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")


@router.get("/calendar", response=dict[str, Any], summary="The calendar")
def get_calendar(request: HttpRequest, asked: Query[Span]) -> dict[str, Any]:
    """Pieces by day in their account's zone, nodes, conflicts with their pieces, hours of work a member and week.

    At most 92 days. A piece is moved by `PUT /api/pieces/<id>` with its `version` and another `publish_at`.
    """
    return calendar(caller(request, queries.SEE), asked.first, asked.last)


def calendar(member: Member, first: date | None, last: date | None) -> dict[str, Any]:
    """Return the calendar of some days as the interface and the command line give it. Raises BadSpan."""
    begin = first or (last or queries.today(member.brand)).replace(day=1)
    end = last or queries.month_of(begin)[1]
    if not begin <= end < begin + timedelta(days=MOST) or not 2000 <= begin.year <= 2100:
        raise BadSpan(first=str(begin), last=str(end), most=MOST)
    pieces = queries.between(member, begin, end)
    found, by_day = queries.stands(member, pieces), queries.by_day(pieces)
    wrong, off = present.of_pieces(found), queries.rules(member.brand)["solemn_off"]
    return {
        "from": begin.isoformat(),
        "to": end.isoformat(),
        "days": [
            {"day": day.isoformat(), "pieces": [_piece(p, wrong.get(str(p.pk), ())) for p in by_day.get(day, ())]}
            for day in (begin + timedelta(days=n) for n in range((end - begin).days + 1))
        ],
        "nodes": [_node(n, off) for n in nodes.between(begin, end)],
        "conflicts": [_conflict(c) for c in found],
        "capacity": _capacity(member, begin, end),
    }


def _piece(row: Any, found: Any) -> dict[str, Any]:
    at = queries.local(row)
    return piece_json(row) | {"clock": f"{at:%H:%M}" if at else "", "conflicts": [c.code for c in found]}


def _node(node: nodes.Node, off: Container[str]) -> dict[str, Any]:
    span = {"from": node.first.isoformat(), "to": node.last.isoformat()}
    return {"label": _(node.label), **span, "solemn": node.solemn and node.code not in off, "size": node.size}


def _conflict(one: Conflict) -> dict[str, Any]:
    told = {"code": one.code, "level": one.level, "day": one.day.isoformat(), "pieces": list(one.keys)}
    return told | {"params": dict(one.params), "text": present.said(one)}


def _capacity(member: Member, first: date, last: date) -> list[dict[str, Any]]:
    over = queries.rules(member.brand)["week"]["over"]
    return [
        {"member": key, "name": name, "week": monday.isoformat(), "hours": hours, "share": share, "over": share > over}
        for (key, monday), (name, hours, share) in sorted(queries.weeks(member, first, last).items())
    ]
