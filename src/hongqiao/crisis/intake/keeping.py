"""Which looks are kept for good: an hour's first good one, where the report of an incident counts on it.

A report says which share of an incident's hours somebody listened in, and whether talk is back in its band of before,
a day without a look being no quiet day. One look an hour is all it takes; a year of them is 8,760 rows a brand at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from hongqiao.crisis import settings
from hongqiao.crisis.models import Incident, Look
from hongqiao.workspace.models import Brand

Spans = list[tuple[datetime, datetime]]
AFTER = timedelta(days=100)  # a report looks 90 days past the first hearing; the plan of repair ends then


def forget(old: datetime) -> int:
    """Delete looks from before a moment, but for those that a report of an incident counts on. Returns how many."""
    gone = 0
    for brand in Brand.objects.filter(pk__in=Look.objects.filter(at__lt=old).values("brand").distinct()):
        rows = Look.objects.filter(brand=brand, at__lt=old)
        keep = _first_of_hours(brand, spans(brand), old)
        keys = [pk for pk in rows.values_list("pk", flat=True) if pk not in keep]
        for n in range(0, len(keys), 500):
            gone += Look.objects.filter(pk__in=keys[n : n + 500]).delete()[0]
    return gone


def spans(brand: Brand) -> Spans:
    """Return the stretches of time that reports of the brand's incidents count on, those that touch put together."""
    before = timedelta(days=int(settings.of(brand, "repair")["rule"]["before"]) + 1)
    rows = Incident.objects.filter(brand=brand, drill=False).order_by("posted_at")
    found: Spans = []
    for posted, heard, closed in rows.values_list("posted_at", "heard_at", "closed_at"):
        start, end = posted - before, max(heard + AFTER, min(closed or timezone.now(), heard + 4 * AFTER))
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _first_of_hours(brand: Brand, kept: Sequence[tuple[datetime, datetime]], old: datetime) -> set[UUID]:
    """Return the keys of the first good look of each hour within the stretches."""
    found: dict[datetime, UUID] = {}
    for start, end in kept:
        rows = Look.objects.filter(brand=brand, at__gte=start, at__lt=min(end, old), error="").order_by("at", "id")
        for key, at in rows.values_list("pk", "at"):
            found.setdefault(at.replace(minute=0, second=0, microsecond=0), key)
    return set(found.values())
