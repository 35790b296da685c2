"""Commands of the topic library. Works as the installation's owner."""

import argparse
from typing import Any

from hongqiao.content.topics import api, offers, proposing, queries, services
from hongqiao.content.topics.evidence import Around
from hongqiao.site import first
from hongqiao.site.commands import day_of
from hongqiao.site.house_commands import show, tell

LINE = ("score", "verdict", "state", "title", "persona", "source")
OFFER = ("key", "score", "verdict", "title", "persona", "known")


def topics(a: argparse.Namespace) -> int:
    """List topics, best first, as `GET /api/topics` gives them."""
    first.migrate()
    member = first.local_member(a.brand)
    asked = {k: getattr(a, k) for k in ("q", "state", "platform", "persona", "source")}
    rows = queries.ordered(queries.found(member, asked), "-score")[: max(1, a.limit)]
    around = Around(member.brand)
    said = [api.topic_json(around, r, whole=a.json) for r in rows]
    show(said if a.json else (_line(s, LINE) for s in said), as_json=a.json)
    return 0


def proposals(a: argparse.Namespace) -> int:
    """List what may be proposed as `GET /api/topics/proposals` does; with --declined what stays away."""
    first.migrate()
    member = first.local_member(a.brand)
    wanted = _wanted(a)
    around = Around(member.brand, wanted.day)
    if a.declined:
        rows = queries.declined(member, around)[: max(1, a.limit)]
        show((offers.declined_json(around, r) for r in rows), as_json=a.json)
        return 0
    made = [offers.proposal_json(around, p) for p in proposing.propose(around, wanted.asked())[: max(1, a.limit)]]
    show(made if a.json else (_line(s, OFFER) for s in made), as_json=a.json)
    return 0


def proposal(a: argparse.Namespace) -> int:
    """Take or decline one that is proposed, or let a declined one be proposed again."""
    first.migrate()
    member = first.local_member(a.brand)
    if a.act == "restore":
        row = services.want_again(actor=member, declined_id=a.id)
        tell({"key": row.key, "title": row.title}, as_json=a.json)
        return 0
    wanted = _wanted(a)
    if a.act == "take":
        around, (came,) = offers.take(member, wanted, [a.key])
        tell({**api.topic_json(around, came.topic), "new": came.new}, as_json=a.json)
        return 0
    tell(offers.decline(member, wanted, a.key, a.reason), as_json=a.json)
    return 0


def _wanted(a: argparse.Namespace) -> offers.Wanted:
    told: dict[str, Any] = {k: getattr(a, k) or None for k in ("persona", "product")}
    return offers.Wanted(platform=a.platform, node=a.node, day=day_of(a.day, "--day"), **told)


def _line(said: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {k: str(s) if (s := said[k]) not in (None, False) else "" for k in names}


COMMANDS = {"topics": topics, "proposals": proposals, "proposal": proposal}
