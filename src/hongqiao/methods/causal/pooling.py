"""Many small effects of one kind as one: random effects.

DerSimonian & Laird, Control. Clin. Trials 7, 1986; interval of Hartung & Knapp, Stat. Med. 20, 2001.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from hongqiao.methods.causal.results import Refused


@dataclass(frozen=True)
class Pooled:
    """mean of the effects with its interval; `new_lo`, `new_hi`: where the next one is to be expected; spread: tau."""

    mean: float
    lo: float
    hi: float
    new_lo: float
    new_hi: float
    spread: float
    n: int
    level: float

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def pool(effects: ArrayLike, sds: ArrayLike, *, level: float = 0.9, least: int = 3) -> Pooled | Refused:
    """Return the mean effect of several acts of one kind. Refused: too_few (under `least` with a known sd)."""
    y, s = np.asarray(effects, float).ravel(), np.asarray(sds, float).ravel()
    if len(y) != len(s):
        return Refused("length_mismatch")
    good = np.isfinite(y) & np.isfinite(s) & (s > 0)
    y, v = y[good], s[good] ** 2
    n = len(y)
    if n < least:
        return Refused("too_few", {"n": n, "least": least})
    w = 1 / v
    fixed = float((w * y).sum() / w.sum())
    q = float((w * (y - fixed) ** 2).sum())
    tau2 = max(0.0, (q - (n - 1)) / float(w.sum() - (w**2).sum() / w.sum()))
    w = 1 / (v + tau2)
    mean = float((w * y).sum() / w.sum())
    se = float(np.sqrt(max((w * (y - mean) ** 2).sum() / (n - 1), 1.0) / w.sum()))
    t, wide = float(stats.t.ppf((1 + level) / 2, n - 1)), float(stats.t.ppf((1 + level) / 2, max(n - 2, 1)))
    new = wide * float(np.sqrt(tau2 + se**2))
    return Pooled(mean, mean - t * se, mean + t * se, mean - new, mean + new, float(np.sqrt(tau2)), n, level)


def rate(hits: float, n: float, *, level: float = 0.9) -> tuple[float, float, float]:
    """Return a share with its Wilson interval (Wilson, JASA 22, 1927): of those that could be told, how many worked."""
    if n <= 0:
        raise ValueError("no trials")
    z = float(stats.norm.ppf((1 + level) / 2))
    p = hits / n
    middle, wide = p + z**2 / (2 * n), z * float(np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)))
    return p, (middle - wide) / (1 + z**2 / n), (middle + wide) / (1 + z**2 / n)
