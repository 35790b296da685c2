"""How far a goal is: value, share, time progress and the gap between them, at one version of the facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hongqiao.errors import N_
from hongqiao.insight.goals.kinds import Way, book, ceiling, fits, way_of
from hongqiao.insight.goals.outlook import Outlook, outlook
from hongqiao.insight.goals.periods import elapsed, yesterday
from hongqiao.insight.models import Goal
from hongqiao.metrics import Query
from hongqiao.workspace.figures import answer

Figure = Decimal | float | int | None

#: state → words and tone
STATES: dict[str, tuple[str, str]] = {
    "waiting": (N_("未开始"), ""),
    "no_data": (N_("缺数据"), "warn"),
    "reached": (N_("已达成"), "good"),
    "ahead": (N_("快于进度"), "good"),
    "on_pace": (N_("符合进度"), "info"),
    "behind": (N_("慢于进度"), "warn"),
    "within": (N_("在上限内"), "good"),
    "above": (N_("高于目标"), "good"),
    "below": (N_("低于目标"), "warn"),
    "over": (N_("超过上限"), "danger"),
    "missed": (N_("未达成"), "danger"),
    "unknown": (N_("指标已不在口径里"), "warn"),
}


@dataclass(frozen=True)
class Progress:
    """A goal's figures. `share`, `time` and `gap` are shares; `through` the newest day of the period with a figure."""

    way: Way
    value: Figure
    share: float | None
    time: float
    gap: float | None
    state: str
    through: date | None
    opening: Figure = None
    outlook: Outlook | None = None
    ceiling: bool = False
    stale: bool = False  # the newest figure is older than it should be

    @property
    def tone(self) -> str:
        return STATES[self.state][1]


def measure(goal: Goal, handle: Any, today: date, *, forecast: bool = True) -> Progress:
    """Measure a goal as seen on `today` at the handle's version. Never raises for a metric that is gone."""
    if not fits(goal.metric):
        return Progress("sum", None, None, 0.0, None, "unknown", None)
    way, capped = way_of(goal.metric), ceiling(goal.metric)
    last = min(goal.end, yesterday(today))
    if last < goal.start:
        return Progress(way, None, None, 0.0, None, "waiting", None, ceiling=capped)
    asked = Query((goal.metric,), ("day",), goal.where, goal.start, last, limit=None)
    result = answer(handle, asked)
    known = [r["day"] for r in result.rows if r.get(goal.metric) is not None]
    value = result.totals.get(goal.metric)
    if not known or value is None:
        return Progress(way, None, None, elapsed(goal.start, goal.end, last), None, "no_data", None, ceiling=capped)
    through = max(known)
    time = elapsed(goal.start, goal.end, through)
    opening = _opening(goal, handle) if way == "level" else None
    share = share_of(way, value, goal.target, opening)
    over = last >= goal.end
    there = way == "level" and Decimal(str(value)) >= goal.target
    paced = share is not None and way != "ratio" and not capped and not over and not there
    gap = share - time if share is not None and paced else None
    state = _state(way, value, goal.target, gap, over=over, ceiling=capped)
    seen = outlook(goal, way, value, handle, through) if forecast and through < goal.end else None
    stale = (last - through).days >= book()["stale_days"]
    return Progress(way, value, share, time, gap, state, through, opening, seen, capped, stale)


def _opening(goal: Goal, handle: Any) -> Figure:
    """Return the level that stood before the period."""
    before = goal.start - timedelta(days=1)
    asked = Query((goal.metric,), (), goal.where, before - timedelta(days=book()["level_days"]), before, coverage=False)
    return answer(handle, asked).totals.get(goal.metric)


def share_of(way: Way, value: Figure, target: Decimal, opening: Figure = None) -> float | None:
    """Return what share of the target is done; of a level that is to rise, its way from the opening."""
    if value is None or not target:
        return None
    start = Decimal(str(opening)) if way == "level" and opening is not None else Decimal(0)
    if start >= target:  # it stood there before the period: what is left of it
        start = Decimal(0)
    return float((Decimal(str(value)) - start) / (target - start))


def _state(way: Way, value: Figure, target: Decimal, gap: float | None, *, over: bool, ceiling: bool) -> str:
    value = Decimal(str(value))
    if ceiling:
        return "within" if value <= target else "over"
    if way == "ratio":
        return "above" if value >= target else "missed" if over else "below"
    if value >= target:
        return "reached"
    if over:
        return "missed"
    if gap is None:
        return "behind"
    return "on_pace" if abs(gap) <= book()["tolerance"] else "ahead" if gap > 0 else "behind"


def behind(found: Iterable[tuple[Goal, Progress]]) -> list[tuple[Goal, Progress]]:
    """Return the goals that are not on their way, the furthest behind first."""
    slow = [(g, p) for g, p in found if p.state in ("behind", "below", "missed", "over")]
    return sorted(slow, key=lambda x: (x[1].gap if x[1].gap is not None else 0.0, x[0].metric, str(x[0].pk)))
