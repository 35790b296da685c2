"""Before an action is made: how many pieces, persons or days it takes to tell, at today's volume and variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from hongqiao import warehouse
from hongqiao.ledger.measuring import persons, pieces, plans, pool, series
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand


@dataclass(frozen=True)
class Preview:
    """unit: pieces, people, days or "" (nothing is computed); needed and there are in it; `relative`: the effect it is
    reckoned for; smallest: the relative effect that what is there could show; reason: why none, or why it is likely
    数据不足 ("" where it is likely enough); takes: the days until as many pieces are out as it needs."""

    unit: str
    needed: int | None = None
    there: int | None = None
    relative: float | None = None
    smallest: float | None = None
    reason: str = ""
    takes: int | None = None

    @property
    def enough(self) -> bool:
        return not self.reason

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "enough": self.enough}


def preview(brand: Brand, given: Mapping[str, Any], *, template: str = "", expected: Any = None) -> Preview:
    """Reckon for a plan. Raises BadPlan."""
    plan = plans.checked(given)
    said = plans.expected(expected) or pool.expected(brand, template, plan)
    method = plan["method"]
    if method in ("by_hand", "before_after"):
        return Preview("", reason="by_hand" if method == "by_hand" else "no_controls")
    handle = warehouse.open(brand.pk)
    reckon = {"ab": _pieces, "holdout": _people, "controls": _days}[method]
    return reckon(brand, handle, plan, said)


def _relative(said: Mapping[str, Any] | None, level: float) -> float:
    """Return the relative effect to reckon with: what is expected, else the usual guess."""
    if not said or "mid" not in said and "low" not in said:
        return float(numbers()["effect_guess"])
    effect = abs(float(said.get("mid", said.get("low", 0.0))))
    return (effect if said.get("unit") == "percent" else effect / level if level else 0.0) or numbers()["effect_guess"]


def _pieces(brand: Brand, handle: Any, plan: Mapping[str, Any], said: Any) -> Preview:
    from hongqiao.methods.causal import experiment  # SciPy, which a start need not load

    days = numbers()["volume_days"]
    values = pieces.recent(handle, plan, figures.today_of(brand) - timedelta(days=1), days)
    coming = int(len(values) / days * int(plan["days"]))
    if len(values) < 2 or not values.mean() or not values.std(ddof=1):
        return Preview("pieces", there=coming, reason="too_small")
    level, sd = abs(float(values.mean())), float(values.std(ddof=1))
    relative = _relative(said, level)
    alpha = 1 - numbers()["level"]
    needed = experiment.needed(sd, relative * level, power=numbers()["power"], alpha=alpha)
    needed = max(needed, 2 * numbers()["pieces_min"])
    takes = int(np.ceil(needed * days / len(values)))
    smallest = experiment.detectable(sd, max(coming, 1), power=numbers()["power"], alpha=alpha) / level
    return Preview("pieces", needed, coming, relative, smallest, "too_small" if coming < needed else "", takes)


def _people(brand: Brand, handle: Any, plan: Mapping[str, Any], said: Any) -> Preview:
    from hongqiao.methods.causal import experiment

    today = figures.today_of(brand)
    people = persons.population(handle, plan, today)
    base = _base(handle, plan, set(people), today)
    if len(people) < 2 or base is None:
        return Preview("people", there=len(people), reason="too_small")
    level, sd = base
    relative = _relative(said, level)
    more = {"power": numbers()["power"], "alpha": 1 - numbers()["level"], "share": 1 - plan["share"]}
    needed = experiment.needed(sd, relative * level, **more)
    smallest = experiment.detectable(sd, len(people), **more) / level
    few = len(people) < needed or len(people) * plan["share"] < numbers()["people_min"]
    return Preview("people", needed, len(people), relative, smallest, "too_small" if few else "")


def _base(handle: Any, plan: Mapping[str, Any], people: set[str], today: Any) -> tuple[float, float] | None:
    """Return mean and sd a person of what is counted, in as many days before today as the window has."""
    first = today - timedelta(days=int(plan["days"]))
    seen = persons.counted(handle, plan["metric"], first, today - timedelta(days=1))
    grouped = seen.group_by("person_key").aggregate(n=seen.count(), amount=seen.amount.sum())
    column = "amount" if plan["metric"] == "amount" else "n"
    said = {r["person_key"]: float(r[column] or 0) for r in handle.fetch(grouped).to_pylist()}
    each = np.array([said.get(p, 0.0) for p in sorted(people)])
    each = each if plan["metric"] == "amount" else (each > 0).astype(float)
    if len(each) < 2 or not each.mean() or not each.std(ddof=1):
        return None
    return float(each.mean()), float(each.std(ddof=1))


def _days(brand: Brand, handle: Any, plan: Mapping[str, Any], said: Any) -> Preview:
    """Ask the method itself about the newest window, in which nothing was done: how wide is its interval?"""
    from hongqiao.methods.causal import Refused, structural

    days, before = int(plan["days"]), int(plan["before"])
    last = figures.today_of(brand) - timedelta(days=1 + numbers()["lag_days"])
    target = series.target_alone(handle, plan, last, before + days)
    seen = np.flatnonzero(np.isfinite(target))
    if not len(seen):
        return Preview("days", there=0, reason="too_short")
    target = target[seen[0] :]
    known = int(np.isfinite(target).sum())
    start = len(target) - days
    if start <= 0:
        return Preview("days", there=known, reason="too_short")
    found = structural.effect(target, None, start, season=numbers()["season"], level=numbers()["level"])
    if isinstance(found, Refused):
        return Preview("days", there=known, reason="too_short")
    level = abs(float(found.checks["expected"]))
    if not level:
        return Preview("days", there=known, reason="poor_fit")
    half = (found.safe_hi - found.safe_lo) / 2 / level
    relative = _relative(said, level)
    if not any(d in plan["where"] for d in series.SLICES) and not plan.get("controls"):
        return Preview("days", None, days, relative, half, "no_controls")
    needed = int(np.ceil(days * (half / relative) ** 2)) if half > relative else days
    return Preview("days", needed, days, relative, half, "interval_spans_zero" if needed > days else "")
