"""Commands of drafting: have a piece drafted, list, read and take drafts. Works as the installation's owner."""

import argparse

from hongqiao.content.drafting import api, asking, queries, services
from hongqiao.content.production.shapes import revision_json
from hongqiao.site import first
from hongqiao.site.house_commands import show, tell

LINE = ("id", "piece", "maker", "label", "title", "added", "created_at")


def drafts(a: argparse.Namespace) -> int:
    """List drafts that nobody took as `GET /api/drafts` does."""
    first.migrate()
    member = first.local_member(a.brand)
    if a.piece:
        queries.production.pieces(member).one(a.piece)  # a wrong key is said, not answered with an empty list
    rows = [api.draft_json(r) for r in queries.waiting(member, a.piece, a.maker)[: max(1, a.limit)]]
    show(rows if a.json else ({k: str(r[k]) for k in LINE} for r in rows), as_json=a.json)
    return 0


def draft(a: argparse.Namespace) -> int:
    """Ask for drafts, see how far the model is, stop it, read one, take one."""
    first.migrate()
    member = first.local_member(a.brand)
    if a.act == "ask":
        said = api.ask(member, a.id, a.maker)
    elif a.act == "state":
        said = api.asked_json(member, a.id)
    elif a.act == "stop":
        asking.stop(actor=member, piece_id=a.id)
        said = api.asked_json(member, a.id)
    elif a.act == "show":
        said = api.whole_json(queries.drafts(member).one(a.id))
    else:
        said = revision_json(services.take(actor=member, proposal_id=a.id, seen=a.seen))
    tell(said, as_json=a.json)
    return 0


COMMANDS = {"drafts": drafts, "draft": draft}
