"""Whether one daily series leads another (spend → new followers): a lagged correlation that says n and p, or nothing.

Both series lose their weekly season and their trend (first differences), then what the driver's own past explains is
taken out of both (prewhitening: Box & Jenkins, 1970; Haugh, JASA 71, 1976), so that two series which merely drift
together do not seem to lead each other. p is corrected for the lags tried (Šidák).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lag:
    """lag: periods by which the driver leads; r: correlation there; n pairs; p corrected; slope: response per unit of
    the driver, with its standard error."""

    lag: int
    r: float
    n: int
    p: float
    slope: float
    slope_se: float


def lag_test(
    driver: ArrayLike,
    response: ArrayLike,
    *,
    most: int = 7,
    season: int = 7,
    least: int = 42,
    alpha: float = 0.05,
    sign: int = 0,
) -> Lag | None:
    """Return the lag at which the driver leads the response best, or None: too few pairs (`least`), or p above alpha.

    driver, response: (n,) daily, NaN where missing; sign +1 or −1: only a correlation of that sign counts.
    """
    from scipy import stats  # half a second that the start of the server need not pay

    x, y = np.asarray(driver, float).ravel(), np.asarray(response, float).ravel()
    if len(x) != len(y) or len(x) < least + most:
        return None
    white_x, white_y = _whitened(_flat(x, season), _flat(y, season), season)
    best: Lag | None = None
    for lag in range(most + 1):
        a, b = white_x[: len(white_x) - lag], white_y[lag:]
        good = np.isfinite(a) & np.isfinite(b)
        if good.sum() < least or a[good].std() == 0 or b[good].std() == 0:
            continue
        found = stats.linregress(a[good], b[good])
        p = 1 - (1 - min(float(found.pvalue), 1.0)) ** (most + 1)
        if sign and np.sign(found.rvalue) != sign:
            continue
        if best is None or p < best.p:
            best = Lag(lag, float(found.rvalue), int(good.sum()), float(p), float(found.slope), float(found.stderr))
    return best if best is not None and best.p <= alpha else None


def _flat(x: Floats, season: int) -> Floats:
    """Return first differences without the weekly season."""
    step = np.diff(x)
    place = np.arange(len(step)) % max(season, 1)
    out = step.copy()
    for j in range(max(season, 1)):
        held = step[place == j]
        out[place == j] -= np.nanmedian(held) if np.isfinite(held).any() else 0.0
    return out


def _whitened(x: Floats, y: Floats, order: int) -> tuple[Floats, Floats]:
    """Return both series less what an autoregression fitted to the driver predicts from their own past."""
    filled = np.nan_to_num(x)
    past = np.column_stack([np.roll(filled, k) for k in range(1, order + 1)])[order:]
    target = filled[order:]
    good = np.isfinite(x[order:])
    if good.sum() <= 2 * order:
        return x, y
    ridge = past[good].T @ past[good] + 1e-9 * np.eye(order) * max(float((target**2).sum()), 1e-12)
    weights = np.linalg.solve(ridge, past[good].T @ target[good])

    def rest(series: Floats) -> Floats:
        own = np.nan_to_num(series)
        table = np.column_stack([np.roll(own, k) for k in range(1, order + 1)])[order:]
        return np.asarray(series[order:] - table @ weights)

    return rest(x), rest(y)
