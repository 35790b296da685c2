"""What to expect of each day of many series, made only from the days before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from hongqiao.methods.watch.events import Event, keys
from hongqiao.methods.watch.model import Calendar, Model, Tracks
from hongqiao.methods.watch.scales import Floats, even
from hongqiao.methods.watch.settings import BadSeries, WatchSettings

Breaks = Sequence[date] | Mapping[int, Sequence[date]]

#: why a day was not judged; `judged` where it was, `event` where it was, against a wider scale
STATUS = ("judged", "event", "missing", "partial", "too_short", "restarted", "no_scale")


@dataclass(frozen=True)
class Baseline:
    """Expected values of n series over n_days days, and what scores need. Arrays are (n_series, n_days).

    expected, low, high: in the series' unit, NaN before anything is known; low–high covers `settings.interval` of quiet
    days. score: surprise in scales, NaN where not judged. status: index into STATUS. first, next: what a shift adds to a
    score on its first day and after. level, unit: the level known before a day and its scale, on the even scale. moved: the level was set anew after a shift was confirmed. needed: observed days
    that a series still lacks before it is judged, (n_series,).
    """

    first_day: date
    settings: WatchSettings
    values: Floats
    expected: Floats
    low: Floats
    high: Floats
    score: Floats
    status: NDArray[np.int8]
    first: Floats
    next: Floats
    level: Floats
    unit: Floats
    moved: NDArray[np.bool_]
    needed: NDArray[np.int64]

    @property
    def too_short(self) -> NDArray[np.bool_]:
        """Series, (n_series,), whose history does not suffice to judge the next day."""
        return self.needed > 0

    def day(self, series: int, t: int) -> dict[str, Any]:
        """Return one day of one series as JSON takes it; None for what is not known."""
        numbers = {k: getattr(self, k)[series, t] for k in ("expected", "low", "high", "score")}
        numbers["value"] = self.values[series, t]
        return {k: float(v) if np.isfinite(v) else None for k, v in numbers.items()} | {
            "status": STATUS[self.status[series, t]],
            "days_needed": int(self.needed[series]),
        }


def baseline(
    values: ArrayLike,
    first_day: date,
    *,
    kind: str = "count",
    denominators: ArrayLike | None = None,
    events: Sequence[Event] = (),
    partial: ArrayLike | None = None,
    breaks: Breaks = (),
    settings: WatchSettings | None = None,
) -> Baseline:
    """Return what to expect of each day, made from the days before it (see `model` for the method and its sources).

    values: (n_series, n_days) or (n_days,), NaN where missing. kind: "count" (numbers of things, money that is seldom
    below zero), "rate" (with `denominators` of the same shape; small ones widen the interval), "level" (anything).
    partial: days whose data are not final, (n_days,) or (n_series, n_days): neither judged nor learnt from.
    breaks: days from which a figure is defined anew, for all series or by series: the level starts again there.
    Raises BadSeries for shapes, kinds, events or infinite values that do not fit.
    """
    settings = settings or WatchSettings()
    x = _matrix(values)
    late = _mask(partial, x.shape)
    block = even(kind, x, None if denominators is None else _matrix(denominators), settings.dispersion)
    block.y[late] = np.nan
    n_days = x.shape[1]
    key, n_keys = keys(events, first_day, n_days, settings.event_margin)
    weekday = (first_day.weekday() + np.arange(n_days)) % 7
    calendar = Calendar(weekday, key, n_keys, _restarts(breaks, first_day, x.shape))
    tracks = Model(block, calendar, settings).run()
    status = _status(block.y, late, key, tracks, calendar.restarts, settings)
    judged = status <= 1
    reach = norm.ppf(0.5 + settings.interval / 2) * np.sqrt(tracks.var.T)
    back, aim = block.scale.back, tracks.aim.T
    short = np.where(_had_break(calendar.restarts)[:, -1], settings.after_break, settings.min_history)
    seen = tracks.seen[-1] if n_days else np.zeros(len(x))
    return Baseline(
        first_day, settings, x, back(aim), back(aim - reach), back(aim + reach),
        np.where(judged, np.clip(tracks.z.T, -1e3, 1e3), np.nan), status,
        np.where(judged, tracks.first.T, 0.0), np.where(judged, tracks.next.T, 0.0),
        tracks.level.T, tracks.unit.T, tracks.moved.T,
        np.maximum(short - seen, 0).astype(np.int64),
    )  # fmt: skip


def _matrix(values: ArrayLike) -> Floats:
    x = np.atleast_2d(np.array(values, dtype=np.float64))
    if x.ndim != 2:
        raise BadSeries(what="shape", detail=str(x.shape))
    if np.isinf(x).any():
        raise BadSeries(what="infinite", detail=str(int(np.isinf(x).sum())))
    return x


def _mask(partial: ArrayLike | None, shape: tuple[int, int]) -> NDArray[np.bool_]:
    if partial is None:
        return np.zeros(shape, dtype=bool)
    mask = np.asarray(partial, dtype=bool)
    if mask.shape not in (shape, shape[1:]):
        raise BadSeries(what="partial", detail=str(mask.shape))
    return np.broadcast_to(mask, shape)


def _restarts(breaks: Breaks, first_day: date, shape: tuple[int, int]) -> NDArray[np.bool_]:
    found = np.zeros(shape, dtype=bool)
    by_series = breaks if isinstance(breaks, Mapping) else dict.fromkeys(range(shape[0]), breaks)
    for series, days in by_series.items():
        if not 0 <= series < shape[0]:
            raise BadSeries(what="breaks", detail=str(series))
        for day in days:
            t = (day - first_day).days
            if 0 <= t < shape[1]:
                found[series, t] = True
    return found


def _had_break(restarts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.logical_or.accumulate(restarts, axis=1) if restarts.size else restarts


def _status(
    y: Floats,
    late: NDArray[np.bool_],
    key: NDArray[np.int64],
    tracks: Tracks,
    restarts: NDArray[np.bool_],
    settings: WatchSettings,
) -> NDArray[np.int8]:
    """Return why each day was or was not judged, (n_series, n_days)."""
    before = np.concatenate([np.zeros((1, len(y))), tracks.seen[:-1]]).T if y.size else np.zeros_like(y)
    before = np.where(restarts, 0, before)
    broken = _had_break(restarts)
    observed = np.isfinite(y)
    in_all = np.cumsum(observed, axis=1) - observed
    flat = ~(tracks.var.T > 0)
    status = np.where(key >= 0, 1, 0) + np.zeros(y.shape, dtype=np.int8)
    status = np.where(flat, 6, status)
    status = np.where(broken & (before < settings.after_break), 5, status)
    status = np.where(in_all < settings.min_history, 4, status)
    status = np.where(~observed, 2, status)
    return np.where(late, 3, status).astype(np.int8)
