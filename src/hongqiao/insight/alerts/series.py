"""The series behind a line: one question to the dictionary, with what is missing and not over left unjudged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from hongqiao.insight.alerts.crossing import Point
from hongqiao.metrics import METRICS, Result
from hongqiao.metrics.settings import data

Ask = Callable[..., Result]


@cache
def limits() -> dict[str, Any]:
    """Return alerts/limits.json."""
    return json.loads(files("hongqiao.insight.alerts").joinpath("limits.json").read_text("utf-8"))


def fits(code: str) -> bool:
    """Return whether a line may be drawn for a metric: known by day and place, and final once its day is over."""
    metric = METRICS.get(code)
    if metric is None or any(not _final(m.code, m.table) for m in metric.leaves):
        return False
    return all(d in metric.dimensions for d in ("day", "week", "platform", "account"))


def _final(code: str, table: str) -> bool:
    return table in limits()["tables"] and code not in limits()["not_for_alerts"]


def cuts(code: str) -> list[str]:
    """Return the dimensions that a line for this metric may be narrowed by, besides its place."""
    return [d for d in limits()["dimensions"] if d in METRICS[code].dimensions]


def points(ask: Ask, code: str, where: Mapping[str, Any], grain: str, first: date, until: date) -> list[Point]:
    """Return the days or full ISO weeks from `first` to `until`, each with the one it is compared with."""
    begin = first - timedelta(days=7)
    if grain == "week":
        begin = first - timedelta(days=first.weekday() + 7)
    found = ask([code], (grain,), where, begin, until, totals=False)
    bad = _unjudged(found, code, begin, until)
    values: dict[date, float | None] = {}
    step = 7 if grain == "week" else 1
    for row in found.rows:
        days = {row[grain] + timedelta(days=i) for i in range(step)}
        whole = max(days) <= until and not days & bad and not row.get(f"{code}__few")
        values[row[grain]] = float(row[code]) if whole and row[code] is not None else None
    back = timedelta(days=7)
    starts = sorted(d for d in values if d >= (first if grain == "day" else begin + back))
    return [Point(d, d + timedelta(days=step - 1), values[d], values.get(d - back)) for d in starts]


def _unjudged(found: Result, code: str, first: date, until: date) -> set[date]:
    """Return days for which an account's figures are missing, late or not final. An account that fell silent long ago
    holds nobody up."""
    bad: set[date] = set()
    for entry in found.coverage:
        last = entry["last_day"]
        if entry["metric"] != code or not last or (until - last).days > data("thresholds")["living_days"]:
            continue
        bad.update(entry["missing"], entry["partial"])
        late = max(last + timedelta(days=1), first)
        bad.update(late + timedelta(days=i) for i in range(max((until - late).days + 1, 0)))
    return bad
