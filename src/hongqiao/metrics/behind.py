"""The rows behind a figure: the statements that were counted, each with its file and row. Rows served: D1."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from hongqiao.metrics.describe import columns_in
from hongqiao.metrics.dimensions import DIMENSIONS
from hongqiao.metrics.errors import BadOption, NotCuttable
from hongqiao.metrics.model import Measure, Metric
from hongqiao.metrics.plan import filters, metric_of, plan
from hongqiao.metrics.registry import SOURCES
from hongqiao.metrics.result import Query, jsonable
from hongqiao.metrics.settings import data
from hongqiao.metrics.sources import Scope, Source, member, period, sliced
from hongqiao.warehouse.tables import TABLES

_SHOWN = ("source_id", "source_row", "captured_at", "platform", "account", "day")


@dataclass(frozen=True)
class RowsPage:
    """A page of statements. `columns` are those used; `count` all rows; `after` the next page's cursor, "" at
    the end.
    """

    table: str
    part: str
    parts: tuple[str, ...]
    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    count: int
    after: str


def rows_behind(
    handle: Any,
    query: Query,
    metric: str,
    where: Mapping[str, Any] | None = None,
    *,
    part: str = "numerator",
    limit: int | None = None,
    after: str = "",
) -> RowsPage:
    """Return the statements behind a figure of `query`; `where` narrows to a cell ({"day": …, "platform": …}).

    Only statements that stand are returned: of a value that was stated again, the newest. `part` is one of the metric's
    parts. Pieces that were merged show the captures of each. Raises what `query` raises, BadOption for a wrong part or
    cursor.
    """
    given = plan(query)
    chosen = metric_of(metric)
    measures = chosen.parts
    part = part_of(measures, part)
    if part not in measures:
        raise BadOption(option="part", value=part, possible="、".join(measures))
    values = {**given.where, **_narrow(filters(where or {}), given.where)}
    for dim in values:
        if dim not in chosen.dimensions:
            raise NotCuttable(metric=metric, dimension=dim, possible="、".join(chosen.dimensions))
    measure = measures[part]
    source = SOURCES[measure.source]
    by = tuple(d for d in (*given.by, *values) if d in source.dims)
    scope = Scope(handle, given.start, given.end, values, by, columns_in(source.table, measure.columns))
    table = _counted(_standing(source, measure, scope), source, _beside(chosen, measure), scope)
    return _page(
        handle, table, source, measure, part, tuple(measures), limit or data("thresholds")["behind_rows"], after
    )


def _beside(chosen: Metric, measure: Measure) -> list[Measure]:
    """Return the sums that a part of a formula is taken together with, itself among them; none where it is alone."""
    if chosen.formula is None:
        return []
    parts, paired = chosen.formula.parts, chosen.formula.paired
    alike = [m.numerator for c, m in parts.items() if paired[c] is not m and m.numerator.source == measure.source]
    return alike if measure in alike else []


def _counted(table: ir.Table, source: Source, together: list[Measure], scope: Scope) -> ir.Table:
    """Keep the statements of rows that state every part. Pieces are left as they are: a merge renames only theirs."""
    if not together or "source_key" in source.latest:
        return table
    columns = tuple(c for m in together for c in m.columns)
    rows = source.build(replace(scope, columns=columns)).table
    held = rows.filter([m.row(rows).notnull() for m in together if m.row])
    return table.semi_join(held, [table[k] == held[k] for k in source.latest])


def part_of(parts: Mapping[str, Measure], part: str) -> str:
    """Return the part that is asked for; of a formula the first one where none is named."""
    return next(iter(parts)) if part == "numerator" and part not in parts else part


def _narrow(cell: dict[str, tuple], whole: Mapping[str, tuple]) -> dict[str, tuple]:
    """A cell can only narrow the question's own filter."""
    return {d: tuple(v for v in values if d not in whole or v in whole[d]) for d, values in cell.items()}


def _statements(source: Source, scope: Scope) -> ir.Table:
    """Statements of the source's table in the scope, before any is dropped for a newer one."""
    table = scope.handle.table(source.table)
    if source.keep:
        return source.keep(table, scope)
    if source.table == "content_snapshots":
        return _of_pieces(source, table, scope)
    if source.name == "refunds" and {"traffic", "creator"} & set(scope.where):
        return _of_orders(table, scope)
    if source.table == "contents":
        table = table.filter(table.published_at.notnull())
    if source.table in ("events", "contents", "orders"):
        table = scope.handle.current(source.table)  # one row a key, persons and contents after their maps
    return sliced(table, scope, source.columns, channelled=source.channelled)


