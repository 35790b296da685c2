"""Gamma-Gamma: what a purchase of each person is worth (Fader & Hardie, "The Gamma-Gamma model of monetary value",
2013, after Fader, Hardie & Lee, J. Marketing Research 42(4), 2005).

A person's amounts are Gamma(p, rate), the rates Gamma(q, v) over persons. It holds only where who buys oftener does not
spend more or less a time: the correlation is computed, and said where it is large.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hongqiao.methods.lifetime.fitting import Optimum, Slope, minimise
from hongqiao.methods.lifetime.settings import Limits
from hongqiao.methods.refusal import Refused

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

STARTS = ((6.0, 4.0, 0.5), (1.0, 2.0, 1.0))
ROUGH = 20_000


@dataclass(frozen=True)
class Spend:
    """Parameters (v in the currency's unit), log-likelihood, how many persons, the correlation of frequency with money
    (Pearson; 0 where either does not vary), `doubtful` where that is beyond the limit."""

    p: float
    q: float
    v: float
    log_likelihood: float
    n: int
    correlation: float
    doubtful: bool

    @property
    def mean(self) -> float:
        """Return what a purchase of somebody unknown is worth."""
        return self.p * self.v / (self.q - 1)


def fit(x: ArrayLike, money: ArrayLike, *, limits: Limits | None = None) -> Spend | Refused:
    """Fit to persons with repurchases: x of them, of `money` on average. Others, and money of 0 or less, are left out.

    Refused: too_few_repeat_buyers, no_mean (q ≤ 1: amounts so uneven that their mean does not exist), not_told,
    not_converged.
    """
    import numpy as np

    limits = limits or Limits()
    x, money = np.asarray(x, float), np.asarray(money, float)
    kept = (x > 0) & (money > 0) & np.isfinite(money)
    x, money = x[kept], money[kept]
    if len(x) < limits.repeat_buyers:
        return Refused("too_few_repeat_buyers", {"repeat_buyers": len(x), "least": limits.repeat_buyers})
    unit = float(np.median(money))
    found = _search(x, money / unit, limits)
    if isinstance(found, Refused):
        return found
    p, q, v = (float(k) for k in np.exp(found.theta))
    if q <= 1:
        return Refused("no_mean", {"q": round(q, 3)})
    varied = x.std() > 0 and money.std() > 0
    r = float(np.corrcoef(x, money)[0, 1]) if varied else 0.0
    likelihood = -found.value * len(x) - len(x) * math.log(unit)
    return Spend(p, q, v * unit, likelihood, len(x), r, abs(r) >= limits.correlation)


def worth(model: Spend, x: ArrayLike, money: ArrayLike) -> Any:
    """Return what a purchase of each is worth: their own mean drawn towards everybody's, the less they bought."""
    import numpy as np

    x, money = np.asarray(x, float), np.nan_to_num(np.asarray(money, float))
    x = np.where(money > 0, x, 0.0)
    return model.p * (model.v + x * money) / (model.p * x + model.q - 1)


def _search(x: Any, money: Any, limits: Limits) -> Optimum | Refused:
    import numpy as np

    starts, inverse = [np.log(s) for s in STARTS], None
    if len(x) > 2 * ROUGH:
        some = np.random.default_rng(0).choice(len(x), ROUGH, replace=False)
        found = minimise(_slope(x[some], money[some]), starts, ROUGH, limits.runs_away)
        if isinstance(found, Optimum):
            starts, inverse = [found.theta], found.inverse
    return minimise(_slope(x, money), starts, len(x), limits.runs_away, inverse)


def _slope(x: Any, m: Any) -> Slope:
    """Return the mean negative log-likelihood with its gradient, by the logarithms of p, q, v. x times their mean is
    what they spent: a sum of x amounts is Gamma(p x)."""
    import numpy as np
    from scipy.special import digamma, gammaln

    xs, where = np.unique(x, return_inverse=True)
    nx = np.bincount(where).astype(float)
    total, logm, logx = x * m, float(np.log(m).sum()), float(x @ np.log(m))
    n, xlogx = len(x), float(x @ np.log(x))

    def at(theta: Any) -> tuple[float, Any]:
        if np.abs(theta).max() > 50:
            return math.inf, np.zeros(3)
        p, q, v = np.exp(theta)
        px, all_ = p * xs, np.log(total + v)
        value = float(nx @ (gammaln(px + q) - gammaln(px))) - n * (gammaln(q) - q * np.log(v))
        value += p * logx - logm + p * xlogx - p * float(x @ all_) - q * float(all_.sum())
        both, inverse = digamma(px + q), 1 / (total + v)
        by_p = float(nx @ (xs * (both - digamma(px)))) + logx + xlogx - float(x @ all_)
        by_q = float(nx @ both) - n * (digamma(q) - np.log(v)) - float(all_.sum())
        by_v = n * q / v - p * float(x @ inverse) - q * float(inverse.sum())
        return -value / n, -np.array([by_p, by_q, by_v]) * np.array([p, q, v]) / n

    return at
