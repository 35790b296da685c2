"""Festivals and shopping nodes as days that a baseline treats apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.watch.settings import BadSeries


@dataclass(frozen=True)
class Event:
    """One occurrence: the same `code` each year (its days may move), first and last day included."""

    code: str
    first: date
    last: date


def keys(events: Sequence[Event], first: date, n_days: int, margin: int) -> tuple[NDArray[np.int64], int]:
    """Return the key of each day, (n_days,), −1 where nothing is on, and the number of keys.

    Days of two occurrences share a key when they have the same code and the same distance from the first day: what
    was learnt on one is expected on the other. Where events overlap, the shortest holds. Raises BadSeries for an event
    that ends before it begins.
    """
    found = np.full(n_days, -1, dtype=np.int64)
    named: dict[tuple[str, int], int] = {}
    for event in sorted(events, key=lambda e: (e.first - e.last, e.code, e.first)):
        length = (event.last - event.first).days
        if length < 0:
            raise BadSeries(what="event", detail=f"{event.code} {event.first}–{event.last}")
        start = (event.first - first).days
        for offset in range(-margin, length + margin + 1):
            if 0 <= start + offset < n_days:
                found[start + offset] = named.setdefault((event.code, offset), len(named))
    return found, len(named)
