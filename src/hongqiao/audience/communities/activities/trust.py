"""Trust before and after a Q&A: the mean of paired differences with Student's interval, or too little data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hongqiao.audience.communities import kit
from hongqiao.audience.models import Activity, Trust


@dataclass(frozen=True)
class Change:
    """Means before and after of those who gave both; `lo`, `hi` None where too few gave both."""

    pairs: int
    only_before: int
    only_after: int
    least: int
    level: float
    before: float | None = None
    after: float | None = None
    change: float | None = None
    lo: float | None = None
    hi: float | None = None

    @property
    def few(self) -> bool:
        return self.lo is None


def paired(before: Sequence[int], after: Sequence[int], *, level: float) -> tuple[float, float, float]:
    """Return the mean difference, and its Student interval; two pairs at least. Without spread it is a point's own."""
    from scipy import stats  # here: a page without a survey need not load it

    gaps = [b - a for a, b in zip(before, after, strict=True)]
    n, mean = len(gaps), sum(gaps) / len(gaps)
    sd = math.sqrt(sum((g - mean) ** 2 for g in gaps) / (n - 1))
    # scores are whole numbers: where all moved alike the spread seen is 0, which no sample of n proves
    se = max(sd, 1 / math.sqrt(12)) / math.sqrt(n)
    wide = float(stats.t.ppf((1 + level) / 2, n - 1)) * se
    return mean, mean - wide, mean + wide


def of(activity: Activity) -> Change:
    """Return how trust moved in one activity."""
    scale = kit.book(activity.brand)["scale"]
    rows = list(Trust.objects.filter(activity=activity).values_list("before", "after"))
    both = [(b, a) for b, a in rows if b is not None and a is not None]
    counts: dict[str, Any] = {
        "pairs": len(both), "only_before": sum(a is None for _b, a in rows),
        "only_after": sum(b is None for b, _a in rows), "least": scale["least_pairs"], "level": scale["level"],
    }  # fmt: skip
    if not both:
        return Change(**counts)
    before, after = [b for b, _a in both], [a for _b, a in both]
    means: dict[str, Any] = {"before": sum(before) / len(both), "after": sum(after) / len(both)}
    if len(both) < scale["least_pairs"]:
        return Change(**counts, **means, change=means["after"] - means["before"])
    change, lo, hi = paired(before, after, level=scale["level"])
    return Change(**counts, **means, change=change, lo=lo, hi=hi)
