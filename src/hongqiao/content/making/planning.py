"""Writes of a live room: its run sheet as a revision, its checks as tasks. C2."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hongqiao.content.making import running
from hongqiao.content.making.errors import BadLength, NoProducts, TooManyProducts
from hongqiao.content.models import Piece, Revision, Task
from hongqiao.content.production import queries, services
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Member


def make(*, actor: Member, piece: Piece, seen: int | None, products: str, minutes: str, people: str) -> Revision:
    """Give a live piece a run sheet as its next revision. Raises NoProducts, BadLength, TooManyProducts, …"""
    told = running.book()
    names = [one_line(line)[:100] for line in products.splitlines() if line.strip()]
    if not names:
        raise NoProducts()
    if len(names) > told["most_products"]:
        raise TooManyProducts(count=len(names), fits=told["most_products"])
    length = int(minutes) if minutes.isascii() and minutes.strip().isdigit() and len(minutes) < 6 else None
    if length is None or not told["minutes"]["least"] <= length <= told["minutes"]["most"]:
        raise BadLength(least=told["minutes"]["least"], most=told["minutes"]["most"])
    now = queries.newest(piece)
    body: dict[str, Any] = dict(now.body) if now else {"title": piece.title}
    body |= {"segments": running.sheet(names, length), "products": names}
    body["people"] = [one_line(line)[:100] for line in people.splitlines() if line.strip()]
    kind = Revision.Origin.TEMPLATE
    return services.add_revision(actor=actor, piece_id=piece.pk, seen=seen, body=body, origin=kind)


@transaction.atomic
def add_checks(*, actor: Member, piece: Piece) -> int:
    """Make the checks before a live room tasks of its piece, those that it has left out; return how many."""
    had = set(Task.objects.filter(piece=piece).values_list("text", flat=True))
    wanted = [c["label"] for c in running.book()["checks"] if c["label"] not in had]
    for text in wanted:
        services.add_task(actor=actor, piece_id=piece.pk, kind=Task.Kind.OTHER, text=text)
    return len(wanted)
