"""Answers a question: one SQL a source, merged, filled, compared, and said what must be known beside it."""

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.metrics import coverage
from hongqiao.metrics.buckets import buckets, earlier
from hongqiao.metrics.cache import kept
from hongqiao.metrics.cells import Values, fill, merge, ordered, sort_key, typed
from hongqiao.metrics.columns import columns_of, labels_of
from hongqiao.metrics.dimensions import TIME
from hongqiao.metrics.errors import BadPeriod
from hongqiao.metrics.model import Measure, Metric
from hongqiao.metrics.notes import Notes
from hongqiao.metrics.plan import COUNT, NOTE, ROWS, Plan, aggregate, named, plan, scope
from hongqiao.metrics.remarks import remark
from hongqiao.metrics.result import Query, Result
from hongqiao.metrics.settings import data
from hongqiao.metrics.sources import Source


class Answer:
    """One period's cells and totals. Holds what the steps share."""

    def __init__(self, handle: Any, given: Plan, *, totals: bool = True):
        self.handle, self.plan = handle, given
        # Ranges are needed only where an absent row may be a zero; they come from the list of sources, never
        # from a scan.
        self.spans = {s.name: coverage.spans(handle, s, given.where) for s in given.sources}
        self.values = Values(given, self.spans)
        parts = [self._ask(s) for s in given.sources]
        self.found = merge(parts, given.by)
        self.cells, self.filled = fill(self.found, given) if given.by else (self.found, True)
        self.total = self._total() if totals else {}

    def last_day(self, source: Source) -> date | None:
        """The last day any file covers, so that what has not come yet is not counted as not having happened."""
        return max((s.last_day for s in self.spans[source.name] if s.last_day), default=None)

    def _ask(
        self, source: Source, by: tuple[str, ...] | None = None, only: tuple[Measure, ...] | None = None
    ) -> pa.Table:
        expr = aggregate(self.plan, source, scope(self.plan, source, self.handle, self.last_day(source), by), only)
        return typed(self.handle.fetch(expr), expr.schema().to_pyarrow())

    def _total(self) -> dict[str, Any]:
        """Columns of the whole slice: sums of the cells where that is right, else asked again without dimensions."""
        if not self.plan.by:
            return self.found.to_pylist()[0]
        row: dict[str, Any] = {}
        for source in self.plan.sources:
            measures = self.plan.of(source)
            split = source.channelled and "channel" in self.plan.by and "channel" not in self.plan.where
            again = tuple(m for m in measures if split or not m.additive)
            summed = [n for m, n in measures.items() if m not in again]
            row |= {n: pc.sum(self.found.column(n)).as_py() for n in summed}
            row[ROWS + source.name] = pc.sum(self.found.column(ROWS + source.name)).as_py() or 0
            if again:
                asked = self._ask(source, (), again).to_pylist()[0]
                row |= {k: v for k, v in asked.items() if not k.startswith(NOTE)}
        return row

    def totals(self, metrics: tuple[Metric, ...]) -> dict[str, Any]:
        """Return metric → value over the whole slice."""
        if not self.total:
            return {}
        shares = {m.code: 1.0 for m in metrics if m.share and self.values.measure(m.numerator, self.total)}
        return {m.code: shares.get(m.code) if m.share else self.values.metric(m, self.total) for m in metrics}

    def rows(self, metrics: tuple[Metric, ...], order: str = "", limit: int | None = None) -> list[dict[str, Any]]:
        """Return the cells in order as dicts of dimension and metric codes."""
        cells = ordered(self.cells, self.plan, order, lambda m: sort_key(m, self.cells, self.plan))
        chosen = cells if limit is None else cells.slice(0, limit)
        return [self._row(raw, metrics) for raw in chosen.to_pylist()]

    def _row(self, raw: dict[str, Any], metrics: tuple[Metric, ...]) -> dict[str, Any]:
        row = {d: raw[d] for d in self.plan.by}
        for metric in metrics:
            row[metric.code] = self._share(metric, raw) if metric.share else self.values.metric(metric, raw)
        return row

    def _share(self, metric: Metric, raw: dict[str, Any]) -> float | None:
        whole = self.values.measure(metric.numerator, self.total) if self.total else None
        part = self.values.measure(metric.numerator, raw)
        return None if part is None or not whole else float(part) / float(whole)

    def persons_not_added(self, metric: Metric) -> bool:
        """Whether a cell or the total of a metric of unkeyed persons was refused."""
        name = self.plan.names.get(metric.numerator)
        if not metric.numerator.single or name is None:
            return False
        most = pc.max(self.found.column(COUNT + name)).as_py() or 0
        return max(most, self.total.get(COUNT + name) or 0) > 1


def query(handle: Any, query: Query) -> Result:
    """Answer `query` from a brand's facts at the handle's version. The same question of one version is answered once.

    Raises UnknownMetric, UnknownDimension, NotCuttable, BadPeriod, BadOption; each names what is possible.
    """
    given = plan(query)
    return kept(handle, query, lambda: _answer(handle, query, given))


