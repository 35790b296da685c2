"""Movement between two days: who stood where, who stands where, why and where they came from. U1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from hongqiao.audience.tiers import standing

TIERS = ("potential", "active", "loyal", "lapsed")
OUTSIDE = ""
ORDER = {"": 0, "potential": 1, "lapsed": 1, "active": 2, "loyal": 3}  # up and down


@dataclass(frozen=True)
class Cell:
    """Persons who went from one tier to another: how many, by which reason, from which channel."""

    before: str
    after: str
    n: int
    whys: dict[str, int]
    channels: dict[str, int]

    @property
    def stayed(self) -> bool:
        return self.before == self.after

    @property
    def up(self) -> bool:
        """Whether it is the way a brand hopes for."""
        if self.after == "lapsed" or self.before == "lapsed":
            return self.before == "lapsed"
        return ORDER[self.after] > ORDER[self.before]


def flow(handle: Any, before: date, after: date, *, channel: str | None = None) -> dict[tuple[str, str], Cell]:
    """Return the cells that hold anybody, by (tier then, tier now); "" is not there (yet).

    channel: only who was first seen there.
    """
    rows = pairs(handle, before, after)
    if channel is not None:
        rows = rows.filter(rows.channel == channel)
    counted = rows.group_by(["before", "after", "why", "channel"]).agg(n=rows.count())
    found: dict[tuple[str, str], Cell] = {}
    for row in handle.fetch(counted).to_pylist():
        pair = (row["before"], row["after"])
        cell = found.get(pair) or Cell(*pair, 0, {}, {})
        whys = _plus(cell.whys, row["why"], row["n"]) if pair[0] != pair[1] else {}
        found[pair] = Cell(*pair, cell.n + row["n"], whys, _plus(cell.channels, row["channel"], row["n"]))
    return found


def _plus(held: dict[str, int], name: str, n: int) -> dict[str, int]:
    return {**held, name: held.get(name, 0) + n}


def pairs(handle: Any, before: date, after: date) -> Any:
    """Return one row a person: key, before, after, why (of the latest move between), channel."""
    then, now = standing.current(handle, before), standing.current(handle, after)
    then = then.select(then_key=then.key, then=then.tier)
    now = now.select("key", "tier", "why", "channel")
    both = now.outer_join(then, now.key == then.then_key)
    empty = ibis.literal("")
    return both.select(
        key=both.key.fill_null(both.then_key),
        before=both.then.fill_null(empty),
        after=both.tier.fill_null(empty),
        why=both.why.fill_null(empty),
        channel=both.channel.fill_null(empty),
    )
