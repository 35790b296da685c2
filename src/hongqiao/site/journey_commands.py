"""Commands of journeys: list them, make, start, pause, end. Works as the installation's owner."""

import argparse
from typing import Any

from hongqiao.audience.journeys import api, preview, queries, services
from hongqiao.site import first
from hongqiao.site.house_commands import BadArgument, show, tell

LINE = ("id", "name", "state", "goal", "people")


def journeys(a: argparse.Namespace) -> int:
    """List journeys as `GET /api/journeys` gives them, or act on one."""
    first.migrate()
    member = first.local_member(a.brand)
    if a.act == "list":
        rows = list(queries.journeys(member).order_by("-id")[: max(1, a.limit)])
        counts = queries.counted(rows)
        said = [api.journey_json(r, counts[r.pk]) for r in rows]
        show(said if a.json else ({k: s[k] for k in LINE} for s in said), as_json=a.json)
        return 0
    if not a.what:
        raise BadArgument(name="WHAT", value="", command=f"journeys {a.act}")
    tell(_acted(a, member), as_json=a.json)
    return 0


def _acted(a: argparse.Namespace, member: Any) -> dict[str, Any]:
    if a.act == "make":
        row = services.create(actor=member, template=a.what, name=a.name)
        return api.journey_json(row, {}) if a.json else {k: api.journey_json(row, {})[k] for k in LINE}
    if a.act == "preview":
        return preview.of(queries.journeys(member).one(a.what)).to_json()
    row = api.STARTS[a.act](actor=member, journey_id=a.what, seen=None)
    said = api.journey_json(row, queries.counted([row])[row.pk])
    return said if a.json else {k: said[k] for k in LINE}


COMMANDS = {"journeys": journeys}
