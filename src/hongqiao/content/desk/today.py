"""The desk's card on 今日: what burns, what is left today, the next ones by the hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.content.desk import present, queries
from hongqiao.delivery.publishing.states import State
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

MOST = 6


def card(member: Member) -> Mapping[str, Any] | None:
    """Return the card, None for who may not see content or where there is nothing to publish."""
    if not permissions.allows(member, queries.SEE):
        return None
    day = queries.today_of(member.brand)
    rows, burning = queries.of_day(member, day), queries.burning(member)
    if not rows and not burning:
        return None
    hot = {r.pk for r in burning}
    left = [r for r in rows if r.pk not in hot and r.state == State.WAITING]
    return {
        "template": "content/desk/today.html",
        "rows": [
            *(present.line(r, hot=True) for r in burning[:MOST]),
            *present.lines(left[: MOST - len(burning[:MOST])]),
        ],
        "counts": queries.counts(rows),
        "burning": len(burning),
        "more": max(0, len(burning) + len(left) - MOST),
    }
