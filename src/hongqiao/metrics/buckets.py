"""Days, weeks and months as buckets, and the period another one is compared with."""

import calendar
from datetime import date, timedelta


def bucket(day: date, unit: str) -> date:
    """Return the first day of the bucket: the day, its Monday (ISO), or the first of its month."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def last_of(first: date, unit: str) -> date:
    """Return the last day of the bucket that begins on `first`."""
    if unit == "week":
        return first + timedelta(days=6)
    if unit == "month":
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first


def buckets(start: date, end: date, unit: str) -> list[date]:
    """Return the first day of every bucket that touches start … end."""
    found, at = [], bucket(start, unit)
    while at <= end:
        found.append(at)
        at = last_of(at, unit) + timedelta(days=1)
    return found


def _month(day: date, months: int) -> date:
    """Shift by months; the day is cut to the month's length."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def earlier(start: date, end: date, how: str, span: str = "") -> tuple[date, date]:
    """Return the period to compare with, by the kind of period that `span` names, else that the days tell.

    "year": the same dates a year before (29 February: the 28th); whole months meet whole months.
    "previous": whole months, as many whole months before; a month to date, the same day numbers of the month before,
    cut at its end; a week to date, the same weekdays of the week before; anything else, as many days just before.
    """
    whole = _whole_months(start, end)
    if how == "year":
        first = _month(start, -12)
        return (first, last_of(_month(end.replace(day=1), -12), "month")) if whole else (first, _month(end, -12))
    kind = span or _kind(start, end)
    if kind == "month" and whole:
        count = (end.year - start.year) * 12 + end.month - start.month + 1
        return _month(start, -count), start - timedelta(days=1)
    if kind == "month":
        return _month(start, -1), _month(end, -1)
    days = 7 if kind == "week" and end - start < timedelta(days=7) else (end - start).days + 1
    return start - timedelta(days=days), end - timedelta(days=days)


def _kind(start: date, end: date) -> str:
    """Read the kind of period from its days: "month" (whole ones, or one to date), "week" (to date), else "days"."""
    if _whole_months(start, end) or (start.day == 1 < end.day and bucket(end, "month") == start):
        return "month"
    return "week" if start < end and bucket(start, "week") == bucket(end, "week") == start else "days"


def _whole_months(start: date, end: date) -> bool:
    return start.day == 1 and end == last_of(end.replace(day=1), "month")


def shared_days(first: date, unit: str, start: date, end: date) -> int:
    """Return how many days of the bucket that begins on `first` lie in start … end."""
    return (min(last_of(first, unit), end) - max(first, start)).days + 1