def _of_pieces(source: Source, table: ir.Table, scope: Scope) -> ir.Table:
    """Captures of the pieces in the scope: published in the period, or captured up to its end for increments."""
    contents = scope.handle.table("contents")
    by_capture = source.name == "increments"
    tests = [] if by_capture else [contents.published_at.notnull(), *period(contents, scope)]
    for dim, given in scope.where.items():
        if not (by_capture and dim in ("day", "week", "month")):
            values = _raw_keys(scope.handle, given) if dim == "content" else given
            tests.append(member(DIMENSIONS[dim].of(contents), values))
    pieces = contents.filter(tests) if tests else contents
    found = table.semi_join(pieces, [table.account == pieces.account, table.source_key == pieces.source_key])
    if not by_capture:
        return found
    tests = [found.day <= ibis.literal(scope.end)] if scope.end else []
    for dim in (d for d in scope.where if d in ("day", "week", "month")):
        # The increment of a bucket needs the capture before it as well.
        tests.append(DIMENSIONS[dim].of(found) <= ibis.literal(max(scope.where[dim])))
    return found.filter(tests) if tests else found


def _raw_keys(handle: Any, contents: tuple) -> tuple:
    """Return the source keys that statements carry for those contents: a merge renames only current rows."""
    brand = getattr(handle, "brand_id", None)
    if brand is None:
        return contents
    from hongqiao.warehouse.models import ContentMap  # needs Django's registry, which a caller may not have set up yet

    merged = ContentMap.objects.filter(ContentMap.live(handle.version), brand_id=brand, content_id__in=contents)
    return (*contents, *merged.values_list("source_key", flat=True))


def _of_orders(table: ir.Table, scope: Scope) -> ir.Table:
    orders = scope.handle.current("orders")
    tests = [member(DIMENSIONS[d].of(orders), scope.where[d]) for d in ("traffic", "creator") if d in scope.where]
    rest = {d: v for d, v in scope.where.items() if d not in ("traffic", "creator")}
    kept = orders.filter(tests)
    found = table.semi_join(kept, [table.account == kept.account, table.order_key == kept.order_key])
    return sliced(found, Scope(scope.handle, scope.start, scope.end, rest))


def _standing(source: Source, measure: Measure, scope: Scope) -> ir.Table:
    """Keep statements that say something of the measure and were not said anew for its key."""
    table = _statements(source, scope)
    if not (source.table == "content_snapshots" and measure.rows):
        table = table.filter(measure.stated(table))
    if TABLES[source.table].kind == "event" or source.table in ("contents", "orders") or not source.latest:
        return table
    columns = [c for c in scope.columns if c in table.columns]
    window = ibis.window(group_by=[table[k] for k in source.latest])
    newest = {
        f"newest_{c}": ibis.ifelse(table[c].notnull(), table["rank"], ibis.null()).max().over(window) for c in columns
    }
    marked = table.mutate(**newest)
    stands = ibis.or_(*[marked[c].notnull() & (marked["rank"] == marked[f"newest_{c}"]) for c in columns])
    return marked.filter(stands).drop(*newest)


def _page(
    handle: Any,
    table: ir.Table,
    source: Source,
    measure: Measure,
    part: str,
    parts: tuple[str, ...],
    limit: int,
    after: str,
) -> RowsPage:
    keys = TABLES[source.table].key
    columns = tuple(dict.fromkeys((*keys, *columns_in(source.table, measure.columns))))
    shown = tuple(dict.fromkeys((*_SHOWN, *columns)))
    order = ("source_id", "source_row", *(k for k in keys))
    chosen = table.filter(_beyond(table, order, after)) if after else table
    chosen = chosen.order_by([chosen[o] for o in order]).select(*shown).limit(limit + 1)
    rows = handle.fetch(chosen).to_pylist()
    more = len(rows) > limit
    rows = rows[:limit]
    alone = not more and not after  # the one page there is counts itself
    count = len(rows) if alone else int(handle.fetch(table.aggregate(n=table.count())).to_pylist()[0]["n"])
    cursor = json.dumps([jsonable(rows[-1][o]) for o in order], ensure_ascii=False) if more else ""
    return RowsPage(source.table, part, parts, columns, rows, count, cursor)


def _beyond(table: ir.Table, order: tuple[str, ...], after: str) -> ir.BooleanValue:
    """Rows after the cursor in the total order of file, row and key."""
    try:
        values = json.loads(after)
        literals = [_literal(table[o], v) for o, v in zip(order, values, strict=True)]
    except (ValueError, TypeError) as error:
        raise BadOption(option="after", value=after, possible="—") from error
    test: Any = ibis.literal(False)
    same: Any = ibis.literal(True)
    for name, value in zip(order, literals, strict=True):
        test = test | (same & (table[name] > value))
        same = same & (table[name] == value)
    return test


def _literal(column: ir.Value, value: Any) -> Any:
    if column.type().is_date():
        return ibis.literal(date.fromisoformat(value))
    if column.type().is_timestamp():
        return ibis.literal(datetime.fromisoformat(value).replace(tzinfo=None))  # a cursor's moments are UTC
    if value is None or isinstance(value, (list, dict)):
        raise ValueError("a cursor holds plain values")
    return ibis.literal(value)
