"""The room's card on 今日: alarms to take and incidents that burn, with their clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.crisis.watching import present, queries
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

MOST = 5


def card(member: Member) -> Mapping[str, Any] | None:
    """Return the card; None for who may not see the room, or where nothing burns."""
    if not permissions.allows(member, queries.SEE):
        return None
    waiting, burning = queries.waiting(member), queries.burning(member)
    if not waiting and not burning:
        return None
    rows = present.lines(member.brand, burning)
    rows.sort(key=lambda r: (not r["clock_late"], r["clock_due"] is None, r["clock_due"]))
    return {
        "template": "crisis/watching/today.html",
        "alarms": len(waiting),
        "rows": rows[:MOST],
        "more": max(0, len(rows) - MOST),
        "late": sum(r["clock_late"] for r in rows),
    }
