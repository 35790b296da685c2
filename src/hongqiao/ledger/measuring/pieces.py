"""A/B over pieces: one value a piece and arm, from the dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hongqiao.metrics import Query
from hongqiao.workspace import figures

Floats = NDArray[np.float64]


def arms(handle: Any, plan: Mapping[str, Any]) -> dict[str, Floats]:
    """Return arm → the metric of each of its pieces that states one ("a" is the new way, "b" the old)."""
    wanted = [*plan["arms"]["a"], *plan["arms"]["b"]]
    if not wanted:
        return {"a": np.zeros(0), "b": np.zeros(0)}
    where = {**plan.get("where", {}), "content": wanted}
    metric = plan["metric"]
    asked = Query((metric,), ("content",), where, limit=None, totals=False, coverage=False)
    stated = [r for r in figures.answer(handle, asked).rows if r.get(metric) is not None]
    by = {str(r["content"]): float(r[metric]) for r in stated}
    return {arm: np.array([by[p] for p in plan["arms"][arm] if p in by]) for arm in ("a", "b")}


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
