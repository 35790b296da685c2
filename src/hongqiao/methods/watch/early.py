"""A piece that takes off early, or stays behind: against the account's own earlier pieces at the same age.

Values are running totals at the ages at which somebody looked. Between two looks the total is taken on the straight
line of log total over log age (attention falls off as a power of age: Szabo & Huberman, Comm. ACM 53, 2010); nothing
is said before the first look, after the last, or between two that lie too far apart.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from hongqiao.methods.watch.scales import Floats
from hongqiao.methods.watch.settings import BadSeries, WatchSettings


@dataclass(frozen=True)
class Curve:
    """Running totals of one piece. ages: hours since publishing, above 0; totals: at these ages."""

    ages: Sequence[float]
    totals: Sequence[float]


@dataclass(frozen=True)
class Takeoff:
    """verdict: early, falling, usual, or too_few (peers). age: hours. percentile: share of peers below, ties half;
    percentile_low, percentile_high: the same with every peer at the later and the earlier of its two looks; multiple:
    of the peers' median, None where that is 0. n: peers known at this age; needed: how many more it takes."""

    verdict: str
    age: float
    value: float
    n: int
    needed: int
    median: float | None
    multiple: float | None
    percentile: float | None
    percentile_low: float | None
    percentile_high: float | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def early(curve: Curve, peers: Sequence[Curve], settings: WatchSettings | None = None) -> Takeoff:
    """Hold a piece's latest total against earlier pieces of the same account and form at the same age.

    At most 1 − `early_share` of usual pieces are called early at any one age. Raises BadSeries for a piece
    without a look, ages that are not above 0 or do not grow, totals that are not numbers.
    """
    s = settings or WatchSettings()
    ages, totals = _checked(curve)
    if not len(ages):
        raise BadSeries(what="curve", detail="0")
    age, value = float(ages[-1]), float(totals[-1])
    known = [k for k in (_at(*_checked(p), age, s.snapshot_gap) for p in peers) if k is not None]
    n = len(known)
    if n < s.peers:
        return Takeoff("too_few", age, value, n, s.peers - n, None, None, None, None, None)
    low, middle, high = np.array(known).T
    median = float(np.median(middle))
    multiple = value / median if median > 0 else None
    share = _share_below(middle, value)
    verdict = _verdict(share, n, value, median, s)
    return Takeoff(
        verdict, age, value, n, 0, median, multiple, share, _share_below(high, value), _share_below(low, value)
    )


def _verdict(share: float, n: int, value: float, median: float, s: WatchSettings) -> str:
    """Return the word for it. A piece is one of n + 1, so that as many usual ones are called as the settings say."""
    apart = 2 * (np.sqrt(max(value, 0)) - np.sqrt(max(median, 0)))
    above, below = share * n / (n + 1), (1 - share) * n / (n + 1)
    if above >= s.early_share and value >= s.early_multiple * median and apart >= s.early_scales:
        return "early"
    if below >= 1 - s.falling_share and value * s.early_multiple <= median and -apart >= s.early_scales:
        return "falling"
    return "usual"


def _checked(curve: Curve) -> tuple[Floats, Floats]:
    """Return ages and totals as arrays, totals that fall (corrections) lowered to what is known later."""
    ages, totals = np.asarray(curve.ages, dtype=float), np.asarray(curve.totals, dtype=float)
    if ages.shape != totals.shape or ages.ndim != 1:
        raise BadSeries(what="curve", detail=f"{ages.shape} {totals.shape}")
    if not (np.isfinite(ages).all() and np.isfinite(totals).all() and (ages > 0).all() and (np.diff(ages) > 0).all()):
        raise BadSeries(what="curve", detail=str(ages.tolist()))
    return ages, np.minimum.accumulate(totals[::-1])[::-1]


def _at(ages: Floats, totals: Floats, age: float, gap: float) -> tuple[float, float, float] | None:
    """Return the total at an age: at the look before, between, at the look after; None where that is not known."""
    k = int(np.searchsorted(ages, age))
    if k < len(ages) and ages[k] == age:
        return (float(totals[k]),) * 3
    if k == 0 or k == len(ages) or ages[k] > gap * ages[k - 1]:
        return None
    low, high = float(totals[k - 1]), float(totals[k])
    part = np.log(age / ages[k - 1]) / np.log(ages[k] / ages[k - 1])
    if low <= -1:  # net figures may be below zero, where there is no logarithm
        return low, low + part * (high - low), high
    return low, float(np.expm1(np.log1p(low) + part * (np.log1p(high) - np.log1p(low)))), high


def _share_below(peers: ArrayLike, value: float) -> float:
    p = np.asarray(peers)
    return float((np.count_nonzero(p < value) + 0.5 * np.count_nonzero(p == value)) / len(p))
