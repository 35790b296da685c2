"""Synthetic control: one unit against a weighted mean of others (Abadie, Diamond & Hainmueller, JASA 105, 2010).

Weights are outcome-only, non-negative and sum to one. The optimum is checked (Karush-Kuhn-Tucker conditions): a solver
that stops early is refused, not believed. Inference is by placebo: the same is done to every donor in turn, and the
unit's ratio of errors after and before is ranked among theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from hongqiao.methods.causal.results import Refused

Floats = NDArray[np.float64]
TOLERANCE = 1e-6  # of the gradient, relative to its size at equal weights


@dataclass(frozen=True)
class Synthetic:
    """effect: mean gap after the start; gaps (n,); weights by donor; rank of ratio among units, 1 the largest."""

    effect: float
    gaps: tuple[float, ...]
    weights: tuple[float, ...]
    fit_error: float
    ratio: float
    rank: int
    units: int
    p: float
    checks: dict[str, Any] = field(default_factory=dict)


def weights_of(y: Floats, donors: Floats) -> Floats | None:
    """Return the weights (k,) of donors (n, k) that come nearest to y (n,), None where the optimum was not reached."""
    k, scale = donors.shape[1], float(np.abs(donors).max()) or 1.0
    target, table = y / scale, donors / scale
    heavy = 1e3 * np.sqrt(len(y))
    first, _rest = optimize.nnls(np.vstack([table, np.full(k, heavy)]), np.append(target, heavy), maxiter=50 * k)
    weights = _polished(target, table, first / first.sum() if first.sum() > 0 else np.full(k, 1 / k))
    return weights if _optimal(target, table, weights) else None


def _polished(y: Floats, table: Floats, weights: Floats) -> Floats:
    """Solve exactly on the donors in use, dropping those that turn negative, until none does."""
    used = weights > 1e-9
    for _ in range(table.shape[1]):
        part = table[:, used]
        count = part.shape[1]
        system = np.zeros((count + 1, count + 1))
        system[:count, :count] = part.T @ part
        system[count, :count] = system[:count, count] = 1.0
        solved = np.linalg.lstsq(system, np.append(part.T @ y, 1.0), rcond=None)[0][:count]
        if (solved >= -1e-12).all():
            out = np.zeros(table.shape[1])
            out[used] = np.maximum(solved, 0)
            return out / out.sum()
        places = np.flatnonzero(used)
        used[places[np.argmin(solved)]] = False
    return weights


def _optimal(y: Floats, table: Floats, weights: Floats) -> bool:
    """Whether no shift of weight between donors makes the fit better."""
    slope = table.T @ (table @ weights - y)
    worst = float(np.abs(table.T @ (table @ np.full(len(weights), 1 / len(weights)) - y)).max()) or 1.0
    least = float(slope.min())
    return bool(((slope - least)[weights > 1e-7] <= TOLERANCE * worst).all())


def control(y: ArrayLike, donors: ArrayLike, start: int, *, poor: float = 0.5) -> Synthetic | Refused:
    """Return the effect on y (n,) from period `start` on against donors (n, k), with its rank among placebos.

    Refused: too_short (under 5 periods before), few_donors (under 3), missing_days (a gap), poor_fit (the error before
    the start exceeds `poor` of the series' own sd), not_converged.
    """
    unit, table = np.asarray(y, float).ravel(), np.asarray(donors, float)
    if not (np.isfinite(unit).all() and np.isfinite(table).all()):
        return Refused("missing_days")
    if table.ndim != 2 or table.shape[1] < 3:
        return Refused("few_donors", {"donors": int(table.shape[1]) if table.ndim == 2 else 0})
    if start < 5 or start >= len(unit):
        return Refused("too_short", {"n": start})
    found = _gaps(unit, table, start)
    if found is None:
        return Refused("not_converged")
    weights, gaps, before, ratio = found
    if before > poor * float(np.std(unit[:start])):
        return Refused("poor_fit", {"error": round(before, 4)})
    everyone = np.column_stack([unit, table])
    placebos = [_gaps(everyone[:, j], np.delete(everyone, j, 1), start) for j in range(1, everyone.shape[1])]
    ratios = [one[3] for one in placebos if one is not None]
    rank = 1 + sum(other > ratio for other in ratios)
    return Synthetic(
        effect=float(gaps[start:].mean()),
        gaps=tuple(map(float, gaps)),
        weights=tuple(map(float, weights)),
        fit_error=before,
        ratio=ratio,
        rank=rank,
        units=len(ratios) + 1,
        p=rank / (len(ratios) + 1),
        checks={"not_converged": len(placebos) - len(ratios)},
    )


def _gaps(unit: Floats, table: Floats, start: int) -> tuple[Floats, Floats, float, float] | None:
    """Return weights, gaps, the error before the start, and the ratio of errors after and before."""
    weights = weights_of(unit[:start], table[:start])
    if weights is None:
        return None
    gaps = unit - table @ weights
    before, after = (float(np.sqrt(np.mean(part**2))) for part in (gaps[:start], gaps[start:]))
    return weights, gaps, before, after / before if before > 0 else float("inf")
