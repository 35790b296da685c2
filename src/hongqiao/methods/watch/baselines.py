"""What to expect of each day of many series, made only from the days before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
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

    expected, low, high: in the series' unit, NaN before anything is known; low–high covers `settings.interval` of
    quiet days. score: surprise in scales, NaN where not judged. status: index into STATUS. first, next: what a shift
    adds to a score on its first day and after. level, unit: the level known before a day and its scale, on the even
    scale. settled: days that this level is made of. moved: the level was set anew after a shift was confirmed. needed:
    observed days that a series still lacks before it is judged, (n_series,).
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
    settled: Floats
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
    return prepared(
        values, first_day, kind, denominators, events, partial, breaks, settings or WatchSettings()
    ).result()


@dataclass(frozen=True)
class Prepared:
    """A block walked to its last day: `forecast` goes on from `model`."""

    first_day: date
    values: Floats
    late: NDArray[np.bool_]
    model: Model
    tracks: Tracks

    @property
    def needed(self) -> NDArray[np.int64]:
        """Observed days that each series still lacks, (n_series,)."""
        s = self.model.settings
        short = s.min_history - self.model.total
        broken = self.model.calendar.restarts.any(axis=1)
        return np.maximum(np.maximum(short, np.where(broken, s.after_break - self.model.seen, 0)), 0).astype(np.int64)

    @property
    def least(self) -> Floats:
        """What a day of counts cannot be below, (n_series, n_days + 1): 0 unless an earlier day was, else −inf."""
        if self.model.block.scale.kind != "count":
            return np.full((len(self.values), self.values.shape[1] + 1), -np.inf)
        below = np.cumsum(np.nan_to_num(self.values) < 0, axis=1)
        return np.where(np.concatenate([np.zeros((len(below), 1)), below], axis=1) > 0, -np.inf, 0.0)

    def result(self) -> Baseline:
        tracks, settings, back = self.tracks, self.model.settings, self.model.block.scale.back
        status = _status(self.model.block.y, self.late, tracks, self.model.calendar, settings)
        judged = status <= STATUS.index("event")
        reach = norm.ppf(0.5 + settings.interval / 2) * np.sqrt(tracks.var.T)
        aim = tracks.aim.T
        return Baseline(
            first_day=self.first_day,
            settings=settings,
            values=self.values,
            expected=back(aim),
            low=np.maximum(back(aim - reach), self.least[:, :-1]),
            high=back(aim + reach),
            score=np.where(judged, np.clip(tracks.z.T, -1e3, 1e3), np.nan),
            status=status,
            first=np.where(judged, tracks.first.T, 0.0),
            next=np.where(judged, tracks.next.T, 0.0),
            level=tracks.level.T,
            unit=tracks.unit.T,
            settled=tracks.settled.T,
            moved=tracks.moved.T,
            needed=self.needed,
        )


def prepared(
    values: ArrayLike,
    first_day: date,
    kind: str,
    denominators: ArrayLike | None,
    events: Sequence[Event],
    partial: ArrayLike | None,
    breaks: Breaks,
    settings: WatchSettings,
    ahead: int = 0,
) -> Prepared:
    """Walk the days of a block (see `baseline`); `ahead` more days are known to the calendar only."""
    x = _matrix(values)
    late = _mask(partial, x.shape)
    block = even(kind, x, None if denominators is None else _matrix(denominators), settings.dispersion)
    block.y[late] = np.nan
    key, n_keys = keys(events, first_day, x.shape[1] + ahead, settings.event_margin)
    weekday = (first_day.weekday() + np.arange(x.shape[1] + ahead)) % 7
    restarts = _restarts(breaks, first_day, x.shape) | _returns(block.y, settings.gap_days)
    model = Model(block, Calendar(weekday, key, n_keys, restarts), settings)
    return Prepared(first_day, x, late, model, model.run())


def join(*blocks: Baseline) -> Baseline:
    """Return the series of several blocks (of several kinds) as one, in their order, to be judged together.

    Raises BadSeries for no blocks, or blocks of other days or settings.
    """
    if not blocks or len({(b.first_day, b.values.shape[1], b.settings) for b in blocks}) > 1:
        raise BadSeries(what="blocks", detail=str([b.values.shape for b in blocks]))
    names = [f.name for f in fields(Baseline) if f.name not in ("first_day", "settings")]
    joined: dict[str, Any] = {name: np.concatenate([getattr(b, name) for b in blocks]) for name in names}
    return replace(blocks[0], **joined)


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


def _returns(y: Floats, gap: int) -> NDArray[np.bool_]:
    """Return the days on which a series is seen again after more than `gap` days without data: too long to go on."""
    days = np.arange(y.shape[1])
    last = np.maximum.accumulate(np.where(np.isfinite(y), days, -1), axis=1)
    before = np.concatenate([np.full((len(y), 1), -1), last[:, :-1]], axis=1)
    return np.asarray(np.isfinite(y) & (before >= 0) & (days - before > gap))


def _had_break(restarts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.logical_or.accumulate(restarts, axis=1) if restarts.size else restarts


def _status(
    y: Floats, late: NDArray[np.bool_], tracks: Tracks, calendar: Calendar, settings: WatchSettings
) -> NDArray[np.int8]:
    """Return why each day was or was not judged, (n_series, n_days): the last rule that holds tells."""
    observed = np.isfinite(y)
    start = np.zeros((len(y), 1))
    before = np.concatenate([start, tracks.seen.T], axis=1)[:, : y.shape[1]]
    before = np.where(calendar.restarts, 0, before)
    rules = (
        ("event", np.broadcast_to(calendar.key[: y.shape[1]] >= 0, y.shape)),
        ("no_scale", ~(tracks.var.T > 0)),
        ("restarted", _had_break(calendar.restarts) & (before < settings.after_break)),
        ("too_short", np.cumsum(observed, axis=1) - observed < settings.min_history),
        ("missing", ~observed),
        ("partial", late),
    )
    status = np.zeros(y.shape, dtype=np.int8)
    for name, holds in rules:
        status[holds] = STATUS.index(name)
    return status
