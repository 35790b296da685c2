"""From log odds to a probability that holds for one brand, and what people's corrections teach.

Platt's scaling (1999) drawn towards the shipped one, so that few rows move it little and one class alone cannot run
away: a brand's own share of negative texts shows in the shift. From about a hundred rows on, words of the brand's
own are learned as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hongqiao.methods.opinion.model import Floats, Model, roots
from hongqiao.methods.opinion.reading import columns

#: How far a brand may lie from the shipped calibration, as standard deviations of the slope's logarithm and of the
#: shift.
SLOPE_SD, SHIFT_SD = 0.4, 1.0
#: Rows of the rarer class before words are learned, and how freely they are (the larger, the freer).
LEAST, FREEDOM = 40, 3.0
ROUNDS = 60


@dataclass(frozen=True)
class Calibration:
    """p = sigmoid(slope × (logit + own words) + shift). `rows` says from how many labelled texts it was learned."""

    slope: float
    shift: float
    words: Mapping[int, float] = field(default_factory=dict)
    rows: int = 0

    def probabilities(self, model: Model, folded: Sequence[str]) -> Floats:
        """Return for each folded text the probability that it speaks against."""
        return sigmoid(self.slope * (model.logits(folded) + self._own(folded)) + self.shift)

    def _own(self, folded: Sequence[str]) -> Floats:
        if not self.words or not folded:
            return np.zeros(len(folded))
        cols = np.array(sorted(self.words), np.uint32)
        delta = np.array([self.words[int(c)] for c in cols])
        out = np.zeros(len(folded))
        for i in range(0, len(folded), 1024):
            part = folded[i : i + 1024]
            found, counts, starts = columns(part)
            at = np.minimum(np.searchsorted(cols, found), len(cols) - 1)
            value = np.where((cols[at] == found) & counts, delta[at], 0.0)
            out[i : i + 1024] = np.add.reduceat(value.sum(1), starts) / roots(part)
        return out


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + e^-x) without overflow."""
    return np.exp(-np.logaddexp(0.0, -x))


def learn(model: Model, folded: Sequence[str], negative: Sequence[bool], shipped: Calibration) -> Calibration:
    """Return a brand's calibration from its labelled texts: an export, or what people confirmed and corrected by
    clicks.

    Give it all rows each time, confirmed ones too: corrections alone are all errors, and would teach that the model
    is always wrong. The same rows in any order give the same answer. No rows give the shipped one. Raises
    ValueError where lengths differ.
    """
    if len(folded) != len(negative):
        raise ValueError("one label a text")
    rows = sorted(zip(folded, map(bool, negative), strict=True))
    if not rows:
        return shipped
    texts, y = [t for t, _ in rows], np.array([n for _, n in rows], float)
    z = model.logits(texts)
    slope, shift = _platt(z, y, shipped)
    if min(y.sum(), len(y) - y.sum()) < LEAST:
        return Calibration(slope, shift, {}, len(rows))
    words, z = _words(texts, y, z, slope, shift)
    # the words were fitted to these rows and are too sure of them: the slope stays, the shift is set once more
    return Calibration(slope, _shift(slope * z, y, shift), words, len(rows))


def _platt(z: Floats, y: Floats, shipped: Calibration) -> tuple[float, float]:
    """Return the most probable (slope, shift) by Newton's steps, the shipped ones being what is expected beforehand."""
    at = np.array([0.0, shipped.shift])
    hold = np.array([1 / SLOPE_SD**2, 1 / SHIFT_SD**2])
    for _ in range(ROUNDS):
        slope = shipped.slope * np.exp(at[0])
        p = sigmoid(slope * z + at[1])
        by = np.stack([slope * z, np.ones_like(z)])
        gradient = by @ (p - y) + hold * (at - np.array([0.0, shipped.shift]))
        curve = (by * (p * (1 - p))) @ by.T + np.diag(hold)
        step = np.linalg.solve(curve, gradient)
        at -= np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    return float(shipped.slope * np.exp(at[0])), float(at[1])


def _shift(z: Floats, y: Floats, start: float) -> float:
    """Return the shift at which as many are expected as there are, held towards `start`."""
    shift = start
    for _ in range(ROUNDS):
        p = sigmoid(z + shift)
        pull = p.sum() - y.sum() + (shift - start) / SHIFT_SD**2
        shift -= float(np.clip(pull / ((p * (1 - p)).sum() + 1 / SHIFT_SD**2), -1, 1))
    return shift


def _words(texts: Sequence[str], y: Floats, z: Floats, slope: float, shift: float) -> tuple[dict[int, float], Floats]:
    """Return weights of the brand's own for runs that occur twice, and the logits with them: logistic regression
    held towards 0.
    """
    import scipy.sparse as sp  # heavy: only a brand with many labelled texts waits for it
    from scipy.optimize import minimize

    found, counts, starts = columns(texts)
    text = np.repeat(np.arange(len(texts)), np.diff([*starts.tolist(), len(found)]))[:, None].repeat(3, 1)[counts]
    names, at = np.unique(found[counts], return_inverse=True)
    often = np.bincount(at) > 1
    share = often[at] / roots(texts)[text]
    weigh = sp.csr_matrix((share, (text, at)), shape=(len(texts), len(names)))

    def loss(delta: Floats) -> tuple[float, Floats]:
        x = slope * (z + weigh @ delta) + shift
        value = (np.logaddexp(0, x) - y * x).sum() + 0.5 * delta @ delta / FREEDOM
        return float(value), slope * (weigh.T @ (sigmoid(x) - y)) + delta / FREEDOM

    delta = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    return {int(n): float(d) for n, d in zip(names, delta, strict=True) if abs(d) > 1e-4}, z + weigh @ delta
