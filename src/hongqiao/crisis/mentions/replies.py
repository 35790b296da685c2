"""Answers that the platform itself shows: the brand replied where it was said. Nobody has to note them."""

from __future__ import annotations

from collections.abc import Sequence

from hongqiao.crisis.intake.arriving import plain
from hongqiao.crisis.models import Mention, Source
from hongqiao.platforms.client.talk import Said
from hongqiao.workspace import audit

State = Mention.State


def mark(source: Source, said: Sequence[Said]) -> int:
    """Mark mentions of a source as answered by the replies that stand there; return how many. In a transaction.

    An answer that is known already, by whomever it was noted, is left alone; one that was given before we heard counts
    from the hearing, since no clock ran before.
    """
    given = {one.outer: one for one in said}
    rows = Mention.objects.select_for_update(of=("self",)).filter(
        source=source, outer__in=list(given), answered_at=None
    )
    marked = 0
    for row in rows.order_by("id"):
        one = given[row.outer]
        at = max(one.replied_at or row.heard_at, row.heard_at)
        row.answer = {"way": "reply", "text": plain(one.reply, 2000), "url": row.url, "shot": "", "by": ""}
        row.answer["at"] = (one.replied_at or at).isoformat()
        row.answered_at = at
        if row.state != State.CLOSED:
            row.state = State.ANSWERED
        row.save_next("answer", "answered_at", "state")
        audit.record(None, "mention.answered", row, way="reply")
        marked += 1
    return marked
