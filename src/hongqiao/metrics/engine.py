"""Answers a question: one SQL a source, merged, filled, compared, and said what must be known beside it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.metrics import coverage
from hongqiao.metrics.cache import kept
from hongqiao.metrics.cells import Values, beside, fill, merge, ordered, sort_key, typed
from hongqiao.metrics.columns import columns_of, labels_of
from hongqiao.metrics.compare import compare, earlier_plan, period_of, take_back
from hongqiao.metrics.listed import listed, persons
from hongqiao.metrics.model import Measure, Metric
from hongqiao.metrics.notes import Notes
from hongqiao.metrics.plan import COUNT, NOTE, ROWS, Plan, aggregate, named, plan, scope
from hongqiao.metrics.remarks import few, little, remark
from hongqiao.metrics.result import Query, Result
from hongqiao.metrics.sources import Source


def ask(
    handle: Any,
    given: Plan,
    source: Source,
    last_day: date | None = None,
    by: tuple[str, ...] | None = None,
    only: tuple[Measure, ...] | None = None,
) -> pa.Table:
    """Return the cells of one source: one SQL, and one for each measure that lists answer.

    `last_day` matters to cohorts alone.
    """
    asked = scope(given, source, handle, last_day, by)
    measures = {m: n for m, n in given.of(source).items() if only is None or m in only}
    quick = listed(source, asked, measures)
    expr = aggregate(given, source, asked, tuple(m for m in measures if m not in quick))
    cells = typed(handle.fetch(expr), expr.schema().to_pyarrow())
    for measure in quick:
        cells = beside(cells, persons(handle, source, asked, measure, measures[measure]), asked.by)
    return cells


class Answer:
    """One period's cells and totals. Holds what the steps share.

    `ready`: source → its cells, where they were asked for together with another period's.
    """

    def __init__(self, handle: Any, given: Plan, *, totals: bool = True, ready: Mapping[str, pa.Table] | None = None):
        self.handle, self.plan = handle, given
        # Ranges are needed only where an absent row may be a zero; they come from the list of sources, never
        # from a scan.
        self.spans = {s.name: coverage.spans(handle, s, given.where) for s in given.sources}
        self.values = Values(given, self.spans)
        parts = [ready[s.name] if ready and s.name in ready else self._ask(s) for s in given.sources]
        self.found = merge(parts, given.by)
        self.cells, self.filled = fill(self.found, given) if given.by else (self.found, True)
        self.total = self._total() if totals else {}

    def last_day(self, source: Source) -> date | None:
        """The last day any file covers, so that what has not come yet is not counted as not having happened."""
        return max((s.last_day for s in self.spans[source.name] if s.last_day), default=None)

    def _ask(
        self, source: Source, by: tuple[str, ...] | None = None, only: tuple[Measure, ...] | None = None
    ) -> pa.Table:
        return ask(self.handle, self.plan, source, self.last_day(source), by, only)

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
            if small := little(metric, self.values, raw):
                row[f"{metric.code}__few"] = small
        return row

    def _share(self, metric: Metric, raw: dict[str, Any]) -> float | None:
        whole = self.values.measure(metric.numerator, self.total) if self.total else None
        part = self.values.measure(metric.numerator, raw)
        return None if part is None or not whole else float(part) / float(whole)

    def persons_not_added(self, metric: Metric) -> bool:
        """Whether a cell or the total of a metric of unkeyed persons was refused."""
        names = [n for m in metric.measures if m.single and (n := self.plan.names.get(m)) is not None]
        most = [pc.max(self.found.column(COUNT + n)).as_py() or 0 for n in names]
        return max([*most, *(self.total.get(COUNT + n) or 0 for n in names)], default=0) > 1


def query(handle: Any, query: Query) -> Result:
    """Answer `query` from a brand's facts at the handle's version. The same question of one version is answered once.

    Raises UnknownMetric, UnknownDimension, NotCuttable, BadPeriod, BadOption; each names what is possible.
    """
    given = plan(query)
    stamps = tuple((m.stamp, m.label, m.retired) for m in given.metrics if m.stamp)
    return kept(handle, query, lambda: _answer(handle, query, given), stamps)


def _answer(handle: Any, query: Query, given: Plan) -> Result:
    needs_total = query.totals or any(m.share for m in given.metrics)
    shown = tuple(m for m in given.beside if all(x in given.names for x in m.measures))
    metrics = (*given.metrics, *shown)
    answer, before = _periods(handle, given, query, needs_total)
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
    result.few = few(answer) if query.totals else {}
    if before:
        compare(result, answer, before, query, notes)
    if query.coverage:
        stated = _stated(answer, [given, *([before.plan] if before else [])], notes)
        _cover(result, answer, stated[0], notes)
        if before:
            take_back(result, given, before.plan, stated[1], notes)
    result.beside = _beside(answer, shown) if query.totals else {}
    result.labels = labels_of(handle, given, result.rows)
    remark(result, answer, notes)
    result.notes = notes.list()
    return result


def _periods(handle: Any, given: Plan, query: Query, totals: bool) -> tuple[Answer, Answer | None]:
    """Return the answer of the period and of the one it is compared with.

    The cells of both are asked for at once where a day's cell is the same in any period that holds it.
    """
    if not query.compare:
        return Answer(handle, given, totals=totals), None
    earlier = earlier_plan(given, query)
    (start, end), (first, last) = period_of(given), period_of(earlier)
    ready: tuple[dict[str, pa.Table], ...] = ({}, {})
    if "day" in given.by and start - last <= end - start + timedelta(days=1):
        for source in given.sources:
            if source.life in ("daily", "event") and not source.cohort:
                cells = ask(handle, given.over(first, end), source)
                day = cells.column("day")
                ready[0][source.name] = cells.filter(pc.greater_equal(day, start))
                ready[1][source.name] = cells.filter(pc.less_equal(day, last))
    answers = [Answer(handle, p, totals=totals, ready=r) for p, r in zip((given, earlier), ready, strict=True)]
    return answers[0], answers[1]


def _beside(answer: Answer, shown: tuple[Metric, ...]) -> dict[str, Any]:
    """Return what is read beside, over the same days, with the filters that apply to it."""
    given, handle = answer.plan, answer.handle
    found = answer.totals(shown)
    alike: dict[tuple[str, ...], list[Metric]] = {}
    for metric in (m for m in given.beside if m not in shown):
        alike.setdefault(tuple(d for d in given.where if d in metric.dimensions), []).append(metric)
    for dims, metrics in alike.items():
        where, asked = {d: given.where[d] for d in dims}, tuple(metrics)
        alone = named(Plan(asked, (), (), where, given.start, given.end), asked)
        found |= Answer(handle, alone).totals(asked)
    return found


def _cover(result: Result, answer: Answer, stated: list[dict[str, Any]], notes: Notes) -> None:
    """Add freshness and coverage, from the statements of daily tables and the ranges of the others' sources."""
    seen: set[str] = set()
    for source in answer.plan.sources:
        if source.table not in seen:
            seen.add(source.table)
            result.freshness += coverage.freshness(source.table, answer.spans[source.name])
    result.coverage = stated
    for row in result.coverage:
        if row["missing"]:
            notes.add("missing_days", row["metric"], count=len(row["missing"]))
        if row["partial"]:
            notes.add("partial_days", row["metric"], count=len(row["partial"]))
    late = [r for r in result.freshness if r["late"]]
    if late:
        notes.add("late_accounts", count=len(late))


def _stated(answer: Answer, plans: Sequence[Plan], notes: Notes) -> list[list[dict[str, Any]]]:
    """Return, a plan, one dict an account and metric: which days of its period the files state."""
    found: list[list[dict[str, Any]]] = [[] for _ in plans]
    leaves = list(dict.fromkeys(leaf for m in answer.plan.metrics for leaf in m.leaves))
    for source in answer.plan.sources:
        spans = answer.spans[source.name]
        metrics = [m for m in leaves if m.numerator.source == source.name]
        if source.life == "daily" and metrics:
            zones = {s.account: s.zone for s in spans}
            for rows, more in zip(found, coverage.daily(answer.handle, source, plans, metrics, zones), strict=True):
                rows += more
        elif source.life == "event":
            for rows, plan in zip(found, plans, strict=True):
                rows += [coverage.gaps(s, m.code, plan) for m in metrics for s in spans]
    for metric in answer.plan.metrics:
        if out := coverage.left_out(found[0], metric):
            notes.add("parts_unstated", metric.code, count=len(out))
    return [coverage.of_formulas(rows, answer.plan.metrics) for rows in found]
