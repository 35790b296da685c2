"""What identified persons bought and did, from orders and own events together: for whoever counts persons.

A purchase is a paid order or an own `purchase` event; one that is both counts once. Refunds are not taken off.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from hongqiao.metrics.cohorts import is_paid

PURCHASE = "purchase"


def purchases(handle: Any) -> ir.Table:
    """Return person_key, event, ts, day, amount of every purchase of an identified person, unbound."""
    orders, events = handle.current("orders"), handle.current("events")
    paid = orders.filter(orders.person_key.notnull() & is_paid(orders))
    known = orders.filter(orders.order_key.notnull()).select(known=orders.order_key).distinct()
    own = events.filter((events.event == PURCHASE) & events.person_key.notnull())
    own = own.left_join(known, own.order_key == known.known)
    return _rows(own.filter(own.known.isnull())).union(
        paid.select(
            person_key=paid.person_key, event=ibis.literal(PURCHASE), ts=paid.ts, day=paid.day,
            amount=paid.paid.fill_null(paid.gross),
        )
    )  # fmt: skip


def deeds(handle: Any) -> ir.Table:
    """Return the same of all that identified persons did: purchases and every other own event, unbound."""
    events = handle.current("events")
    return _rows(events.filter((events.event != PURCHASE) & events.person_key.notnull())).union(purchases(handle))


def _rows(events: ir.Table) -> ir.Table:
    return events.select("person_key", "event", "ts", "day", "amount")
