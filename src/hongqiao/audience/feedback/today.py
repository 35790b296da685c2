"""The room's card on 今日: what waits for an answer, and tickets with their clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.audience.feedback import present, queries, settings
from hongqiao.audience.inbox import queries as inbox
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

MOST = 4


def card(member: Member) -> Mapping[str, Any] | None:
    """Return the card; None for who may not see the room, or where nothing waits."""
    if not permissions.allows(member, settings.SEE):
        return None
    waiting, counts = inbox.counts(member), queries.counts(member)
    if not waiting["open"] and not counts["live"]:
        return None
    mine = queries.found(member, {"state": "live"})
    rows = queries.urgent_first(mine).select_related("owner__user", "brand")[:MOST]
    return {
        "template": "audience/feedback/today.html",
        "waiting": waiting,
        "counts": counts,
        "rows": [present.line(t) for t in rows],
    }
