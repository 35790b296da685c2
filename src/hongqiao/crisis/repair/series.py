"""What the repair is measured by: mentions a day, and figures of the brand beside them. X3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean, stdev
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from hongqiao.crisis import settings
from hongqiao.crisis.models import Incident, Look, Mention
from hongqiao.methods.crisis.recovery import Day, Recovery, Rule, recovery
from hongqiao.metrics import METRICS, Query
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand


@dataclass(frozen=True)
class Beside:
    """A figure a day before and since. `band`: (low, high) of the days before; `now`: mean of the last seven days.

    few: too few days are known before, or none since. better: "up" or "down".
    """

    metric: str
    better: str
    before: float | None
    band: tuple[float, float] | None
    now: float | None
    back: bool | None
    few: bool


def local_day(brand: Brand, moment: datetime) -> date:
    """Return the day of a moment in the brand's zone."""
    return moment.astimezone(ZoneInfo(brand.zone)).date()


def days(brand: Brand, first: date, last: date) -> list[Day]:
    """Return mentions by day of posting, in the brand's zone; days on which nothing was heard are not heard.

    Drills, and what is about a rival or another of the same name, are left out.
    """
    zone = ZoneInfo(brand.zone)
    start = datetime.combine(first, datetime.min.time(), zone)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    rows = Mention.objects.filter(brand=brand, ours=True, drill=False, posted_at__gte=start, posted_at__lt=end)
    rows = rows.exclude(read_at=None)
    by_day = rows.annotate(on=TruncDate("posted_at", tzinfo=zone)).values("on")
    told = {r["on"]: r for r in by_day.annotate(n=Count("id"), bad=Count("id", filter=Q(negative=True)))}
    looks = Look.objects.filter(brand=brand, at__gte=start, at__lt=end, error="")
    heard = set(looks.annotate(on=TruncDate("at", tzinfo=zone)).values_list("on", flat=True))
    found = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        row = told.get(day)
        found.append(Day(day, row["n"] if row else 0, row["bad"] if row else 0, day in heard or row is not None))
    return found


def rule(brand: Brand) -> Rule:
    """Return when it counts as recovered, with the brand's differences."""
    return Rule(**settings.of(brand, "repair")["rule"])


def measured(incident: Incident, today: date) -> Recovery:
    """Return how far talk is back in the band of before the incident; today itself, not over yet, is left out.

    Of a closed one the 90 days after its hearing count, or until it was closed: its report says the same for ever.
    """
    brand, asked = incident.brand, rule(incident.brand)
    if incident.closed_at is not None:
        today = min(today, local_day(brand, max(incident.closed_at, incident.heard_at + timedelta(days=90))))
    begins = local_day(brand, incident.posted_at)
    told = days(brand, begins - timedelta(days=asked.before), max(begins, today - timedelta(days=1)))
    return recovery(told, begins, asked)


def beside(incident: Incident, handle: Any, today: date) -> list[Beside]:
    """Return the figures that the brand looks at beside talk, as the dictionary states them."""
    book, begins = settings.of(incident.brand, "repair"), local_day(incident.brand, incident.posted_at)
    before = int(book["rule"]["before"])
    return [
        _one(handle, one, begins, before, int(book["beside_least_days"]), today)
        for one in book["beside"]
        if one["metric"] in METRICS
    ]


def _one(handle: Any, one: dict[str, str], begins: date, before: int, least: int, today: date) -> Beside:
    first, last = begins - timedelta(days=before), max(begins, today - timedelta(days=1))
    asked = Query((one["metric"],), ("day",), {}, first, last, limit=None, totals=False, coverage=False)
    known = {
        r["day"]: float(r[one["metric"]]) for r in figures.answer(handle, asked).rows if r[one["metric"]] is not None
    }
    past = [v for d, v in known.items() if d < begins]
    since = [known[d] for d in sorted(known) if d >= begins][-7:]
    if len(past) < least or not since:
        return Beside(one["metric"], one["better"], fmean(past) if past else None, None, None, None, True)
    mean, spread, now = fmean(past), stdev(past), fmean(since)
    low, high = mean - spread, mean + spread
    back = now >= low if one["better"] == "up" else now <= high
    return Beside(one["metric"], one["better"], mean, (low, high), now, back, False)
