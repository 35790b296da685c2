"""The period before, put beside every figure: which change may be said, and which may not.

One rule: a change stands on like against like. Ratios and stocks stand as they are; sums over periods of unequal length
are compared a day; distinct persons of unequal periods, and figures that files do not cover alike, have no change.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from hongqiao.metrics.buckets import buckets, earlier, shared_days
from hongqiao.metrics.dimensions import TIME
from hongqiao.metrics.errors import BadPeriod
from hongqiao.metrics.model import Metric
from hongqiao.metrics.notes import Notes
from hongqiao.metrics.plan import Plan
from hongqiao.metrics.remarks import few
from hongqiao.metrics.result import Query, Result
from hongqiao.metrics.settings import data

if TYPE_CHECKING:
    from hongqiao.metrics.engine import Answer


def period_of(given: Plan) -> tuple[date, date]:
    """Return both days of a question whose plan has seen that they are there."""
    if given.start is None or given.end is None:
        raise BadPeriod(start=str(given.start), end=str(given.end))
    return given.start, given.end


def days_in(given: Plan) -> int:
    first, last = period_of(given)
    return (last - first).days + 1


def earlier_plan(given: Plan, query: Query) -> Plan:
    """Return the plan of the period that `query` compares with."""
    return given.over(*earlier(*period_of(given), str(query.compare), query.span))


def compare(result: Result, answer: "Answer", before: "Answer", query: Query, notes: Notes) -> None:
    """Put the earlier period beside every cell and total: the i-th day, week or month meets the i-th."""
    given = answer.plan
    result.compare_start, result.compare_end = before.plan.start, before.plan.end
    result.compared = before.totals(given.metrics) if query.totals else {}
    small = few(before) if query.totals else {}
    days = days_in(given), days_in(before.plan)
    for metric in given.metrics:
        code = metric.code
        thin = code in result.few or code in small
        now, then = result.totals.get(code), result.compared.get(code)
        result.change[code] = None if thin else change(metric, now, then, days)
        if query.totals and then is None:
            notes.add("compare_missing", code)
        if days[0] != days[1] and not metric.stands:
            notes.add("compare_uneven", code, days=days[0], before=days[1])
    _rows(result, answer, before)


def _rows(result: Result, answer: "Answer", before: "Answer") -> None:
    """Put the earlier cell beside every cell."""
    given = answer.plan
    meets, lengths = _meets(given, before.plan)
    old = {tuple(meets(d, r[d]) for d in given.by): r for r in before.rows(given.metrics)}
    for row in result.rows:
        was, days = old.get(tuple(row[d] for d in given.by), {}), lengths(row)
        for metric in given.metrics:
            code = metric.code
            thin = f"{code}__few" in row or f"{code}__few" in was
            row[f"{code}__compare"] = was.get(code)
            row[f"{code}__change"] = None if thin else change(metric, row[code], was.get(code), days)


Lengths = Callable[[dict[str, Any]], tuple[int, int]]


def _meets(given: Plan, before: Plan) -> tuple[Callable[[str, Any], Any], Lengths]:
    """Return what turns an earlier bucket into the one it is compared with, and a cell into the days of both."""
    now, then = period_of(given), period_of(before)
    pairs = {u: list(zip(buckets(*then, u), buckets(*now, u), strict=False)) for u in TIME if u in given.by}
    turned = {unit: dict(both) for unit, both in pairs.items()}
    whole, unit = (days_in(given), days_in(before)), given.time
    of = {new: (shared_days(new, unit, *now), shared_days(old, unit, *then)) for old, new in pairs.get(unit, ())}
    return (
        lambda dim, value: turned[dim].get(value) if dim in turned else value,
        lambda row: of.get(row[unit], whole) if unit else whole,
    )


def change(metric: Metric, now: Any, before: Any, days: tuple[int, int] = (1, 1)) -> float | None:
    """Return the change: in points for a rate, else relative to the earlier figure; None without a base.

    `days`: how long both periods are. Sums of unequal ones are compared a day, distinct persons not at all.
    """
    if now is None or before is None:
        return None
    if metric.format == "rate":
        return float(now) - float(before)
    if not before:
        return None
    if days[0] == days[1] or metric.stands:
        return float(now - before) / abs(float(before))
    if not metric.additive:
        return None
    was = float(before) / days[1]
    return (float(now) / days[0] - was) / abs(was)


def take_back(result: Result, given: Plan, before: Plan, stated: list[dict[str, Any]], notes: Notes) -> None:
    """Give no change where files do not cover both periods alike: five days of sums against seven is not a fall.

    `stated`: the coverage of the earlier period.
    """
    now, then = _lacking(result.coverage, days_in(given)), _lacking(stated, days_in(before))
    for metric in given.metrics:
        code = metric.code
        if metric.stock or result.compared.get(code) is None:
            continue  # a stock stands on its last day
        # a ratio of sums stands on the days there are, as long as they are not too few to stand for the period
        allowed = "compare_gap_share_rate" if metric.format == "rate" else "compare_gap_share"
        if max(now.get(code, 0.0), then.get(code, 0.0)) > data("thresholds")[allowed]:
            result.change[code] = None
            if not set(TIME) & set(given.by):  # a day against its day stands; a sum over days does not
                for row in result.rows:
                    row[f"{code}__change"] = None
            notes.add("compare_thin", code)


def _lacking(covered: list[dict[str, Any]], days: int) -> dict[str, float]:
    """Return metric → the largest share of the period's days that an account's files say nothing about."""
    worst: dict[str, float] = {}
    for row in covered:
        known = row["expected"] - len(row["missing"])
        worst[row["metric"]] = max(worst.get(row["metric"], 0.0), (days - known) / days)
    return worst
