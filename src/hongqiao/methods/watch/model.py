"""The streaming model of a block of series: every day is predicted from the days before it, then learnt from.

On the even scale a day is level + weekday + event + noise. Level and weekday effects follow by exponential smoothing
(Holt–Winters without trend; Hyndman et al., Forecasting with Exponential Smoothing, 2008, ch. 2) with gains that start
as means; large surprises are cut as in Gelper, Fried & Croux (J. Forecasting 29, 2010). The noise is taken as AR(1),
its correlation learnt, so that a score is of what is new in a day. Last year's movement of the level is added in part.
All arrays are over series; days run in one loop.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.watch.scales import Even, Floats
from hongqiao.methods.watch.settings import WatchSettings

_CUT = 2.5  # surprises beyond this many scales count as this many
_CUT_LOSS = 1 / 0.9775  # 1 / E[min(z², 2.5²)] of a normal z
_LOOK = 16  # days by which a smoothed level lags (about 1 / level_gain)
_YEAR = 364  # 52 weeks, so that weekdays meet
_YEAR_SHARE = 0.5  # of last year's movement that is expected again
_SCALE_AFTER = 14  # observed days before surprises tell the scale: the first are of level and week themselves
_PHI_PRIOR = 30.0  # days that "no correlation" weighs against what is seen


@dataclass(frozen=True)
class Calendar:
    """What is known of the days beforehand. weekday, key (event, −1 none): (n_days or more,); restarts: (n_series,
    n_days)."""

    weekday: NDArray[np.int64]
    key: NDArray[np.int64]
    n_keys: int
    restarts: NDArray[np.bool_]


class _Expected(NamedTuple):
    """One day of n series, each (n,). base: level and weekday; mu: event too; aim: yesterday's surprise too; var:
    about `aim`; s2, c2: variance of what is new in a day, and of a day about its structure; phi: correlation of
    neighbouring days; follows: yesterday counts."""

    base: Floats
    mu: Floats
    aim: Floats
    var: Floats
    s2: Floats
    c2: Floats
    phi: Floats
    follows: NDArray[np.bool_]


class Tracks:
    """What the loop leaves behind, each (n_days, n_series).

    aim: prediction of the day from level, weekday, event and yesterday's surprise; var: variance of a day about `aim`;
    z: scored surprise; first, next: how much a shift of one scale that begins that day, or began before, moves z;
    seen: observed days so far since the last restart; settled: days that the level known before the day is made of;
    level: the level known before the day, without last year's movement; unit: its scale, in which a shift of 1 is a
    shift of one scale; moved: the level was set anew after a confirmed shift.
    """

    def __init__(self, days: int, n: int) -> None:
        for name in ("aim", "var", "z", "level", "unit"):
            setattr(self, name, np.full((days, n), np.nan))
        for name in ("first", "next", "seen", "settled"):
            setattr(self, name, np.zeros((days, n)))
        self.moved = np.zeros((days, n), dtype=bool)

    aim: Floats
    var: Floats
    z: Floats
    level: Floats
    unit: Floats
    first: Floats
    next: Floats
    seen: Floats
    settled: Floats


class Model:
    """State over n series. `run` walks all the days of a block."""

    def __init__(self, block: Even, calendar: Calendar, settings: WatchSettings) -> None:
        n = block.y.shape[0]
        self.block, self.calendar, self.settings = block, calendar, settings
        self.level, self.n_level = np.full(n, np.nan), np.zeros(n)
        self.week, self.n_week = np.zeros((7, n)), np.zeros((7, n))
        self.extra = np.full(n, np.nan)  # variance of what is new in a day, beyond sampling
        self.n_scale = np.zeros(n)
        self.spread = np.full(n, np.nan)  # variance of a day about its structure
        self.cross = np.zeros(n)  # mean product of neighbouring surprises, over `spread`
        self.n_cross = np.zeros(n)
        self.last = np.full(n, np.nan)  # yesterday's surprise about the structure, cut
        self.effect = np.zeros((calendar.n_keys, n))
        self.n_effect = np.zeros((calendar.n_keys, n))
        # the last observed days without their season, and the level known before each
        self.recent = np.full((settings.confirm_days, n), np.nan)
        self.levels = np.full((settings.confirm_days, n), np.nan)
        self.seen = np.zeros(n)
        self.jumped = np.zeros(n)  # what confirmed shifts have added to the level so far
        self.lent = np.zeros(n)  # what last year's movement has added to the level so far
        self.path = np.full((block.y.shape[1], n), np.nan)  # level by day
        self.total = np.zeros(n)

    def run(self) -> Tracks:
        """Predict, score and learn every day in turn."""
        n, days = self.block.y.shape
        tracks = Tracks(days, n)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            for t in range(days):
                self._restart(t)
                self._move(t)
                self._day(t, tracks)
                self.path[t] = self.level - self.jumped
        return tracks

    def _restart(self, t: int) -> None:
        """Forget the level where a definition changes; season, events and scale stay."""
        at = self.calendar.restarts[:, t]
        if at.any():
            self.level[at], self.last[at] = np.nan, np.nan
            self.n_level[at], self.seen[at] = 0, 0
            self.recent[:, at] = np.nan

    def _move(self, t: int) -> None:
        """Add a part of the movement that the level made a year ago (smoothed over two weeks)."""
        low, high = t - _YEAR + _LOOK - 7, t - _YEAR + _LOOK + 7
        if t < self.settings.yearly_history or low < 0:
            return
        step = _YEAR_SHARE * (self.path[high] - self.path[low]) / (high - low)
        limit = 0.25 * np.sqrt(self.spread)
        step = np.clip(step, -limit, limit)
        step = np.where(np.isfinite(step), step, 0.0)
        self.level += step
        self.lent += step

    def _expected(self, t: int) -> _Expected:
        """Predict day t from what is known before it."""
        key, relative = self.calendar.key[t], self.block.relative[:, t]
        base = self.level + self.week[self.calendar.weekday[t]]
        mu = base + self.effect[key] if key >= 0 else base
        floor = self.block.scale.noise(mu, self.block.sampling[:, t])
        s2, c2 = self.extra * relative + floor, self.spread * relative + floor
        phi = np.clip(self.cross * self.n_cross / (self.n_cross + _PHI_PRIOR), 0.0, 0.7)
        follows = np.isfinite(self.last) & (key < 0)
        aim = np.where(follows, mu + phi * self.last, mu)
        var = np.where(follows, s2, np.maximum(s2, c2))
        var = var + c2 * np.maximum(1 / self.n_level - self.settings.level_gain, 0.0)  # a level of few days
        if key >= 0:
            var = self._event_variance(key, var)
        return _Expected(base, mu, aim, var, s2, c2, phi, follows)

    def _day(self, t: int, tracks: Tracks) -> None:
        y, key, x = self.block.y[:, t], self.calendar.key[t], self._expected(t)
        z, seen, before = (y - x.aim) / np.sqrt(x.var), np.isfinite(y), self.level
        tracks.aim[t], tracks.var[t], tracks.z[t] = x.aim, x.var, z
        tracks.level[t], tracks.unit[t] = self.level - self.lent, np.sqrt(x.c2)
        tracks.settled[t] = self.n_level
        if key >= 0:
            self._learn_event(key, np.where(seen, y - x.base, np.nan))
        else:
            ratio = np.sqrt(np.maximum(x.s2, x.c2) / x.var)
            usable = np.isfinite(z)
            tracks.first[t] = np.where(usable, ratio, 0.0)
            tracks.next[t] = np.where(usable, np.where(x.follows, (1 - x.phi) * ratio, ratio), 0.0)
            self._learn(t, y, x)
            tracks.moved[t] = self._settle(self.calendar.weekday[t], y, before, x.c2)
        self.seen += seen
        self.total += seen
        tracks.seen[t] = self.seen

    def _event_variance(self, key: int, var: Floats) -> Floats:
        """Widen: an effect not seen before may be anything likely, one seen before may change in part."""
        s = self.settings
        unseen = np.maximum(s.event_scales**2 * var, (s.event_spread * self.block.scale.per_log) ** 2)
        known = 2 * var + (s.event_change * self.effect[key]) ** 2
        return np.where(self.n_effect[key] > 0, known, unseen)

    def _learn_event(self, key: int, surprise: Floats) -> None:
        got = np.isfinite(surprise)
        self.n_effect[key] += got
        gain = got / np.maximum(self.n_effect[key], 1)
        self.effect[key] += np.where(got, gain * (surprise - self.effect[key]), 0.0)
        self.last = np.full_like(self.last, np.nan)

    def _learn(self, t: int, y: Floats, x: _Expected) -> None:
        """Follow level, weekday, scale and correlation with what the day brought, large surprises cut."""
        s, d, seen = self.settings, self.calendar.weekday[t], np.isfinite(y)
        started = np.isfinite(self.level)
        fresh, on = seen & ~started, seen & started
        self.level = np.where(fresh, y - self.week[d], self.level)
        self.n_level = np.where(fresh, 1.0, self.n_level)
        known = (self.n_scale >= 5) & (x.c2 > 0)
        r, c = y - x.mu, np.sqrt(x.c2)
        cut = np.where(known, np.clip(r, -_CUT * c, _CUT * c), r)
        trust = np.where(known, np.clip(self.spread / x.c2, 0.05, 1.0), 1.0) if self.block.sampling.any() else 1.0
        self.n_level += on
        gain = np.maximum(1 / np.maximum(self.n_level, 1), s.level_gain) * trust
        self.level = np.where(on, self.level + gain * cut, self.level)
        self.n_week[d] += on
        gain_week = np.maximum(1 / (self.n_week[d] + 1), s.week_gain) * trust
        self.week[d] = np.where(on, self.week[d] + gain_week * (1 - gain) * cut, self.week[d])
        self._learn_scale(on & (self.total >= _SCALE_AFTER), known, cut, y - x.aim, x, self.block.relative[:, t])
        self.last = np.where(on, cut, np.nan)

    def _learn_scale(
        self, on: NDArray[np.bool_], known: NDArray[np.bool_], cut: Floats, e: Floats, x: _Expected, relative: Floats
    ) -> None:
        s = self.settings
        self.n_scale += on
        gain = np.maximum(1 / np.maximum(self.n_scale, 1), 1 / s.scale_days) / relative
        first = on & ~np.isfinite(self.extra)
        self.extra, self.spread = np.where(first, 0.0, self.extra), np.where(first, 0.0, self.spread)
        # e² = extra + known noise, so what is new about `extra` is e² − s2; the cut is paid back on average.
        square_e = np.where(known, np.minimum(e * e, _CUT**2 * x.s2) * _CUT_LOSS, e * e)
        square_r = np.where(known, np.minimum(cut * cut, _CUT**2 * x.c2) * _CUT_LOSS, cut * cut)
        start = first | ~np.isfinite(x.s2)
        grow_e = np.where(start, square_e, square_e - x.s2)
        grow_r = np.where(start, square_r, square_r - x.c2)
        self.extra = np.where(on, np.maximum(self.extra + gain * grow_e, 0.0), self.extra)
        self.spread = np.where(on, np.maximum(self.spread + gain * grow_r, 0.0), self.spread)
        pair = on & x.follows & known
        self.n_cross = np.minimum(self.n_cross + pair, s.scale_days)
        product = np.clip(cut * self.last / x.c2, -(_CUT**2), _CUT**2)
        self.cross = np.where(pair, self.cross + (product - self.cross) / np.maximum(self.n_cross, 1), self.cross)

    def _settle(self, d: int, y: Floats, before: Floats, c2: Floats) -> NDArray[np.bool_]:
        """Take a shift that has lasted `confirm_days` observed days as the new level; say where that was done."""
        s = self.settings
        seen = np.isfinite(y)
        self.recent = np.where(seen, np.concatenate([self.recent[1:], (y - self.week[d])[None]]), self.recent)
        self.levels = np.where(seen, np.concatenate([self.levels[1:], before[None]]), self.levels)
        middle, old = np.median(self.recent, axis=0), self.levels[0]
        off = middle - old
        same = np.all((self.recent - old) * np.sign(off) > 0, axis=0)
        phi = np.clip(self.cross, 0.0, 0.7)
        sd = np.sqrt(self.spread / s.confirm_days * (1 + phi) / (1 - phi))
        moved = seen & same & (np.abs(off) > s.confirm_score * sd) & (self.seen >= s.min_history)
        self._widen(seen, c2)
        if moved.any():
            self.jumped += np.where(moved, middle - self.level, 0.0)
            self.level = np.where(moved, middle, self.level)
            self.n_level = np.where(moved, s.confirm_days, self.n_level)
            self.last = np.where(moved, np.nan, self.last)
            self.recent[:, moved] = np.nan
        return moved

    def _widen(self, seen: NDArray[np.bool_], c2: Floats) -> None:
        """Take a spread that has been more than twice as wide for as long as a shift takes to be confirmed.

        It is read from neighbouring days, so that a shift between them does not count as spread.
        """
        wide = (1.4826 * np.median(np.abs(np.diff(self.recent, axis=0)), axis=0)) ** 2 / 2
        at = seen & (wide > 4 * c2) & (self.seen >= self.settings.min_history)
        if at.any() and not self.block.sampling.any():
            self.extra, self.spread = np.where(at, wide, self.extra), np.where(at, wide, self.spread)
