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


def earlier(start: date, end: date, how: str) -> tuple[date, date]:
    """Return the period to compare with.

    "year": the same dates a year before. "previous": as many days just before; for whole months as many whole months.
    """
    whole = _whole_months(start, end)
    if how == "year":
        first = _month(start, -12)
        return (first, last_of(_month(end.replace(day=1), -12), "month")) if whole else (first, _month(end, -12))
    if whole:
        count = (end.year - start.year) * 12 + end.month - start.month + 1
        return _month(start, -count), start - timedelta(days=1)
    days = (end - start).days + 1
    return start - timedelta(days=days), start - timedelta(days=1)


def _whole_months(start: date, end: date) -> bool:
    return start.day == 1 and end == last_of(end.replace(day=1), "month")
