"""Commands of publishing. Works as the installation's owner."""

import argparse

from hongqiao.content.desk import api
from hongqiao.site import first
from hongqiao.site.house_commands import show

SHOWN = ("due_at", "state", "way", "platform", "account_name", "title", "address", "id")


def publications(a: argparse.Namespace) -> int:
    """List what is on its way or out, as `GET /api/publications` does."""
    first.migrate()
    member = first.local_member(a.brand)
    asked = api.PublicationsAsked(state=a.state, platform=a.platform, limit=a.limit)
    rows = [api.as_json(r) for r in api.listed(member, asked)[: a.limit]]
    show(rows if a.json else ({k: r[k] for k in SHOWN} for r in rows), as_json=a.json)
    return 0


COMMANDS = {"publications": publications}
