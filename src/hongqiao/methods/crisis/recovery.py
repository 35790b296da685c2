"""Whether what is said of a brand is back to what it was before an incident. X3; docs/crisis.md, "Repair".

Net sentiment of days = (not negative − negative) / all, a ratio of sums: the reader tells negative from not negative,
it names no praise. Every day is looked at over the seven days that end with it. The band is the mean of the days
before the incident, less one standard deviation of their own seven-day values – or of what chance alone does to a share
of so many mentions, where that is more: a quiet past must not make a band that nothing can stay in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import fmean, stdev


@dataclass(frozen=True)
class Day:
    """A day's mentions and how many of them are negative; `heard`: whether anybody listened that day."""

    day: date
    total: int
    negative: int
    heard: bool = True


@dataclass(frozen=True)
class Rule:
    """When it counts as recovered. before: days of the band; least_days, least: of these heard, and mentions in them;
    window: days of one value; hold: days in a row that must hold; sigmas; volume: times the usual at most.
    """

    before: int = 30
    least_days: int = 14
    least: int = 60
    window: int = 7
    hold: int = 3
    sigmas: float = 1.0
    volume: float = 1.2


@dataclass(frozen=True)
class Band:
    """What was usual: net sentiment −1 to 1 with its lower edge, mentions a day, from so many days and mentions."""

    mean: float
    low: float
    a_day: float
    days: int
    mentions: int


@dataclass(frozen=True)
class Point:
    """One day: the value of its window (None where nobody listened or nothing was said), mentions a day, inside?"""

    day: date
    value: float | None
    a_day: float | None
    inside: bool | None


@dataclass(frozen=True)
class Recovery:
    """few: why nothing can be said ("before": too little is known of the time before), else "".

    recovered: the day on which the rule held for the first time; half_life: days from the loudest day until half of
    what was over the usual was gone, None while it is not.
    """

    few: str
    band: Band | None
    points: tuple[Point, ...]
    recovered: date | None
    half_life: int | None
    peak: date | None


def recovery(days: Sequence[Day], begins: date, rule: Rule | None = None) -> Recovery:
    """Return how far the days from `begins` on are back in the band of the days before. `days` in order, no day twice.

    A day without a row is one on which nobody listened. Raises ValueError for days out of order.
    """
    rule = rule or Rule()
    if any(a.day >= b.day for a, b in zip(days, days[1:], strict=False)):
        raise ValueError("days must be in order, each once")
    known = {d.day: d for d in days if d.heard}
    band = _band(known, begins, rule)
    last = max((d for d in known if d >= begins), default=None)
    if band is None or last is None:
        return Recovery("before" if band is None else "after", band, (), None, None, None)
    span = [begins + timedelta(days=n) for n in range((last - begins).days + 1)]
    points = tuple(_point(known, day, begins, band, rule) for day in span)
    return Recovery("", band, points, _held(points, rule.hold), *_half(known, span, band))


def _window(known: dict[date, Day], last: date, size: int, since: date | None = None) -> list[Day]:
    found = (known.get(last - timedelta(days=n)) for n in range(size - 1, -1, -1))
    return [d for d in found if d and (since is None or d.day >= since)]


def _net(days: Sequence[Day]) -> float | None:
    total = sum(d.total for d in days)
    return (total - 2 * sum(d.negative for d in days)) / total if total else None


def _band(known: dict[date, Day], begins: date, rule: Rule) -> Band | None:
    first = begins - timedelta(days=rule.before)
    past = [known[d] for d in sorted(known) if first <= d < begins]
    total, mean = sum(d.total for d in past), _net(past)
    if len(past) < rule.least_days or total < rule.least or mean is None:
        return None
    ends = [begins - timedelta(days=n) for n in range(rule.before - rule.window + 1, 0, -1)]
    values = [v for end in ends if (v := _net(_window(known, end, rule.window, first))) is not None]
    share = (1 - mean) / 2
    a_day = total / len(past)
    chance = 2 * sqrt(max(share * (1 - share), 0.25 / total) / max(a_day * rule.window, 1))
    spread = max(stdev(values) if len(values) > 1 else 0.0, chance)
    return Band(mean, mean - rule.sigmas * spread, a_day, len(past), total)


def _point(known: dict[date, Day], day: date, begins: date, band: Band, rule: Rule) -> Point:
    """Windows reach back no further than the first day: the good days before must not hide the bad ones."""
    if day not in known:
        return Point(day, None, None, None)
    seen = _window(known, day, rule.window, begins)
    value, a_day = _net(seen), fmean(d.total for d in seen)
    quiet = a_day <= rule.volume * max(band.a_day, 1.0)
    inside = quiet and (value is None or value >= band.low)  # silence is no bad word
    return Point(day, value, a_day, inside)


def _held(points: Sequence[Point], hold: int) -> date | None:
    """Return the last of the first `hold` days in a row that are inside; a day nobody listened to breaks the row."""
    row = 0
    for point in points:
        row = row + 1 if point.inside else 0
        if row == hold:
            return point.day
    return None


def _half(known: dict[date, Day], span: Sequence[date], band: Band) -> tuple[int | None, date | None]:
    over = [(known[d].total - band.a_day, d) for d in span if d in known]
    top, peak = max(over, key=lambda o: (o[0], -o[1].toordinal()))
    if top <= 0:
        return None, None
    after = [d for excess, d in over if d > peak and excess <= top / 2]
    return ((after[0] - peak).days if after else None), peak
