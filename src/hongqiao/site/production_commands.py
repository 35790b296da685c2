"""Commands of production: the pieces on their way. Works as the installation's owner."""

import argparse

from hongqiao.content.production import api, shapes
from hongqiao.site import first
from hongqiao.site.house_commands import show

LINE = ("id", "stage", "platform", "form", "title", "owner_name", "publish_at", "risk")


def pieces(a: argparse.Namespace) -> int:
    """List pieces as `GET /api/pieces` does."""
    first.migrate()
    asked = shapes.PiecesAsked(stage=a.stage, platform=a.platform, mine=a.mine, overdue=a.overdue)
    found = api.listed(first.local_member(a.brand), asked)[: max(1, a.limit)]
    rows = [shapes.piece_json(r) for r in found]
    show(rows if a.json else ({k: r[k] for k in LINE} for r in rows), as_json=a.json)
    return 0


COMMANDS = {"pieces": pieces}
