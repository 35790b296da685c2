"""How far a text speaks against: a linear model over hashed runs of characters. docs/opinion.md is its model card.

Naive-Bayes-weighted logistic regression (Wang and Manning, "Baselines and Bigrams", 2012) with a support vector machine
beside it, folded into one weight a column and kept in eight bits.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.opinion.reading import BITS, columns, fold

_CHUNK = 1024
#: No text is surer than this: the same words a thousand times say no more than ten times.
_SUREST = 9.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """`weights` a column; a text's logit is their sum over the root of its number of runs, plus `bias`; `version`
    names the fit.
    """

    weights: NDArray[np.float32]
    bias: float
    version: str
    simplified: Mapping[int, int]

    def fold(self, texts: Sequence[str]) -> list[str]:
        """Return texts as they are read."""
        return [fold(t, self.simplified) for t in texts]

    def logits(self, folded: Sequence[str]) -> Floats:
        """Return the log odds that each folded text speaks against; 0 runs give the bias alone."""
        parts = [self._logits(folded[i : i + _CHUNK]) for i in range(0, len(folded), _CHUNK)]
        return np.clip(np.concatenate(parts) + self.bias, -_SUREST, _SUREST) if parts else np.zeros(0)

    def _logits(self, folded: Sequence[str]) -> Floats:
        found, counts, starts = columns(folded)
        value = self.weights[found]
        value[~counts] = 0
        return np.add.reduceat(value.sum(1), starts) / roots(folded)


def roots(folded: Sequence[str]) -> Floats:
    """Return the root of each text's number of runs of one to three characters, at least 1."""
    size = np.array([len(t) for t in folded], np.int64)
    return np.sqrt(np.maximum(size + np.maximum(size - 1, 0) + np.maximum(size - 2, 0), 1))


def packed(weights: Floats, bias: float, version: str) -> bytes:
    """Return the model's file: weights in eight bits, compressed. The same weights give the same bytes."""
    step = float(np.quantile(np.abs(weights[weights != 0]), 0.9995)) / 127
    kept = np.clip(np.round(weights / step), -127, 127).astype(np.int8)
    out = io.BytesIO()
    np.savez_compressed(out, weights=kept, step=np.float64(step), bias=np.float64(bias), version=np.array(version))
    return out.getvalue()


def unpacked(data: bytes, simplified: Mapping[int, int]) -> Model:
    """Return the model of a file. Raises ValueError where it is none."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        if held["weights"].shape != (1 << BITS,):
            raise ValueError("not a model of this layout")
        weights = held["weights"].astype(np.float32) * np.float32(held["step"])
        return Model(weights, float(held["bias"]), str(held["version"]), simplified)
