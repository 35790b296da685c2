"""Predicted against what happened, on days the model has not seen: by frequency, by decile, in all.

A BG/NBD usually expects too little in all (CDNOW: see docs/audience-methods.md); a person who reads its figures must
see by how much, so the total bias is part of the answer, never left to be asked for.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Group:
    """Persons alike: mean purchases predicted and actual. `low`, `high`: frequencies, or the least and most predicted."""

    low: float
    high: float
    n: int
    predicted: float
    actual: float


@dataclass(frozen=True)
class Told:
    """Totals, bias (predicted over actual less 1; None where nobody bought), mean absolute error a person, groups by
    frequency (the last: that or oftener) and by decile of what was predicted, the least first."""

    predicted: float
    actual: float
    bias: float | None
    error: float
    by_frequency: tuple[Group, ...]
    by_decile: tuple[Group, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def told(x: ArrayLike, predicted: ArrayLike, actual: ArrayLike, *, most: int = 7, parts: int = 10) -> Told:
    """Return how well `predicted` told `actual` of persons with x purchases before. Ties share a part's edge by their
    order."""
    import numpy as np

    x, predicted, actual = (np.asarray(v, float) for v in (x, predicted, actual))
    often = np.minimum(x, most)
    by_frequency = tuple(_group(k, k if k < most else float(x.max()), often == k, predicted, actual)
                         for k in np.unique(often))  # fmt: skip
    order = np.argsort(predicted, kind="stable")
    deciles = []
    for some in np.array_split(order, parts):
        if len(some):
            deciles.append(_group(predicted[some[0]], predicted[some[-1]], some, predicted, actual))
    total, happened = float(predicted.sum()), float(actual.sum())
    error = float(np.abs(predicted - actual).mean()) if len(x) else 0.0
    return Told(total, happened, total / happened - 1 if happened else None, error, by_frequency, tuple(deciles))


def _group(low: float, high: float, which: Any, predicted: Any, actual: Any) -> Group:
    some = predicted[which]
    return Group(float(low), float(high), len(some), float(some.mean()), float(actual[which].mean()))
