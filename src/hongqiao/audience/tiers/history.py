"""The weeks before: judged one after the other, so that movement can be read back to the first facts.

An import that tells of earlier days makes the weeks since then be judged anew; what was judged for them is taken out.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from hongqiao import warehouse
from hongqiao.audience.models import TierRun
from hongqiao.knowledge import read
from hongqiao.warehouse import retire
from hongqiao.warehouse.errors import Busy, Moved
from hongqiao.warehouse.models import Source
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand

TABLES = ("events", "orders", "refunds")
LAYOUT = "audience.tiers"  # of the sources of moves
STALE = ""  # thresholds of a run that is to be judged anew
TRIES = 5


def first_day(brand: Brand) -> date | None:
    """Return the earliest day on which an identified person did anything."""
    handle = warehouse.open(brand.pk)
    held = set(handle.tables())
    days = []
    for name in {"events", "orders"} & held:
        rows = handle.current(name)
        days += handle.fetch(rows.filter(rows.person_key.notnull()).agg(day=rows.day.min()))["day"].to_pylist()
    return min((d for d in days if d), default=None)


def mark(brand: Brand, since: date | None = None) -> None:
    """Say that what was judged for this day and later (None: all of it) is to be judged anew. Whoever judges looks for
    it, so that no wish is lost while a judgement is under way."""
    runs = TierRun.objects.filter(brand=brand)
    (runs.filter(day__gte=since) if since else runs).update(rules=STALE)


def stale(brand: Brand) -> date | None:
    """Return the first day that is to be judged anew; None where there is none."""
    return TierRun.objects.filter(brand=brand, rules=STALE).order_by("day").values_list("day", flat=True).first()


def clear(brand: Brand, since: date | None = None) -> None:
    """Take out what was judged for this day and later (None: all of it): moves and runs at once, or none of them.

    Raises Busy.
    """
    runs, sources = TierRun.objects.filter(brand=brand), Source.objects.filter(brand_id=brand.pk, undone_at=None)
    sources = sources.filter(layout=LAYOUT)
    if since is not None:
        runs, sources = runs.filter(day__gte=since), sources.filter(last_day__gte=since)
    for _ in range(TRIES):
        try:
            with retire.prepared_undo(brand.pk, list(sources.values_list("id", flat=True))) as ready:
                with transaction.atomic():
                    ready.commit()
                    runs.delete()
                return
        except Moved:
            continue
    raise Busy


def next_day(brand: Brand) -> date | None:
    """Return the next day to be judged: Sundays up to the last, then today; None where all is done."""
    today, last = figures.calendar_day(brand), _last(brand)
    if last is not None and last >= today:
        return None
    start = last + timedelta(days=1) if last else first_day(brand)
    if start is None:
        return None
    start = max(start, today - timedelta(weeks=int(read("audience/tiers")["history_weeks"])))
    sunday = start + timedelta(days=6 - start.weekday())
    return min(sunday, today)


def _last(brand: Brand) -> date | None:
    return TierRun.objects.filter(brand=brand).order_by("-day").values_list("day", flat=True).first()


def told_since(brand: Brand, version: int) -> tuple[list[Any], date | None]:
    """Return the sources of facts that came after a version, and the earliest day that a file of them tells of."""
    found = Source.objects.filter(brand_id=brand.pk, added_version__gt=version).exclude(layout=LAYOUT)
    mine = [s for s in found if set(s.tables or {}) & set(TABLES)]
    undone = Source.objects.filter(brand_id=brand.pk, undone_version__gt=version).exclude(layout=LAYOUT)
    mine += [s for s in undone if set(s.tables or {}) & set(TABLES)]
    days = [s.first_day for s in mine if s.first_day and not s.file_hash.startswith("inbox:")]
    return mine, min(days, default=None)
