"""Where measures are taken: each source turns facts into rows to aggregate, carrying only the columns that were
asked for.

A source builds a `Relation`: the rows and, for each dimension needed, the column to group by. Daily statements,
orders and events
are aggregated as they lie (one GROUP BY, no join); pieces and persons need one level below, in `pieces` and `cohorts`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from hongqiao.metrics.dimensions import DIMENSIONS, TIME


@dataclass(frozen=True)
class Scope:
    """What a source is asked for. `where` is dimension → tuple of values; `columns` are the measures' columns."""

    handle: Any
    start: date | None = None
    end: date | None = None
    where: Mapping[str, tuple] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    last_day: date | None = None  # last day any file of the source's table covers
    rows: Literal["current", "counts", "lists"] = "current"  # the rows themselves, or what was made of them beforehand

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.by, *self.where)))


@dataclass(frozen=True)
class Relation:
    table: ir.Table
    keys: dict[str, ir.Value]


@dataclass(frozen=True)
class Source:
    """`life` says what an absent row means: "daily" and "state": nothing was stated; "event": zero where a file
    covers the day.

    `columns` overrides a dimension's column. `checks`: note code → count of what the note is about, in the same
    GROUP BY.
    A check that does not apply to a scope gives None.
    """

    name: str
    table: str
    life: Literal["daily", "state", "event"]
    dims: tuple[str, ...]
    build: Callable[[Scope], Relation]
    columns: dict[str, str] = field(default_factory=dict)
    checks: dict[str, Callable[[ir.Table, Scope], ir.Value | None]] = field(default_factory=dict)
    channelled: bool = False  # rows with channel '' are the whole; the others are parts that overlap
    cohort: bool = False  # rows are persons, not statements
    latest: tuple[str, ...] = ()  # keys within which only the newest statement of a column counts
    keep: Callable[[ir.Table, Scope], ir.Table] | None = None  # which rows count, where that is more than a filter
    counted: tuple[str, ...] = ()  # the dimensions of its counts and lists


BASE = (*TIME, "platform", "account")


class Except(tuple[Any, ...]):
    """The values of a filter that are left out: all others pass, also what is not stated."""

    def __contains__(self, value: object) -> bool:
        return not super().__contains__(value)


def member(column: ir.Value, values: tuple) -> ir.BooleanValue:
    """Whether `column` is one of `values` (or none of an `Except`); None among them means "not stated"."""
    if isinstance(values, Except):
        return column.notin(list(values)) | column.isnull()
    known = [v for v in values if v is not None]
    test = column.isin(known) if known else ibis.literal(False)
    return test | column.isnull() if None in values else test


def period(table: ir.Table, scope: Scope) -> list[ir.BooleanValue]:
    """Tests that keep the days of the scope."""
    tests = []
    if scope.start:
        tests.append(table.day >= ibis.literal(scope.start))
    if scope.end:
        tests.append(table.day <= ibis.literal(scope.end))
    return tests


def keys_of(table: ir.Table, dims: tuple[str, ...], columns: Mapping[str, str] | None = None) -> dict[str, ir.Value]:
    """Return dimension → column for a table that carries them."""
    return {d: DIMENSIONS[d].of(table, (columns or {}).get(d, "")) for d in dims}


def sliced(
    table: ir.Table, scope: Scope, columns: Mapping[str, str] | None = None, *, channelled: bool = False
) -> ir.Table:
    """Keep the rows of the scope's days and values; of channelled tables the whole, unless a channel is asked for."""
    tests = period(table, scope)
    if channelled and "channel" not in scope.where:
        tests.append(table.channel != "" if "channel" in scope.by else table.channel == "")
    for dim, column in keys_of(table, tuple(scope.where), columns).items():
        tests.append(member(column, scope.where[dim]))
    return table.filter(tests) if tests else table


