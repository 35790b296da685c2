"""Difference in differences over slices and periods, with a test of the trends before (Angrist & Pischke, 2009, ch. 5).

Each slice gives one number: its mean after less its mean before. Slices that were acted on are held against those that
were not by Welch's t, so that what happens within a slice over time needs no model (Bertrand, Duflo & Mullainathan,
Q. J. Econ. 119, 2004: collapse the periods).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from hongqiao.methods.causal.results import Effect, Refused


def effect(
    table: ArrayLike, acted: ArrayLike, start: int, *, level: float = 0.9, trend_p: float = 0.05
) -> Effect | Refused:
    """Return the mean effect per period on the slices that were acted on.

    table  (n, k) periods by slices, NaN where missing; acted (k,) bool; start: the first period after the act
    Refused: too_few_slices (under 2 on a side), too_short (under 4 periods before or none after), pre_trend (the two
    groups moved apart before the act), missing_days.
    """
    values, treated = np.asarray(table, float), np.asarray(acted, bool).ravel()
    if values.ndim != 2 or values.shape[1] != len(treated):
        return Refused("length_mismatch", {"slices": len(treated)})
    if not 4 <= start < len(values):
        return Refused("too_short", {"n": start, "least": 4})
    there = np.isfinite(values[:start]).mean(0) * (np.isfinite(values[start:]).mean(0) >= 0.7) >= 0.7
    values, treated = values[:, there], treated[there]
    if treated.sum() < 2 or (~treated).sum() < 2:
        return Refused("too_few_slices", {"acted": int(treated.sum()), "controls": int((~treated).sum())})
    half = start // 2
    before = _changes(values[:start], half)
    trend = stats.ttest_ind(before[treated], before[~treated], equal_var=False)
    if np.isfinite(trend.pvalue) and trend.pvalue < trend_p:
        return Refused("pre_trend", {"p": round(float(trend.pvalue), 4)})
    moved = _changes(values, start)
    a, b = moved[treated], moved[~treated]
    mean = float(a.mean() - b.mean())
    va, vb = float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b)
    sd = float(np.sqrt(va + vb))
    if sd == 0:
        return Refused("constant")
    free = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    wide = float(stats.t.ppf((1 + level) / 2, free)) * sd
    would = float(np.nanmean(values[start:, treated])) - mean
    after = len(values) - start
    return Effect(
        method="did",
        effect=mean,
        sd=sd,
        lo=mean - wide,
        hi=mean + wide,
        safe_lo=mean - wide,
        safe_hi=mean + wide,
        cumulative=mean * after,
        relative=mean / abs(would) if would else None,
        n=start,
        n_after=after,
        level=level,
        checks={"acted": len(a), "control_slices": len(b), "trend_p": round(float(trend.pvalue), 4), "expected": would},
    )


def _changes(values: np.ndarray, at: int) -> np.ndarray:
    """Return each slice's mean from `at` on less its mean before."""
    return np.asarray(np.nanmean(values[at:], 0) - np.nanmean(values[:at], 0))
