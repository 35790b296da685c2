"""What the library has to find with Ctrl-K: assets by name, alternative text, tags."""

from __future__ import annotations

from hongqiao.content.assets import present, queries
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def assets(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find assets by their name, what they show, or a tag; a licence that wants a look is said beside."""
    cards = present.cards(member.brand, list(queries.filtered(member, q=text)[:limit]))
    return [
        search.Hit(c["row"].name, c["url"], " · ".join(w for w in (c["kind"], c["size"], c["right"]) if w))
        for c in cards
    ]


search.register("assets", N_("素材"), queries.SEE, assets, order=25)
