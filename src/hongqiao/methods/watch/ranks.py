"""p-values of scores against a series' own past.

A score's p-value is its rank among the series' own earlier scores (conformal: Vovk, Gammerman & Shafer, Algorithmic
Learning in a Random World, 2005; for anomalies Laxhammar & Falkman, 2010). Beyond the upper tenth an exponential tail
goes on (peaks over threshold, Pickands 1975, shape 0), the flatter of two read from the series' own past; beyond its
third highest score it falls no faster than a power law, for single days have heavy tails. Scores of runs share days
with their neighbours, so that a year holds only some twenty of them that are independent: there the tail of white noise
is taken, stretched to the series' own upper scores.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from hongqiao.methods.watch.scales import Floats
from hongqiao.methods.watch.settings import WatchSettings

_TAIL = 0.1  # share of the scores beyond which the tail is a curve
_TOP = 3  # the third highest score tells how heavy the tail may be: the highest would hide the next strange day
_POWER = 8.0  # with which even a heavy tail falls beyond it
_FIT_EVERY = 7  # days between two looks at the upper scores


class _Past:
    """The last `history` scores of n series. `prior_days` scores of white noise, widened, stand in at first."""

    def __init__(self, n: int, settings: WatchSettings, ideal: Floats) -> None:
        self.size = settings.history
        prior = min(settings.prior_days, self.size)
        self.ring = np.full((self.size, n), -np.inf)
        self.ring[:prior] = (np.quantile(ideal, (np.arange(prior) + 0.5) / prior) * settings.prior_widening)[:, None]
        self.held, self.at = np.full(n, prior), np.full(n, prior % self.size)

    def put(self, scores: Floats, ok: NDArray[np.bool_]) -> None:
        columns = np.flatnonzero(ok)
        self.ring[self.at[ok], columns] = scores[ok]
        self.at = np.where(ok, (self.at + 1) % self.size, self.at)
        self.held = np.where(ok, np.minimum(self.held + 1, self.size), self.held)

    def upper(self, *shares: float | Floats) -> Iterator[Floats]:
        """Return for each share the score that this share of the past reaches, (n,)."""
        ordered, columns = np.sort(self.ring, axis=0)[::-1], np.arange(self.ring.shape[1])
        for share in shares:
            yield ordered[np.maximum(np.ceil(share * self.held).astype(int) - 1, 0), columns]

    def rank(self, scores: Floats) -> Floats:
        return np.asarray((1 + np.count_nonzero(self.ring >= scores, axis=0)) / (self.held + 1))


def ranked(
    scores: Floats, settings: WatchSettings, ideal: Floats, since: int = 0, *, lasting: NDArray[np.bool_] | None = None
) -> Floats:
    """Return p-values, (n_series, n_days), of scores (large is strange); NaN before `since` and where there is none.

    lasting: which scores later ones are ranked against, all where it is not given.
    """
    past, out = _Past(len(scores), settings, ideal), np.full(scores.shape, np.nan)
    knee = slope = top = np.ones(len(scores))
    start = since - since % _FIT_EVERY  # so that a day's p-value does not depend on `since`
    for t in range(scores.shape[1]):
        s = scores[:, t]
        ok = np.isfinite(s)
        if t >= start:
            if t % _FIT_EVERY == 0:
                knee, half, far, top = past.upper(_TAIL, _TAIL / 2, _TAIL / 5, _TOP / past.held)
                # the flatter of two slopes, so that heavy tails are seen and strange days hide no other
                slope = np.maximum((half - knee) / np.log(2), (far - knee) / np.log(5))
            rank = past.rank(s)
            curve = _TAIL * np.exp(-np.maximum(s - knee, 0) / np.maximum(slope, 1e-6))
            heavy = (_TOP + 1) / (past.held + 1) * (top / np.maximum(s, top)) ** _POWER
            out[ok, t] = np.where(s > knee, np.minimum(np.maximum(curve, heavy), rank), rank)[ok]
        past.put(s, ok if lasting is None else ok & lasting[:, t])
    out[:, :since] = np.nan
    return out


def stretched(scores: Floats, settings: WatchSettings, ideal: Floats, since: int = 0) -> Floats:
    """Return p-values, as `ranked`, of scores whose neighbours share days: the tail of `ideal`, stretched."""
    past, out = _Past(len(scores), settings, ideal), np.full(scores.shape, np.nan)
    at = np.quantile(ideal, [1 - 2 * _TAIL, 1 - _TAIL / 2])
    factor = np.ones(len(scores))
    start = since - since % _FIT_EVERY
    for t in range(scores.shape[1]):
        s = scores[:, t]
        ok = np.isfinite(s)
        if t >= start:
            if t % _FIT_EVERY == 0:
                low, high = past.upper(2 * _TAIL, _TAIL / 2)
                factor = np.maximum(np.maximum(low / at[0], high / at[1]), settings.run_widening)
            out[ok, t] = _ideal_tail(s[ok] / factor[ok], ideal)
        past.put(s, ok)
    out[:, :since] = np.nan
    return out


def _ideal_tail(scores: Floats, ideal: Floats) -> Floats:
    """Return the share of `ideal` at or above each score; beyond its upper 1/200 as many times a normal's tail."""
    p = 1 - np.searchsorted(ideal, scores) / len(ideal)
    knee = np.quantile(ideal, 0.995)
    return np.where(scores > knee, 0.005 * norm.sf(scores) / norm.sf(knee), p)


@lru_cache(maxsize=8)
def ideal_runs(lengths: tuple[int, ...]) -> Floats:
    """|Scores| of runs of these lengths in white noise, the largest of each day, sorted. Drawn once, seeded."""
    z = np.random.default_rng(1971).standard_normal((200, 400))
    sums = np.concatenate([np.zeros((200, 1)), np.cumsum(z, axis=1)], axis=1)
    ends = np.arange(max(lengths), 401)
    best = [np.abs(sums[:, ends] - sums[:, ends - k]) / np.sqrt(k) for k in lengths]
    return np.sort(np.max(best, axis=0).ravel())


@lru_cache(maxsize=1)
def ideal_days() -> Floats:
    """|Scores| of single days of white noise, sorted: half normal."""
    return np.asarray(norm.ppf(0.5 + (np.arange(20000) + 0.5) / 40000))
