"""Daily series of a target and of slices nobody acted on, from the dictionary, at one version of the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hongqiao.ledger.measuring.plans import values, window
from hongqiao.ledger.measuring.rivals import opposed, touches
from hongqiao.ledger.measuring.settings import numbers, shipped_changes
from hongqiao.ledger.models import Action
from hongqiao.metrics import METRICS, Query
from hongqiao.workspace import figures
from hongqiao.workspace.models import Account

#: Dimensions whose other values may serve as controls, the first that the target names is taken.
SLICES = ("platform", "account", "form", "channel", "campaign", "traffic", "creator", "product")
Floats = NDArray[np.float64]


@dataclass
class Daily:
    """days in order; target (n,); controls name → (n,); `start`: index of the first day after. NaN is a missing day."""

    days: list[date]
    start: int
    target: Floats
    controls: dict[str, Floats] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)  # slices that were acted on, or count otherwise since

    @property
    def missing(self) -> tuple[float, float]:
        """Share of missing days before and after."""
        gone = ~np.isfinite(self.target)
        return float(gone[: self.start].mean()), float(gone[self.start :].mean())


def load(handle: Any, action: Action, others: Iterable[Action]) -> Daily:
    """Return the series of an action's plan with its controls."""
    plan = action.measure
    assert action.started_on is not None
    first, last = window(plan, action.started_on)
    begin = first - timedelta(days=int(plan["before"]))
    days = [begin + timedelta(days=n) for n in range((last - begin).days + 1)]
    found = Daily(days, (first - begin).days, _one(handle, plan["metric"], plan["where"], days))
    if plan.get("controls"):
        changed = _redefined(action, days)
        for n, slice_ in enumerate(plan["controls"]):
            if changed & {str(v) for x in slice_.values() for v in values(x)}:
                found.left_out.append(_name(slice_, n))
                continue
            found.controls[_name(slice_, n)] = _one(handle, plan["metric"], slice_, days)
    else:
        _slices(handle, action, list(others), found)
    _thin(found)
    return found


def target_alone(handle: Any, plan: Mapping[str, Any], last: date, count: int) -> Floats:
    """Return the target's newest `count` days up to `last`."""
    days = [last - timedelta(days=n) for n in range(count - 1, -1, -1)]
    return _one(handle, plan["metric"], plan.get("where") or {}, days)


def _one(handle: Any, metric: str, where: Mapping[str, Any], days: list[date]) -> Floats:
    result = figures.answer(handle, _query(metric, ("day",), where, days))
    return _laid({r["day"]: r.get(metric) for r in result.rows}, days)


def _query(metric: str, by: tuple[str, ...], where: Mapping[str, Any], days: list[date]) -> Query:
    return Query((metric,), by, where, days[0], days[-1], limit=None, totals=False, coverage=False)


def _laid(by_day: Mapping[Any, Any], days: list[date]) -> Floats:
    return np.array([np.nan if by_day.get(d) is None else float(by_day[d]) for d in days])


def _name(where: Mapping[str, Any], n: int) -> str:
    said = "/".join(str(v) for x in where.values() for v in values(x) if v is not None)
    return said or str(n + 1)


def _slices(handle: Any, action: Action, others: list[Action], found: Daily) -> None:
    """Take the other values of a dimension that the target names, without those that any action touched."""
    plan = action.measure
    dimension = next((d for d in SLICES if d in plan["where"] and d in METRICS[plan["metric"]].dimensions), None)
    if dimension is None:
        return
    mine = {str(v) for v in values(plan["where"][dimension])}
    rest = {d: v for d, v in plan["where"].items() if d != dimension}
    result = figures.answer(handle, _query(plan["metric"], ("day", dimension), rest, found.days))
    by: dict[str, dict[Any, Any]] = {}
    for row in result.rows:
        if row[dimension] is not None and str(row[dimension]) not in mine:
            by.setdefault(str(row[dimension]), {})[row["day"]] = row.get(plan["metric"])
    changed = _redefined(action, found.days)
    for name in sorted(by):
        if name in changed or any(touches(o, plan["metric"], {**rest, dimension: name}) for o in others):
            found.left_out.append(name)
        else:
            found.controls[name] = _laid(by[name], found.days)


def _thin(found: Daily) -> None:
    """Keep controls that say enough and move at all; the fullest, then the largest, at most so many."""
    least, good = numbers()["control_days_share"], {}
    for name, one in found.controls.items():
        seen = np.isfinite(one)
        before = one[: found.start][seen[: found.start]]
        if seen[: found.start].mean() >= least and seen[found.start :].mean() >= least and np.ptp(before) > 0:
            good[name] = one
    most = sorted(good, key=lambda n: (-float(np.isfinite(good[n]).mean()), -float(np.nanmean(np.abs(good[n]))), n))
    found.controls = {name: good[name] for name in sorted(most[: numbers()["controls_most"]])}


def beside(action: Action, first: date, last: date) -> list[Action]:
    """Return the brand's other actions that were under way in some of these days, cancelled ones included as far as
    they ran: they may have moved what they touched."""
    found = Action.objects.filter(brand_id=action.brand_id, started_on__isnull=False, started_on__lte=last)
    rows = [a for a in found.exclude(pk=action.pk).order_by("id") if _until(a) >= first]
    return [a for a in rows if a.state != "planned"]


def _until(action: Action) -> date:
    assert action.started_on is not None
    end = window(action.measure, action.started_on)[1]
    if action.state == "cancelled" and action.closed_at is not None:
        return min(end, action.closed_at.date())
    return max(end, action.ended_on or end)


def overlapping(action: Action, others: Iterable[Action]) -> list[Action]:
    """Return the actions on the same target in the window: the same metric in a slice that meets, the same piece, or
    the opposite of what this one does."""
    plan, same = action.measure, []
    assert action.started_on is not None
    first, last = window(plan, action.started_on)
    for other in others:
        assert other.started_on is not None
        if other.started_on > last or _until(other) < first:
            continue
        piece = action.target.get("content")
        alike = touches(other, plan["metric"], plan.get("where") or {}) or opposed(action, other)
        if alike or (piece and piece == other.target.get("content")):
            same.append(other)
    return same


def changed_between(action: Action, first: date, last: date) -> list[dict[str, Any]]:
    """Return the known days within which a platform changed what the plan's metric counts."""
    plan = action.measure
    platforms = {str(v) for v in values((plan.get("where") or {}).get("platform"))}
    changes = _changes(action, plan.get("metric", ""), first, last)
    return [c for c in changes if platforms == {"None"} or not c["platform"] or c["platform"] in platforms]


def _changes(action: Action, metric: str, first: date, last: date) -> list[dict[str, Any]]:
    """Return what is known to have changed what a metric counts: {"platform", "day"}."""
    found = []
    for change in [*shipped_changes(), *(action.brand.settings or {}).get("definitions", [])]:
        try:
            day = date.fromisoformat(str(change.get("day")))
        except ValueError:
            continue
        if first < day <= last and (not change.get("metrics") or metric in change["metrics"]):
            found.append({"platform": change.get("platform", ""), "day": str(day)})
    return found


def _redefined(action: Action, days: list[date]) -> set[str]:
    """Return the platforms, and their accounts, whose figure is not the same thing before and after: no controls."""
    changes = _changes(action, action.measure["metric"], days[0], days[-1])
    platforms = {c["platform"] for c in changes if c["platform"]}
    accounts = Account.objects.filter(brand_id=action.brand_id, platform__in=platforms).values_list("pk", flat=True)
    return platforms | {str(key) for key in accounts}
