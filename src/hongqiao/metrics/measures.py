"""Small makers of measures, so that a definition reads like its sentence."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import ibis
import ibis.expr.types as ir

from hongqiao.metrics.model import Measure, Rows

Pick = str | Callable[[ir.Table], ir.Value]


def _pick(pick: Pick, table: ir.Table) -> ir.Value:
    return table[pick] if isinstance(pick, str) else pick(table)


def _columns(*picks: Pick, columns: tuple[str, ...] = ()) -> tuple[str, ...]:
    return columns or tuple(p for p in picks if isinstance(p, str))


def total(
    source: str, pick: Pick, *, columns: tuple[str, ...] = (), where: Rows | None = None, zero: bool = False
) -> Measure:
    """Sum of a column, or of an expression of a row."""

    def value(t: ir.Table) -> ir.Value:
        return _pick(pick, t).sum(where=where(t) if where else None)

    return Measure(source, value, _columns(pick, columns=columns), zero=zero, rows=where, row=lambda t: _pick(pick, t))


def once(source: str, pick: str) -> Measure:
    """Persons stated without a key: a value where a cell stands on one statement, else nothing."""
    return Measure(source, lambda t: t[pick].max(), (pick,), additive=False, single=True)


def rows(source: str, *, columns: tuple[str, ...], where: Rows | None = None) -> Measure:
    """Number of rows; 0 where a file covers the slice and has none."""

    def value(t: ir.Table) -> ir.Value:
        return where(t).ifelse(1, 0).sum() if where else t.count()

    def counted(t: ir.Table) -> ir.Value:
        return where(t).ifelse(t.times, 0).sum() if where else number(t)

    return Measure(source, value, columns, zero=True, rows=where, counted=counted)


def number(counted: ir.Table) -> ir.Value:
    """How many rows a table of counts stands for."""
    return ibis.coalesce(counted.times.sum(), 0)


def persons(source: str, pick: str, *, where: Rows | None = None) -> Measure:
    """Distinct keyed persons; the total is counted again, never summed."""

    def value(t: ir.Table) -> ir.Value:
        return t[pick].nunique(where=where(t) if where else None)

    return Measure(source, value, (pick,), additive=False, zero=True, rows=where, listed=True)


def paired(source: str, top: Pick, bottom: Pick, *, columns: tuple[str, ...] = ()) -> tuple[Measure, Measure]:
    """Numerator and denominator of a ratio of sums over the rows that state both: a missing half must not bend
    the ratio.
    """

    def both(t: ir.Table) -> ir.BooleanValue:
        return _pick(top, t).notnull() & _pick(bottom, t).notnull()

    over = _columns(top, bottom, columns=columns)
    return (
        Measure(source, lambda t: _pick(top, t).sum(where=both(t)), over),
        Measure(source, lambda t: _pick(bottom, t).sum(where=both(t)), over),
    )


def weighted(
    source: str, rate: str, weight: Pick, *, columns: tuple[str, ...] = (), where: Rows | None = None
) -> tuple[Measure, Measure]:
    """A rate that the platform states row by row, averaged by `weight` over the rows that state both."""

    def both(t: ir.Table) -> ir.BooleanValue:
        known = t[rate].notnull() & _pick(weight, t).notnull()
        return known & where(t) if where else known

    over = (rate, *_columns(weight, columns=columns))
    top = Measure(source, lambda t: (t[rate] * _pick(weight, t)).sum(where=both(t)), over, rows=where)
    return top, Measure(source, lambda t: _pick(weight, t).sum(where=both(t)), over, rows=where)


def over_rows_of(measure: Measure, all_of: Sequence[Measure]) -> Measure:
    """The same sum over the rows that state every one of `all_of`: a missing half must not bend the whole."""
    row, where = measure.row, measure.rows
    assert row is not None  # noqa: S101 (only sums of rows are asked for)

    def value(t: ir.Table) -> ir.Value:
        said = ibis.and_(*[m.row(t).notnull() for m in all_of if m.row])
        return row(t).sum(where=said & where(t) if where else said)

    columns = tuple(dict.fromkeys(c for m in all_of for c in m.columns))
    return replace(measure, value=value, columns=columns)
