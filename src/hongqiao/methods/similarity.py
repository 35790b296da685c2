"""How alike two texts are by the runs of three characters that they share: near-copies, whatever was moved about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_LETTERS = re.compile(r"\w+")


@lru_cache(maxsize=4096)
def shingles(text: str, size: int = 3) -> frozenset[str]:
    """Return the runs of `size` letters and digits of a text, spaces and marks left out."""
    bare = "".join(_LETTERS.findall(text.casefold()))
    return frozenset(bare[i : i + size] for i in range(len(bare) - size + 1))


def jaccard(a: str, b: str) -> float:
    """Return the share of runs that two texts have in common, 0 to 1; texts too short to have any share nothing."""
    x, y = shingles(a), shingles(b)
    return len(x & y) / len(x | y) if x and y else 0.0


def nearest(text: str, others: Iterable[str], least: float) -> tuple[int, float] | None:
    """Return which of `others` is most like `text` and how much, None where none reaches `least`.

    A text more than 1 / `least` times as long cannot reach it and is not compared.
    """
    mine, best = shingles(text), None
    for i, other in enumerate(others):
        if not mine or not least * len(text) <= len(other) + 3 <= len(text) / least + 6:
            continue
        like = jaccard(text, other)
        if like >= least and (best is None or like > best[1]):
            best = (i, like)
    return best
