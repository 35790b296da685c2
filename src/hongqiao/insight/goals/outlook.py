"""Where a goal is going: its value at the period's end, with an interval, or why that cannot be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hongqiao.insight.goals.kinds import Way
from hongqiao.insight.models import Goal


@dataclass(frozen=True)
class Outlook:
    """The value at the end: `mid` with `low` and `high`, `reach` the chance to reach the target; or a `reason`."""

    mid: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.9
    reason: str = ""
    days: int = 0


def outlook(goal: Goal, way: Way, handle: Any, through: date) -> Outlook | None:
    return None
