"""A piece's funnel against its own account's earlier pieces, and its weak link (C3).

A step's figure is placed among the same account's and form's earlier pieces by its mid-rank: half of those equal to it
lie below. Platforms publish no benchmarks that hold; an account's own percentiles are what a figure can be held against
(KAWO's study of 15,000 brand posts, 2021-2022, grades by percentiles: follower counts do not explain rates).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Bands:
    """`cuts`: percentiles between the bands, rising; `peers`: how many earlier pieces a percentile takes; `weak`: a
    step is weak at or below this percentile and at most `part` of the median (a lower-is-better step: at least 1/part).
    """

    cuts: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 0.9)
    peers: int = 10
    weak: float = 0.2
    part: float = 0.7


@dataclass(frozen=True)
class Step:
    """One step: its value, how many earlier pieces state it, their median, its percentile (0-1, high is good) and band
    (0 is the lowest). `percentile` and `band` are None where too few are known or the platform states none."""

    code: str
    value: float | None
    n: int
    median: float | None
    percentile: float | None
    band: int | None
    weak: bool


@dataclass(frozen=True)
class Funnel:
    """The steps in their order, and the code of the weak link: "" where none is clearly below the rest."""

    steps: tuple[Step, ...]
    weak: str

    @property
    def known(self) -> bool:
        """Whether anything can be said at all."""
        return any(s.percentile is not None for s in self.steps)


def rank(value: float, ordered: Sequence[float]) -> float:
    """Return the mid-rank of a value among rising figures, 0-1."""
    return (bisect_left(ordered, value) + bisect_right(ordered, value)) / 2 / len(ordered)


def funnel(
    values: Mapping[str, float | None],
    peers: Mapping[str, Sequence[float]],
    bands: Bands = Bands(),
    *,
    lower: frozenset[str] = frozenset(),
    judged: frozenset[str] | None = None,
) -> Funnel:
    """Return how each step of a piece stands, in the order of `values`.

    lower: steps whose lower figure is better (跳出率). judged: steps that may be the weak link; None: all. How many saw
    a piece is no fault of a step, so a count of readers is usually not judged. Of two equally low steps the earlier is
    the weak link: what comes first starves the rest.
    """
    steps = tuple(
        _step(code, value, sorted(peers.get(code, ())), bands, code in lower) for code, value in values.items()
    )
    weak = [s for s in steps if s.weak and (judged is None or s.code in judged)]
    return Funnel(steps, min(weak, key=lambda s: s.percentile or 0.0).code if weak else "")


def _step(code: str, value: float | None, ordered: list[float], bands: Bands, lower: bool) -> Step:
    middle = median(ordered) if ordered else None
    if value is None or middle is None or len(ordered) < bands.peers:
        return Step(code, value, len(ordered), middle, None, None, False)
    place = rank(value, ordered)
    place = 1 - place if lower else place
    apart = value * bands.part >= middle if lower else value <= bands.part * middle
    return Step(
        code,
        value,
        len(ordered),
        middle,
        place,
        bisect_right(bands.cuts, place),
        place <= bands.weak and apart and value != middle,
    )
