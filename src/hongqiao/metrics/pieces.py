"""Pieces: values as of the latest capture, increments between two captures, and what is stated a piece and day.

A list export holds totals since publication. Two captures of a piece give the increment of their interval,
which belongs to the
day of the later capture and is never spread over days; a fall stays as a correction; the first capture gives none.
"""

import ibis
import ibis.expr.types as ir

from hongqiao.metrics.sources import BASE, Relation, Scope, Source, keys_of, member, period, plain

_OF_CONTENT = ("form",)


def _listed(scope: Scope, *, published: bool) -> ir.Table:
    """Current contents that pass the filters a piece carries; with `published` only those published in the period."""
    table = scope.handle.current("contents")
    tests = [table.published_at.notnull(), *period(table, scope)] if published else []
    for dim, column in keys_of(table, tuple(d for d in scope.where if published or d in _OF_CONTENT)).items():
        tests.append(member(column, scope.where[dim]))
    return table.filter(tests) if tests else table


def published(scope: Scope) -> Relation:
    """One row a piece, on the day it was published."""
    table = _listed(scope, published=True)
    return Relation(table, keys_of(table, scope.by))


def latest(scope: Scope) -> Relation:
    """One row a piece published in the period, each column as its latest capture states it."""
    snaps = scope.handle.current("content_snapshots")
    last = snaps.group_by(account_of=snaps.account, piece_of=snaps.source_key).aggregate(
        **{c: snaps[c].argmax(snaps.day, where=snaps[c].notnull()) for c in scope.columns if c in snaps.columns}
    )
    pieces = _listed(scope, published=True).select("platform", "account", "source_key", "form", "day")
    table = pieces.inner_join(last, [pieces.account == last.account_of, pieces.source_key == last.piece_of])
    return Relation(table, keys_of(table, scope.by))


def _before(snaps: ir.Table, column: str) -> ir.Value:
    """Day and value of the previous capture that states `column`: a running maximum, for no engine-neutral form
    skips nulls.
    """
    value = snaps[column]
    window = ibis.window(group_by=[snaps.account, snaps.source_key], order_by=snaps.day, preceding=(None, 1))
    stated = ibis.ifelse(value.notnull(), ibis.struct({"day": snaps.day, "value": value}), ibis.null())
    return stated.max().over(window)


def increments(scope: Scope) -> Relation:
    """One row a capture; `inc_<column>` is what was added since the capture before, on the later capture's day."""
    snaps = scope.handle.current("content_snapshots")
    columns = tuple(c for c in scope.columns if c in snaps.columns)
    table = snaps.mutate(**{f"before_{c}": _before(snaps, c) for c in columns})
    table = table.mutate(
        **{f"inc_{c}": table[c] - table[f"before_{c}"]["value"] for c in columns},
        since=ibis.least(*[table[f"before_{c}"]["day"] for c in columns]),
        fall=ibis.or_(*[(table[c] < table[f"before_{c}"]["value"]).fill_null(False) for c in columns]),
    )
    if any(d in _OF_CONTENT for d in scope.needs):
        side = _listed(scope, published=False)
        side = side.select(account_of=side.account, piece_of=side.source_key, form=side.form)
        join = table.inner_join if any(d in scope.where for d in _OF_CONTENT) else table.left_join
        table = join(side, [table.account == side.account_of, table.source_key == side.piece_of])
    tests = period(table, scope)
    for dim, column in keys_of(table, tuple(d for d in scope.where if d not in _OF_CONTENT)).items():
        tests.append(member(column, scope.where[dim]))
    table = table.filter(tests) if tests else table
    return Relation(table, keys_of(table, scope.by))


def _falls(table: ir.Table, scope: Scope) -> ir.Value:
    return table.fall.ifelse(1, 0).sum()


def _crossing(table: ir.Table, scope: Scope) -> ir.Value | None:
    if scope.start is None:
        return None
    return (table.since < ibis.literal(scope.start)).ifelse(1, 0).sum()


SOURCES: tuple[Source, ...] = (
    Source("contents", "contents", "event", (*BASE, "form", "content"), published, latest=("account", "source_key")),
    Source(
        "pieces", "content_snapshots", "state", (*BASE, "form", "content"), latest, latest=("account", "source_key")
    ),
    Source(
        "increments",
        "content_snapshots",
        "state",
        (*BASE, "form", "content"),
        increments,
        checks={"corrections": _falls, "interval_crosses_start": _crossing},
        latest=("account", "source_key", "day"),
    ),
    Source(
        "content_daily",
        "content_daily",
        "daily",
        (*BASE, "channel", "content"),
        plain("content_daily", channelled=True),
        channelled=True,
        latest=("account", "source_key", "day", "channel"),
    ),
)
