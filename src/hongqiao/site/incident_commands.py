"""Commands of incidents. Work as the installation's owner."""

import argparse
from typing import Any

from hongqiao.crisis.watching import acting, api, queries, tables
from hongqiao.site import first
from hongqiao.site.house_commands import show, tell


def incidents(a: argparse.Namespace) -> int:
    """List incidents, open one, or act on one by its number, as the HTTP interface does."""
    first.migrate()
    member = first.local_member(a.brand)
    table = tables.table(member.brand)
    if a.act == "list":
        asked = {k: getattr(a, k) for k in ("q", "level", "state", "kind")}
        rows = queries.ordered(queries.found(member, asked), "")[: max(1, a.limit)]
        said = [api.as_json(r, table, whole=a.json) for r in rows]
        keep = ("number", "level", "state", "title", "mentions", "answer_by", "commander")
        show(said if a.json else ({k: str(s[k] or "") for k in keep} for s in said), as_json=a.json)
        return 0
    made = _act(member, a)
    row = queries.incidents(member).one(made.pk)
    one = api.as_json(row, table, whole=True)
    tell(one if a.json else {k: str(one[k] or "") for k in ("number", "level", "state", "title")}, as_json=a.json)
    return 0


def _act(member: Any, a: argparse.Namespace) -> Any:
    if a.act == "open":
        return acting.open_by_hand(
            actor=member, title=a.what, kind=a.kind, nature=a.nature, level=a.level, note=a.reason
        )
    row = queries.incidents(member).filter(number=int(a.what)).first() if a.what.isdigit() else None
    key = row.pk if row else a.what
    if a.act == "take":
        return acting.take_incident(actor=member, incident_id=key, seen=None)
    return acting.set_level(actor=member, incident_id=key, seen=None, level=a.level, reason=a.reason)


COMMANDS = {"incidents": incidents}
