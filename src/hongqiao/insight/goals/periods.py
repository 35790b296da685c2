"""The days of a goal: a month, a quarter, a year, or two dates."""

from calendar import monthrange
from datetime import date, timedelta

from hongqiao.errors import N_, Invalid
from hongqiao.insight.models import Goal
from hongqiao.ui.period import LONGEST_DAYS

Span = Goal.Span


class BadGoalDays(Invalid):
    code = "bad_goal_days"
    message = N_("目标的起止日期有误")
    next_step = N_("请选一个月、季、年，或填两个日期：结束日不早于开始日，最长十年")


def days_of(span: str, day: date | None, end: date | None = None) -> tuple[date, date]:
    """Return first and last day of the month, quarter or year around `day`, or `day` to `end`. Raises BadGoalDays."""
    if span not in Span.values or day is None:
        raise BadGoalDays()
    if span == Span.CUSTOM:
        if end is None or end < day or (end - day).days >= LONGEST_DAYS:
            raise BadGoalDays()
        return day, end
    months = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}[Span(span)]
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1])


def elapsed(start: date, end: date, through: date) -> float:
    """Return the share of the days from `start` to `end` that are over at the end of `through`, 0 to 1."""
    whole = (end - start).days + 1
    return min(max(((through - start).days + 1) / whole, 0.0), 1.0)


def yesterday(today: date) -> date:
    return today - timedelta(days=1)
