"""What the files cover: how fresh, which days are missing or not over, which account is late.

Daily statements say so themselves; for orders, events and lists the ranges of their sources do. Nothing here
guesses a zero.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from hongqiao.metrics.model import Metric
from hongqiao.metrics.plan import Plan
from hongqiao.metrics.settings import data
from hongqiao.metrics.sources import Scope, Source, member, period

PLACES = ("platform", "account")


@dataclass
class Span:
    """What one account's files say about one table."""

    account: str
    platform: str
    ranges: list[tuple[date, date]] = field(default_factory=list)
    captured: list[datetime] = field(default_factory=list)  # UTC, naive
    zone: str = ""

    @property
    def last_day(self) -> date | None:
        return max((last for _, last in self.ranges), default=None)

    def local(self, moment: datetime) -> date:
        """Return the day of a UTC moment in the account's zone."""
        return local_day(moment, self.zone)

    def covers(self, first: date, last: date) -> bool:
        """Whether any day of the bucket lies in a range."""
        return any(a <= last and first <= b for a, b in self.ranges)


def local_day(moment: datetime, zone: str = "") -> date:
    """Return the calendar day of a UTC moment in `zone`."""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(zone or data("thresholds")["default_zone"])).date()


def _get(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else getattr(row, name, None)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _said(row: Any, table: str) -> tuple[date, date] | None:
    """First and last day a source states for a table; of the whole source where it does not say by table."""
    tables = _get(row, "tables") or {}
    of = tables.get(table)
    if of is None:
        return None
    of = of if isinstance(of, dict) else {}
    first = _day(of.get("first_day")) or _day(_get(row, "first_day"))
    last = _day(of.get("last_day")) or _day(_get(row, "last_day"))
    return (first, last) if first and last else None


def spans(handle: Any, source: Source, where: dict[str, tuple]) -> list[Span]:
    """Return one Span an account whose sources feed the table. A list of works covers up to the day of its capture."""
    found: dict[str, Span] = {}
    for row in handle.sources():
        said = _said(row, source.table)
        account, platform = str(_get(row, "account_id")), str(_get(row, "platform"))
        here = {"account": account, "platform": platform}
        if said is None or any(d in where and here[d] not in where[d] for d in PLACES):
            continue
        span = found.setdefault(account, Span(account, platform, zone=_get(row, "zone") or ""))
        captured = _get(row, "captured_at")
        captured = captured.astimezone(UTC).replace(tzinfo=None) if captured.tzinfo else captured
        last = max(said[1], span.local(captured)) if source.table == "contents" else said[1]
        span.ranges.append((said[0], last))
        span.captured.append(captured)
    return sorted(found.values(), key=lambda s: s.account)


def _threshold(span: Span) -> int:
    """Return how many days an account may lag: its own rhythm of downloads with some room."""
    late = data("thresholds")["late"]
    days = sorted({span.local(c) for c in span.captured})
    gaps = [(b - a).days for a, b in zip(days, days[1:], strict=False)]
    rhythm = statistics.median(gaps) if gaps else late["default_rhythm_days"]
    return max(late["least_days"], math.ceil(rhythm * late["rhythm_factor"]))


def freshness(table: str, found: Iterable[Span]) -> list[dict[str, Any]]:
    """Return one dict an account: when it was captured last, its newest complete day, and whether it lags the others.

    A day is complete where the file that states it was captured after the day was over.
    """
    rows: list[dict[str, Any]] = []
    for span in found:
        newest = max(span.captured, default=None)
        complete = min(span.last_day, span.local(newest) - timedelta(days=1)) if newest and span.last_day else None
        rows.append(
            {
                "account": span.account,
                "platform": span.platform,
                "table": table,
                "captured_at": newest,
                "complete_day": complete,
                "threshold_days": _threshold(span),
            }
        )
    best = max((r["complete_day"] for r in rows if r["complete_day"]), default=None)
    for row in rows:
        row["lag_days"] = (best - row["complete_day"]).days if best and row["complete_day"] else None
        row["late"] = row["lag_days"] is not None and row["lag_days"] > row["threshold_days"]
    return rows


def _statements(handle: Any, source: Source, plan: Plan) -> Any:
    """Every statement of a daily table at the plan's places; of channelled tables the whole."""
    table = handle.table(source.table)
    tests = [member(table[d], plan.where[d]) for d in PLACES if d in plan.where]
    if source.channelled and "channel" not in plan.where:
        tests.append(table.channel != "" if "channel" in plan.by else table.channel == "")
    elif source.channelled:
        tests.append(member(table.channel, plan.where["channel"]))
    return table.filter(tests) if tests else table


def daily(
    handle: Any, source: Source, plans: Sequence[Plan], metrics: Iterable[Metric], zones: dict[str, str]
) -> list[list[dict[str, Any]]]:
    """Return, a plan (they differ in their days only), one dict an account and metric: expected, stated, missing and
    partial days.

    Expected runs from the first day the account ever stated (or the period's start) to its last, which is the
    last stated day or the last whole day before its newest capture. Missing: expected and not stated. Partial: captured
    before it was over.
    """
    table = _statements(handle, source, plans[0])
    measures = {m.code: next(x for x in m.measures if x.source == source.name) for m in metrics}
    marks = {f"c{i}": measure.stated(table) for i, measure in enumerate(measures.values())}
    ends = table.group_by(["account", "platform"]).aggregate(
        **{f"first_{n}": table.day.min(where=k) for n, k in marks.items()},
        **{f"last_{n}": table.day.max(where=k) for n, k in marks.items()},
        **{f"newest_{n}": table.captured_at.max(where=k) for n, k in marks.items()},
    )
    days = table.group_by(["account", "day"]).aggregate(**{n: table.captured_at.max(where=k) for n, k in marks.items()})
    tests = [ibis.and_(*t) for p in plans if (t := period(days, Scope(handle, p.start, p.end)))]
    kept = days.filter(ibis.or_(*tests)) if len(tests) == len(plans) else days
    by_account = defaultdict(list)
    for row in handle.fetch(kept).to_pylist():
        by_account[row["account"]].append(row)
    rows: list[list[dict[str, Any]]] = [[] for _ in plans]
    for end in sorted(handle.fetch(ends).to_pylist(), key=lambda r: (r["account"], r["platform"])):
        for name, code in zip(marks, measures, strict=True):
            if end[f"first_{name}"] is not None:
                stated = {r["day"]: r[name] for r in by_account[end["account"]] if r[name] is not None}
                for found, plan in zip(rows, plans, strict=True):
                    found.append(_covered(code, name, end, stated, plan, zones.get(end["account"], "")))
    return rows


def _covered(code: str, name: str, end: dict, stated: dict[date, datetime], plan: Plan, zone: str) -> dict[str, Any]:
    stated = {d: c for d, c in stated.items() if (plan.start or d) <= d <= (plan.end or d)}
    newest = end[f"newest_{name}"]
    last = max(end[f"last_{name}"], local_day(newest, zone) - timedelta(days=1))
    first = max(plan.start or end[f"first_{name}"], end[f"first_{name}"])
    last = min(plan.end or last, last)
    expected = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    return {
        "account": end["account"],
        "platform": end["platform"],
        "metric": code,
        "first_day": end[f"first_{name}"],
        "last_day": end[f"last_{name}"],
        "captured_at": newest,
        "expected": len(expected),
        "missing": [d for d in expected if d not in stated],
        "partial": sorted(d for d, c in stated.items() if local_day(c, zone) <= d),
    }


def gaps(span: Span, code: str, plan: Plan) -> dict[str, Any]:
    """The same as `daily` for a table whose files cover ranges: days between its ranges are missing."""
    first, last = min(a for a, _ in span.ranges), max(b for _, b in span.ranges)
    start, end = max(plan.start or first, first), min(plan.end or last, last)
    days = [start + timedelta(days=i) for i in range((end - start).days + 1)]
    partial = {b for (_, b), c in zip(span.ranges, span.captured, strict=True) if span.local(c) <= b}
    whole = {b for (_, b), c in zip(span.ranges, span.captured, strict=True) if span.local(c) > b}
    return {
        "account": span.account,
        "platform": span.platform,
        "metric": code,
        "first_day": first,
        "last_day": last,
        "captured_at": max(span.captured),
        "expected": len(days),
        "missing": [d for d in days if not span.covers(d, d)],
        "partial": sorted(d for d in partial - whole if start <= d <= end),
    }


def of_formulas(rows: list[dict[str, Any]], metrics: Iterable[Metric]) -> list[dict[str, Any]]:
    """Say of every formula what its parts' files say: a day that lacks one part is missing, one that is not over
    partial. An account that never states a part that its others stand beside is in no figure, and in no list of gaps.
    """
    asked = tuple(metrics)
    kept = [r for r in rows if any(m.code == r["metric"] for m in asked if not m.formula)]
    for metric in asked:
        said = _by_account(rows, metric)
        kept += [_together(metric.code, found) for found in said.values() if _all_said(metric, found)]
    return kept


def left_out(rows: list[dict[str, Any]], metric: Metric) -> list[str]:
    """Return the accounts that state some parts of a formula, and not those that they are taken together with."""
    return [account for account, said in _by_account(rows, metric).items() if not _all_said(metric, said)]


def _by_account(rows: list[dict[str, Any]], metric: Metric) -> dict[str, list[dict[str, Any]]]:
    """Return account → what it states of a formula's parts; nothing for a metric of the house."""
    of: dict[str, list[dict[str, Any]]] = defaultdict(list)
    codes = {leaf.code for leaf in metric.leaves} if metric.formula else ()
    for row in rows:
        if row["metric"] in codes:
            of[row["account"]].append(row)
    return of


def _all_said(metric: Metric, said: list[dict[str, Any]]) -> bool:
    """Whether an account states every part of the tables that it states any of."""
    stated = {r["metric"] for r in said}
    sources = {leaf.numerator.source for leaf in metric.leaves if leaf.code in stated}
    return all(leaf.code in stated for leaf in metric.leaves if leaf.numerator.source in sources)


def _together(code: str, said: list[dict[str, Any]]) -> dict[str, Any]:
    missing = sorted({d for r in said for d in r["missing"]})
    partial = sorted({d for r in said for d in r["partial"]} - set(missing))
    longest = max(said, key=lambda r: r["expected"])
    return longest | {"metric": code, "missing": missing, "partial": partial, "captured_at": _oldest(said)}


def _oldest(said: list[dict[str, Any]]) -> datetime:
    oldest: datetime = min(r["captured_at"] for r in said)
    return oldest
