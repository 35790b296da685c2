"""Where people stand: the latest move of each, read from the warehouse's `tiers`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from hongqiao import warehouse
from hongqiao.audience.models import TierRun
from hongqiao.audience.tiers import history
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand

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


def whole(brand: Brand) -> bool:
    """Return whether everybody is judged up to yesterday at least, and none of it is to be judged anew: in between the
    latest move of a person may say where they stood half a year ago."""
    last = TierRun.objects.filter(brand=brand).order_by("-day").values_list("day", flat=True).first()
    yesterday = figures.calendar_day(brand) - timedelta(days=1)
    return last is not None and last >= yesterday and history.stale(brand) is None


def judged(brand: Brand) -> Any:
    """Return the facts in which the tiers are whole; None while they are not."""
    if not whole(brand):
        return None
    handle = warehouse.open(brand.pk)
    return handle if whole(brand) else None  # what was taken out meanwhile is not in these facts, or is seen now
