"""Arms of an experiment or a hold-out: lift with its interval, what peeking costs, how many it takes to tell.

Welch's comparison of means (a rate is a mean of zeros and ones); CUPED (Deng et al., WSDM 2013) where a covariate from
before is known; ratios of sums by the delta method (Deng et al., KDD 2018). Looking every day is paid for by a
confidence sequence of the mixture sequential probability ratio test (Johari et al., "Always valid inference", Oper.
Res. 70, 2022).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from hongqiao.methods.causal.results import Refused

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lift:
    """lift: difference of means, arm less control; se; interval; p two-sided; n of both; relative to the control."""

    lift: float
    se: float
    lo: float
    hi: float
    p: float
    n: int
    n_control: int
    control: float
    relative: float | None

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def compare(
    arm: ArrayLike,
    control: ArrayLike,
    *,
    level: float = 0.95,
    before: tuple[ArrayLike, ArrayLike] | None = None,
    peeking: bool = False,
) -> Lift | Refused:
    """Return the lift of an arm over the control; NaN units are left out.

    before: the same units' covariate from before the start, for CUPED. peeking: an interval that holds however often
    one looks. Refused: too_few (under 2 in an arm), constant (no spread at all), length_mismatch.
    """
    a, b = np.asarray(arm, float).ravel(), np.asarray(control, float).ravel()
    if before is not None:
        pa, pb = np.asarray(before[0], float).ravel(), np.asarray(before[1], float).ravel()
        if len(pa) != len(a) or len(pb) != len(b):
            return Refused("length_mismatch")
        a, b = _adjusted(a, b, pa, pb)
    a, b = a[np.isfinite(a)], b[np.isfinite(b)]
    if min(len(a), len(b)) < 2:
        return Refused("too_few", {"arm": len(a), "control": len(b)})
    va, vb = float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b)
    se = math.sqrt(va + vb)
    if se == 0:
        return Refused("constant")
    free = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    return _lift(float(a.mean()), float(b.mean()), se, free, len(a), len(b), level, peeking)


def ratio(
    arm: tuple[ArrayLike, ArrayLike],
    control: tuple[ArrayLike, ArrayLike],
    *,
    level: float = 0.95,
    peeking: bool = False,
) -> Lift | Refused:
    """Return the lift of a ratio of sums (shares over views) of units that each have a numerator and a denominator."""
    sides = [_ratio_of(np.asarray(n, float).ravel(), np.asarray(d, float).ravel()) for n, d in (arm, control)]
    if any(side is None for side in sides):
        return Refused("too_few")
    (ra, va, na), (rb, vb, nb) = (side for side in sides if side is not None)
    se = math.sqrt(va + vb)
    if se == 0:
        return Refused("constant")
    free = (va + vb) ** 2 / (va**2 / (na - 1) + vb**2 / (nb - 1))
    return _lift(ra, rb, se, free, na, nb, level, peeking)


def _ratio_of(num: Floats, den: Floats) -> tuple[float, float, int] | None:
    """Return ratio of sums, its variance by the delta method, and the number of units."""
    good = np.isfinite(num) & np.isfinite(den) & (den > 0)
    num, den = num[good], den[good]
    if len(num) < 2:
        return None
    value = float(num.sum() / den.sum())
    return value, float(((num - value * den) ** 2).sum() / (len(num) - 1) / len(num) / den.mean() ** 2), len(num)


def _lift(a: float, b: float, se: float, free: float, na: int, nb: int, level: float, peeking: bool) -> Lift:
    gap = a - b
    if peeking:
        wide, p = _always_valid(gap, se, na + nb, 1 - level)
    else:
        wide = float(stats.t.ppf((1 + level) / 2, free)) * se
        p = float(2 * stats.t.sf(abs(gap) / se, free))
    return Lift(gap, se, gap - wide, gap + wide, p, na, nb, b, gap / abs(b) if b else None)


def _always_valid(gap: float, se: float, n: int, alpha: float) -> tuple[float, float]:
    """Return half the width and p of the normal-mixture sequence, its mixing variance that of an effect of one sd a
    hundred units would show."""
    v = se**2
    tau = v * n / 100
    wide = math.sqrt((v * (v + tau) / tau) * (math.log((v + tau) / v) - 2 * math.log(alpha)))
    evidence = math.sqrt(v / (v + tau)) * math.exp(min(tau * gap**2 / (2 * v * (v + tau)), 700))
    return wide, min(1.0, 1 / evidence)


def _adjusted(a: Floats, b: Floats, pa: Floats, pb: Floats) -> tuple[Floats, Floats]:
    """Take out of both arms what the covariate from before explains; the same slope for both (CUPED)."""
    y, x = np.concatenate([a, b]), np.concatenate([pa, pb])
    good = np.isfinite(y) & np.isfinite(x)
    spread = float(np.var(x[good])) if good.any() else 0.0
    slope = float(np.cov(y[good], x[good], bias=True)[0, 1]) / spread if spread > 0 else 0.0
    middle = float(x[good].mean()) if good.any() else 0.0
    return a - slope * (np.where(np.isfinite(pa), pa, middle) - middle), b - slope * (
        np.where(np.isfinite(pb), pb, middle) - middle
    )


def needed(sd: float, lift: float, *, power: float = 0.8, alpha: float = 0.05, share: float = 0.5) -> int:
    """Return how many units in all, `share` of them in the arm, it takes to see an absolute lift. 0 where sd is 0."""
    if lift == 0 or not (0 < share < 1):
        raise ValueError("lift must not be zero, share lies between 0 and 1")
    z = float(stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power))
    return math.ceil((z * sd / lift) ** 2 / (share * (1 - share)))


def needed_rate(rate: float, lift: float, **more: Any) -> int:
    """Return how many units it takes to see an absolute lift of a rate."""
    middle = min(max(rate + lift / 2, 1e-9), 1 - 1e-9)
    return needed(math.sqrt(middle * (1 - middle)), lift, **more)


def detectable(sd: float, n: int, *, power: float = 0.8, alpha: float = 0.05, share: float = 0.5) -> float:
    """Return the smallest absolute lift that n units in all can show."""
    z = float(stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power))
    return z * sd / math.sqrt(max(n, 1) * share * (1 - share))
