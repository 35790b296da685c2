"""Commands of feedback: list tickets, open one, how well they are answered. Works as the installation's owner."""

import argparse
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from hongqiao.audience.feedback import api, kinds, metrics, queries, tickets
from hongqiao.site import first
from hongqiao.site.commands import day_of
from hongqiao.site.house_commands import BadArgument, show, tell
from hongqiao.ui.period import preset


def run(a: argparse.Namespace) -> int:
    """List tickets as `GET /api/tickets` gives them, open one, or say the figures of a period."""
    first.migrate()
    member = first.local_member(a.brand)
    return {"list": _list, "open": _open, "figures": _figures}[a.act](a, member)


def _list(a: argparse.Namespace, member: Any) -> int:
    asked = {k: getattr(a, k) for k in ("q", "state", "priority", "team", "kind", "owner")}
    asked["late"] = "1" if a.late else ""
    found = queries.found(member, asked).select_related("owner__user", "brand")
    said = [api.ticket_json(t) for t in found.order_by("-number")[: max(1, a.limit)]]
    shown = ("number", "priority", "state", "team_label", "kind_label", "fix_due", "title")
    show(said if a.json else ({k: str(s[k] or "") for k in shown} for s in said), as_json=a.json)
    return 0


def _open(a: argparse.Namespace, member: Any) -> int:
    if not a.title:
        raise BadArgument(name="TITLE", value="", command="tickets open")
    given = {"kind": a.kind, "priority": a.priority, "team": a.team}
    row = tickets.open_ticket(actor=member, title=a.title, text=a.text, **given)
    said = api.ticket_json(row)
    tell(said if a.json else {k: str(said[k] or "") for k in ("number", "priority", "team", "title")}, as_json=a.json)
    return 0


def _figures(a: argparse.Namespace, member: Any) -> int:
    period = preset("d28", timezone.localdate())
    start, end = day_of(a.start or None, "--start") or period.start, day_of(a.end or None, "--end") or period.end
    rows = metrics.period(member.brand, start, end)
    groups = [("", metrics.of(member.brand, rows)), *metrics.by_kind(member.brand, rows)]
    names = dict(kinds.groups())
    said = [{"kind": names.get(code, "all" if n == 0 else "—"), **asdict(f)} for n, (code, f) in enumerate(groups)]
    show(said if a.json else ({k: str(v) for k, v in s.items()} for s in said), as_json=a.json)
    return 0


COMMANDS = {"tickets": run}
