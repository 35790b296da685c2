"""Surprises added up over runs of days.

A shift shows in the sum of the last k surprises weighted as a shift would move them: the likelihood ratio of Lorden
(Ann. Math. Stat. 42, 1971) over short windows. A drift shows in their exponentially weighted mean (Roberts,
Technometrics 1, 1959).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.watch.baselines import STATUS, Baseline
from hongqiao.methods.watch.scales import Floats

_CUT = 3.5  # one day counts at most this many scales in a sum: a spike is no shift
_DRIFT_GAIN = 0.08  # weight of a day in the mean that shows a drift


def run_scores(b: Baseline, lengths: Sequence[int]) -> tuple[Floats, NDArray[np.int8]]:
    """Return per day the largest |weighted sum| over runs of these lengths that end there, and its sign times the
    length, both (n_series, n_days); NaN where a day was not judged, events included.

    A run is held against the level known before it began, so that what the level has followed since still counts; it
    does not reach back over a level that was set anew, and is at most half as long as what the level is made of.
    """
    judged = b.status == STATUS.index("judged")
    z = np.where(judged, b.score, 0.0)
    cut = np.clip(z, -_CUT, _CUT)
    level = np.nan_to_num(b.level)
    weight = np.where(b.next > 0, b.next**2, 0.0)
    per_unit = np.where(weight > 0, weight / np.where(b.unit > 0, b.unit, 1.0), 0.0)
    sums = [_sums(a) for a in (cut * b.next, weight, per_unit * level, per_unit)]
    since = _last_moved(b.moved | (b.status == STATUS.index("restarted")))
    best, run = np.where(judged, np.abs(z) if 1 in lengths else 0.0, np.nan), np.where(z >= 0, 1, -1).astype(np.int8)
    ends = judged & (b.next > 0)
    for k in (k for k in lengths if 1 < k <= z.shape[1]):
        # column j: the run begins on day j (weighing `first`) and ends k − 1 days later
        total, power, followed, held = (c[:, k:] - c[:, 1 : c.shape[1] - k + 1] for c in sums)
        stop = z.shape[1] - k + 1
        first = b.first[:, :stop]
        total = total + cut[:, :stop] * first + followed - level[:, :stop] * held
        score = total / np.sqrt(np.maximum(power + first**2, 1e-12))
        open_run = (
            ends[:, k - 1 :] & (first > 0) & (b.settled[:, :stop] >= 2 * k) & (since[:, k - 1 :] < np.arange(stop))
        )
        better = open_run & (np.abs(score) > best[:, k - 1 :])
        best[:, k - 1 :] = np.where(better, np.abs(score), best[:, k - 1 :])
        run[:, k - 1 :] = np.where(better, np.where(score < 0, -k, k), run[:, k - 1 :])
    return best, run


def _sums(a: Floats) -> Floats:
    """Running sums with a zero before the first day: (n_series, n_days + 1)."""
    return np.concatenate([np.zeros((len(a), 1)), np.cumsum(a, axis=1)], axis=1)


def _last_moved(moved: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the last day before each on which the level was set anew, −1 where there was none."""
    days = np.where(moved, np.arange(moved.shape[1]), -1)
    before = np.concatenate([np.full((len(moved), 1), -1), days[:, :-1]], axis=1)
    return np.maximum.accumulate(before, axis=1)


def drift_scores(b: Baseline) -> Floats:
    """Return |weighted mean of the surprises| over its scale, signed, (n_series, n_days); starts anew with the
    level."""
    n, days = b.score.shape
    mean, scale, out = np.zeros(n), np.zeros(n), np.full((days, n), np.nan)
    z = np.clip(b.score, -_CUT, _CUT).T
    usable = np.isfinite(z) & (b.next.T > 0)
    for t in range(days):
        on = usable[t]
        mean = np.where(on, (1 - _DRIFT_GAIN) * mean + _DRIFT_GAIN * z[t], mean)
        scale = np.where(on, (1 - _DRIFT_GAIN) ** 2 * scale + _DRIFT_GAIN**2, scale)
        out[t] = np.where(on, mean / np.sqrt(np.maximum(scale, 1e-12)), np.nan)
        mean[b.moved[:, t]], scale[b.moved[:, t]] = 0.0, 0.0
    return out.T
