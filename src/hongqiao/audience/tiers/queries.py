"""Reads of the tiers: runs, weeks, and the figures of the first page."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from hongqiao.audience.models import TierRun
from hongqiao.metrics import Query
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand, Job, Member

SEE, EDIT = "users.view", "users.edit"
WEEKS = 26  # of the chart
SUNDAY = 6


def runs(member: Member) -> QuerySet[TierRun]:
    """Return the judgements the member may see, newest first."""
    return TierRun.objects.for_member(member, SEE).order_by("-day")


def latest(member: Member) -> TierRun | None:
    """Return the present judgement."""
    return runs(member).first()


def weeks(member: Member) -> list[TierRun]:
    """Return the last judgement of each week of the chart, oldest first."""
    found: dict[tuple[int, int], TierRun] = {}
    for run in runs(member)[: WEEKS * 7]:
        found.setdefault(run.day.isocalendar()[:2], run)
    return list(found.values())[:WEEKS][::-1]


def span(member: Member, week: str | None) -> tuple[date, date] | None:
    """Return the days that a week's movement lies between: the end of the week before, and its own.

    week: any day of it as text; None or nonsense: the latest week that is over. None where two ends are not judged yet.
    """
    ends = [run.day for run in weeks(member)]
    if len(ends) < 2:
        return None
    over = len(ends) - 1 if ends[-1].weekday() == SUNDAY or len(ends) == 2 else len(ends) - 2
    try:
        asked = date.fromisoformat(week or "")
    except ValueError:
        return ends[over - 1], ends[over]
    at = next((n for n, day in enumerate(ends) if n and day >= asked), over)
    return ends[at - 1], ends[at]


def beside(member: Member, day: date) -> tuple[str, str]:
    """Return the ends of the weeks before and after the one that ends on this day, as text; "" where there is none."""
    ends = [run.day.isoformat() for run in weeks(member)]
    at = ends.index(day.isoformat())
    return (ends[at - 1] if at > 1 else ""), (ends[at + 1] if at + 1 < len(ends) else "")


def seven_days_before(member: Member, run: TierRun) -> TierRun | None:
    """Return the judgement that a run is compared with: the latest that is at least seven days older."""
    return runs(member).filter(day__lte=run.day - timedelta(days=7)).first()


def under_way(brand: Brand) -> bool:
    """Return whether everybody is being judged right now."""
    from hongqiao.audience.tiers.jobs import JUDGE

    return Job.objects.filter(brand=brand, kind=JUDGE, state__in=("queued", "running")).exists()


def identified(member: Member, day: date) -> float | None:
    """Return the share of orders of the last 28 days whose buyer is known; None without an order."""
    from hongqiao import warehouse

    asked = Query(metrics=("identified_orders",), start=day - timedelta(days=27), end=day)
    try:
        result = figures.answer(warehouse.open(member.brand_id), asked)
    except LookupError:
        return None
    value = result.totals.get("identified_orders")
    return float(value) if value is not None else None
