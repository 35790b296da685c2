"""Of what a text speaks where no cue says so: a linear model over hashed runs, one weight a run and kind.

Multinomial logistic regression over runs weighted by how rare they are, kept in eight bits. It was taught by texts that
people labelled and by what cues tell, the cue itself taken out of half of them, so that it learns what stands around a
cue. docs/feedback.md says what it was measured to know.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.opinion.model import roots
from hongqiao.methods.opinion.reading import BITS, columns

#: Fewer columns than the opinion model has: there are some thirty weights in each.
WIDTH = 16
_CHUNK = 256
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Leanings:
    """`kinds`: codes (`logistics.slow`), "" for none of them; `weights` (columns, kinds) in steps of `step`."""

    kinds: tuple[str, ...]
    weights: NDArray[np.int8]
    step: float
    bias: Floats
    version: str

    def of(self, folded: Sequence[str]) -> list[tuple[str, float]]:
        """Return for each folded text the kind that it leans to and how probable that kind's first level is.

        The first level decides, then the likeliest kind below it; "" is a kind of its own.
        """
        chances = self.chances(folded)
        groups = [k.partition(".")[0] for k in self.kinds]
        names = list(dict.fromkeys(groups))
        within = np.array([[g == name for name in names] for g in groups])
        firsts = chances @ within
        best = firsts.argmax(1)
        kinds = np.where(within.T[best], chances, -1).argmax(1) if len(folded) else []
        return [(self.kinds[k], float(firsts[n, best[n]])) for n, k in enumerate(kinds)]

    def chances(self, folded: Sequence[str]) -> Floats:
        """Return (texts, kinds): the probability of every kind; each row sums to 1."""
        parts = [self._scores(folded[i : i + _CHUNK]) for i in range(0, len(folded), _CHUNK)]
        scores = np.concatenate(parts) if parts else np.zeros((0, len(self.kinds)))
        odds = np.exp(scores - scores.max(1, keepdims=True)) if len(scores) else scores
        return odds / odds.sum(1, keepdims=True)

    def _scores(self, folded: Sequence[str]) -> Floats:
        found, counts, starts = columns(folded)
        at = np.where(counts, narrow(found), 1 << WIDTH)  # the last row is empty
        sums = np.add.reduceat(self.weights[at].sum(1, dtype=np.int32), starts, axis=0)
        return sums * self.step / roots(folded)[:, None] + self.bias


def narrow(found: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the opinion model's columns as columns of this one."""
    return found >> np.uint32(BITS - WIDTH)


def packed(kinds: Sequence[str], weights: Floats, bias: Floats, version: str) -> bytes:
    """Return the file: weights (columns, kinds) in eight bits, compressed. The same weights give the same bytes."""
    step = float(np.quantile(np.abs(weights[weights != 0]), 0.9995)) / 127
    kept = np.clip(np.round(weights / step), -127, 127).astype(np.int8)
    out = io.BytesIO()
    np.savez_compressed(
        out, kinds=np.array(kinds), weights=kept, step=np.float64(step), bias=bias, version=np.array(version)
    )
    return out.getvalue()


def unpacked(data: bytes) -> Leanings:
    """Return the model of a file. Raises ValueError where it is none."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        kinds = tuple(str(k) for k in held["kinds"])
        if held["weights"].shape != (1 << WIDTH, len(kinds)):
            raise ValueError("not a model of this layout")
        weights = np.concatenate([held["weights"], np.zeros((1, len(kinds)), np.int8)])
        return Leanings(kinds, weights, float(held["step"]), held["bias"], str(held["version"]))
