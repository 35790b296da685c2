"""How well feedback is answered: first response, time to resolve, reopening, within terms, by kind. Service time. U3.

A share of fewer than `least` tickets is not said. Tickets that are still open count in no time, but their missed terms
count as missed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from hongqiao.audience.feedback import clocks, kinds, settings
from hongqiao.audience.models import Thread, Ticket
from hongqiao.methods.servicehours import spent
from hongqiao.workspace.models import Brand


@dataclass(frozen=True)
class Figures:
    """count: tickets opened; solved, reopened: of them; first, resolve: medians in seconds of service time, None where
    none; within: (met, judged) of their terms; scored: (mean, how many) of what users said; once: solved without being
    opened again, of those solved."""

    count: int
    solved: int
    reopened: int
    first: float | None
    resolve: float | None
    within: tuple[int, int]
    scored: tuple[float, int] | None
    enough: bool

    @property
    def within_share(self) -> float | None:
        return self.within[0] / self.within[1] if self.enough and self.within[1] else None

    @property
    def reopen_share(self) -> float | None:
        return self.reopened / self.solved if self.enough and self.solved else None

    @property
    def once_share(self) -> float | None:
        return 1 - share if (share := self.reopen_share) is not None else None


def of(brand: Brand, rows: Sequence[Ticket], now: datetime | None = None) -> Figures:
    """Return the figures of some tickets of a brand."""
    moment, book = now or timezone.now(), settings.book(brand)
    for row in rows:
        row.brand = brand
    firsts = [_first(r, book) for r in rows if r.first_at]
    resolved = [clocks.took(r, r.solved_at, book).total_seconds() for r in rows if r.solved_at]
    judged = [_within(r, moment) for r in rows]
    known = [j for j in judged if j is not None]
    scores = [r.score for r in rows if r.score]
    done = [r for r in rows if r.solved_at or r.reopened]
    return Figures(
        len(rows),
        len(done),
        sum(1 for r in done if r.reopened),
        median(firsts) if firsts else None,
        median(resolved) if resolved else None,
        (sum(known), len(known)),
        (sum(scores) / len(scores), len(scores)) if scores else None,
        len(rows) >= book["metrics"]["least"],
    )


def _first(row: Ticket, book: dict[str, Any]) -> float:
    """Return how long the user waited: since they wrote, where the ticket was made of a thread later."""
    assert row.first_at is not None
    began = min(row.opened_at, row.thread.created_at) if row.thread else row.opened_at
    return spent(began, row.first_at, clocks.hours_of(row.brand, row.priority, book)).total_seconds()


def _within(row: Ticket, now: datetime) -> bool | None:
    """Whether a ticket met its terms; None while none is over and it is not solved."""
    if row.late:
        return False
    if row.state in clocks.RUNNING and clocks.missed(row, now):
        return False
    return True if row.solved_at else None


def by_kind(brand: Brand, rows: Sequence[Ticket]) -> list[tuple[str, Figures]]:
    """Return (first level of the kind, "" for none; figures), the most tickets first."""
    groups: dict[str, list[Ticket]] = defaultdict(list)
    for row in rows:
        groups[kinds.group_of(row.kind)].append(row)
    found = [(code, of(brand, some)) for code, some in groups.items()]
    return sorted(found, key=lambda g: (-g[1].count, g[0]))


def period(brand: Brand, start: date, end: date) -> list[Ticket]:
    """Return the tickets opened on the days from start to end, in the brand's zone."""
    zone = ZoneInfo(brand.zone)
    begins = datetime.combine(start, time(), zone)
    ends = datetime.combine(end + timedelta(days=1), time(), zone)
    return list(
        Ticket.objects.filter(brand=brand, opened_at__gte=begins, opened_at__lt=ends)
        .select_related("thread")
        .order_by("opened_at")
    )


def chart(brand: Brand, rows: Iterable[Ticket], start: date, end: date) -> dict[str, Any]:
    """Return the chart of tickets by day and first level of their kind."""
    zone, days = ZoneInfo(brand.zone), [start + timedelta(days=n) for n in range((end - start).days + 1)]
    found: dict[str, Counter[date]] = defaultdict(Counter)
    for row in rows:
        found[kinds.group_of(row.kind)][row.opened_at.astimezone(zone).date()] += 1
    names = dict(kinds.groups())
    order = sorted(found, key=lambda c: -sum(found[c].values()))
    series = [
        {"name": names.get(code, "—"), "values": [found[code][d] for d in days], "unit": "count"} for code in order
    ]
    return {"type": "stacked", "x": [d.isoformat() for d in days], "series": series, "unit": "count", "size": "m"}


def answered(brand: Brand, start: date, end: date) -> tuple[int, int]:
    """Return (answered within the goal's hours, all that could be judged) of threads heard on those days: wall time,
    as the trade counts 48 小时留言回复率. Threads too new to be judged and those only kept do not count."""
    hours = settings.book(brand)["metrics"]["reply_hours"]
    zone, now = ZoneInfo(brand.zone), timezone.now()
    begins = datetime.combine(start, time(), zone)
    ends = min(datetime.combine(end + timedelta(days=1), time(), zone), now)
    rows = Thread.objects.filter(brand=brand, created_at__gte=begins, created_at__lt=ends)
    met = judged = 0
    for created, first, due, state in rows.values_list("created_at", "first_reply_at", "due_at", "state"):
        if first is None and due is None and state == Thread.State.CLOSED:
            continue  # kept or closed as nothing to answer
        term = created + timedelta(hours=hours)
        if first is None and now < term:
            continue
        judged += 1
        met += first is not None and first <= term
    return met, judged
