"""From a question to one aggregate a source: which columns each SQL must answer."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import ibis.expr.types as ir

from hongqiao.metrics.dictionary import METRICS
from hongqiao.metrics.dimensions import DIMENSIONS, TIME
from hongqiao.metrics.errors import LOOK_UP, BadOption, BadPeriod, NotCuttable, UnknownDimension, UnknownMetric
from hongqiao.metrics.measures import number
from hongqiao.metrics.model import Measure, Metric
from hongqiao.metrics.registry import SOURCES
from hongqiao.metrics.result import Query
from hongqiao.metrics.sources import Except, Scope, Source

ROWS = "rows_"  # how many rows of the source stand behind a cell
COUNT = "n_"  # before a measure's column: how many statements of persons it stands on
NOTE = "note_"  # before a check's code


@dataclass(frozen=True)
class Plan:
    """A checked question. `names` is measure → column; `metrics` those asked for, then those shown beside."""

    metrics: tuple[Metric, ...]
    beside: tuple[Metric, ...]
    by: tuple[str, ...]
    where: dict[str, tuple]
    start: date | None
    end: date | None
    names: dict[Measure, str] = field(default_factory=dict)

    @property
    def time(self) -> str:
        """The time dimension it is cut by, the finest where there are several; "" for none."""
        return next((d for d in TIME if d in self.by), "")

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(SOURCES[s] for s in dict.fromkeys(m.source for m in self.names))

    def of(self, source: Source) -> dict[Measure, str]:
        return {m: n for m, n in self.names.items() if m.source == source.name}

    def over(self, start: date | None, end: date | None) -> "Plan":
        return replace(self, start=start, end=end)


def metric_of(code: str) -> Metric:
    """Return the metric. Raises UnknownMetric with the nearest codes."""
    if code not in METRICS:
        near = difflib.get_close_matches(str(code), METRICS, n=3, cutoff=0.4)
        raise UnknownMetric(next_step="" if near else LOOK_UP, metric=code, near="、".join(near))
    return METRICS[code]


def check_dimension(code: str) -> None:
    """Raises UnknownDimension."""
    if code not in DIMENSIONS:
        raise UnknownDimension(dimension=code, possible="、".join(DIMENSIONS))


def _values(dim: str, value: Any) -> tuple:
    values = tuple(value) if isinstance(value, (list, tuple, set, frozenset)) else (value,)
    if DIMENSIONS[dim].kind == "date":
        return tuple(date.fromisoformat(v) if isinstance(v, str) else v for v in values)
    return tuple(v if v is None else str(v) for v in values)


def filters(where: Mapping[str, Any]) -> dict[str, tuple]:
    """Return dimension → tuple of values. Raises UnknownDimension."""
    for dim in where:
        check_dimension(dim)
    return {dim: _values(dim, value) for dim, value in where.items()}


def apart(where: dict[str, tuple], without: Iterable[str]) -> dict[str, tuple]:
    """Leave the accounts of `without` out, unless the question names its accounts itself. Every metric carries them."""
    left_out = Except(str(a) for a in without)
    return where | {"account": left_out} if len(left_out) and "account" not in where else where


def _check(query: Query, by: tuple[str, ...]) -> None:
    if not query.metrics:
        raise UnknownMetric(metric="", near="、".join(list(METRICS)[:3]))
    if query.grain and query.grain not in TIME:
        raise BadOption(option="grain", value=query.grain, possible="、".join(TIME))
    if query.compare not in (None, "previous", "year"):
        raise BadOption(option="compare", value=str(query.compare), possible="previous、year")
    if query.span not in ("", "days", "week", "month"):
        raise BadOption(option="span", value=query.span, possible="days、week、month")
    late = bool(query.start and query.end and query.start > query.end)
    if late or (query.compare and not (query.start and query.end)):
        raise BadPeriod(start=str(query.start), end=str(query.end))
    order = query.order.removeprefix("-")
    if order and order not in (*by, *query.metrics):
        raise BadOption(option="order", value=query.order, possible="、".join((*by, *query.metrics)))


def plan(query: Query) -> Plan:
    """Check a question. Raises UnknownMetric, UnknownDimension, NotCuttable, BadPeriod, BadOption."""
    by = tuple(dict.fromkeys(([query.grain] if query.grain else []) + list(query.by)))
    _check(query, by)
    for dim in by:
        check_dimension(dim)
    where = filters(query.where)
    metrics = tuple(metric_of(code) for code in dict.fromkeys(query.metrics))
    for metric in metrics:
        for dim in (*by, *where):
            if dim not in metric.dimensions:
                possible = "、".join(metric.dimensions)
                raise NotCuttable(metric=metric.code, dimension=dim, possible=possible)
    where = apart(where, query.without)
    codes = dict.fromkeys(c for m in metrics for c in m.beside if c not in query.metrics)
    beside = tuple(METRICS[c] for c in codes)
    shown = tuple(m for m in beside if _fits(m, metrics, by, where))
    return named(Plan(metrics, beside, by, where, query.start, query.end), (*metrics, *shown))


def _fits(beside: Metric, metrics: tuple[Metric, ...], by: tuple[str, ...], where: Mapping[str, tuple]) -> bool:
    """Whether its cells mean the same as those it stands beside: read from the same table, cut the same way."""
    same = any(beside.code in m.beside and beside.table == m.table for m in metrics)
    return same and all(d in beside.dimensions for d in (*by, *where))


def named(given: Plan, metrics: tuple[Metric, ...]) -> Plan:
    """Give every distinct measure of `metrics` a column."""
    measures = dict.fromkeys(m for metric in metrics for m in metric.measures)
    return replace(given, names={m: f"m{i}" for i, m in enumerate(measures)})


def scope(given: Plan, source: Source, handle: Any, last_day: date | None, by: tuple[str, ...] | None = None) -> Scope:
    """What the source is asked for; `by` overrides the plan's dimensions (totals ask without)."""
    columns = dict.fromkeys(c for m in given.of(source) for c in m.columns)
    cut = given.by if by is None else by
    return Scope(handle, given.start, given.end, given.where, cut, tuple(columns), last_day)


