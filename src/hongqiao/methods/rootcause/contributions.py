"""The change between two periods in parts that add up to it: slices singly and combined, mix apart from rate.

Additive: the parts are disjoint slices and the rest, so their changes sum to the whole's. Ratio (a sum over a sum):
R₁ − R₀ = Σ s̄ᵢ(rᵢ₁ − rᵢ₀) + Σ (r̄ᵢ − R̄)(sᵢ₁ − sᵢ₀), bars the means of both periods, s a slice's share of the
denominator, r its rate (Bennet's decomposition, J. R. Stat. Soc. 83, 1920; exact, symmetric in time). The first sum is
rate (自身变化), the second mix (结构变化). A slice that appears or vanishes has no rate to compare: all of it is mix.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from hongqiao.methods.rootcause.leaves import coded

Floats = NDArray[np.float64]

SINGLE, SEVERAL, MIX_ONLY, BROAD, NO_CHANGE = "single_cause", "several", "mix_only", "broad", "no_change"


@dataclass(frozen=True)
class Rules:
    """When a slice is named, and what the whole is called. Shares are of the whole's change.

    single     one slice carries so much; several: the named ones together do
    least      a slice that carries less is not named; rest: so little left is not looked into
    excess     a slice must carry so much more than its size would let expect
    simpler    each further dimension keeps this share of a slice's excess
    within     a further value that carries so much of a slice's change in at most `part` of its size makes it narrower
    mix        the rates of slices move the whole by less than this: only the mix changed
    most, layers, deep: slices named, dimensions combined at first, and after narrowing
    """

    single: float = 0.6
    several: float = 0.7
    least: float = 0.1
    rest: float = 0.1
    excess: float = 0.1
    simpler: float = 0.9
    within: float = 0.9
    part: float = 0.6
    mix: float = 0.2
    most: int = 5
    layers: int = 2
    deep: int = 3


@dataclass(frozen=True)
class Slice:
    """A part of the change. where: dimension → value, () for the rest; change = mix + rate (additive: mix is 0).

    before, after    the slice's own figure (ratio: its rate, None without a denominator)
    share            of the whole's change; None where the whole did not change
    weight           additive: share of the period before; ratio: share of the denominator before
    """

    where: tuple[tuple[str, str | None], ...]
    before: float | None
    after: float | None
    change: float
    mix: float
    rate: float
    share: float | None
    weight: float

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {**self.__dict__, "where": dict(self.where)}


@dataclass(frozen=True)
class Explained:
    """The whole's change, its verdict, the parts that add up to it (named slices first, the rest last), and the same
    by each single dimension."""

    kind: str
    before: float | None
    after: float | None
    change: float
    verdict: str
    parts: tuple[Slice, ...]
    by_dim: Mapping[str, tuple[Slice, ...]]
    mix: float
    rate: float

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        plain = {k: v for k, v in self.__dict__.items() if k not in ("parts", "by_dim")}
        by = {name: [s.to_json() for s in slices] for name, slices in self.by_dim.items()}
        return {**plain, "parts": [s.to_json() for s in self.parts], "by_dim": by}


@dataclass
class _Table:
    """Leaves of both periods on one set of codes; additive ones have no denominators d0, d1."""

    dims: tuple[str, ...]
    codes: tuple[NDArray[np.int64], ...]
    values: tuple[tuple[str | None, ...], ...]
    n0: Floats
    n1: Floats
    d0: Floats | None
    d1: Floats | None


def explain(
    dims: Mapping[str, ArrayLike | pa.Array],
    before: ArrayLike,
    after: ArrayLike,
    *,
    base_before: ArrayLike | None = None,
    base_after: ArrayLike | None = None,
    rules: Rules | None = None,
) -> Explained:
    """Split the change of a sum, or with bases of a ratio of sums, over the slices of some dimensions.

    dims: one column a dimension, a row a leaf; before, after: (n,) the leaf's figure (NaN counts as nothing), 0 in the
    period that does not have the leaf. base_before, base_after: the denominators of a ratio.
    """
    r = rules or Rules()
    names, codes, values = coded(dims)
    n0, n1 = (np.nan_to_num(np.asarray(a, float)) for a in (before, after))
    d0, d1 = (None if a is None else np.nan_to_num(np.asarray(a, float)) for a in (base_before, base_after))
    table = _Table(names, codes, values, n0, n1, d0, d1)
    whole = np.ones(len(n0), bool)
    by_dim = {name: tuple(_along(table, j)) for j, name in enumerate(names)}
    named = _named(table, r)
    masks: list[NDArray[np.bool_]] = []
    left = whole.copy()
    for mask in (mask for _where, mask in named):
        masks.append(mask & left)
        left &= ~mask
    parts = _parts(table, [*masks, left], [*(where for where, _mask in named), ()])
    total0, total1 = _figure(table, whole)
    change = math.fsum(p.change for p in parts)
    mix, rate = math.fsum(p.mix for p in parts), math.fsum(p.rate for p in parts)
    kept = tuple(p for p in parts if p.where or p.change or len(parts) == 1)
    verdict = _verdict(table, kept, by_dim, change, r)
    return Explained("additive" if d0 is None else "ratio", total0, total1, change, verdict, kept, by_dim, mix, rate)


def mix_and_rate(
    before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return (mix, rate) of each slice of a ratio from its (numerator, denominator) before and after; they sum to the
    change of the ratio. Zeros where a whole period has no denominator."""
    n0, d0 = (np.array(c, float) for c in zip(*before, strict=True))
    n1, d1 = (np.array(c, float) for c in zip(*after, strict=True))
    mix, rate = _bennet(n0, d0, n1, d1)
    return list(zip(mix.tolist(), rate.tolist(), strict=True))