def _answer(handle: Any, query: Query, given: Plan) -> Result:
    needs_total = query.totals or any(m.share for m in given.metrics)
    shown = tuple(m for m in given.beside if all(x in given.names for x in m.measures))
    metrics = (*given.metrics, *shown)
    answer = Answer(handle, given, totals=needs_total)
    notes = Notes()
    result = Result(
        columns=columns_of(given, shown, bool(query.compare)),
        rows=answer.rows(metrics, query.order, query.limit),
        totals=answer.totals(given.metrics) if query.totals else {},
        version=handle.version,
        start=given.start,
        end=given.end,
        row_count=answer.cells.num_rows,
    )
    before = compare(result, answer, query, notes) if query.compare else None
    if query.coverage:
        _cover(result, answer, notes)
        if before:
            _take_back(result, before, notes)
    result.beside = _beside(answer, shown) if query.totals else {}
    result.labels = labels_of(handle, given, result.rows)
    remark(result, answer, notes)
    result.notes = notes.list()
    return result


def _beside(answer: Answer, shown: tuple[Metric, ...]) -> dict[str, Any]:
    """Return what is read beside, over the same days, with the filters that apply to it."""
    given, handle = answer.plan, answer.handle
    found = answer.totals(shown)
    for metric in (m for m in given.beside if m not in shown):
        where = {d: v for d, v in given.where.items() if d in metric.dimensions}
        alone = named(Plan((metric,), (), (), where, given.start, given.end), (metric,))
        found |= Answer(handle, alone).totals((metric,))
    return found


def _period(given: Plan) -> tuple[date, date]:
    """Return both days of a question whose plan has seen that they are there."""
    if given.start is None or given.end is None:
        raise BadPeriod(start=str(given.start), end=str(given.end))
    return given.start, given.end


def compare(result: Result, answer: Answer, query: Query, notes: Notes) -> Answer:
    """Put the earlier period beside every cell and total: the i-th day, week or month meets the i-th. Returns it."""
    given = answer.plan
    first, last = earlier(*_period(given), str(query.compare))
    before = Answer(answer.handle, given.over(first, last), totals=query.totals or bool(answer.total))
    result.compare_start, result.compare_end = first, last
    result.compared = before.totals(given.metrics) if query.totals else {}
    result.change = {m.code: change(m, result.totals.get(m.code), result.compared.get(m.code)) for m in given.metrics}
    meets = _meets(given, first, last)
    old = {tuple(meets(d, r[d]) for d in given.by): r for r in before.rows(given.metrics)}
    for row in result.rows:
        was = old.get(tuple(row[d] for d in given.by), {})
        for metric in given.metrics:
            row[f"{metric.code}__compare"] = was.get(metric.code)
            row[f"{metric.code}__change"] = change(metric, row[metric.code], was.get(metric.code))
    for metric in given.metrics:
        if query.totals and result.compared.get(metric.code) is None:
            notes.add("compare_missing", metric.code)
    return before


def _take_back(result: Result, before: Answer, notes: Notes) -> None:
    """Give no change where files do not cover both periods alike: five days of sums against seven is not a fall."""
    given = before.plan
    first, last = _period(given)
    days = (last - first).days + 1
    now, then = _lacking(result.coverage, days), _lacking(_stated(before), days)
    for metric in given.metrics:
        code = metric.code
        if metric.format == "rate" or metric.numerator.source == "followers" or result.compared.get(code) is None:
            continue  # a ratio of sums, or a stock, stands on the days there are
        if max(now.get(code, 0.0), then.get(code, 0.0)) > data("thresholds")["compare_gap_share"]:
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


def _meets(given: Plan, first: date, last: date) -> Any:
    """Return a function that turns an earlier bucket into the one it is compared with."""
    turned = {}
    for unit in TIME:
        if unit in given.by:
            pairs = zip(buckets(first, last, unit), buckets(*_period(given), unit), strict=False)
            turned[unit] = dict(pairs)
    return lambda dim, value: turned[dim].get(value) if dim in turned else value


def change(metric: Metric, now: Any, before: Any) -> float | None:
    """Return the change: in points for a rate, else relative to the earlier figure; None without a base."""
    if now is None or before is None:
        return None
    if metric.format == "rate":
        return float(now) - float(before)
    return None if not before else float(now - before) / abs(float(before))


def _cover(result: Result, answer: Answer, notes: Notes) -> None:
    """Add freshness and coverage, from the statements of daily tables and the ranges of the others' sources."""
    seen: set[str] = set()
    for source in answer.plan.sources:
        if source.table not in seen:
            seen.add(source.table)
            result.freshness += coverage.freshness(source.table, answer.spans[source.name])
    result.coverage = _stated(answer)
    for row in result.coverage:
        if row["missing"]:
            notes.add("missing_days", row["metric"], count=len(row["missing"]))
        if row["partial"]:
            notes.add("partial_days", row["metric"], count=len(row["partial"]))
    late = [r for r in result.freshness if r["late"]]
    if late:
        notes.add("late_accounts", count=len(late))


def _stated(answer: Answer) -> list[dict[str, Any]]:
    """Return one dict an account and metric: which days of the answer's period its files state."""
    given, found = answer.plan, []
    for source in given.sources:
        spans = answer.spans[source.name]
        metrics = [m for m in given.metrics if source.name in m.sources and m.numerator.source == source.name]
        if source.life == "daily" and metrics:
            zones = {s.account: s.zone for s in spans}
            found += coverage.daily(answer.handle, source, given, metrics, zones)
        elif source.life == "event":
            found += [coverage.gaps(s, m.code, given) for m in metrics for s in spans]
    return found