def grouped(
    keys: Mapping[str, ir.Value], table: ir.Table, extra: Mapping[str, ir.Value], **values: ir.Value
) -> ir.Table:
    """Aggregate one level below: by the dimensions, under their codes, and by `extra` columns."""
    return table.group_by([c.name(n) for n, c in {**keys, **extra}.items()]).aggregate(**values)


def plain(
    name: str, *, columns: Mapping[str, str] | None = None, channelled: bool = False
) -> Callable[[Scope], Relation]:
    """A source whose current rows are aggregated as they lie."""

    def build(scope: Scope) -> Relation:
        table = sliced(getattr(scope.handle, scope.rows)(name), scope, columns, channelled=channelled)
        return Relation(table, keys_of(table, scope.by, columns))

    return build


def _stock(scope: Scope) -> Relation:
    """Followers an account: the last stated total, and the opening that the first stated day implies (total − net)."""
    table = sliced(scope.handle.current("account_daily"), scope, channelled=True)
    net = ibis.coalesce(table.followers_net, table.followers_new - table.followers_lost)
    opening = table.followers_total - net
    level = grouped(
        keys_of(table, scope.by),
        table,
        {"account_": table.account},
        closing=table.followers_total.argmax(table.day, where=table.followers_total.notnull()),
        opening=opening.argmin(table.day, where=opening.notnull()),
        lost=table.followers_lost.sum(),
    )
    return Relation(level, {d: level[d] for d in scope.by})


def _with_order(table: ir.Table, scope: Scope, dims: tuple[str, ...]) -> ir.Table:
    """Bring the order's own columns to rows that carry its key."""
    orders = scope.handle.current("orders")
    side = orders.select(
        order_account=orders.account, order_of=orders.order_key, **{d: DIMENSIONS[d].of(orders) for d in dims}
    )
    joined = table.left_join(side, [table.account == side.order_account, table.order_key == side.order_of])
    return joined.drop("order_account", "order_of")


def _refunds(scope: Scope) -> Relation:
    """Refunds on their own day; what the order carries is joined only where it is asked for."""
    table = scope.handle.current("refunds")
    dims: tuple[str, ...] = tuple(d for d in ("traffic", "creator") if d in scope.needs)
    columns: dict[str, str] = {d: DIMENSIONS[d].column for d in dims}
    if dims:
        table = _with_order(table, scope, dims).rename({DIMENSIONS[d].column: d for d in dims})
    table = sliced(table, scope, columns)
    return Relation(table, keys_of(table, scope.by, columns))


def mixed_money(table: ir.Table, scope: Scope) -> ir.Value:
    return (table.currency.max() != table.currency.min()).ifelse(1, 0)


SIMPLE: tuple[Source, ...] = (
    Source(
        "account_daily",
        "account_daily",
        "daily",
        (*BASE, "channel"),
        plain("account_daily", channelled=True),
        channelled=True,
        latest=("account", "day", "channel"),
    ),
    Source(
        "followers",
        "account_daily",
        "daily",
        BASE,
        _stock,
        channelled=True,
        cohort=True,
        latest=("account", "day", "channel"),
    ),
    Source(
        "orders",
        "orders",
        "event",
        (*BASE, "traffic", "creator", "status"),
        plain("orders"),
        checks={"several_currencies": mixed_money},
        latest=("account", "order_key"),
    ),
    Source(
        "order_lines",
        "order_lines",
        "event",
        (*BASE, "product", "variant"),
        plain("order_lines"),
        checks={"several_currencies": mixed_money},
        latest=("account", "line_key"),
    ),
    Source(
        "refunds",
        "refunds",
        "event",
        (*BASE, "traffic", "creator"),
        _refunds,
        checks={"several_currencies": mixed_money},
    ),
    Source(
        "events",
        "events",
        "event",
        (*BASE, "channel", "event", "content"),
        plain("events", columns={"content": "content"}),
        columns={"content": "content"},
        counted=(*BASE, "channel", "event"),
    ),
)
