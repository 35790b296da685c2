"""Production's card on 今日: what waits for my look, by its clock; my pieces that are held; what is late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.content.production import checking, present, queries, reviews
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import Member

MOST = 5


def card(member: Member) -> Mapping[str, Any] | None:
    """Return the card; None for who may not see content, or where nothing is on its way."""
    if not permissions.allows(member, queries.SEE):
        return None
    every, tasks = reviews.at_review(member.brand), queries.my_tasks(member)
    waiting = reviews.for_look_of(member, every)
    mine = list(queries.mine(member).select_related("brand").order_by("publish_at", "id"))
    if not every and not mine and not tasks.exists():
        return None
    texts = queries.newest_of(mine)
    held = [r for r in mine if r.pk in texts and checking.stopped_by(r, texts[r.pk].found)]
    return {
        "template": "content/production/today.html",
        "reviews": [{"row": r, "url": present.url(r, "review"), "step": present.step(s)} for r, s in waiting[:MOST]],
        "held": [{"row": r, "url": present.url(r, "check")} for r in held[: max(0, MOST - len(waiting))]],
        "mine_to_review": len(waiting),
        "to_review": len(every),
        "late": sum(1 for _r, s in every if s.late),
        "mine": len(mine),
        "late_tasks": tasks.filter(due__lt=figures.real_day(member.brand)).count(),
    }
