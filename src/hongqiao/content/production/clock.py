"""Working time: days counted back from a slot, hours counted on to a deadline. Holidays are those announced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.knowledge import nodes


def works(day: date, hours: Mapping[str, Any]) -> bool:
    """Return whether people work on a day."""
    return day.weekday() in hours["weekdays"] and day not in nodes.holidays()


def days_before(day: date, count: int, hours: Mapping[str, Any]) -> date:
    """Return the working day `count` working days before `day`; none back is the day itself, worked or not."""
    while count > 0:
        day -= timedelta(days=1)
        count -= works(day, hours)
    return day


def after_hours(start: datetime, count: float, hours: Mapping[str, Any], zone: str) -> datetime:
    """Return the moment `count` working hours after `start`. A week without working days ends at once."""
    place = ZoneInfo(zone)
    opens, closes = (time.fromisoformat(hours[k]) for k in ("from", "to"))
    local, left = start.astimezone(place), timedelta(hours=count)
    for _day in range(400):
        if works(local.date(), hours):
            begin = max(local, datetime.combine(local.date(), opens, place))
            end = datetime.combine(local.date(), closes, place)
            if begin < end and begin + left <= end:
                return (begin + left).astimezone(start.tzinfo)
            left -= max(end - begin, timedelta(0))
        local = datetime.combine(local.date() + timedelta(days=1), time(), place)
    return start
