"""How well the score told what a piece would bring: Spearman's rank correlation with its interval.

The interval is Fisher's z with the variance of Bonett & Wright, Psychometrika 65 (2000), (1 + r²/2)/(n − 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np


@dataclass(frozen=True)
class Rank:
    """n: pieces; r: rank correlation, low, high: its interval; None where there are too few or all are alike."""

    n: int
    r: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Suggestion:
    """Weights that would follow the results more closely, and how both sets told."""

    weights: dict[str, float]
    now: Rank
    then: Rank


def rank_correlation(told: Sequence[float], came: Sequence[float], *, least: int, confidence: float) -> Rank:
    """Return Spearman's correlation of two lists of the same length."""
    from scipy.stats import norm, rankdata  # only when asked: a start need not load it

    n = len(told)
    if n != len(came):
        raise ValueError(f"{n} scores for {len(came)} results")
    if n < max(least, 4) or len(set(told)) < 2 or len(set(came)) < 2:
        return Rank(n, None, None, None)
    r = float(np.corrcoef(rankdata(told), rankdata(came))[0, 1])
    r = max(-1.0, min(1.0, r))
    if abs(r) > 1 - 1e-9:
        return Rank(n, r, r, r)
    wide = float(norm.ppf(0.5 + confidence / 2)) * sqrt((1 + r * r / 2) / (n - 3))
    return Rank(n, r, tanh(atanh(r) - wide), tanh(atanh(r) + wide))


def suggest(
    levels: Sequence[Mapping[str, int]], came: Sequence[float], weights: Mapping[str, float], rules: Mapping[str, float]
) -> Suggestion | None:
    """Return weights moved half-way from what they are towards what each part told; None where pieces are too few.

    A part that told nothing, or the wrong way round, keeps half its weight: nobody is to be led by twenty pieces alone.
    """
    least, sure = int(rules["suggest"]), rules["confidence"]
    names = [k for k, w in weights.items() if w > 0]
    if len(levels) < least or not names:
        return None
    ranks = {k: rank_correlation([x.get(k, 1) for x in levels], came, least=4, confidence=sure) for k in names}
    pull = {k: max(r.r or 0.0, 0.0) for k, r in ranks.items()}
    whole, moved = sum(weights[k] for k in names), sum(pull.values())
    if not moved:
        return None
    raw = {k: (weights[k] + whole * pull[k] / moved) / 2 for k in names}
    new = {k: float(round(v)) for k, v in raw.items()}

    def of(w: Mapping[str, float]) -> Rank:
        told = [sum(w[k] * x.get(k, 1) for k in names) for x in levels]
        return rank_correlation(told, came, least=4, confidence=sure)

    return Suggestion(new, of(weights), of(new))
