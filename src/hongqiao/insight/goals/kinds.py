"""How a metric counts towards a goal: as a sum, a level, a ratio or a distinct count; and the numbers of kinds.json."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from hongqiao.metrics import METRICS
from hongqiao.platforms import PLATFORMS

Way = Literal["sum", "level", "ratio", "distinct"]
PER_DAY = ("day", "platform", "account")  # what a goal needs of a metric


@cache
def book() -> dict[str, Any]:
    """Return goals/kinds.json."""
    return json.loads(files("hongqiao.insight.goals").joinpath("kinds.json").read_text("utf-8"))


def way_of(code: str) -> Way:
    """Return how a metric counts. KeyError for an unknown code."""
    metric = METRICS[code]
    if code in book()["levels"]:
        return "level"
    if metric.denominator is not None or (metric.formula and metric.stands):
        return "ratio"
    return "sum" if metric.additive else "distinct"


def fits(code: str) -> bool:
    """Return whether a metric may be a goal: known, cut by day and place, and a figure of the brand itself."""
    metric = METRICS.get(code)
    if (
        metric is None
        or code in book()["not_for_goals"]
        or any(m.table == "placement_snapshots" for m in metric.leaves)
    ):
        return False
    return all(d in metric.dimensions for d in PER_DAY)


def ceiling(code: str) -> bool:
    """Return whether a goal of this metric is a ceiling: it is better low, or it is money to be spent."""
    return METRICS[code].better == "down" or code in book()["ceilings"]


def known_platform(code: str) -> bool:
    return code in PLATFORMS
