"""Tickets and needs found by Ctrl-K."""

from __future__ import annotations

from hongqiao.audience.feedback import addresses, grouping, queries, words
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def tickets(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find tickets by number or by what they say, the newest first."""
    rows = queries.found(member, {"q": text}).select_related("brand").order_by("-number")[:limit]
    return [search.Hit(f"#{t.number} {t.title}"[:70], addresses.ticket(t), words.state(t.state)) for t in rows]


def needs(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find needs by their title, the newest first."""
    rows = grouping.found(member, {"q": text})[:limit]
    return [search.Hit(n.title, addresses.need(n), words.need_state(n.state)) for n in rows]


search.register("tickets", N_("反馈工单"), "users.view", tickets, order=41)
search.register("needs", N_("需求"), "users.view", needs, order=43)
