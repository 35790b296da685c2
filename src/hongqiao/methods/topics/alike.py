"""How alike two titles are: the share of common runs of three letters (Jaccard), after Broder 1997."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from hongqiao.methods.sameness import plain
from hongqiao.methods.similarity import common

SIZE = 3


@lru_cache(maxsize=20000)
def grams(text: str) -> frozenset[str]:
    """Return the runs of three letters and digits of a text; a shorter text is one run."""
    letters = plain(text)
    return frozenset(letters[i : i + SIZE] for i in range(len(letters) - SIZE + 1)) or frozenset({letters} - {""})


def alike(one: str, other: str) -> float:
    """Return how alike two titles are, 0 to 1: common runs over all runs."""
    return common(grams(one), grams(other))


def nearest(title: str, others: Iterable[str], *, least: float, most: int) -> list[tuple[int, float]]:
    """Return (place among others, likeness) of those at least so alike, the most alike first."""
    rows: Sequence[tuple[int, float]] = [(n, alike(title, other)) for n, other in enumerate(others)]
    return sorted((r for r in rows if r[1] >= least), key=lambda r: (-r[1], r[0]))[:most]
