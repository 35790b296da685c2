"""Time that counts only while the service is open: terms of tickets and answers (U3).

All moments carry their offset; hours are those of a zone, the same on every day. Closed time neither brings a term
nearer nor counts as time that somebody took. A change of summer time moves hours as clocks on the wall do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """Open from hour `begins` to `ends` (0–24) of a zone's days; both 0 and 24: around the clock."""

    begins: int
    ends: int
    zone: str = "Asia/Shanghai"

    @property
    def always(self) -> bool:
        return (self.begins, self.ends) == (0, 24)

    def of_day(self, moment: datetime) -> tuple[datetime, datetime]:
        """Return when the service opens and closes on the moment's day."""
        local = moment.astimezone(ZoneInfo(self.zone))
        first = datetime.combine(local.date(), time(self.begins), ZoneInfo(self.zone))
        last = local.date() + _DAY if self.ends == 24 else local.date()
        return first, datetime.combine(last, time(self.ends % 24), ZoneInfo(self.zone))


def due(start: datetime, minutes: float, hours: Hours) -> datetime:
    """Return when `minutes` of service time from `start` are over. Raises ValueError for hours that never open."""
    left = timedelta(minutes=minutes)
    if hours.always:
        return start + left
    if not 0 <= hours.begins < hours.ends <= 24:
        raise ValueError("the service never opens")
    at = start
    while True:
        opens, closes = hours.of_day(at)
        at = max(at, opens)
        if at < closes:
            if left <= closes - at:
                return at + left
            left -= closes - at
        at = _midnight_after(at, hours)


def spent(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """Return how much service time lies between two moments; none where `end` is not later."""
    if end <= start:
        return timedelta(0)
    if hours.always:
        return end - start
    total, at = timedelta(0), start
    while at < end:
        opens, closes = hours.of_day(at)
        total += max(min(end, closes) - max(at, opens), timedelta(0))
        at = _midnight_after(at, hours)
    return total


def _midnight_after(moment: datetime, hours: Hours) -> datetime:
    local = moment.astimezone(ZoneInfo(hours.zone))
    return datetime.combine(local.date() + _DAY, time(0), ZoneInfo(hours.zone))
