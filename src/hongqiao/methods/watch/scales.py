"""The scale on which a kind of series has an even spread, and the way back.

Counts: Anscombe's transform of the negative binomial (Biometrika 35, 1948): square root for small, logarithm for large
counts; odd, so that net values below zero pass. Rates with denominators: the arcsine of the square root (same paper),
whose sampling variance is 1/(4n). Levels are left as they are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.watch.settings import BadSeries

Floats = NDArray[np.float64]
KINDS = ("count", "rate", "level")
_SHIFT = 0.375


@dataclass(frozen=True)
class Scale:
    """One kind's way there and back. `proportion`: a rate that stays within 0–1."""

    kind: str
    dispersion: float
    proportion: bool = False

    def there(self, values: Floats) -> Floats:
        """Return values, any shape, on the even scale. NaN stays NaN."""
        if self.kind == "count":
            root = np.sqrt(self.dispersion)
            return np.sign(values) * (np.arcsinh(root * np.sqrt(np.abs(values) + _SHIFT)) - self._zero) / root
        return np.arcsin(np.sqrt(np.clip(values, 0, 1))) if self.proportion else values

    def back(self, even: Floats) -> Floats:
        """Return values in the series' own unit."""
        if self.kind == "count":
            root = np.sqrt(self.dispersion)
            size = (np.sinh(np.minimum(np.abs(even) * root + self._zero, 30)) / root) ** 2 - _SHIFT
            return np.sign(even) * np.maximum(size, 0)
        return np.sin(np.clip(even, 0, np.pi / 2)) ** 2 if self.proportion else even

    def noise(self, even: Floats, sampling: Floats) -> Floats:
        """Return the variance that no series is below at this level: Poisson's for counts, the sample's for rates."""
        if self.kind == "count":
            return 0.25 / np.cosh(np.minimum(np.abs(even) * np.sqrt(self.dispersion) + self._zero, 30)) ** 2
        return sampling if self.kind == "rate" else np.zeros_like(even)

    @property
    def per_log(self) -> float:
        """How far one unit of log goes on the even scale, for large counts; 0 for other kinds."""
        return float(0.5 / np.sqrt(self.dispersion)) if self.kind == "count" else 0.0

    @property
    def _zero(self) -> float:
        return float(np.arcsinh(np.sqrt(self.dispersion * _SHIFT)))


@dataclass(frozen=True)
class Even:
    """A block of series on the even scale, each (n_series, n_days).

    y: values, NaN where missing; sampling: variance known from the denominators; relative: factor on the variance that
    is learnt, for rates whose unit is not known.
    """

    scale: Scale
    y: Floats
    sampling: Floats
    relative: Floats


def even(kind: str, values: Floats, denominators: Floats | None, dispersion: float) -> Even:
    """Put values, (n_series, n_days), on their even scale.

    A rate's day without a denominator is missing. Rates outside 0–1 (a return on spend) are left as they are, their
    variance in inverse proportion to the denominator. Raises BadSeries for an unknown kind or denominators of another
    shape.
    """
    if kind not in KINDS:
        raise BadSeries(what="kind", detail=kind)
    ones, zeros = np.ones_like(values), np.zeros_like(values)
    if kind != "rate" or denominators is None:
        scale = Scale(kind if kind != "rate" else "level", dispersion)
        return Even(scale, scale.there(values), zeros, ones)
    if denominators.shape != values.shape:
        raise BadSeries(what="denominators", detail=str(denominators.shape))
    usable = np.isfinite(denominators) & (denominators > 0)
    n = np.where(usable, denominators, np.nan)
    if bool(np.all((values >= 0) & (values <= 1) | ~np.isfinite(values) | ~usable)):
        scale = Scale("rate", dispersion, proportion=True)
        return Even(scale, scale.there((values * n + _SHIFT) / (n + 2 * _SHIFT)), 0.25 / n, ones)
    return Even(Scale("level", dispersion), np.where(usable, values, np.nan), zeros, _relative(n))


def _relative(n: Floats) -> Floats:
    """Return the mean denominator of the days before over the day's own, within 1/4 and 100."""
    known = np.isfinite(n)
    total, days = np.cumsum(np.where(known, n, 0), axis=1), np.cumsum(known, axis=1)
    mean = np.where(days > 0, total / np.maximum(days, 1), np.nan)
    before = np.concatenate([n[:, :1], mean[:, :-1]], axis=1)
    ratio = np.where(np.isfinite(before), before, n) / n
    return np.clip(np.where(np.isfinite(ratio), ratio, 1.0), 0.25, 100.0)
