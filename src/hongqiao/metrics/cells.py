"""From the answers of the sources to cells: merged by dimension, days without a row filled in, values worked out.

Cells stay in Arrow until the few that are shown become Python values: a cut may have a hundred thousand of them.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.metrics.buckets import buckets, last_of
from hongqiao.metrics.coverage import Span
from hongqiao.metrics.formula.tree import over, worked
from hongqiao.metrics.model import Measure, Metric
from hongqiao.metrics.plan import COUNT, NOTE, ROWS, Plan
from hongqiao.metrics.settings import data

Spans = dict[str, list[Span]]


def typed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Cast to the expression's own types: an engine may answer a sum of integers as a decimal."""
    return table.select(schema.names).cast(schema)


def merge(parts: list[pa.Table], by: tuple[str, ...]) -> pa.Table:
    """Put the sources' cells side by side; a cell that one source lacks is null in its columns. Null keys meet."""
    if len(parts) == 1:
        return parts[0]
    whole = pa.concat_tables(parts, promote_options="default")
    values = [c for c in whole.column_names if c not in by]
    # Each source has a cell once, so "max" only picks the one that is there.
    merged = whole.group_by(list(by)).aggregate([(c, "max") for c in values])
    return merged.select([*by, *(f"{c}_max" for c in values)]).rename_columns([*by, *values])


def beside(cells: pa.Table, more: pa.Table, by: tuple[str, ...]) -> pa.Table:
    """Put one more column of counts beside the cells; 0 where it has no cell."""
    (name,) = (c for c in more.column_names if c not in by)
    whole = merge([cells, more], by) if by else cells.append_column(name, more.column(name))
    return whole.set_column(whole.column_names.index(name), name, pc.fill_null(whole.column(name), 0))


def fill(cells: pa.Table, plan: Plan) -> tuple[pa.Table, bool]:
    """Add a cell of nulls for every bucket of the period without a row. Returns the cells and whether all fitted."""
    unit = plan.time
    if not unit or any(d in plan.by for d in ("content",)):
        return cells, True
    there = cells.column(unit).drop_null()
    start = plan.start or (pc.min(there).as_py() if len(there) else None)
    end = plan.end or (pc.max(there).as_py() if len(there) else None)
    if start is None or end is None:
        return cells, True
    times = [d for d in plan.by if d in ("day", "week", "month")]
    others = [d for d in plan.by if d not in times]
    groups = cells.select(others).group_by(others).aggregate([]).to_pylist() if others else [{}]
    wanted = buckets(start, end, unit)
    if len(times) > 1 or len(wanted) * len(groups) > data("thresholds")["fill_cells"]:
        return cells, len(times) > 1
    if len(there) == cells.num_rows == len(wanted) * len(groups):
        return cells, True  # every cell is there: nothing to look for
    have = {tuple(r[d] for d in plan.by) for r in cells.select(list(plan.by)).to_pylist()}
    rows = [{**g, unit: day} for g in groups for day in wanted]
    empty = [r for r in rows if tuple(r[d] for d in plan.by) not in have]
    if not empty:
        return cells, True
    keys = pa.Table.from_pylist(empty, schema=pa.schema([cells.schema.field(d) for d in plan.by]))
    return pa.concat_tables([cells, keys], promote_options="default"), True


