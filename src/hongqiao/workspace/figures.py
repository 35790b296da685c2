"""Figures asked on behalf of a brand: through the dictionary, competitors' accounts left out. Serves D1, D2."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils import timezone

from hongqiao import metrics
from hongqiao.metrics import Query, Result
from hongqiao.metrics.settings import data
from hongqiao.warehouse.models import Source
from hongqiao.workspace import dictionary
from hongqiao.workspace.models import Account, Brand

SAMPLE = "sample"  # Brand.settings: this is the invented brand, and how far its story is told
_TALK = "inbox:mentions:"  # file_hash of what is heard as it is said
_OWN = "audience.tiers"  # layout of what this program judged itself
_told: ContextVar[date | None] = ContextVar("told", default=None)


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """Let the sample brand's calendar stand at a day of its story, in this thread. Other brands' never does."""
    token = _told.set(day)
    try:
        yield
    finally:
        _told.reset(token)


def real_day(brand: Brand) -> date:
    """Return the day it is where the brand works, the sample too: nothing can be sent on a day of a story.

    What is made, planned and published goes by it; what figures are held against goes by `calendar_day`.
    """
    return timezone.now().astimezone(ZoneInfo(brand.zone)).date()


def story_until(brand: Brand) -> date | None:
    """Return the last day that the sample's figures tell of, for the screens on which both days meet; else None."""
    return newest_day(brand) if SAMPLE in (brand.settings or {}) else None


def calendar_day(brand: Brand) -> date:
    """Return today in the brand's zone; the sample's calendar stands at the day after its newest facts.

    What is due is due by the calendar. The sample's files end on one day for good, whenever somebody tries it.
    """
    now = real_day(brand)
    if SAMPLE not in (brand.settings or {}):
        return now
    last = newest_day(brand)
    return _told.get() or (last + timedelta(days=1) if last else now)


def today_of(brand: Brand) -> date:
    """Return the day the screens look from: today in the brand's zone, or the day after the newest facts.

    So a brand that imports once a week, or stopped importing, opens on its last full days rather than on emptiness.
    """
    now = calendar_day(brand)
    if SAMPLE in (brand.settings or {}):
        return now
    last = newest_day(brand)
    return min(now, last + timedelta(days=1)) if last and (now - last).days > data("thresholds")["stale_days"] else now


def newest_day(brand: Brand) -> date | None:
    """Return the day that half of the brand's living accounts have reached, None where no file states a day.

    One account that is a day ahead of the others would make every comparison one of unequal days. What people said
    today tells nothing of how far the figures reach.
    """
    stated = Source.objects.filter(brand_id=brand.id, undone_at=None).exclude(last_day=None)
    stated = stated.exclude(file_hash__startswith=_TALK).exclude(layout=_OWN)
    days = sorted(stated.values("account_id").annotate(day=Max("last_day")).values_list("day", flat=True))
    living = [d for d in days if (days[-1] - d).days <= data("thresholds")["living_days"]]
    return living[len(living) // 2] if living else None


def answer(handle: Any, asked: Query) -> Result:
    """Return the answer at the handle's version (`metrics` keeps it: asked again it costs nothing)."""
    with dictionary.using(handle.brand_id):
        return metrics.query(handle, own(handle, asked))


def own(handle: Any, asked: Query) -> Query:
    """Leave competitors' accounts out of a question that does not name its accounts."""
    watched = Account.objects.filter(brand_id=handle.brand_id, relation=Account.Relation.COMPETITOR)
    return replace(asked, without=tuple(sorted(str(a) for a in watched.values_list("id", flat=True))))
