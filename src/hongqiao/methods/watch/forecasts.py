"""What comes: the days ahead and the total of a period, with intervals, for goals.

The model of the baseline goes on from its last day: level, weekday, known events, noise correlated as learnt. How far
the level itself wanders is taken from how far it has wandered over the same time in the past. Intervals are quantiles
of simulated courses (Hyndman et al., Forecasting with Exponential Smoothing, 2008, ch. 6), drawn from a fixed seed:
the same data give the same forecast.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hongqiao.methods.watch.baselines import Breaks, Prepared, prepared
from hongqiao.methods.watch.events import Event
from hongqiao.methods.watch.model import Model
from hongqiao.methods.watch.scales import Floats
from hongqiao.methods.watch.settings import BadSeries, WatchSettings

_SEED = 2008
_MOVE = 28  # days over which the wandering of the level is measured


@dataclass(frozen=True)
class Forecast:
    """Days ahead of n series, (n_series, horizon), and their totals, (n_series,); NaN where refused.

    expected: mean of the courses; low–high covers `settings.forecast_interval`. needed: observed days that a series
    lacks before anything is said, (n_series,); a horizon takes as many observed days as it is long.
    """

    expected: Floats
    low: Floats
    high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    needed: NDArray[np.int64]


@dataclass(frozen=True)
class Pace:
    """A goal on its way. time_share: of the period's days gone; done: observed so far; missing: days gone without
    data, which count as expected; expected, low, high: the period's total; chance: share of the courses that reach the
    target. refused: too_short, with `needed` days; then nothing else is known but done and time."""

    time_share: float
    done: float
    done_share: float | None
    missing: int
    expected: float | None
    low: float | None
    high: float | None
    chance: float | None
    refused: str
    needed: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def forecast(
    values: ArrayLike,
    first_day: date,
    horizon: int,
    *,
    kind: str = "count",
    events: Sequence[Event] = (),
    partial: ArrayLike | None = None,
    breaks: Breaks = (),
    settings: WatchSettings | None = None,
) -> Forecast:
    """Return the next `horizon` days after the last one of `values`, (n_series, n_days); see `baseline` for the rest.

    Raises BadSeries for a horizon outside 1–366 and whatever `baseline` refuses.
    """
    s = settings or WatchSettings()
    if not 1 <= horizon <= 366:
        raise BadSeries(what="horizon", detail=str(horizon))
    walked = prepared(values, first_day, kind, None, events, partial, breaks, s, ahead=horizon)
    needed = np.maximum(walked.needed, (horizon - walked.model.total).clip(0).astype(np.int64))
    days, totals = np.full((3, len(needed), horizon), np.nan), np.full((3, len(needed)), np.nan)
    for i in np.flatnonzero(needed == 0):
        courses = _courses(walked, int(i), horizon)
        days[:, i], totals[:, i] = _summary(courses, s), _summary(courses.sum(axis=1), s)
    return Forecast(days[0], days[1], days[2], totals[0], totals[1], totals[2], needed)


def pace(
    values: ArrayLike,
    first_day: date,
    period: tuple[date, date],
    target: float,
    *,
    kind: str = "count",
    events: Sequence[Event] = (),
    partial: ArrayLike | None = None,
    breaks: Breaks = (),
    settings: WatchSettings | None = None,
) -> Pace:
    """Return how one series, (n_days,), stands against a target for its sum over a period (both days included).

    Raises BadSeries for a period that ends before it begins or lies wholly outside the data, and for rates, which do
    not add up.
    """
    s = settings or WatchSettings()
    x = np.atleast_2d(np.asarray(values, dtype=float))
    start, end, today = (period[0] - first_day).days, (period[1] - first_day).days, x.shape[1]
    if len(x) != 1 or kind == "rate" or not 0 <= start <= end or start > today:
        raise BadSeries(what="period", detail=f"{period[0]}–{period[1]}")
    ahead = max(end + 1 - today, 0)
    walked = prepared(x, first_day, kind, None, events, partial, breaks, s, ahead=ahead)
    gone = np.where(walked.late[0], np.nan, walked.values[0])[start : end + 1]
    open_days = np.flatnonzero(~np.isfinite(gone)) + start
    done, length = float(np.nansum(gone)), end - start + 1
    shares = (len(gone) / length, done, done / target if target else None, len(open_days))
    needed = max(int(walked.needed[0]), int(max(ahead - walked.model.total[0], 0)))
    if needed:
        return Pace(*shares, None, None, None, None, "too_short", needed)
    totals = done + _courses(walked, 0, ahead).sum(axis=1) + _filled(walked, open_days)
    expected, low, high = (float(v) for v in _summary(totals, s))
    return Pace(*shares, expected, low, high, float(np.mean(totals >= target)), "", 0)


def _summary(courses: Floats, s: WatchSettings) -> tuple[Floats, Floats, Floats]:
    tail = (1 - s.forecast_interval) / 2
    low, high = np.quantile(courses, [tail, 1 - tail], axis=0)
    return courses.mean(axis=0), low, high


def _courses(walked: Prepared, i: int, horizon: int) -> Floats:
    """Return simulated values of the next days of series i, (paths, horizon)."""
    m, rng, n = walked.model, np.random.default_rng(_SEED), walked.model.settings.paths
    today = walked.values.shape[1]
    weekday, key = m.calendar.weekday[today:], m.calendar.key[today:]
    step = _wander(m.path[:, i])
    phi = float(np.clip(m.cross[i], 0.0, 0.7))
    level = m.level[i] + np.sqrt(_unsure(m, i, phi, step)) * rng.standard_normal((n, 1))
    level = level + np.sqrt(step) * np.cumsum(rng.standard_normal((n, horizon)), axis=1)
    even = level + m.week[weekday, i] + _event_draws(walked, i, key, rng)
    floor = m.block.scale.noise(even, np.zeros(1))
    noise = _correlated(rng.standard_normal((n, horizon)), phi, m.last[i] / np.sqrt(max(m.spread[i], 1e-12)))
    even = even + np.sqrt(m.spread[i]) * noise + np.sqrt(floor) * rng.standard_normal((n, horizon))
    return np.maximum(m.block.scale.back(even), walked.least[i, -1])


def _unsure(m: Model, i: int, phi: float, step: float) -> float:
    """Return the variance of the level as known today: noise that smoothing lets pass, and what it is behind by."""
    gain, week = m.settings.level_gain, m.settings.week_gain
    passed = gain / (2 - gain) * (1 + phi) / (1 - phi) + week / (2 - week) / 7
    return float(m.spread[i] * passed + step / (2 * gain))


def _wander(path: Floats) -> float:
    """Return the variance that the level gains a day, from its moves over four weeks; large moves (shifts) cut."""
    moves = path[_MOVE:] - path[:-_MOVE]
    moves = moves[np.isfinite(moves)][_MOVE:]  # the first weeks are the level's own settling
    if len(moves) < _MOVE:
        return 0.0
    usual = 1.4826 * np.median(np.abs(moves))
    return float(np.mean(np.clip(moves, -3 * usual, 3 * usual) ** 2) / _MOVE)


def _event_draws(walked: Prepared, i: int, key: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """Return effects of the events ahead, (paths, horizon): known ones change in part, unknown ones may be anything.

    One draw a course for all of them: a festival that is stronger is so on each of its days.
    """
    m, s = walked.model, walked.model.settings
    effect, sd = np.zeros(len(key)), np.zeros(len(key))
    for t, k in enumerate(key):
        if k >= 0 and m.n_effect[k, i] > 0:
            effect[t], sd[t] = m.effect[k, i], s.event_change * abs(m.effect[k, i])
        elif k >= 0:
            sd[t] = s.event_spread * m.block.scale.per_log or np.sqrt(m.spread[i])
    return effect + sd * rng.standard_normal((s.paths, 1))


def _correlated(noise: Floats, phi: float, last: float) -> Floats:
    """Return AR(1) noise of variance 1 that goes on from `last` (NaN: from anywhere)."""
    before = np.full(len(noise), last) if np.isfinite(last) else noise[:, 0] * 0
    out = np.empty_like(noise)
    for t in range(noise.shape[1]):
        before = phi * before + np.sqrt(1 - phi**2) * noise[:, t]
        out[:, t] = before
    return out


def _filled(walked: Prepared, days: NDArray[np.intp]) -> Floats:
    """Return simulated totals, (paths,), of days gone by without data, from what was expected of each."""
    days = days[days < walked.values.shape[1]]
    aim, sd = walked.tracks.aim[days, 0], np.sqrt(walked.tracks.var[days, 0])
    rng = np.random.default_rng(_SEED + 1)
    draws = walked.model.block.scale.back(aim + sd * rng.standard_normal((walked.model.settings.paths, len(days))))
    return np.asarray(np.nan_to_num(draws).sum(axis=1))
