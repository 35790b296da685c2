"""One series, looked at a row at a time.

What a row is held against: a level that follows over a day, plus an offset of its hour, working days and weekends
apart. The excess over that is weighed over several scales of time, and on each held against the strongest so far. That
fades: every `half_life` days it falls by as much as makes an excess half as rare, by the tail's measured thickness.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import exp, isfinite, log, sqrt
from typing import Any, NamedTuple

from hongqiao.methods.bursts.settings import BadBursts, BurstSettings

_EPOCH = datetime(1970, 1, 1)
_STARTING = 50  # rows in which the tail is not known yet
_LATE = 12  # so many rows in a row that are earlier than the last: the clock was wrong, not the rows
_HALF = log(2)
_MOMENT = 1e12  # minutes further from 1970 than this are no moment
_HUGE = 1e15  # beyond this a value is cut
_FINE = 1e-4  # of the level: differences smaller than this are none
_NONE = -50.0  # log of the strongest so far where there was none
_STEP, _GAIN, _LEAST_TAIL = 0.05, 0.02, 0.02  # how fast quantile and tail are followed; the thinnest tail
_CARRIED = (
    "at", "started", "rows", "spacing", "level", "spread", "lowest", "whole", "late",
    "turned", "unsettled", "before_spread", "rows_since", "alarmed", "peak",
)  # fmt: skip
_LISTS = (
    "offset", "visits", "mean", "strongest", "previous", "recent", "thickness", "edge", "tail", "before", "before_tail",
)  # fmt: skip


class Seen(NamedTuple):
    """What one row came to. score: 0–1. excess, expected: a row's, in the series' unit, over `minutes`; up: it rose."""

    score: float
    alarm: bool
    up: bool
    minutes: float
    excess: float
    expected: float


_NOTHING = Seen(0.0, False, True, 0.0, 0.0, 0.0)


def minutes(moment: datetime) -> float:
    """Return the minutes of a moment as its wall clock shows it; offsets of time zones are left out."""
    passed = moment.replace(tzinfo=None) - _EPOCH
    return passed.days * 1440 + passed.seconds / 60 + passed.microseconds / 6e7


class Watcher:
    """The state of one series: about 160 numbers, whatever its length."""

    def __init__(self, settings: BurstSettings | None = None) -> None:
        self.settings = s = settings or BurstSettings()
        self.at = self.started = self.turned = self.alarmed = -1e18
        self.rows = self.late = 0
        self.rows_since = 10**9
        self.spacing = self.level = self.spread = self.lowest = self.peak = 0.0
        self.whole = True
        self.offset, self.visits = [0.0] * 48, [0] * 48
        n = len(s.scales)
        self.mean = [0.0] * n
        self.strongest, self.previous, self.recent = ([_NONE] * 2 * n for _ in range(3))
        self.unsettled, self.before_spread = False, 0.0
        self.before, self.before_tail = self.strongest.copy(), [0.3] * 2 * n
        self.edge, self.tail, self.thickness = [0.0] * 2 * n, [0.3] * 2 * n, [0.3] * 2 * n
        self._tuned = -1.0

    def settle(self) -> None:
        """What alarmed was dealt with: hold the next against what was strongest before it, so that it is heard too."""
        if self.unsettled:
            self.strongest = [min(now, then) for now, then in zip(self.strongest, self.before, strict=True)]
            self.thickness = [min(now, then) for now, then in zip(self.thickness, self.before_tail, strict=True)]
            self.tail, self.previous, self.recent = self.thickness.copy(), self.strongest.copy(), self.strongest.copy()
            self.spread = min(self.spread, self.before_spread)
        self.unsettled, self.alarmed = False, -1e18

    def step(self, at: float, value: float, expected: float | None = None) -> Seen:
        """Take the row of one moment (see `minutes`) and say what it is.

        expected: what to hold it against, where the caller knows better than level and hour. A value that is no number
        and a row not later than the last are left out and score 0. No row is a gap; a row of 0 is silence that was
        listened to.
        """
        if not isfinite(value) or not abs(at) < _MOMENT or not self._advance(at):
            return _NOTHING
        value = min(max(value, -_HUGE), _HUGE)
        self._know(value)
        e = self._expected() if expected is None else min(max(expected, -_HUGE), _HUGE)
        best, side, scale = self._strength(value - e, e)
        if self.at - self.started < self.settings.warm_up:
            best = _NONE
        best -= _HALF * self.settings.ahead / self.settings.half_life
        score, alarm = self._told(1 / (1 + exp(min(-best, 700.0))))
        self._learn(value, e)
        self.rows += 1
        return Seen(score, alarm, side == 0, self.settings.scales[scale], self.mean[scale], e)

    def _advance(self, at: float) -> bool:
        """Move the clock on; False where the row is left out."""
        passed = at - self.at
        if passed <= 0:
            self.late += passed < 0
            if self.late < _LATE or passed == 0:
                return False
            passed = self.spacing
            self._shift(at - passed - self.at)
        self.late = 0
        if self.rows == 0 or passed > self.settings.gap * 1440:
            self._restart(at)
            passed = self.spacing or 5.0
        self.at = at
        for _ in range(min(int((at - self.turned) // max(self.settings.lag, 1.0)), 2)):
            self._turn()
        self.spacing += 0.05 * (min(passed, 5 * self.spacing) - self.spacing) if self.spacing else passed
        self._tune(passed)
        return True

    def _turn(self) -> None:
        """Take what was strongest into account once it has been past for `lag`: a rise is not held against itself."""
        self.turned = self.at
        self.strongest = [max(a, b) for a, b in zip(self.strongest, self.previous, strict=True)]
        self.previous, self.recent = self.recent, [_NONE] * len(self.recent)
        self.thickness = self.tail.copy()

    def _shift(self, by: float) -> None:
        """Move what is remembered to another clock."""
        self.at, self.started = self.at + by, self.started + by
        self.alarmed, self.turned = self.alarmed + by, self.turned + by

    def _restart(self, at: float) -> None:
        """Begin anew with the level; the strongest so far stay known."""
        self.started, self.rows = at, 0
        self.mean = [0.0] * len(self.mean)

    def _tune(self, passed: float) -> None:
        """Work out the weights of a row this long after the last."""
        if passed == self._tuned and abs(passed - self.spacing) < 1e-9:
            return
        own = min(passed, 3 * self.spacing)
        self._tuned = passed
        self._weights = [(exp(-passed / s), 1 - exp(-own / s)) for s in self.settings.scales]
        self._level_gain = 1 - exp(-own / (1440 * self.settings.level))
        self._fade = _HALF * passed / (1440 * self.settings.half_life)

    def _know(self, value: float) -> None:
        """Note what kind of number this series is made of."""
        if self.rows == 0:
            self.level = value
        self.lowest = min(self.lowest, value)
        if value < 0 or value % 1:
            self.whole = False

    def _hour(self) -> int:
        day, minute = divmod(self.at, 1440)
        return int(minute // 60) + (24 if (int(day) + 3) % 7 >= 5 else 0)

    def _expected(self) -> float:
        b = self._hour()
        seen = self.visits[b]
        e = self.level + self.offset[b] * seen / (seen + 12)
        return max(e, 0.0) if self.lowest >= 0 else e

    def _strength(self, x: float, e: float) -> tuple[float, int, int]:
        """Weigh the excess on every scale; return how far beyond the strongest so far, in tails, and where."""
        s, best, side, scale = self.settings, _NONE, 0, 0
        usual, chance = s.floor * self.spread + _FINE * abs(self.level) + 1e-12, max(e, 0.0)
        sides = (True, s.falls and (self.lowest < 0 or self.level > s.room * self.spread))
        for j, (keep, gain) in enumerate(self._weights):
            m = self.mean[j] = self.mean[j] * keep + gain * x
            k = 2 * j
            if m < 0:
                m, k = -m, k + 1
            floor = usual + gain if self.whole else usual  # a lone mention at most doubles it
            y = log(m + floor)
            if sides[k & 1] and (
                not self.whole or m >= gain * s.least + s.deviations * sqrt(chance * gain / (2 - gain))
            ):
                beyond = (y - self.strongest[k]) / self.thickness[k]
                if beyond > best:
                    best, side, scale = beyond, k & 1, j
            self._remember(k, y)
            self._rest(k ^ 1, log(floor))
        return best, side, scale

    def _remember(self, k: int, y: float) -> None:
        """Fade the strongest so far; note the log of an excess, and by it follow the tail's edge and thickness."""
        self.strongest[k] -= self.thickness[k] * self._fade
        if y > self.recent[k]:
            self.recent[k] = y
        above = y - self.edge[k]
        if self.rows < _STARTING:
            self.edge[k] = y if self.rows == 0 else self.edge[k] + max(above, 0.0) / 2
        elif above > 0:
            self.edge[k] += _STEP * (1 - self.settings.tail)
            self.tail[k] = max(self.tail[k] + _GAIN * (above - self.tail[k]), _LEAST_TAIL)
        else:
            self.edge[k] -= _STEP * self.settings.tail

    def _rest(self, k: int, y: float) -> None:
        """Do the same for the side on which nothing is: most rows, so without a look at the tail."""
        if y > self.edge[k] or self.rows < _STARTING:
            self._remember(k, y)
            return
        self.strongest[k] -= self.thickness[k] * self._fade
        if y > self.recent[k]:
            self.recent[k] = y
        self.edge[k] -= _STEP * self.settings.tail

    def _told(self, score: float) -> tuple[float, bool]:
        """Return the score and whether it alarms: once an episode, and again where it grows."""
        s = self.settings
        self.rows_since += 1
        if score < s.threshold:
            return score, False
        over = self.at - self.alarmed >= s.refractory and self.rows_since >= s.refractory_rows
        size = max(map(abs, self.mean))
        if not over and (size < s.growth * self.peak or self.at - self.alarmed < 60):
            return 0.99 * s.threshold, False
        if not self.unsettled:
            self.unsettled = True
            self.before, self.before_tail = self.strongest.copy(), self.thickness.copy()
            self.before_spread = self.spread
        self.peak, self.alarmed, self.rows_since = size, self.at, 0
        return score, True

    def _learn(self, value: float, e: float) -> None:
        """Let level, spread and the hour's offset follow; a row far out teaches no more than the clip."""
        if self.rows > _STARTING:
            far = self.settings.clip * self.spread
            value = min(max(value, e - far), e + far)
        gain = max(self._level_gain, 1 / (self.rows + 1))
        self.spread += gain * (abs(value - e) - self.spread)
        self.level += gain * (value - self.level)
        b = self._hour()
        self.visits[b] += 1
        self.offset[b] += max(1 / self.visits[b], 1 / self.settings.season_rows) * (value - self.level - self.offset[b])

    def to_json(self) -> dict[str, Any]:
        """Return the state as plain JSON; the settings are the caller's to keep."""
        return {"version": 1} | {n: getattr(self, n) for n in _CARRIED} | {n: list(getattr(self, n)) for n in _LISTS}

    @classmethod
    def of_json(cls, state: Mapping[str, Any], settings: BurstSettings | None = None) -> Watcher:
        """Go on from a state. Raises BadBursts where it is damaged, of another version or of other scales."""
        made = cls(settings)
        if state.get("version") != 1:
            raise BadBursts(what="version", detail=str(state.get("version")))
        for name in made.to_json().keys() - {"version"}:
            held, fresh = state.get(name), getattr(made, name)
            parts, wanted = (held, fresh) if isinstance(fresh, list) else ([held], [fresh])
            if not isinstance(parts, list) or len(parts) != len(wanted) or not all(map(_number, parts)):
                raise BadBursts(what="state", detail=name)
            setattr(made, name, list(parts) if isinstance(fresh, list) else held)
        return made


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and isfinite(value)
