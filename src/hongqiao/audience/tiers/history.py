"""The weeks before: judged one after the other, so that movement can be read back to the first facts.

An import that tells of earlier days makes the weeks since then be judged anew; what was judged for them is taken out.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hongqiao import warehouse
from hongqiao.audience.models import TierRun
from hongqiao.audience.tiers.judging import LAYOUT
from hongqiao.knowledge import read
from hongqiao.warehouse import retire
from hongqiao.warehouse.models import Source
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand

TABLES = ("events", "orders", "refunds")


def first_day(brand: Brand) -> date | None:
    """Return the earliest day on which an identified person did anything."""
    handle = warehouse.open(brand.pk)
    held = set(handle.tables())
    days = []
    for name in {"events", "orders"} & held:
        rows = handle.current(name)
        days += handle.fetch(rows.filter(rows.person_key.notnull()).agg(day=rows.day.min()))["day"].to_pylist()
    return min((d for d in days if d), default=None)


def clear(brand: Brand, since: date | None = None) -> None:
    """Take out what was judged for this day and later (None: all of it)."""
    runs, sources = TierRun.objects.filter(brand=brand), Source.objects.filter(brand_id=brand.pk, undone_at=None)
    sources = sources.filter(layout=LAYOUT)
    if since is not None:
        runs, sources = runs.filter(day__gte=since), sources.filter(last_day__gte=since)
    for source_id in sources.values_list("id", flat=True):
        retire.undo(brand.pk, source_id)
    runs.delete()


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
