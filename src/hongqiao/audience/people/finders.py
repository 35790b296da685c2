"""Users found by Ctrl-K: by a telephone, a member number, an openid, exactly as it is."""

from __future__ import annotations

from hongqiao.audience import addresses
from hongqiao.audience.people import card, identifying, queries
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def people(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find users by a number that names them."""
    found = identifying.find(member.brand, text)[:limit]
    hints = card.hints_of(member.brand, found)
    return [search.Hit(key[:8], addresses.person(member.brand, key), hints.get(key, "")) for key in found]


search.register("users", N_("用户"), queries.SEE, people, order=45)