def aggregate(given: Plan, source: Source, asked: Scope, only: tuple[Measure, ...] | None = None) -> ir.Table:
    """One SQL: the measures of a source by the scope's dimensions, with the rows behind each cell and its checks.

    Cells are sorted by nothing; there is one row where there is no dimension.
    """
    measures = {m: n for m, n in given.of(source).items() if only is None or m in only}
    quick = _counted(source, asked, measures)
    relation = source.build(replace(asked, rows="counts" if quick else "current"))
    table = relation.table
    values: dict[str, ir.Value] = {}
    for measure, name in measures.items():
        values[name] = measure.counted(table) if quick and measure.counted else measure.value(table)
        if measure.single:
            values[COUNT + name] = table[measure.columns[0]].count()
    for code, check in source.checks.items():
        if (count := check(table, asked)) is not None:
            values[NOTE + code] = count
    values[ROWS + source.name] = number(table) if quick else table.count()
    values = {n: v.cast("int64") if v.type().is_integer() else v for n, v in values.items()}
    if not relation.keys:
        return table.aggregate(**values)
    return table.group_by([c.name(d) for d, c in relation.keys.items()]).aggregate(**values)


def _counted(source: Source, asked: Scope, measures: Iterable[Measure]) -> bool:
    """Whether a table of counts says all that is asked for, and the brand has one."""
    known = all(m.counted for m in measures) and set(asked.needs) <= set(source.counted)
    return bool(source.counted) and known and asked.handle.counts(source.table) is not None


def expressions(metrics: tuple[str, ...], by: tuple[str, ...], handle: Any, **more: Any) -> list[ir.Table]:
    """Return the unbound Ibis expressions of a question, one a source: for other engines and for tests."""
    given = plan(Query(metrics=metrics, by=by, **more))
    return [aggregate(given, s, scope(given, s, handle, given.end)) for s in given.sources]
