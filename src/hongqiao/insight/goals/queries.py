"""Reads of goals: those a member may see, measured at one version. Serves D2."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.utils.translation import gettext as _

from hongqiao.insight.goals import progress
from hongqiao.insight.goals.progress import Progress
from hongqiao.insight.models import Goal
from hongqiao.insight.words import label, unit_of
from hongqiao.metrics import METRICS
from hongqiao.workspace import permissions
from hongqiao.workspace.models import BrandedQuerySet, Member
from hongqiao.workspace.words import platform_name

SEE, TEND = "data.view", "data.edit"
Measured = list[tuple[Goal, Progress]]


def goals(member: Member, *, archived: bool = False) -> BrandedQuerySet:
    """Return the goals a member may see, the nearest end first."""
    found = Goal.objects.for_member(member, SEE).select_related("owner__user", "account")
    found = found.filter(archived_at__isnull=not archived)
    return cast(BrandedQuerySet, found.order_by("end", "scope", "metric", "id"))


def measured(rows: Sequence[Goal], handle: Any, today: date, *, forecast: bool = True) -> Measured:
    """Return each goal with its progress."""
    return [(g, progress.measure(g, handle, today, forecast=forecast)) for g in rows]


def current(member: Member, handle: Any, today: date, *, forecast: bool = False) -> Measured:
    """Return the goals whose period holds yesterday or today, measured: what 今日 and reports show."""
    rows = [g for g in goals(member) if g.start <= today and g.end >= today.fromordinal(today.toordinal() - 1)]
    return measured(rows, handle, today, forecast=forecast)


def may_tend(member: Member, goal: Goal) -> bool:
    """Return whether a member may change a goal: who keeps the boards any, everybody their own personal one."""
    own = goal.scope == Goal.Scope.PERSON and goal.owner_id == member.pk
    return own or permissions.allows(member, TEND)


def place(goal: Goal, accounts: dict[str, str]) -> str:
    """Return where a goal is measured, in words."""
    if goal.account_id:
        return accounts.get(str(goal.account_id), "")
    return platform_name(goal.platform) if goal.platform else _("全品牌")


def as_json(goal: Goal, found: Progress) -> dict[str, Any]:
    """Return a goal as the interface and the command line show it: figures as text, shares as numbers."""
    known = goal.metric in METRICS
    seen = found.outlook
    return {
        "id": str(goal.pk),
        "version": goal.version,
        "metric": goal.metric,
        "label": label(goal.metric) if known else goal.metric,
        "unit": unit_of(goal.metric) if known else "",
        "scope": goal.scope,
        "platform": goal.platform,
        "account": str(goal.account_id) if goal.account_id else None,
        "owner": str(goal.owner),
        "owner_id": str(goal.owner_id),
        "orphaned": goal.orphaned,
        "span": goal.span,
        "start": goal.start.isoformat(),
        "end": goal.end.isoformat(),
        "target": f"{goal.target.normalize():f}",
        "note": goal.note,
        "archived": goal.archived_at is not None,
        "way": found.way,
        "value": None if found.value is None else str(found.value),
        "share": found.share,
        "time": found.time,
        "gap": found.gap,
        "state": found.state,
        "through": found.through.isoformat() if found.through else None,
        "forecast": None if seen is None else vars(seen),
    }
