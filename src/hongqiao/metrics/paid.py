"""Paid placements, live sessions and brand indicators: which of their rows count.

An account may export its campaigns, their units and their creatives of one day: three times the same money. Of an
account's day only the coarsest level counts that carries the dimensions asked for.
"""

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from hongqiao.metrics.sources import BASE, Relation, Scope, Source, grouped, keys_of, mixed_money, plain, sliced

#: level → its place from coarse to fine; what is not named counts as the finest.
LEVELS = ("task", "campaign", "unit", "creative", "note")
#: dimension → the coarsest level that states it.
STATED_FROM = {"unit": "unit", "creative": "creative", "content": "creative"}
_PAID = (*BASE, "campaign", "unit", "creative", "goal", "content", "creator", "product")


def one_level(table: ir.Table, scope: Scope, *within: str) -> ir.Table:
    """Keep, within each group, the rows of the coarsest level that carries the scope's dimensions."""
    least = max((LEVELS.index(STATED_FROM[d]) for d in scope.needs if d in STATED_FROM), default=0)
    place = table.level.cases(*[(name, n) for n, name in enumerate(LEVELS)], else_=len(LEVELS))
    ranked = table.mutate(place_=place)
    ranked = ranked.filter(ranked.place_ >= least) if least else ranked
    coarsest = ranked.place_.min().over(ibis.window(group_by=[ranked[c] for c in within]))
    marked = ranked.mutate(coarsest_=coarsest)
    return marked.filter(marked.place_ == marked.coarsest_).drop("place_", "coarsest_")


def _days(table: ir.Table, scope: Scope) -> ir.Table:
    return one_level(sliced(table, scope), scope, "account", "day")


def _newest(table: ir.Table, scope: Scope) -> ir.Table:
    """Of the exports made in the period, the last one of each placement: totals are never added to older totals."""
    found = sliced(table, scope)
    last = found.day.max().over(ibis.window(group_by=[found.account, found.placement_key]))
    marked = found.mutate(last_=last)
    return one_level(marked.filter(marked.day == marked.last_).drop("last_"), scope, "account")


def _kept(name: str, keep: Callable[[ir.Table, Scope], ir.Table]) -> Callable[[Scope], Relation]:
    def build(scope: Scope) -> Relation:
        table = keep(scope.handle.current(name), scope)
        return Relation(table, keys_of(table, scope.by))

    return build


def _closing(scope: Scope) -> Relation:
    """One row an account, indicator and cell: the last value stated."""
    table = sliced(scope.handle.current("brand_daily"), scope)
    each = {"account_": table.account, "indicator_": table.indicator}
    value = table["value"].argmax(table.day, where=table["value"].notnull())
    level = grouped(keys_of(table, scope.by), table, each, value=value)
    return Relation(level, {d: level[d] for d in scope.by})


SOURCES: tuple[Source, ...] = (
    Source(
        "placements",
        "placements_daily",
        "daily",
        _PAID,
        _kept("placements_daily", _days),
        checks={"several_currencies": mixed_money},
        latest=("account", "placement_key", "day"),
        keep=_days,
    ),
    Source(
        "placement_state",
        "placement_snapshots",
        "state",
        _PAID,
        _kept("placement_snapshots", _newest),
        checks={"several_currencies": mixed_money},
        latest=("account", "placement_key", "day"),
        keep=_newest,
    ),
    Source(
        "live",
        "live_sessions",
        "event",
        (*BASE, "host"),
        plain("live_sessions"),
        checks={"several_currencies": mixed_money},
        latest=("account", "session_key"),
    ),
    Source("market", "brand_daily", "daily", (*BASE, "indicator"), _closing, latest=("account", "day", "indicator")),
    Source(
        "creators", "creators", "state", (*BASE, "creator"), plain("creators"), latest=("account", "creator_key", "day")
    ),
)