class Values:
    """Works out metrics from one cell's columns. `covered(source, row)` says whether files cover a cell without
    a row.
    """

    def __init__(self, plan: Plan, spans: Spans):
        self.plan, self.spans = plan, spans

    def measure(self, measure: Measure, row: dict[str, Any]) -> Any:
        """Return the measure's value, None where nothing was stated, 0 where a file covers the cell and has no row."""
        name = self.plan.names[measure]
        if not row.get(ROWS + measure.source):
            return 0 if measure.zero and self.covered(measure.source, row) else None
        if measure.single and row[COUNT + name] != 1:
            return None
        return row[name]

    def covered(self, source: str, row: dict[str, Any]) -> bool:
        """Whether a source's files cover any day of the cell, at the cell's own account or platform."""
        unit, plan = self.plan.time, self.plan
        first = row.get(unit) if unit else plan.start
        last = last_of(first, unit) if unit and first else plan.end
        first, last = max(first or date.min, plan.start or date.min), min(last or date.max, plan.end or date.max)
        here = [
            s
            for s in self.spans.get(source, [])
            if row.get("account", s.account) == s.account and row.get("platform", s.platform) == s.platform
        ]
        return any(s.covers(first, last) for s in here)

    def metric(self, metric: Metric, row: dict[str, Any]) -> Any:
        """Return the metric's value: int, Decimal for money, float for a rate or number, None where it cannot
        be said.
        """
        return finish(metric, self.exact(metric, row))

    def exact(self, metric: Metric, row: dict[str, Any]) -> Any:
        """Return the metric's value before it is rounded: what a formula goes on with."""
        if metric.formula:
            return self.worked(metric, metric.formula.tree, row)
        top = self.measure(metric.numerator, row)
        if metric.less is not None:
            less = self.measure(metric.less, row)
            top = None if top is None or less is None else top - less
        if metric.denominator is None:
            return top
        return ratio(metric, top, self.measure(metric.denominator, row))

    def worked(self, metric: Metric, tree: Any, row: dict[str, Any]) -> Any:
        """Return what a formula, or one side of it, comes to in a cell."""
        paired = metric.formula.paired if metric.formula else {}
        return worked(tree, lambda code: self.exact(paired[code], row))


def ratio(metric: Metric, top: Any, bottom: Any) -> Any:
    """Return top / bottom in the metric's type; None where either is missing or the base is not above zero."""
    if top is None or bottom is None or bottom <= 0:
        return None
    if metric.format == "money":
        return Decimal(top) / Decimal(bottom)
    value = float(top) / float(bottom)
    return 1 - value if metric.complement else value


def finish(metric: Metric, value: Any) -> Any:
    """Return a value in the metric's type. Money keeps four decimals, as it is stored."""
    if value is None:
        return None
    if metric.format == "int":
        return int(value)
    if metric.format == "money":
        return Decimal(value).quantize(Decimal("0.0001"))
    return float(value)


def sort_key(metric: Metric, cells: pa.Table, plan: Plan) -> pa.ChunkedArray:
    """Return a float column that orders cells by the metric, without turning them into Python values."""

    def column(measure: Measure) -> pa.ChunkedArray:
        name = plan.names[measure]
        values = pc.cast(cells.column(name), pa.float64())
        if measure.single:
            values = pc.if_else(pc.equal(cells.column(COUNT + name), 1), values, pa.scalar(None, pa.float64()))
        return values

    if metric.formula:
        paired = metric.formula.paired
        return over(metric.formula.tree, lambda code: sort_key(paired[code], cells, plan))
    value = column(metric.numerator)
    if metric.less is not None:
        value = pc.subtract(value, pc.fill_null(column(metric.less), 0.0))
    if metric.denominator is not None:
        base = column(metric.denominator)
        base = pc.if_else(pc.greater(base, 0.0), base, pa.scalar(None, pa.float64()))
        value = pc.divide(value, base)
    return pc.negate(value) if metric.complement else value


def ordered(cells: pa.Table, plan: Plan, order: str, keys: Callable[[Metric], pa.ChunkedArray]) -> pa.Table:
    """Sort: by `order`, else time ascending, else the first metric descending; then by the dimensions, so that
    it is total.
    """
    if not plan.by:
        return cells
    code, down = order.removeprefix("-"), order.startswith("-")
    if not code and not plan.time:
        code, down = plan.metrics[0].code, True
    way = "descending" if down else "ascending"
    first: list[tuple[str, str]] = []
    if code in plan.by:
        first = [(code, way)]
    elif code:
        metric = next(m for m in plan.metrics if m.code == code)
        cells, first = cells.append_column("sort_", keys(metric)), [("sort_", way)]
    rest = sorted((d for d in plan.by if d != code), key=lambda d: d != plan.time)
    sorting = first + [(d, "ascending") for d in rest]
    return cells.sort_by(sorting) if sorting else cells


def note_counts(cells: pa.Table) -> dict[str, int]:
    """Return check code → what all cells counted."""
    names = [c for c in cells.column_names if c.startswith(NOTE)]
    return {c.removeprefix(NOTE): int(pc.sum(cells.column(c)).as_py() or 0) for c in names}
