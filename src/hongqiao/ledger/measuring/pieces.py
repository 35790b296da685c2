"""A/B over pieces: one value a piece and arm, from the dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hongqiao.metrics import METRICS, Query
from hongqiao.workspace import figures

Floats = NDArray[np.float64]
#: What a piece is of, before anybody reads it: its like from before the start say what to expect of it.
KINDS = ("account", "form")


def arms(handle: Any, plan: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return arm → piece → its metric, of those that state one ("a" is the new way, "b" the old)."""
    wanted = [*plan["arms"]["a"], *plan["arms"]["b"]]
    if not wanted:
        return {"a": {}, "b": {}}
    where = {**plan.get("where", {}), "content": wanted}
    metric = plan["metric"]
    asked = Query((metric,), ("content",), where, limit=None, totals=False, coverage=False)
    stated = [r for r in figures.answer(handle, asked).rows if r.get(metric) is not None]
    by = {str(r["content"]): float(r[metric]) for r in stated}
    return {arm: {p: by[p] for p in plan["arms"][arm] if p in by} for arm in ("a", "b")}


def usual_before(handle: Any, plan: Mapping[str, Any], start: date) -> dict[str, float]:
    """Return piece of the arms → what its account's other pieces of its form had in the days before `start`, NaN where
    there were none: a covariate that the experiment cannot have moved."""
    metric, mine = plan["metric"], [*plan["arms"]["a"], *plan["arms"]["b"]]
    kinds = tuple(d for d in KINDS if d in METRICS[metric].dimensions)
    found: dict[str, float] = dict.fromkeys(mine, float("nan"))
    if not kinds or not mine:
        return found
    first, last = start - timedelta(days=int(plan["before"])), start - timedelta(days=1)
    more: dict[str, Any] = {"limit": None, "totals": False, "coverage": False}
    where = plan.get("where") or {}
    past = figures.answer(handle, Query((metric,), ("content", *kinds), where, first, last, **more)).rows
    usual: dict[tuple[Any, ...], list[float]] = {}
    for row in past:
        if row.get(metric) is not None and str(row["content"]) not in found:
            usual.setdefault(tuple(row[k] for k in kinds), []).append(float(row[metric]))
    asked = Query((metric,), ("content", *kinds), {**where, "content": mine}, **more)
    for row in figures.answer(handle, asked).rows:
        others = usual.get(tuple(row[k] for k in kinds))
        found[str(row["content"])] = float(np.mean(others)) if others else float("nan")
    return found


def recent(handle: Any, plan: Mapping[str, Any], last: date, days: int) -> Floats:
    """Return the metric of each piece of the slice published in the newest `days` days: what is usual, and how many."""
    metric = plan["metric"]
    start = last - timedelta(days=days - 1)
    where = plan.get("where") or {}
    asked = Query((metric,), ("content",), where, start, last, limit=None, totals=False, coverage=False)
    found = figures.answer(handle, asked)
    return np.array([float(r[metric]) for r in found.rows if r.get(metric) is not None])


def listed(handle: Any, metric: str, where: Mapping[str, Any], last: date, days: int, most: int) -> Sequence[Any]:
    """Return (key, title, value) of pieces to choose arms from, those with the largest figure first."""
    start = last - timedelta(days=days - 1)
    asked = Query((metric,), ("content",), where, start, last, limit=most, totals=False, coverage=False)
    found = figures.answer(handle, asked)
    titles = found.labels.get("content", {})
    return [(str(r["content"]), titles.get(str(r["content"]), ""), r.get(metric)) for r in found.rows if r["content"]]
