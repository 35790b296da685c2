"""What the rules read, asked of the facts: one row a person, for the end of a day.

The portable form of `methods.tiers.asking` over the warehouse's tables; a test holds the two equal. Purchases are paid
orders and own purchase events; one that is both counts once. A refund takes its money off; who gave everything back
has not bought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Q

from hongqiao.audience.models import Person
from hongqiao.methods.tiers import Facts, Rules
from hongqiao.methods.tiers.asking import KINDS, NO_ACTION
from hongqiao.metrics.cohorts import is_paid

Words = Mapping[str, Sequence[str]]
NEVER = np.inf
FEW = 2_000  # so many persons are asked for by name; of more, the names are a table of their own
#: sums of a day
SUMS = ("acts", "ordered", "refunds", "brought", "net")


@dataclass(frozen=True)
class People:
    """Persons of a day: `keys` as facts carry them, `facts` in the same order, and what is shown beside."""

    day: date
    keys: pa.Array
    facts: Facts
    every: Any  # mean days between purchases, nan below two
    channel: pa.Array  # where they were first seen; null where nobody said
    orders: Any  # ever
    spent: Any  # yuan, net of refunds, ever
    followed: Any  # whether they ever followed

    def __len__(self) -> int:
        return len(self.facts)


def told(handle: Any, words: Words) -> ir.Table:
    """Return person, ts, day, kind, amount, channel of all that identified persons did: events, orders, refunds."""
    events, orders, refunds = (handle.current(name) for name in ("events", "orders", "refunds"))
    paid = orders.filter(orders.person_key.notnull() & is_paid(orders))
    known = orders.filter(orders.order_key.notnull()).select(known=orders.order_key).distinct()
    kind = _kind(events, words)
    own = events.filter(events.person_key.notnull()).mutate(kind=kind)
    own = own.left_join(known, [own.order_key == known.known, own.kind.isin(["order", "refund"])])
    own = own.filter(own.known.isnull())
    back = refunds.join(paid.select("account", "order_key", person=paid.person_key), ["account", "order_key"])
    rows = (
        _row(own, own.person_key, own.kind, own.amount, own.channel),
        _row(paid, paid.person_key, ibis.literal("order"), paid.paid.fill_null(paid.gross), ibis.null("string")),
        _row(back, back.person, ibis.literal("refund"), back.amount, ibis.null("string")),
    )
    return ibis.union(*rows)


def _row(table: ir.Table, person: Any, kind: Any, amount: Any, channel: Any) -> ir.Table:
    return table.select(
        person=person, ts=table.ts, day=table.day, kind=kind.cast("string"), amount=amount.cast("float64"),
        channel=channel,
    )  # fmt: skip


def _kind(events: ir.Table, words: Words) -> Any:
    branches = [(events.event.isin(list(words[k])), ibis.literal(k)) for k in KINDS if words.get(k)]
    return ibis.cases(*branches, else_="action") if branches else ibis.literal("action")


def people(
    handle: Any, day: date, rules: Rules, words: Words, *, keys: Sequence[str] | None = None,
    until: datetime | None = None,
) -> People:  # fmt: skip
    """Return everybody (or those of `keys`) of whom anything is known up to the end of the day (or `until` a moment of
    it), but for those of whom no profile may be made."""
    rows = told(handle, words)
    if quiet := unprofiled(handle.brand_id):
        rows = rows.filter(~rows.person.isin(quiet))
    rows = rows.filter(rows.day <= ibis.literal(day))
    if until is not None:
        moment = ibis.literal(until.astimezone(UTC).replace(tzinfo=None))
        rows = rows.filter(rows.ts.isnull() | (rows.ts <= moment))
    if keys is not None:
        rows = _only(rows, keys)
    return _of(day, handle.fetch(_summed(rows, day, rules)))


def _only(rows: ir.Table, keys: Sequence[str]) -> ir.Table:
    if len(keys) <= FEW:
        return rows.filter(rows.person.isin(list(keys)))
    asked = ibis.memtable(pa.table({"asked": pa.array(keys, pa.string())}))
    return rows.semi_join(asked, rows.person == asked.asked)


def unprofiled(brand_id: UUID) -> list[str]:
    """Return who refused automated decisions, or is a child: they are placed nowhere."""
    found = Person.objects.filter(Q(minor=True) | Q(no_profile=True), brand_id=brand_id, into=None)
    return sorted(found.values_list("key", flat=True))


@dataclass(frozen=True)
class Summed:
    """What was summed up of each person: moments (-inf: never), days since (inf: never), counts and yuan."""

    followed: Any
    gone: Any
    acted: Any
    first: Any
    last: Any
    ever: Any
    refunds: Any
    net: Any
    actions: Any
    orders: Any
    brought: Any
    f: Any
    m: Any


def _marked(rows: ir.Table) -> tuple[ir.Table, Any, Any, Any, Any]:
    """Return the rows, and of each whether it is a key action, an order, a refund; and its money."""
    back = (rows.kind == "order") & (rows.amount < 0).fill_null(False)
    rows = rows.mutate(kind=back.ifelse("refund", rows.kind))
    acts, order, refund = ~rows.kind.isin(list(NO_ACTION)), rows.kind == "order", rows.kind == "refund"
    return rows, acts, order, refund, ibis.cases((order, rows.amount), (refund, -rows.amount.abs()), else_=0.0)


def _summed(rows: ir.Table, day: date, rules: Rules) -> ir.Table:
    rows, acts, order, refund, money = _marked(rows)
    fresh, lately, counted = (
        rows.day >= ibis.literal(day - timedelta(days=int(n)))
        for n in (rules.active_days, rules.loyal_window, rules.rfm_window)
    )
    return rows.group_by("person").agg(
        followed=rows.ts.max(where=rows.kind == "follow"),
        gone=rows.ts.max(where=rows.kind == "leave"),
        acted=rows.day.max(where=acts),
        first=rows.day.min(where=order),
        last=rows.day.max(where=order),
        ever=order.sum(),
        refunds=refund.sum(),
        net=money.sum(),
        actions=(fresh & acts).sum(),
        orders=(order & lately).sum(),
        brought=((rows.kind == "brought") & lately).sum(),
        f=(order & counted).sum(),
        m=counted.ifelse(money, 0.0).sum(),
        channel=rows.channel.argmin(rows.ts, where=rows.channel.notnull()),
    )


def by_day(handle: Any, words: Words) -> ir.Table:
    """Return what everybody (of whom a profile may be made) did, a row a person and day: SUMS, the latest follow and
    leave, the first channel and when it was named."""
    rows = told(handle, words)
    if quiet := unprofiled(handle.brand_id):
        rows = rows.filter(~rows.person.isin(quiet))
    rows, acts, order, refund, money = _marked(rows)
    named = rows.channel.notnull()
    return rows.group_by(["person", "day"]).agg(
        acts=acts.sum(),
        ordered=order.sum(),
        refunds=refund.sum(),
        brought=(rows.kind == "brought").sum(),
        net=money.sum(),
        followed=rows.ts.max(where=rows.kind == "follow"),
        gone=rows.ts.max(where=rows.kind == "leave"),
        channel=rows.channel.argmin(rows.ts, where=named),
        named_at=rows.ts.min(where=named),
    )


def _of(day: date, found: pa.Table) -> People:
    moments = {name: moment(found[name]) for name in ("followed", "gone")}
    since = {name: _since(found, name, day) for name in ("acted", "first", "last")}
    numbers = {n: _number(found, n) for n in ("ever", "refunds", "net", "actions", "orders", "brought", "f", "m")}
    keys, channel = (found[name].combine_chunks() for name in ("person", "channel"))
    return placed(day, keys, Summed(**moments, **since, **numbers), channel)


def placed(day: date, keys: pa.Array, told: Summed, channel: pa.Array) -> People:
    """Return the persons of a day by what was summed up of them."""
    first, last, ever = told.first, told.last, told.ever
    bought = (ever > 0) & ((told.refunds == 0) | (told.net > 0.005))
    with np.errstate(invalid="ignore", divide="ignore"):
        every = np.where((ever > 1) & (first > last), (first - last) / (ever - 1), np.nan)
    followed = told.followed > -NEVER
    facts = Facts(
        follows=followed & (told.gone < told.followed), bought=bought, since_first=first, since_order=last,
        since_action=told.acted, actions=told.actions, orders=told.orders, brought=told.brought, r=last, f=told.f,
        m=told.m,
    )  # fmt: skip
    return People(day, keys, facts, every, channel, ever, told.net, followed)


def _number(found: pa.Table, name: str) -> Any:
    return pc.fill_null(found[name].cast(pa.float64()), 0.0).combine_chunks().to_numpy(zero_copy_only=False)


def _since(found: pa.Table, name: str, day: date) -> Any:
    """Days from a column's day to this one, inf where it has none."""
    days = pc.fill_null(found[name].cast(pa.int32()), -(10**9)).combine_chunks().to_numpy(zero_copy_only=False)
    since = (day - date(1970, 1, 1)).days - days.astype(np.float64)
    return np.where(days < -(10**8), NEVER, since)


def moment(column: pa.ChunkedArray) -> Any:
    """Moments in microseconds, -inf where there is none."""
    since = column.cast(pa.timestamp("us")).cast(pa.int64()).cast(pa.float64())
    return pc.fill_null(since, -NEVER).combine_chunks().to_numpy(zero_copy_only=False)
