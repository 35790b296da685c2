"""Two versions of a title or cover against each other: how many showings it takes, and what they say once they are in.

The size is fixed before the start and looked at once: whoever looks every day and stops when it looks good is wrong far
more often than the level says (Johari et al., "Peeking at A/B tests", KDD 2017), so nothing is told before. The
interval of a difference is Newcombe's hybrid of two Wilson intervals (Stat. Med. 17, 1998, method 10), which holds for
small rates too. Arms that were to be even and are not speak against the split (Fabijan et al., "Diagnosing sample ratio
mismatch", KDD 2019).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from hongqiao.methods.causal.experiment import needed_rate
from hongqiao.methods.causal.pooling import rate

Interval = tuple[float, float, float]


@dataclass(frozen=True)
class Arm:
    """A version: shown `base` times, of which `hits` did what is counted. Raises ValueError for what cannot be."""

    hits: int
    base: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.base or self.base < 1:
            raise ValueError("hits lie between none and base, base is at least one")


@dataclass(frozen=True)
class Split:
    """Rates with their intervals (value, lo, hi); `gap`: b less a; `relative`: of a's rate, None where that is zero;
    `sd` of the gap; `uneven`: p of a split this uneven by chance, None where it was not to be even."""

    a: Interval
    b: Interval
    gap: Interval
    sd: float
    relative: float | None
    uneven: float | None


def needed(usual: float, lift: float, *, level: float, power: float) -> int:
    """Return how many showings each version takes, for a lift of the usual rate (both shares, 0-1) to be seen with
    probability `power` by an interval of `level`. Raises ValueError for rates outside 0-1 or no lift."""
    if not 0 < usual < 1 or not 0 < usual + lift < 1:
        raise ValueError("rates lie between 0 and 1")
    return math.ceil(needed_rate(usual, lift, power=power, alpha=1 - level) / 2)


def compare(a: Arm, b: Arm, *, level: float, even: bool) -> Split:
    """Return how b stands against a. even: showings were to be shared out half and half."""
    one, other = (rate(x.hits, x.base, level=level) for x in (a, b))
    (pa, la, ua), (pb, lb, ub) = one, other
    gap = pb - pa
    lo = gap - math.sqrt((pb - lb) ** 2 + (ua - pa) ** 2)
    hi = gap + math.sqrt((ub - pb) ** 2 + (pa - la) ** 2)
    sd = math.sqrt(pa * (1 - pa) / a.base + pb * (1 - pb) / b.base)
    return Split(one, other, (gap, lo, hi), sd, gap / pa if pa else None, _uneven(a, b) if even else None)


def _uneven(a: Arm, b: Arm) -> float:
    return float(stats.chi2.sf((a.base - b.base) ** 2 / (a.base + b.base), 1))