def _bennet(n0: Floats, d0: Floats, n1: Floats, d1: Floats) -> tuple[Floats, Floats]:
    t0, t1 = d0.sum(), d1.sum()
    if t0 == 0 or t1 == 0:
        return np.zeros(len(n0)), np.zeros(len(n0))
    s0, s1 = d0 / t0, d1 / t1
    r0 = np.divide(n0, d0, out=np.zeros(len(n0)), where=d0 != 0)
    r1 = np.divide(n1, d1, out=np.zeros(len(n1)), where=d1 != 0)
    r0, r1 = np.where(d0 == 0, r1, r0), np.where(d1 == 0, r0, r1)
    stray = (np.where(d1 == 0, n1, 0.0) / t1) - (np.where(d0 == 0, n0, 0.0) / t0)  # figures without a base still count
    middle = (n0.sum() / t0 + n1.sum() / t1) / 2
    return ((r0 + r1) / 2 - middle) * (s1 - s0) + stray, (s0 + s1) / 2 * (r1 - r0)


def _figure(t: _Table, mask: NDArray[np.bool_]) -> tuple[float | None, float | None]:
    """Return a slice's own figure before and after."""
    n0, n1 = float(t.n0[mask].sum()), float(t.n1[mask].sum())
    if t.d0 is None or t.d1 is None:
        return n0, n1
    d0, d1 = float(t.d0[mask].sum()), float(t.d1[mask].sum())
    return (n0 / d0 if d0 else None), (n1 / d1 if d1 else None)


def _parts(t: _Table, masks: list[NDArray[np.bool_]], wheres: list[tuple]) -> list[Slice]:
    """Return the slices of a partition given by masks, with exact contributions."""
    place = np.zeros(len(t.n0), np.int64)
    for i, mask in enumerate(masks):
        place[mask] = i
    return _slices(t, place, wheres)


def _along(t: _Table, j: int) -> list[Slice]:
    """Return the slices of one dimension, the largest change first."""
    wheres = [((t.dims[j], value),) for value in t.values[j]]
    return sorted(_slices(t, t.codes[j], wheres), key=lambda s: (-abs(s.change), str(s.where)))


def _slices(t: _Table, place: NDArray[np.int64], wheres: Sequence[tuple]) -> list[Slice]:
    size = len(wheres)
    n0, n1 = _sum(place, t.n0, size), _sum(place, t.n1, size)
    if t.d0 is None or t.d1 is None:
        rate, mix = n1 - n0, np.zeros(size)
        first: Sequence[float | None] = n0.tolist()
        second: Sequence[float | None] = n1.tolist()
        weight = n0
    else:
        d0, d1 = _sum(place, t.d0, size), _sum(place, t.d1, size)
        mix, rate = _bennet(n0, d0, n1, d1)
        first = [float(n / d) if d else None for n, d in zip(n0, d0, strict=True)]
        second = [float(n / d) if d else None for n, d in zip(n1, d1, strict=True)]
        weight = d0
    change = mix + rate
    whole, base = math.fsum(change), float(weight.sum())
    return [
        Slice(
            where=wheres[i],
            before=first[i],
            after=second[i],
            change=float(change[i]),
            mix=float(mix[i]),
            rate=float(rate[i]),
            share=float(change[i]) / whole if whole else None,
            weight=float(weight[i]) / base if base else 0.0,
        )
        for i in range(size)
    ]


def _sum(place: NDArray[np.int64], values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(place, values, size), float)


