"""Where a goal is going: its value at the period's end, with an interval, or why that cannot be said.

Sums go on as `methods.watch.pace` says; a level goes on by what it gains a day (期末粉丝 by 净增关注); a ratio by its
days, each counting alike, which is an estimate. Distinct persons cannot be added to, so nothing is said of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hongqiao.insight.goals.kinds import Way, book, ceiling
from hongqiao.insight.models import Goal
from hongqiao.metrics import Query
from hongqiao.workspace.figures import answer


@dataclass(frozen=True)
class Outlook:
    """The value at the end: `mid`, `low`, `high`, the `chance` to reach the target (or keep a ceiling), or why not.

    `reason`: a code of `present.REASONS`, with `days` that lack.
    """

    mid: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.9
    chance: float | None = None
    reason: str = ""
    days: int = 0


@dataclass(frozen=True)
class _Days:
    """A metric's own days up to `last`: NaN where no file says anything; `open`: days that are not final."""

    first: date
    values: list[float]
    open: list[bool]


def outlook(goal: Goal, way: Way, value: Any, handle: Any, through: date) -> Outlook:
    """Return what is to be expected at the period's end from what is known up to `through`."""
    if way == "distinct":
        return Outlook(reason="distinct")
    if way == "level":
        gains = book()["gained_by"].get(goal.metric)
        known = _days(gains, goal, handle, through) if gains else None
        return _level(goal, float(value), known, through) if known else Outlook(reason="no_days")
    known = _days(goal.metric, goal, handle, through)
    if known is None:
        return Outlook(reason="no_days")
    return _sum(goal, known) if way == "sum" else _ratio(goal, float(value), known, through)


def _days(code: str, goal: Goal, handle: Any, through: date) -> _Days | None:
    since = min(goal.start, through - timedelta(days=book()["history_days"] - 1))
    asked = Query((code,), ("day",), goal.where, since, through, limit=None, totals=False)
    result = answer(handle, asked)
    said = {r["day"]: float(r[code]) for r in result.rows if r.get(code) is not None}
    if not said:
        return None
    first = min(min(said), goal.start)
    days = [first + timedelta(days=n) for n in range((through - first).days + 1)]
    partial = {d for row in result.coverage for d in row["partial"]}
    return _Days(first, [said.get(d, float("nan")) for d in days], [d in partial for d in days])


def _kind(known: _Days) -> str:
    """Counts and money are stabilised as counts; what falls below zero is taken as it is."""
    return "level" if any(v < 0 for v in known.values) else "count"


def _sum(goal: Goal, known: _Days) -> Outlook:
    from hongqiao.methods.watch import pace  # numpy and SciPy: not at start-up

    period, target = (goal.start, goal.end), float(goal.target)
    found = pace(known.values, known.first, period, target, kind=_kind(known), partial=known.open)
    if found.refused:
        return Outlook(reason=found.refused, days=found.needed)
    chance = None if found.chance is None else 1 - found.chance if ceiling(goal.metric) else found.chance
    return Outlook(found.expected, found.low, found.high, chance=chance)


def _level(goal: Goal, value: float, known: _Days, through: date) -> Outlook:
    ahead = (goal.end - through).days
    found = _ahead(known, ahead, "level")
    if isinstance(found, Outlook):
        return found
    mid, low, high = found
    return Outlook(value + mid, value + low, value + high)


def _ratio(goal: Goal, value: float, known: _Days, through: date) -> Outlook:
    ahead, gone = (goal.end - through).days, (through - goal.start).days + 1
    found = _ahead(known, ahead, "level")
    if isinstance(found, Outlook):
        return found
    mid, low, high = ((value * gone + total) / (gone + ahead) for total in found)
    return Outlook(mid, low, high)


def _ahead(known: _Days, ahead: int, kind: str) -> tuple[float, float, float] | Outlook:
    """Return the total of the days ahead with its interval, or why it is not said."""
    from hongqiao.methods.watch import forecast

    if ahead > MOST:
        return Outlook(reason="too_short", days=ahead - MOST)
    found = forecast(known.values, known.first, ahead, kind=kind, partial=known.open)
    if found.needed[0]:
        return Outlook(reason="too_short", days=int(found.needed[0]))
    return float(found.total[0]), float(found.total_low[0]), float(found.total_high[0])


MOST = 366  # days that `forecast` looks ahead
