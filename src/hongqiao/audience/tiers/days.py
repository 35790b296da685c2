"""Facts of many days from one reading: what everybody did, a row a person and day, summed up to whichever day.

What `facts.people` asks anew for each day, for brands whose facts fit into memory; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from hongqiao.audience.tiers import facts
from hongqiao.methods.tiers import Rules

MOST = 3_000_000  # rows of facts; of more, each day is asked of the warehouse
TABLES = ("events", "orders", "refunds")
EPOCH = date(1970, 1, 1)
NEVER = np.inf


def fit(handle: Any) -> bool:
    """Return whether a brand's facts are few enough to be read once."""
    return sum(part.rows for name in TABLES for part in handle.parts(name)) <= MOST


@dataclass(frozen=True)
class Days:
    """Rows in order of person and day. `names`: of `person`, which numbers them; `version`: that was read."""

    version: int
    names: pa.Array
    person: Any
    day: Any  # days since EPOCH
    told: dict[str, Any]  # sums and the latest moments of the row's day
    channel: pa.Array
    seen: Any  # rows that name a channel, in order of person and moment

    @classmethod
    def read(cls, handle: Any, words: facts.Words) -> Days:
        """Read all that is told of those who may be profiled."""
        found = handle.fetch(facts.by_day(handle, words)).sort_by([("person", "ascending"), ("day", "ascending")])
        coded = found["person"].combine_chunks().dictionary_encode()
        person = coded.indices.to_numpy(zero_copy_only=False)
        told = {name: _number(found[name]) for name in (*facts.SUMS, "followed", "gone", "named_at")}
        seen = np.flatnonzero(found["channel"].is_valid().to_numpy())
        seen = seen[np.lexsort((told["named_at"][seen], person[seen]))]
        day = found["day"].combine_chunks().cast(pa.int32()).to_numpy(zero_copy_only=False)
        return cls(handle.version, coded.dictionary, person, day, told, found["channel"].combine_chunks(), seen)

    def people(self, day: date, rules: Rules) -> facts.People:
        """Return what `facts.people` returns for the end of a day."""
        until = (day - EPOCH).days
        rows = np.flatnonzero(self.day <= until)
        starts = np.flatnonzero(np.diff(self.person[rows], prepend=-1))
        who = self.person[rows][starts]
        held = self._summed(rows, starts, until, rules)
        return facts.placed(day, self.names.take(pa.array(who)), held, self._channels(who, until))

    def _summed(self, rows: Any, starts: Any, until: int, rules: Rules) -> facts.Summed:
        days, told = self.day[rows].astype(float), {name: column[rows] for name, column in self.told.items()}
        each = lambda how, column: how.reduceat(column, starts) if len(starts) else np.zeros(0)  # noqa: E731
        total = lambda column: each(np.add, column)  # noqa: E731
        latest = lambda column: each(np.maximum, column)  # noqa: E731
        within = lambda name, window: total(np.where(days >= until - int(window), told[name], 0.0))  # noqa: E731
        acted, ordered = (np.where(told[name] > 0, days, -NEVER) for name in ("acts", "ordered"))
        return facts.Summed(
            followed=latest(told["followed"]), gone=latest(told["gone"]), acted=until - latest(acted),
            first=np.abs(latest(np.where(told["ordered"] > 0, until - days, -NEVER))),  # inf: never
            last=until - latest(ordered), ever=total(told["ordered"]), refunds=total(told["refunds"]),
            net=total(told["net"]), actions=within("acts", rules.active_days),
            orders=within("ordered", rules.loyal_window), brought=within("brought", rules.loyal_window),
            f=within("ordered", rules.rfm_window), m=within("net", rules.rfm_window),
        )  # fmt: skip

    def _channels(self, who: Any, until: int) -> pa.Array:
        """Return where each was first seen, null where nobody said until then."""
        rows = self.seen[self.day[self.seen] <= until]
        named, first = np.unique(self.person[rows], return_index=True)
        at = np.full(len(self.names), -1)
        at[named] = rows[first]
        places = at[who]
        return self.channel.take(pa.array(places, mask=places < 0))


def _number(column: pa.ChunkedArray) -> Any:
    """A column of numbers, or of moments in microseconds (-inf: there is none)."""
    if pa.types.is_timestamp(column.type):
        return facts.moment(column)
    return column.cast(pa.float64()).combine_chunks().to_numpy(zero_copy_only=False)