def _leaf_changes(t: _Table) -> tuple[Floats, Floats]:
    """Return each leaf's contribution and the one that its size alone would let expect."""
    if t.d0 is None or t.d1 is None:
        change, weight = t.n1 - t.n0, np.abs(t.n0)
    else:
        mix, rate = _bennet(t.n0, t.d0, t.n1, t.d1)
        change, weight = mix + rate, t.d0 + t.d1
    total = float(weight.sum())
    return change, weight / total if total else np.full(len(change), 1 / max(len(change), 1))


def _named(t: _Table, r: Rules) -> list[tuple[tuple, NDArray[np.bool_]]]:
    """Return the slices worth naming, each with its rows: by what they carry beyond what their size lets expect."""
    change, weight = _leaf_changes(t)
    whole = float(change.sum())
    scale = abs(whole)
    if not len(change) or scale == 0:
        return []
    free = np.ones(len(change), bool)
    found: list[tuple[tuple, NDArray[np.bool_]]] = []
    while len(found) < r.most:
        left = float(change[free].sum())
        best = _most_telling(t, change * free, weight * free, left, scale, r)
        if best is None:
            break
        where, mask = best
        found.append((where, mask))
        free &= ~mask
        if abs(float(change[free].sum())) < r.rest * scale and not (np.abs(change[free]) > r.least * scale).any():
            break
    return found


def _most_telling(
    t: _Table, change: Floats, weight: Floats, left: float, scale: float, r: Rules
) -> tuple[tuple, NDArray[np.bool_]] | None:
    total = float(weight.sum()) or 1.0
    best, chosen = r.excess * scale, None
    for count in range(1, min(len(t.dims), r.layers) + 1):
        for dims in combinations(range(len(t.dims)), count):
            key, size = np.zeros(len(change), np.int64), 1
            for j in dims:
                key, size = key * len(t.values[j]) + t.codes[j], size * len(t.values[j])
            if size > 4_000_000:
                continue
            moved, held = np.bincount(key, change, size), np.bincount(key, weight, size)
            excess = np.abs(moved - left * held / total) * r.simpler ** (count - 1)
            excess[(np.abs(moved) < r.least * scale) | (held >= total * (1 - 1e-9))] = 0
            top = int(np.argmax(excess))
            if excess[top] > best * (1 + 1e-9):
                leaf = int(np.argmax(key == top))
                where = tuple((t.dims[j], t.values[j][t.codes[j][leaf]]) for j in dims)
                best, chosen = float(excess[top]), (where, key == top)
    return _narrowed(t, change, weight, chosen, r) if chosen else None


def _narrowed(
    t: _Table, change: Floats, weight: Floats, chosen: tuple[tuple, NDArray[np.bool_]], r: Rules
) -> tuple[tuple, NDArray[np.bool_]]:
    """Add dimensions as long as one value of one carries nearly all of the slice's change in a part of its size."""
    where, mask = chosen
    while len(where) < min(r.deep, len(t.dims)):
        moved, held = float(change[mask].sum()), float(weight[mask].sum())
        best: tuple[float, tuple, NDArray[np.bool_]] | None = None
        for j in range(len(t.dims)):
            if t.dims[j] in dict(where):
                continue
            size = len(t.values[j])
            parts, sizes = _sum(t.codes[j], change * mask, size), _sum(t.codes[j], weight * mask, size)
            top = int(np.argmax(parts * np.sign(moved)))
            if parts[top] * np.sign(moved) < r.within * abs(moved) or sizes[top] > r.part * held:
                continue
            if best is None or sizes[top] < best[0]:
                best = (float(sizes[top]), (*where, (t.dims[j], t.values[j][top])), mask & (t.codes[j] == top))
        if best is None:
            break
        where, mask = best[1], best[2]
    return where, mask


def _verdict(
    t: _Table, parts: Sequence[Slice], by_dim: Mapping[str, tuple[Slice, ...]], change: float, r: Rules
) -> str:
    if change == 0:
        return NO_CHANGE
    if t.d0 is not None and _only_mix(by_dim, change, r):
        return MIX_ONLY
    named = [p for p in parts if p.where]
    same = [p.share for p in named if p.share is not None and p.share > 0]
    if same and max(same) >= r.single:
        return SINGLE
    return SEVERAL if len(same) > 1 and sum(same) >= r.several else BROAD


def _only_mix(by_dim: Mapping[str, tuple[Slice, ...]], change: float, r: Rules) -> bool:
    """Whether along some dimension every slice kept its rate, and only their shares moved."""
    scale = abs(change)
    return any(len(slices) > 1 and sum(abs(s.rate) for s in slices) <= r.mix * scale for slices in by_dim.values())
