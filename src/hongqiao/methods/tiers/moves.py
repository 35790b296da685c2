"""Movement between tiers, and what moved each person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hongqiao.methods.tiers.facts import Facts, Rules
from hongqiao.methods.tiers.placed import ACTIVE, LAPSED, LOYAL, OUTSIDE, TIERS, brings, often, tiers

#: by code number, as knowledge/audience/tiers.json names them; the first that fits
DRIVERS = (
    "stayed",
    "gave_back",
    "silent",
    "left",
    "first_purchase",
    "came_back",
    "brought_others",
    "bought_often",
    "interacted",
    "new_follower",
    "cooled",
    "rules_changed",
)


@dataclass(frozen=True)
class Movement:
    """matrix[i][j]: persons who were in TIERS[i] and are in TIERS[j] (outside first: five by five; the four tiers are
    [1:, 1:]). before, after, driver: code numbers a person. `drivers`: {(from, to): {driver: persons}} of who moved."""

    matrix: Any
    before: Any
    after: Any
    driver: Any
    drivers: dict[tuple[str, str], dict[str, int]]


def movement(before: Facts, after: Facts, rules: Rules, rules_before: Rules | None = None) -> Movement:
    """Hold two days against each other: facts of the same persons in the same order (who was not there yet: nothing
    known). rules_before: where other rules were in force then."""
    import numpy as np

    if len(before) != len(after):
        raise ValueError("both days must tell of the same persons")
    was, now = tiers(before, rules_before or rules), tiers(after, rules)
    matrix = np.bincount(was.astype(int) * 5 + now, minlength=25).reshape(5, 5)
    driver = drivers(before, after, was, now, rules)
    moved = np.flatnonzero(was != now)
    key = (was[moved].astype(int) * 5 + now[moved]) * len(DRIVERS) + driver[moved]
    told: dict[tuple[str, str], dict[str, int]] = {}
    for code, n in zip(*np.unique(key, return_counts=True), strict=True):
        pair, one = divmod(int(code), len(DRIVERS))
        told.setdefault((TIERS[pair // 5], TIERS[pair % 5]), {})[DRIVERS[one]] = int(n)
    return Movement(matrix, was, now, driver, told)


def drivers(before: Facts, after: Facts, was: Any, now: Any, rules: Rules) -> Any:
    """Return why each moved (a place in DRIVERS); every move has one reason, the first of them that fits.

    was, now: tiers by code number, as they stood and as they stand.
    """
    import numpy as np

    up = (now == LOYAL) | ((now == ACTIVE) & (was != LOYAL))
    silent_before = before.since_action > rules.lapsed_days
    fits = (
        was == now,
        before.bought & ~after.bought,
        (now == LAPSED) & ~silent_before,
        (now == OUTSIDE),
        ~before.bought & after.bought,
        (was == LAPSED) & (now != LAPSED) & silent_before & (after.since_action <= rules.lapsed_days),
        (now == LOYAL) & brings(after, rules) & ~brings(before, rules),
        (now == LOYAL) & often(after, rules) & ~often(before, rules),
        up & (after.actions > before.actions),
        (was == OUTSIDE),
        _cooled(before, after, was, now, rules),
    )
    return np.select(fits, np.arange(len(fits)), len(DRIVERS) - 1).astype(np.int8)


def _cooled(before: Facts, after: Facts, was: Any, now: Any, rules: Rules) -> Any:
    """Tell who came down though not silent: buys or brings less often than before, or interacts less."""
    less = (often(before, rules) & ~often(after, rules)) | (brings(before, rules) & ~brings(after, rules))
    return ((was == LOYAL) & (now < LOYAL) & less) | (
        (was == ACTIVE) & (now < ACTIVE) & (after.actions < before.actions)
    )
