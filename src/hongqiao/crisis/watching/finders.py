"""What Ctrl-K finds of the room: incidents by title, number, batch."""

from __future__ import annotations

from hongqiao.crisis.watching import present, queries
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def incidents(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find incidents, the newest first."""
    rows = queries.ordered(queries.found(member, {"q": text}), "")[:limit]
    return [
        search.Hit(f"{r['row'].number} · {r['row'].title}", r["url"], f"{r['level']} · {r['state']}")
        for r in present.lines(member.brand, rows)
    ]


search.register("incidents", N_("舆情事件"), queries.SEE, incidents, order=15)
