"""BG/NBD: buying at a Poisson rate until, after any purchase, one is gone (Fader, Hardie & Lee, "Counting your
customers the easy way", Marketing Science 24(2), 2005). Rates are Gamma(r, alpha), the chance to go Beta(a, b).

Persons of the same (x, t_x, T) are one row with a count, those without a repurchase by T alone; the terms of Gamma
functions are summed by x. The gradient is exact.
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

#: where the search starts: (r, alpha as a share of the mean age, a, b); lively and slow, faithful and fleeting
STARTS = ((0.5, 0.3, 0.7, 2.5), (1.5, 1.0, 0.3, 3.0), (0.2, 0.1, 1.5, 1.5))
#: customers on which the search starts where there are many more
ROUGH = 20_000
BLOCK = 16_384


@dataclass(frozen=True)
class Model:
    """Parameters (time in weeks), their standard errors, the log-likelihood, of how many of whom bought again."""

    r: float
    alpha: float
    a: float
    b: float
    errors: dict[str, float]
    log_likelihood: float
    n: int
    repeat_buyers: int

    @property
    def parameters(self) -> dict[str, float]:
        """Return r, alpha, a, b by name."""
        return {"r": self.r, "alpha": self.alpha, "a": self.a, "b": self.b}


@dataclass(frozen=True)
class Rows:
    """Persons grouped: without a repurchase by age (T0, n0), the others by x, t_x, T with counts n; xs, nx: persons by
    x; total: how many."""

    T0: Any
    n0: Any
    x: Any
    t_x: Any
    T: Any
    n: Any
    xs: Any
    nx: Any
    total: float


def fit(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike, *, counts: ArrayLike | None = None, limits: Limits | None = None
) -> Model | Refused:
    """Fit by maximum likelihood. counts: persons a row stands for.

    Refused: bad_history (names what cannot be: t_x above T, below 0, x not whole), too_few_repeat_buyers, not_told,
    not_converged.
    """
    import numpy as np

    limits = limits or Limits()
    x, t_x, T = (np.asarray(v, float) for v in (x, t_x, T))
    weights = np.ones(len(x)) if counts is None else np.asarray(counts, float)
    if bad := _bad(x, t_x, T, weights):
        return Refused("bad_history", {"what": bad})
    again = int(weights[x > 0].sum())
    if again < limits.repeat_buyers:
        return Refused("too_few_repeat_buyers", {"repeat_buyers": again, "least": limits.repeat_buyers})
    found = _search(x, t_x, T, weights, limits)
    if isinstance(found, Refused):
        return found
    values = np.exp(found.theta)
    n = float(weights.sum())
    errors = values * np.sqrt(np.diag(found.inverse) / n)
    names = ("r", "alpha", "a", "b")
    told = dict(zip(names, map(float, values), strict=True))
    return Model(**told, errors=dict(zip(names, map(float, errors), strict=True)),
                 log_likelihood=-found.value * n, n=int(n), repeat_buyers=again)  # fmt: skip


def _bad(x: Any, t_x: Any, T: Any, weights: Any) -> str:
    """Return what cannot be, "" where all can."""
    import numpy as np

    if not (len(x) == len(t_x) == len(T) == len(weights)):
        return "length"
    if not all(np.isfinite(v).all() for v in (x, t_x, T, weights)):
        return "not_a_number"
    if (x < 0).any() or (x != np.floor(x)).any():
        return "x"
    if (weights < 0).any():
        return "counts"
    return "t_x" if (t_x < 0).any() or (t_x > T * (1 + 1e-9) + 1e-9).any() or (t_x[x == 0] != 0).any() else ""


def _search(x: Any, t_x: Any, T: Any, weights: Any, limits: Limits) -> Optimum | Refused:
    import numpy as np

    scale = float(np.average(T, weights=weights)) or 1.0
    starts = [np.log([r, alpha * scale, a, b]) for r, alpha, a, b in STARTS]
    inverse = None
    if len(x) > 2 * ROUGH:
        some = np.random.default_rng(0).choice(len(x), ROUGH, replace=False)
        rough = grouped(x[some], t_x[some], T[some], weights[some])
        found = minimise(slope(rough), starts, rough.total, limits.runs_away)
        if isinstance(found, Optimum):
            starts, inverse = [found.theta], found.inverse
    rows = grouped(x, t_x, T, weights)
    return minimise(slope(rows), starts, rows.total, limits.runs_away, inverse)


def grouped(x: Any, t_x: Any, T: Any, weights: Any) -> Rows:
    """Put together who is alike. Where hardly any two of the repeat buyers are (times to the second), they stay apart:
    sorting them would cost more than it spares."""
    import numpy as np

    none = x == 0
    T0, where = np.unique(T[none], return_inverse=True)
    n0 = np.bincount(where, weights[none], minlength=len(T0))
    xs, place = np.unique(x, return_inverse=True)
    nx = np.bincount(place, weights)
    columns, n = (x[~none], t_x[~none], T[~none]), weights[~none]
    if _alike(columns):
        columns, n = _joined(columns, n)
    return Rows(T0, n0, *columns, n, xs, nx, float(weights.sum()))


def _alike(columns: tuple[Any, ...], sample: int = 5_000) -> bool:
    """Tell whether joining spares anything, by a sample of neighbours in the second column's order."""
    import numpy as np

    some = np.column_stack([c[:: max(1, len(c) // sample)] for c in columns])
    return len(columns[0]) <= 4 * sample or len(np.unique(some[:, 1])) < 0.5 * len(some)


def _joined(columns: tuple[Any, ...], n: Any) -> tuple[tuple[Any, ...], Any]:
    import numpy as np

    key = np.zeros(len(n), np.int64)
    for column in columns:
        held, place = np.unique(column, return_inverse=True)
        key = key * len(held) + place
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    return tuple(c[first] for c in columns), np.bincount(place, n)


def slope(rows: Rows) -> Slope:
    """Return the mean negative log-likelihood with its gradient, by the logarithms of r, alpha, a, b."""
    import numpy as np

    def at(theta: Any) -> tuple[float, Any]:
        if np.abs(theta).max() > 50:
            return math.inf, np.zeros(4)
        p = np.exp(theta)
        total, gradient = _by_x(rows, *p)
        older = np.log(p[1] + rows.T0)
        total -= p[0] * float(rows.n0 @ older)
        gradient[0] -= float(rows.n0 @ older)
        gradient[1] -= p[0] * float(rows.n0 @ (1 / (p[1] + rows.T0)))
        for lo in range(0, len(rows.x), BLOCK):
            block = slice(lo, lo + BLOCK)
            value, slopes = _again(rows.x[block], rows.t_x[block], rows.T[block], rows.n[block], *p)
            total += value
            gradient += slopes
        return -total / rows.total, -gradient * p / rows.total

    return at


def _by_x(rows: Rows, r: float, alpha: float, a: float, b: float) -> tuple[float, Any]:
    """Return the Gamma terms, which depend on x alone, and their slopes by r, alpha, a, b."""
    import numpy as np
    from scipy.special import digamma, gammaln

    x, n = rows.xs, rows.nx
    value = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    value += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    both = digamma(a + b) - digamma(a + b + x)
    slopes = (digamma(r + x) - digamma(r) + np.log(alpha), r / alpha + 0 * x, both, both + digamma(b + x) - digamma(b))
    return float(n @ value), np.array([float(n @ s) for s in slopes])


def _again(x: Any, t_x: Any, T: Any, n: Any, r: float, alpha: float, a: float, b: float) -> tuple[float, Any]:
    """Return ln[(α+T)^-(r+x) + a/(b+x-1) (α+t_x)^-(r+x)] of repeat buyers, written so that nothing overflows."""
    import numpy as np

    older, latest, s, left = alpha + T, alpha + t_x, r + x, b + x - 1
    age = np.log(older)
    gap = age - np.log(latest)
    odds = s * gap + np.log(a / left)  # of having gone since the latest purchase
    small = np.exp(-np.abs(odds))
    value = np.maximum(odds, 0) + np.log1p(small) - s * age
    gone = np.where(odds > 0, 1.0, small) / (1 + small) * n
    by_alpha = gone @ (s * (1 / older - 1 / latest)) - n @ (s / older)
    return float(n @ value), np.array([gone @ gap - n @ age, by_alpha, gone.sum() / a, -(gone @ (1 / left))])
