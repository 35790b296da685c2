"""When an account's pieces do better: by weekday, by part of the day, by both, or no difference that holds.

Each piece is placed among its neighbours in time by its mid-rank, so that an account's growth does not pass for a good
hour. Whether a slot's pieces stand higher than the rest by more than chance is asked by a permutation test over all
slots at once: scores are dealt out anew to the same hours, and only what is beyond the highest slot of 95 of 100 deals
is named (Westfall & Young 1993, single-step max-T: the chance of naming any slot where hours do not matter is 5 %).
It is no experiment: better pieces may have been given the better hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.funnel import rank

DEALS = 999
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rules:
    """`least`: pieces a slot takes to be judged; `neighbours`: pieces before and after that one is held against;
    `level`: the chance of naming any slot where none is better."""

    least: int = 5
    neighbours: int = 15
    level: float = 0.05


@dataclass(frozen=True)
class Slot:
    """Pieces of a weekday (0 is Monday) and a band of hours; None: of every one. `place`: their mean place among their
    neighbours, 0-1; None where they are too few. `better`: higher than chance allows."""

    weekday: int | None
    band: int | None
    n: int
    place: float | None
    better: bool


@dataclass(frozen=True)
class Timing:
    """Every slot; the better ones, the clearest first; how many pieces stand behind; the p of the highest slot, None
    where no slot could be judged."""

    slots: tuple[Slot, ...]
    better: tuple[Slot, ...]
    n: int
    p: float | None


def places(values: Sequence[float], neighbours: int) -> list[float]:
    """Return each value's mid-rank (0-1) among as many just before as just after it: one with later ones alone would
    stand low where an account grows. `values` stand in the order of time; the first and the last are held to be 0.5."""
    found = []
    for i, value in enumerate(values):
        many = min(neighbours, i, len(values) - 1 - i)
        around = [*values[i - many : i], *values[i + 1 : i + 1 + many]]
        found.append(rank(value, sorted(around)) if around else 0.5)
    return found


def timing(
    values: Sequence[float], weekdays: Sequence[int], bands: Sequence[int], count: int, rules: Rules = Rules()
) -> Timing:
    """Return how the slots stand. `values`, `weekdays` (0-6), `bands` (0 to count - 1): a piece each, in the order of
    time. The same pieces give the same answer."""
    scores = np.asarray(places(values, rules.neighbours))
    days, hours = np.asarray(weekdays, dtype=int), np.asarray(bands, dtype=int)
    keys = [(d, b) for d in (None, *range(7)) for b in (None, *range(count)) if (d, b) != (None, None)]
    inside = [((days == d) | (d is None)) & ((hours == b) | (b is None)) for d, b in keys]
    masks = np.array(inside, dtype=float).reshape(len(keys), len(scores))
    sizes = masks.sum(axis=1)
    judged = (sizes >= rules.least) & (len(scores) - sizes >= rules.least)
    heights, p = np.full(len(keys), -np.inf), None
    line = np.inf
    if judged.any() and scores.std() > 0:
        heights[judged] = _heights(masks[judged], scores[:, None])[:, 0]
        deals = np.random.default_rng(0).permuted(np.tile(scores, (DEALS, 1)), axis=1).T
        highest = _heights(masks[judged], deals).max(axis=0)
        line = float(np.quantile(highest, 1 - rules.level, method="higher"))
        p = float((1 + (highest >= heights.max()).sum()) / (1 + DEALS))
    slots = tuple(
        Slot(d, b, int(n), float(m @ scores / n) if n >= rules.least else None, bool(h > line))
        for (d, b), m, n, h in zip(keys, masks, sizes, heights, strict=True)
    )
    order = sorted(range(len(keys)), key=lambda i: -heights[i])
    return Timing(slots, tuple(slots[i] for i in order if slots[i].better), len(scores), p)


def _heights(masks: Floats, scores: Floats) -> Floats:
    """Return how far each slot's mean stands above the rest's, in standard errors: slots × deals."""
    inside = masks.sum(axis=1)[:, None]
    outside = masks.shape[1] - inside
    sums = masks @ scores
    apart = sums / inside - (scores.sum(axis=0) - sums) / outside
    return np.asarray(apart / np.sqrt(1 / inside + 1 / outside))
