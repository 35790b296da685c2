"""Commands of production: the pieces on their way, the calendar. Works as the installation's owner."""

import argparse

from hongqiao.content.plan import api as plan
from hongqiao.content.production import api, shapes
from hongqiao.site import first
from hongqiao.site.house_commands import show, tell

SLOT = ("clock", "platform", "stage", "title", "owner_name")
LINE = ("id", "stage", "platform", "form", "title", "owner_name", "publish_at", "risk")


def pieces(a: argparse.Namespace) -> int:
    """List pieces as `GET /api/pieces` does."""
    first.migrate()
    asked = shapes.PiecesAsked(stage=a.stage, platform=a.platform, mine=a.mine, overdue=a.overdue)
    found = api.listed(first.local_member(a.brand), asked)[: max(1, a.limit)]
    rows = [shapes.piece_json(r) for r in found]
    show(rows if a.json else ({k: r[k] for k in LINE} for r in rows), as_json=a.json)
    return 0


def calendar(a: argparse.Namespace) -> int:
    """Show the calendar as `GET /api/content/calendar` does; a line a piece where JSON is not asked for."""
    first.migrate()
    found = plan.calendar(first.local_member(a.brand), a.from_, a.to_)
    if a.json:
        tell(found, as_json=True)
        return 0
    pieces = ((d["day"], p) for d in found["days"] for p in d["pieces"])
    show(
        ({"day": day, **{k: p[k] for k in SLOT}, "wrong": " ".join(p["conflicts"])} for day, p in pieces), as_json=False
    )
    return 0


COMMANDS = {"pieces": pieces, "calendar": calendar}
