"""Which days of many series are worth telling, at a stated rate of false ones.

Alerts: each day the step-up procedure of Benjamini & Hochberg (JRSS B 57, 1995), weighted as in Genovese, Roeder &
Wasserman (Biometrika 93, 2006), over the brand's series of that day, at a level that spends `alerts_per_week`. When
nothing happens the chance of any alert in a week is at most that rate; when things do happen, at most that share of a
day's alerts is false. Hints: marks on one series' own chart, `hint_days` a year when nothing happens; nobody is
notified of a hint. A run of marked days is one finding.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hongqiao.methods.watch.baselines import STATUS, Baseline
from hongqiao.methods.watch.ranks import ideal_days, ideal_runs, ranked, stretched
from hongqiao.methods.watch.scales import Floats
from hongqiao.methods.watch.scores import drift_scores, run_scores
from hongqiao.methods.watch.settings import BadSeries


@dataclass(frozen=True)
class Finding:
    """One run of strange days of one series.

    kind: spike (one day), shift (days on end on the same side), drift (slowly). direction: 1 up, −1 down. begins: the
    first strange day, which may lie before the first marked one; first_marked, last_marked: days by index. alerted:
    day of the first alert, None for a hint. p: the smallest. value, expected: sums over begins–last_marked of days
    that were observed; change: value / expected − 1, None where nothing was expected. confirmed: the level was set
    anew.
    """

    series: int
    kind: str
    direction: int
    begins: int
    first_marked: int
    last_marked: int
    alerted: int | None
    p: float
    value: float
    expected: float
    change: float | None
    confirmed: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Anomalies:
    """Marks of every day, arrays (n_series, n_days).

    p_spike: p-value of the day alone; p_shift: of the runs that end on it; p_drift: of a slow drift; p_hint: of the
    short runs that hints use; all NaN where a day was not judged. direction: −1, 1, 0 where not judged; run: days that
    the telling score adds up, 0 for a drift.
    """

    p_spike: Floats
    p_shift: Floats
    p_drift: Floats
    p_hint: Floats
    direction: NDArray[np.int8]
    run: NDArray[np.int8]
    hint: NDArray[np.bool_]
    alert: NDArray[np.bool_]
    baseline: Baseline

    def findings(self, *, hints: bool = False, since: int = 0) -> list[Finding]:
        """Return alerts, and hints when asked, whose last marked day is `since` or later, by series and day."""
        return [f for f in _findings(self, self.alert | self.hint if hints else self.alert) if f.last_marked >= since]


def anomalies(b: Baseline, *, weights: ArrayLike | None = None, since: int = 0) -> Anomalies:
    """Mark the days of a brand's series. weights: how much each series matters, (n_series,), above 0: totals above
    cuts.

    since: first day to mark; earlier days only serve as history, which is faster. Raises BadSeries for weights that do
    not fit.
    """
    s = b.settings
    w = _weights(weights, len(b.values))
    score, run = run_scores(b, s.runs)
    quick, quick_run = run_scores(b, s.hint_runs)
    drift = drift_scores(b)
    usual = b.status == STATUS.index("judged")
    p_spike = ranked(np.abs(b.score), s, ideal_days(), since, lasting=usual)
    p_shift = stretched(score, s, ideal_runs(s.runs), since)
    p_drift = ranked(np.abs(drift), s, ideal_days(), since)
    p_hint = ranked(quick, s, ideal_runs(s.hint_runs), since)
    daily = s.alerts_per_week / 7
    spike = step_up(p_spike, w, daily * s.spike_share)
    slow = step_up(p_drift, w, daily * s.drift_share)
    shift = step_up(p_shift, w, daily * (1 - s.spike_share - s.drift_share))
    hint = np.where(np.isfinite(p_hint), p_hint, 1.0) <= s.hint_days / 365
    alone = np.where(b.score < 0, -1, 1)
    signed = np.select([spike, shift, slow, hint], [alone, run, np.where(drift < 0, -1, 1), quick_run], alone)
    direction = np.where(np.isfinite(p_spike), np.sign(signed), 0).astype(np.int8)
    days = np.where(slow & ~spike & ~shift, 0, np.abs(signed)).astype(np.int8)
    return Anomalies(p_spike, p_shift, p_drift, p_hint, direction, days, hint, spike | shift | slow, b)


def step_up(p: Floats, weights: Floats, level: float) -> NDArray[np.bool_]:
    """Return what the weighted Benjamini–Hochberg procedure rejects on each day, (n_series, n_days). NaN is no test."""
    tested = np.isfinite(p)
    share = np.where(tested, weights[:, None], 0.0)
    share = share * tested.sum(axis=0) / np.maximum(share.sum(axis=0), 1e-12)
    q = np.where(tested, p / np.maximum(share, 1e-12), np.inf)
    ordered = np.sort(q, axis=0)
    limit = level * np.arange(1, len(p) + 1)[:, None] / np.maximum(tested.sum(axis=0), 1)
    last = np.max(np.where(ordered <= limit, ordered, -np.inf), axis=0, initial=-np.inf)
    return q <= last


def _weights(weights: ArrayLike | None, n: int) -> Floats:
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != (n,) or not np.all(w > 0) or not np.all(np.isfinite(w)):
        raise BadSeries(what="weights", detail=str(w.shape))
    return w


def _findings(a: Anomalies, marked: NDArray[np.bool_]) -> list[Finding]:
    """Join marked days of one series and direction with fewer than `merge_days` others between into findings."""
    series, day = np.nonzero(marked)
    if not len(series):
        return []
    way = a.direction[series, day]
    gap = np.diff(day) > a.baseline.settings.merge_days
    cuts = np.flatnonzero((np.diff(series) != 0) | gap | (np.diff(way) != 0)) + 1
    groups = np.split(np.arange(len(series)), cuts)
    return [_finding(a, int(series[g[0]]), day[g], int(way[g[0]])) for g in groups]


def _finding(a: Anomalies, i: int, days: NDArray[np.intp], way: int) -> Finding:
    b, first, last = a.baseline, int(days[0]), int(days[-1])
    begins = min(first, int(np.min(days - np.maximum(a.run[i, days], 1) + 1)))
    strange = np.flatnonzero(way * np.nan_to_num(b.score[i, begins : first + 1]) > 1)
    begins += int(strange[0]) if len(strange) else 0
    span = slice(begins, last + 1)
    both = np.isfinite(b.values[i, span]) & np.isfinite(b.expected[i, span])
    value, expected = float(b.values[i, span][both].sum()), float(b.expected[i, span][both].sum())
    alerts = days[a.alert[i, days]]
    tests = (a.p_spike, a.p_shift, a.p_drift) if len(alerts) else (a.p_hint,)
    p = float(np.nanmin([test[i, days] for test in tests]))
    sides = way * np.nan_to_num(b.score[i, span])
    kind = "drift" if not a.run[i, days].any() else "shift" if (sides > 1).sum() >= 2 else "spike"
    return Finding(
        i, kind, way, begins, first, last, int(alerts[0]) if len(alerts) else None, p, value, expected,
        value / expected - 1 if expected else None, bool(b.moved[i, span].any()),
    )  # fmt: skip
