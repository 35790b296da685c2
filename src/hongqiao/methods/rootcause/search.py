"""The search: combinations of dimension values (elements) under which the leaves' deviations are one and the same.

An element that is a cause explains its leaves by one common deviation; its gain is the fall in squared error,
(Σwd)²/Σw/2, which is largest at exactly the right granularity: coarser takes in leaves that are not off, finer leaves
some out. Three things make that hold on real data. A price for naming an element among all of its kind (minimum
description length). A test that what lies below it agrees (the spread between its children's means). A preference for
fewer dimensions where two explain nearly alike. Chosen elements take their leaves with them; the search goes on until
nothing is worth its price. No cause is an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.rootcause.leaves import Leaves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """How the search weighs.

    price      of an element beyond the logarithm of how many there are of its kind (natural units)
    simpler    each further dimension keeps this share of the gain
    agree      spread between children, as a share of the element's gain, that is still one cause
    layers     most dimensions of an element; most: causes at most
    """

    price: float = 20.0
    simpler: float = 0.8
    agree: float = 0.8
    layers: int = 5
    most: int = 12
    tried: int = 200  # best elements of a kind that are tested for agreement


@dataclass(frozen=True)
class Cause:
    """where: dimension → value; deviation: the common one of its leaves; gain: what naming it explains; leaves: how
    many."""

    where: tuple[tuple[str, str | None], ...]
    deviation: float
    gain: float
    leaves: int

    def __str__(self) -> str:
        return "&".join(f"{name}={value}" for name, value in self.where)


@dataclass
class _Kind:
    """All elements over one set of dimensions: each leaf's element, one leaf of each element, log of their number."""

    dims: tuple[int, ...]
    key: Ints
    size: int
    one: Ints
    log: float


def search(leaves: Leaves, settings: Settings | None = None) -> list[Cause]:
    """Return the causes, the most telling first; an empty list where nothing stands out."""
    s = settings or Settings()
    if not len(leaves.d) or not leaves.dims:
        return []
    kinds = {kind.dims: kind for kind in _kinds(leaves, s)}
    weight, free = leaves.w.copy(), np.ones(len(leaves.d), bool)
    found: list[Cause] = []
    while len(found) < s.most and free.any():
        sums = {k: _sums(kind, leaves.d, weight * free) for k, kind in kinds.items()}
        if leaves.cap and not found:
            weight = weight * _damped(kinds, sums, leaves.cap, s)
            sums = {k: _sums(kind, leaves.d, weight * free) for k, kind in kinds.items()}
        best = _best(kinds, sums, len(leaves.dims), s)
        if best is None:
            break
        kind, element = best
        inside = kind.key == element
        top, below = sums[kind.dims]
        found.append(_cause(leaves, kind, element, top, below, int((inside & free).sum())))
        free &= ~inside
    return found


def _kinds(leaves: Leaves, s: Settings) -> Iterator[_Kind]:
    n = len(leaves.d)
    for count in range(1, min(len(leaves.dims), s.layers) + 1):
        for dims in combinations(range(len(leaves.dims)), count):
            key, size = np.zeros(n, np.int64), 1
            for j in dims:
                key, size = key * len(leaves.values[j]) + leaves.codes[j], size * len(leaves.values[j])
            if size > 2 * n + 1000:
                held, key = np.unique(key, return_inverse=True)
                size = len(held)
            one = np.zeros(size, np.int64)
            one[key] = np.arange(n)
            yield _Kind(dims, key, size, one, float(np.log(max(size, 2))))


def _sums(kind: _Kind, d: Floats, w: Floats) -> tuple[Floats, Floats]:
    top, below = np.bincount(kind.key, w * d, kind.size), np.bincount(kind.key, w, kind.size)
    return np.asarray(top, float), np.asarray(below, float)


def _explained(sums: tuple[Floats, Floats]) -> Floats:
    """Return twice the gain of each element."""
    top, below = sums
    return np.divide(top**2, below, out=np.zeros(len(top)), where=below > 0)


def _damped(kinds: dict[tuple[int, ...], _Kind], sums: dict, cap: float, s: Settings) -> float:
    """Return what brings the strongest element down to `cap` times its price."""
    share = 1.0
    for k, kind in kinds.items():
        gain = float(_explained(sums[k]).max()) / 2
        share = min(share, cap * (s.price + kind.log) / gain) if gain > 0 else share
    return share


def _best(kinds: dict[tuple[int, ...], _Kind], sums: dict, count: int, s: Settings) -> tuple[_Kind, int] | None:
    """Return the element that is worth most beyond its price and whose children agree."""
    best, chosen = 0.0, None
    for k, kind in kinds.items():
        gains = _explained(sums[k])
        scores = (gains / 2 - s.price - kind.log) * s.simpler ** (len(k) - 1)
        tried = np.flatnonzero(scores > best)
        if not len(tried):
            continue
        tried = tried[np.argsort(-scores[tried], kind="stable")[: s.tried]]
        split = _split(kinds, sums, kind, gains, count, s)
        good = tried[~split[tried]]
        if len(good):
            best, chosen = float(scores[good[0]]), (kind, int(good[0]))
    return chosen


def _split(
    kinds: dict[tuple[int, ...], _Kind], sums: dict, kind: _Kind, gains: Floats, count: int, s: Settings
) -> NDArray[np.bool_]:
    """Return which elements fall apart along a further dimension: their children's means differ by more than noise
    and more than a share of what the element explains."""
    apart = np.zeros(kind.size, bool)
    for j in range(count):
        below = kinds.get(tuple(sorted((*kind.dims, j)))) if j not in kind.dims else None
        if below is None:
            continue
        parent, live = kind.key[below.one], sums[below.dims][1] > 0
        spread = np.bincount(parent, _explained(sums[below.dims]), kind.size) - gains
        more = np.maximum(np.bincount(parent, live.astype(float), kind.size) - 1, 0)
        apart |= spread > s.agree * gains + 2 * more + 4 * np.sqrt(2 * more)
    return apart


def _cause(leaves: Leaves, kind: _Kind, element: int, top: Floats, below: Floats, count: int) -> Cause:
    leaf = kind.one[element]
    where = tuple((leaves.dims[j], leaves.values[j][leaves.codes[j][leaf]]) for j in kind.dims)
    gain = float(top[element] ** 2 / below[element] / 2)
    return Cause(where, float(top[element] / below[element]), gain, count)
