"""Recency, frequency, money: scores from 1 to 5 and the eight classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hongqiao.methods.tiers.facts import Facts, Rules

#: R, F, M each high or low, by code number; -1: no order in the window
CLASSES = ("LLL", "LLH", "LHL", "LHH", "HLL", "HLH", "HHL", "HHH")


@dataclass(frozen=True)
class Scores:
    """Scores (0 without an order in the window), class (-1), and whether the fixed tables were used."""

    r: Any
    f: Any
    m: Any
    klass: Any
    fixed: bool


def scores(facts: Facts, rules: Rules) -> Scores:
    """Return the scores of who ordered within the window. High is above the mean of that score among them."""
    import numpy as np

    buys = facts.bought & (facts.f > 0)
    n, fixed = int(buys.sum()), int(buys.sum()) < rules.rfm_least
    found = [np.zeros(len(facts), np.int8) for _ in range(3)]
    klass = np.full(len(facts), -1, np.int8)
    if n:
        r, f, m = facts.r[buys], facts.f[buys], facts.m[buys]
        if fixed:
            three = (
                np.searchsorted(-np.array(rules.recency_table), -r, "right") + 1,
                np.searchsorted(rules.frequency_table, f, "right") + 1,
                np.searchsorted(rules.money_table, m, "right") + 1,
            )
        else:
            three = (_quintile(-r), _quintile(f), _quintile(m))
        for column, score in zip(found, three, strict=True):
            column[buys] = score
        high = [score > score.mean() for score in three]
        klass[buys] = 4 * high[0] + 2 * high[1] + high[2]
    return Scores(*found, klass, fixed)


def _quintile(values: Any) -> Any:
    """Return fifths by the middle of a value's ranks: who is equal gets the same score, however many they are."""
    import numpy as np

    held, place, times = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(times) - times
    middle = (below + times / 2) / len(values)
    return np.minimum((5 * middle).astype(np.int8) + 1, 5)[place]
