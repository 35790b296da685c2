"""Commands of the topic library. Works as the installation's owner."""

import argparse

from hongqiao.content.topics import api, queries
from hongqiao.content.topics.evidence import Around
from hongqiao.site import first
from hongqiao.site.house_commands import show


def topics(a: argparse.Namespace) -> int:
    """List topics, best first, as `GET /api/topics` gives them."""
    first.migrate()
    member = first.local_member(a.brand)
    asked = {k: getattr(a, k) for k in ("q", "state", "platform", "persona", "source")}
    rows = queries.ordered(queries.found(member, asked), "-score")[: max(1, a.limit)]
    around = Around(member.brand)
    shown = ("score", "verdict", "state", "title", "persona", "source")
    said = [api.topic_json(around, r, whole=a.json) for r in rows]
    show(said if a.json else ({k: str(s[k] or "") for k in shown} for s in said), as_json=a.json)
    return 0


COMMANDS = {"topics": topics}
