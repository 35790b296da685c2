"""Leaf rows as the search sees them: dimension codes, how far each leaf is off, and how much that weighs.

Additive metrics: the deviation of Lin et al./RiskLoc, d = 2(real − predict)/(real + predict), in [−2, 2]: leaves under
one cause share it whatever their size (the generalised ripple effect of Squeeze, Li et al., ISSRE 2019). Ratio metrics:
the rate in the minutes when the whole is off, less the leaf's own rate in the others. From there on both are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

FLOOR = 0.02  # sd of a leaf's deviation that is never gone below: forecasts are not better than that
BINS = 12  # sizes of leaves are told apart in so many quantiles: small leaves are noisier
HOT = 0.25  # of the way from the median rate to the peak: from there on a period is off
HETEROGENEITY = 0.6  # sd of an effect between leaves of one cause, as a share of the whole's own change of rate
STRENGTH = 2.5  # leaves of one incident are not independent: the strongest cause weighs so many thresholds, not more
SHRINK = 200.0  # visits that a leaf's own base rate needs to count as much as the whole's


@dataclass(frozen=True)
class Leaves:
    """dims: names; codes: (D, n) integers; values: per dimension the values by code; d, w: (n,) deviation and weight.

    `cap` limits the weight of the strongest cause to so many thresholds (0: no limit).
    """

    dims: tuple[str, ...]
    codes: tuple[Codes, ...]
    values: tuple[tuple[str | None, ...], ...]
    d: Floats
    w: Floats
    cap: float = 0.0


def coded(columns: Mapping[str, ArrayLike | pa.Array]) -> tuple[tuple[str, ...], tuple[Codes, ...], tuple]:
    """Return dimension names, codes and values by code; a null is a value of its own."""
    names, codes, values = [], [], []
    for name, column in columns.items():
        array = column if isinstance(column, pa.Array | pa.ChunkedArray) else pa.array(np.asarray(column))
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        encoded = array if isinstance(array, pa.DictionaryArray) else array.dictionary_encode(null_encoding="encode")
        names.append(name)
        held = encoded.indices.fill_null(len(encoded.dictionary))
        codes.append(held.to_numpy(zero_copy_only=False).astype(np.int64))
        words = [None if v is None else str(v) for v in encoded.dictionary.to_pylist()]
        values.append((*words, None) if encoded.indices.null_count else tuple(words))
    return tuple(names), tuple(codes), tuple(values)


def additive(dims: Mapping[str, ArrayLike | pa.Array], real: ArrayLike, predict: ArrayLike) -> Leaves:
    """Return the leaves of an additive metric; `predict` is a forecast, or the period before. NaN counts as nothing."""
    names, codes, values = coded(dims)
    v, f = (np.nan_to_num(np.asarray(a, float)) for a in (real, predict))
    size = np.abs(v) + np.abs(f)
    d = np.divide(2 * (v - f), size, out=np.zeros(len(v)), where=size > 0)
    return Leaves(names, codes, values, d, _weights(d, size))


def _weights(d: Floats, size: Floats) -> Floats:
    """Return 1/variance of each leaf: by size the spread of the bulk, which no cause touches; 0 for empty ones."""
    out, there = np.zeros(len(d)), size > 0
    if not there.any():
        return out
    logs, x = np.log(size[there]), d[there]
    edges = np.quantile(logs, np.linspace(0, 1, BINS + 1))
    place = np.clip(np.searchsorted(edges, logs, side="right") - 1, 0, BINS - 1)
    whole = 1.4826 * float(np.median(np.abs(x)))
    spreads = [
        1.4826 * float(np.median(np.abs(x[place == i]))) if (place == i).sum() > 5 else whole for i in range(BINS)
    ]
    out[there] = 1 / np.maximum(np.array(spreads), FLOOR)[place] ** 2
    return out


def ratio(dims: Mapping[str, ArrayLike | pa.Array], value: ArrayLike, count: ArrayLike, period: ArrayLike) -> Leaves:
    """Return the leaves of a ratio metric value/count in the periods when the whole is off, against the other periods.

    period: (n,) any labels of time. Where no period stands out the whole's rate is the base.
    """
    names, codes, values = coded(dims)
    v, c = (np.nan_to_num(np.asarray(a, float)) for a in (value, count))
    hot = _hot(v, c, np.asarray(period))
    cold = ~hot if (~hot).any() and c[~hot].sum() > 0 else hot
    base = v[cold].sum() / max(c[cold].sum(), 1.0)
    own = _own_rate(codes, values, v * cold, c * cold, base)[hot]
    v, c = v[hot], c[hot]
    d = np.where(c > 0, v / np.maximum(c, 1.0) - own, 0.0)
    noise = np.maximum(own * (1 - own), 1e-4) / np.maximum(c, 1.0)
    z = d / np.sqrt(noise)
    spread = max(1.0, (1.4826 * float(np.median(np.abs(z)))) ** 2) if len(z) else 1.0
    moved = abs(v.sum() / max(c.sum(), 1.0) - base)
    w = np.where(c > 0, 1 / (noise * spread + (HETEROGENEITY * moved) ** 2), 0.0)
    return Leaves(names, tuple(one[hot] for one in codes), values, d, w, cap=STRENGTH)


def _hot(v: Floats, c: Floats, period: NDArray) -> NDArray[np.bool_]:
    """Return which rows lie in a period whose rate is off."""
    _labels, place = np.unique(period, return_inverse=True)
    rates = np.bincount(place, v) / np.maximum(np.bincount(place, c), 1.0)
    middle = float(np.median(rates))
    if len(rates) < 2 or rates.max() <= middle:
        return np.ones(len(v), bool)
    return np.asarray((rates >= middle + HOT * (rates.max() - middle))[place])


def _own_rate(codes: tuple[Codes, ...], values: tuple, v: Floats, c: Floats, base: float) -> Floats:
    """Return each leaf's own rate, drawn towards the whole's where the leaf is small."""
    key = np.zeros(len(v), np.int64)
    for code, held in zip(codes, values, strict=True):
        key = key * len(held) + code
    _keys, place = np.unique(key, return_inverse=True)
    return np.asarray(((np.bincount(place, v) + SHRINK * base) / (np.bincount(place, c) + SHRINK))[place])
