"""Threads found by Ctrl-K."""

from __future__ import annotations

from hongqiao.audience.inbox import addresses, queries, words
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def threads(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find threads by what was said in them, the newest first."""
    rows = queries.found(member, {"q": text}).select_related("brand").order_by("-last_at")[:limit]
    return [
        search.Hit(t.said[:60], addresses.thread(t), " · ".join(filter(None, (t.place, words.state(t.state)))))
        for t in rows
    ]


search.register("threads", N_("消息"), "users.view", threads, order=42)
