"""Persons: what needs one row a person before it can be counted. Only persons with a key take part, and nobody
is guessed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from hongqiao.metrics.dimensions import DIMENSIONS, TIME
from hongqiao.metrics.settings import data
from hongqiao.metrics.sources import BASE, Relation, Scope, Source, grouped, keys_of, sliced

RETENTION_DAYS = (1, 7, 30)
REPURCHASE_DAYS = (30, 90)
PAID = ("paid", "shipped", "finished")


def is_paid(table: ir.Table) -> ir.BooleanValue:
    """An order with a paid amount, a payment time, or a state that comes after payment."""
    return (table.paid > 0).fill_null(False) | table.paid_at.notnull() | table.status.isin(PAID).fill_null(False)


def _paid_orders(scope: Scope) -> ir.Table:
    orders = scope.handle.current("orders")
    return orders.filter(orders.person_key.notnull() & is_paid(orders))


def _purchases(scope: Scope) -> ir.Table:
    """Every purchase of an identified person, from orders and from purchase events: buyer, bought_at, bought_day."""
    orders, events = _paid_orders(scope), scope.handle.current("events")
    events = events.filter((events.event == "purchase") & events.person_key.notnull())
    of_orders = orders.select(buyer=orders.person_key, bought_at=orders.ts, bought_day=orders.day)
    return of_orders.union(events.select(buyer=events.person_key, bought_at=events.ts, bought_day=events.day))


def _purchase_events(scope: Scope) -> ir.Table:
    """Purchases of identified persons as our own events state them, in the columns of paid orders."""
    events = scope.handle.current("events")
    events = events.filter((events.event == "purchase") & events.person_key.notnull())
    return events.mutate(order_key=events.event_key, paid=events.amount)


def buyers(bought: Callable[[Scope], ir.Table]) -> Callable[[Scope], Relation]:
    """One row a buyer and cell: `orders` paid in the period, and what was paid."""

    def build(scope: Scope) -> Relation:
        table = sliced(bought(scope), scope)
        person = {"person": table.person_key}
        level = grouped(keys_of(table, scope.by), table, person, orders=table.count(), spent=table.paid.sum())
        return Relation(level, {d: level[d] for d in scope.by})

    return build


def repurchases(bought: Callable[[Scope], ir.Table]) -> Callable[[Scope], Relation]:
    """One row a buyer and cell: the first purchase of the period, and whether another came within 30 and 90 days."""
    return lambda scope: _again(bought(scope), scope)


def _again(everything: ir.Table, scope: Scope) -> Relation:
    table = sliced(everything, scope)
    first = grouped(
        keys_of(table, scope.by),
        table,
        {"person": table.person_key},
        first_at=table.ts.min(),
        first_day=table.day.min(),
        first_order=(table.account + "|" + table.order_key).argmin(table.ts),
    )
    later = everything.select(
        buyer=everything.person_key, again_at=everything.ts, again=everything.account + "|" + everything.order_key
    )
    longest = ibis.interval(days=max(REPURCHASE_DAYS))
    joined = first.left_join(
        later,
        [
            first.person == later.buyer,
            later.again_at >= first.first_at,
            later.again_at <= first.first_at + longest,
            later.again != first.first_order,
        ],
    )
    keys = {d: joined[d] for d in scope.by}
    within = {
        f"again_{n}": (joined.again_at <= joined.first_at + ibis.interval(days=n)).fill_null(False).ifelse(1, 0).max()
        for n in REPURCHASE_DAYS
    }
    level = grouped(keys, joined, {"person": joined.person}, first_day=joined.first_day.min(), **within)
    return Relation(level, {d: level[d] for d in scope.by})


def _converted(kind: str, days: int | None) -> Callable[[Scope], Relation]:
    """One row a person and cell: first event of `kind` in the period, and whether a purchase followed.

    Within `days` of it (the purchase may lie after the period), or to the period's end where `days` is None.
    """

    def build(scope: Scope) -> Relation:
        events = scope.handle.current("events")
        table = sliced(events.filter((events.event == kind) & events.person_key.notnull()), scope)
        first = grouped(
            keys_of(table, scope.by),
            table,
            {"person": table.person_key},
            first_at=table.ts.min(),
            first_day=table.day.min(),
        )
        bought = _purchases(scope)
        tests = [first.person == bought.buyer, bought.bought_at >= first.first_at]
        if days is not None:
            tests.append(bought.bought_at <= first.first_at + ibis.interval(days=days))
        elif scope.end:
            tests.append(bought.bought_day <= ibis.literal(scope.end))
        joined = first.left_join(bought, tests)
        level = grouped(
            {d: joined[d] for d in scope.by},
            joined,
            {"person": joined.person},
            first_day=joined.first_day.min(),
            bought=joined.buyer.notnull().ifelse(1, 0).max(),
        )
        return Relation(level, {d: level[d] for d in scope.by})

    return build


def _active(scope: Scope) -> ir.Table:
    events = scope.handle.current("events")
    return events.filter(events.person_key.notnull() & events.event.notin(data("windows")["inactive_events"]))


def _first_seen(scope: Scope) -> ir.Table:
    """One row a person ever seen: person, day, and where the first event happened if that is asked for."""
    events = _active(scope)
    places = tuple(d for d in scope.needs if d not in TIME)
    if not places:
        return events.group_by(person=events.person_key).aggregate(day=events.day.min())
    # Total order (time, then key), or two runs could put a person in two channels.
    order = ibis.window(group_by=events.person_key, order_by=[events.ts, events.event_key])
    ranked = events.mutate(nth=ibis.row_number().over(order))
    first = ranked.filter(ranked.nth == 0)
    return first.select(person=first.person_key, day=first.day, **{d: first[DIMENSIONS[d].column] for d in places})


def newcomers(scope: Scope) -> Relation:
    """One row a person first seen in the period; `on_<n>`: active again exactly n days later; null while that
    day has not come.
    """
    first = _first_seen(scope)
    codes = {d: d for d in scope.needs if d not in TIME}
    first = sliced(first, scope, codes)
    wanted = [n for n in RETENTION_DAYS if f"on_{n}" in scope.columns]
    if not wanted:
        return Relation(first, keys_of(first, scope.by, codes))
    events = _active(scope)
    active = events.select(who=events.person_key, on=events.day).distinct()
    joined = first.left_join(active, [first.person == active.who, active.on > first.day])
    after = joined.on.delta(joined.day, unit="day")
    came = {f"on_{n}": (after == n).fill_null(False).ifelse(1, 0).max() for n in wanted}
    keep = {"person": joined.person, "day": joined.day, **{d: joined[d] for d in codes}}
    level = grouped({}, joined, keep, **came)
    if scope.last_day:
        over = {n: level.day <= ibis.literal(scope.last_day - timedelta(days=n)) for n in wanted}
        level = level.mutate(**{f"on_{n}": ibis.ifelse(over[n], level[f"on_{n}"], ibis.null()) for n in wanted})
    return Relation(level, keys_of(level, scope.by, codes))


def _repurchase_open(table: ir.Table, scope: Scope) -> ir.Value | None:
    asked = [n for n in REPURCHASE_DAYS if f"again_{n}" in scope.columns]
    return _open(max(asked or REPURCHASE_DAYS))(table, scope)


def _open(days: int) -> Callable[[ir.Table, Scope], ir.Value | None]:
    def count(table: ir.Table, scope: Scope) -> ir.Value | None:
        if scope.last_day is None:
            return None
        return (table.first_day > ibis.literal(scope.last_day - timedelta(days=days))).ifelse(1, 0).sum()

    return count


_FOLLOW_DAYS = data("windows")["follow_purchase_days"]

_OF_ORDERS = (*BASE, "traffic", "creator", "status")
_OF_EVENTS = (*BASE, "channel")
_WINDOW: dict[str, Callable[[ir.Table, Scope], Any]] = {"window_open": _repurchase_open}

SOURCES: tuple[Source, ...] = (
    Source("buyers", "orders", "event", _OF_ORDERS, buyers(_paid_orders), cohort=True),
    Source("repurchases", "orders", "event", _OF_ORDERS, repurchases(_paid_orders), checks=_WINDOW, cohort=True),
    Source("event_buyers", "events", "event", _OF_EVENTS, buyers(_purchase_events), cohort=True),
    Source("event_again", "events", "event", _OF_EVENTS, repurchases(_purchase_events), checks=_WINDOW, cohort=True),
    Source(
        "follow_cohort",
        "events",
        "event",
        (*BASE, "channel"),
        _converted("follow", _FOLLOW_DAYS),
        checks={"window_open": _open(_FOLLOW_DAYS)},
        cohort=True,
    ),
    Source("visit_cohort", "events", "event", (*BASE, "channel"), _converted("visit", None), cohort=True),
    Source("newcomers", "events", "event", (*BASE, "channel"), newcomers, cohort=True),
)
