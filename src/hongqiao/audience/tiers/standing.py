"""Where people stand: the latest move of each, read from the warehouse's `tiers`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

#: what a move keeps beside the tier
KEPT = ("tier", "stage", "was", "why", "channel", "orders", "spent")


@dataclass(frozen=True)
class Place:
    """Where one person stands since when."""

    tier: str
    stage: str
    was: str | None
    why: str
    channel: str | None
    orders: int
    spent: Any
    since: date


def current(handle: Any, until: date | None = None) -> ir.Table:
    """Return one row a person: key, KEPT and `since`, as of the end of a day (None: now). "" is no longer counted."""
    moves = handle.current("tiers")
    if until is not None:
        moves = moves.filter(moves.day <= ibis.literal(until))
    latest = {name: moves[name].argmax(moves.ts) for name in KEPT if name != "was"}
    was = moves.was.fill_null("").argmax(moves.ts)
    grouped = moves.group_by(key=moves.person_key).agg(**latest, was=was, since=moves.day.max())
    return grouped.filter(grouped.tier != "")


def of(handle: Any, keys: Sequence[str]) -> dict[str, Place]:
    """Return where these persons stand; who has no tier is left out."""
    table = current(handle)
    found = handle.fetch(table.filter(table.key.isin(list(keys)))).to_pylist()
    return {r.pop("key"): Place(**r) for r in found}
