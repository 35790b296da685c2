"""Reads of lines: those of a brand, and how often one would have spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hongqiao.insight import queries as figures
from hongqiao.insight.alerts import crossing, series
from hongqiao.insight.alerts.crossing import Point, Run
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.ledger.rules import Look
from hongqiao.workspace import permissions
from hongqiao.workspace.figures import today_of
from hongqiao.workspace.models import Member

SEE, MAKE, TEND = "data.view", "ledger.edit", "ledger.judge"


@dataclass(frozen=True)
class Preview:
    """How a line would have done on the brand's own last days. judged: how many could be; usual: the line within which
    the figures stayed nearly always, None where too few are known."""

    days: int
    judged: int
    points: Sequence[Point]
    runs: Sequence[Run]
    usual: float | None

    @property
    def often(self) -> bool:
        """Whether it speaks so often that nobody will listen."""
        return len(self.runs) > series.limits()["often"]


def alerts(member: Member) -> Any:
    """Return the brand's lines as a query set, none where the member may not see figures."""
    return AlertRule.objects.for_member(member, SEE).select_related("author__user", "account", "brand")


def readers(member: Member) -> list[Member]:
    """Return the brand's active members who may see figures and the ledger: who can be told of a crossing."""
    found = Member.objects.filter(brand=member.brand, state=Member.State.ACTIVE, user__is_active=True)
    rows = found.select_related("user", "brand").order_by("created_at", "id")
    return [m for m in rows if {SEE, "ledger.view"} <= permissions.held_by(m)]


def may_tend(member: Member, row: AlertRule) -> bool:
    """Return whether a member may change a line: their own, or anybody's where they tune the rules."""
    own = row.author_id == member.pk and permissions.allows(member, MAKE)
    return own or permissions.allows(member, TEND)


def preview(member: Member, row: AlertRule) -> Preview:
    """Return what a line, kept or not yet, would have said. Raises NotAllowed and what `metrics.query` raises."""
    handle = figures.opened(member)
    look = Look(member.brand, handle, today_of(member.brand))
    return of_look(look, row)


def of_look(look: Look, row: AlertRule) -> Preview:
    """The same for one version of the facts."""
    known = series.limits()
    until = look.day - timedelta(days=1)
    first = until - timedelta(days=known["preview_days"] - 1)
    found = series.points(look.ask, row.metric, row.where, row.grain, first, until)
    runs = crossing.runs(found, row.condition, float(row.line), known["rest"][row.grain])
    least = known["least_history"] if row.grain == "day" else known["least_history"] // 2
    usual = crossing.usual(found, row.condition, known["share"], least)
    judged = sum(crossing.beyond(p, row.condition, float(row.line)) is not None for p in found)
    return Preview(known["preview_days"], judged, found, runs, usual)
