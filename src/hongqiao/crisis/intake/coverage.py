"""Whether the brand hears within the hour: what each source was heard of by hour, its gaps, how late words reach us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Look, Mention, Source

HOURS = 24
Way = Source.Way


def look(
    source: Source, moment: datetime, *, found: int = 0, by: Any = None, fine: bool = False, error: str = ""
) -> None:
    """Note that a source was heard (or could not be: `error`). A stream of deliveries is one look in five minutes."""
    since = moment - timedelta(minutes=limits()["look_minutes"])
    recent = Look.objects.filter(source=source, at__gt=since, at__lte=moment, by=None, fine=False, error="")
    last = None if by or fine or error else recent.order_by("-at").first()
    if last is None:
        Look.objects.create(
            brand_id=source.brand_id, source=source, at=moment, found=found, by=by, fine=fine, error=error[:64]
        )
    elif found:
        last.found += found
        last.save(update_fields=["found"])
    if not error and (source.heard_at is None or source.heard_at < moment):
        source.heard_at, source.error, source.failures = moment, None, 0
        source.save(update_fields=["heard_at", "error", "failures"])


@dataclass(frozen=True)
class Cell:
    """An hour of a source. `state`: heard, found, missed, failed, or off (rests, or is not promised)."""

    start: datetime
    state: str
    found: int = 0


@dataclass(frozen=True)
class Covered:
    """A source in the last day. `share`: of the hours that it is to be heard in, those it was (None: none promised);
    `late`: it should have been heard by now; `due`: when it is to be heard next; lags in minutes."""

    source: Source
    cells: tuple[Cell, ...]
    share: float | None
    late: bool
    due: datetime | None
    p50: float | None = None
    p95: float | None = None


def promised(source: Source) -> bool:
    """Whether the source is to be heard by the clock: files and pasted words come when a person brings them."""
    return source.on and source.way not in (Way.FILE, Way.PASTE)


def awake(source: Source, moment: datetime) -> bool:
    """Whether the source is to be heard at this hour: a person's round rests outside its hours."""
    if source.way != Way.ROUND:
        return True
    first, last = source.options.get("from", 0), source.options.get("to", 24)
    hour = moment.astimezone(ZoneInfo(source.brand.zone)).hour
    return first <= hour < last if first <= last else hour >= first or hour < last


def due(source: Source, now: datetime) -> datetime | None:
    """Return when a source is to be heard next, None where nothing is promised, or it rests now."""
    if not promised(source) or not awake(source, now):
        return None
    return max(source.heard_at or source.created_at, source.created_at) + timedelta(minutes=source.every)


def is_late(source: Source, now: datetime) -> bool:
    """Whether it should have been heard by now: half as long again as it may take."""
    at = due(source, now)
    return at is not None and at + timedelta(minutes=source.every * (limits()["gap"] - 1)) < now


def covered(sources: Iterable[Source], now: datetime | None = None) -> list[Covered]:
    """Return each source's last 24 hours, the hour under way last."""
    moment = now or timezone.now()
    first = moment.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    rows = list(sources)
    looks: dict[Any, list[Look]] = {}
    for one in Look.objects.filter(source__in=rows, at__gte=first, at__lte=moment):
        looks.setdefault(one.source_id, []).append(one)
    late = lags(rows)
    return [_covered(s, looks.get(s.pk, []), first, moment, late.get(s.pk, [])) for s in rows]


def _covered(source: Source, looks: Sequence[Look], first: datetime, now: datetime, late: Sequence[float]) -> Covered:
    cells = tuple(_cell(source, looks, first + timedelta(hours=n), now) for n in range(HOURS))
    asked = [c for c in cells if c.state != "off"]
    share = sum(c.state in ("heard", "found") for c in asked) / len(asked) if asked and promised(source) else None
    p50, p95 = quantile(late, 0.5), quantile(late, 0.95)
    return Covered(source, cells, share, is_late(source, now), due(source, now), p50, p95)


def _cell(source: Source, looks: Sequence[Look], start: datetime, now: datetime) -> Cell:
    end = start + timedelta(hours=1)
    inside = [one for one in looks if start <= one.at < end]
    good = [one for one in inside if not one.error]
    found = sum(one.found for one in inside)
    if good:
        return Cell(start, "found" if found else "heard", found)
    if inside:
        return Cell(start, "failed")
    rests = not promised(source) or not awake(source, start) or end <= source.created_at
    under_way = end > now and not is_late(source, now)
    return Cell(start, "off" if rests or under_way or _between(source, looks, end) else "missed")


def _between(source: Source, looks: Sequence[Look], end: datetime) -> bool:
    """Whether the source need not be heard in the hour: it is heard less than hourly, and was not long before."""
    reach = end - timedelta(minutes=source.every * limits()["gap"])
    return source.every > 60 and any(reach <= one.at < end and not one.error for one in looks)


def lags(sources: Sequence[Source]) -> dict[Any, list[float]]:
    """Return by source the minutes from posting to hearing of the newest mentions whose time was told, sorted."""
    found: dict[Any, list[float]] = {}
    for source in sources:
        newest = Mention.objects.filter(source=source, guessed_time=False, drill=False).order_by("-id")
        pairs = newest.values_list("posted_at", "heard_at")[: limits()["lags"] // max(1, len(sources)) + 50]
        found[source.pk] = sorted((heard - posted).total_seconds() / 60 for posted, heard in pairs)
    return found


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which `share` of sorted numbers lie (nearest rank), None of none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
