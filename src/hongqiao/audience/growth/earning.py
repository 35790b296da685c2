"""Points from facts: purchases, refunds, sign-ups, reviews, invitations of the window; each earns once, by its key."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import Any

import ibis
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.growth import settings
from hongqiao.audience.models import GrowthRun, Points
from hongqiao.knowledge import audiences
from hongqiao.metrics.cohorts import is_paid
from hongqiao.workspace import bulk, figures
from hongqiao.workspace.models import Brand

CHUNK = 5_000


def run(brand: Brand) -> int:
    """Give what is not given yet and take what expired; return how many lines. A glance where no fact is new."""
    book, handle = settings.book(brand), warehouse.open(brand.pk)
    mark, today = settings.digest(book), figures.calendar_day(brand)
    held, _made = GrowthRun.objects.get_or_create(brand=brand)
    if (
        held.facts == handle.version
        and held.rules == mark
        and held.ran_at
        and held.ran_at.date() == timezone.now().date()
    ):
        return 0
    known = set(Points.objects.filter(brand=brand).values_list("key", flat=True).iterator())
    fresh = [row for row in _earned(handle, brand, book, today) if row.key not in known]
    rows = list({row.key: row for row in fresh}.values())
    for start in range(0, len(rows), CHUNK):
        with transaction.atomic():
            bulk.insert(rows[start : start + CHUNK])
    gone = expire(brand, book["rules"]["expire_months"], today)
    GrowthRun.objects.filter(pk=held.pk).update(facts=handle.version, rules=mark, ran_at=timezone.now())
    return len(rows) + gone


def _earned(handle: Any, brand: Brand, book: dict[str, Any], today: date) -> Iterator[Points]:
    rules, first = book["rules"], today - timedelta(days=book["rules"]["window_days"])
    for row in handle.fetch(_facts(handle, book, first)).to_pylist():
        rate = float(rules["purchase"])
        if row["kind"] in ("purchase", "refund"):
            amount = int(abs(row["amount"] or 0) * rate) * (1 if row["kind"] == "purchase" else -1)
        else:
            amount = int(rules[row["kind"]]) if row["nth"] < rules["most_a_day"] else 0
        if amount:
            yield Points(
                brand=brand, subject=row["person"], key=_key(row), kind=row["kind"], amount=amount,
                at=row["ts"].replace(tzinfo=UTC),
            )  # fmt: skip


def _key(row: dict[str, Any]) -> str:
    key = f"{row['kind']}|{row['name']}"
    return key if len(key) <= 200 else f"{row['kind']}|#{hashlib.sha256(key.encode()).hexdigest()}"


def _facts(handle: Any, book: dict[str, Any], first: date) -> Any:
    """Return person, kind, name, ts, amount, and which of their kind that day it is (from 0)."""
    events, orders, refunds = (handle.current(n) for n in ("events", "orders", "refunds"))
    words = {**audiences.tier_words(), **book["events"]}
    named = {"purchase": words["order"], "refund": words["refund"], **book["events"]}
    kind = ibis.cases(*((events.event.isin(list(w)), ibis.literal(k)) for k, w in named.items() if w), else_="")
    paid = orders.filter(orders.person_key.notnull() & is_paid(orders))
    known = orders.filter(orders.order_key.notnull()).select(known=orders.order_key).distinct()
    own = events.filter(events.person_key.notnull()).mutate(kind=kind)
    own = own.left_join(known, [own.order_key == known.known, own.kind.isin(["purchase", "refund"])])
    own = own.filter(own.known.isnull() & (own.kind != ""))
    back = refunds.join(paid.select("account", "order_key", person=paid.person_key), ["account", "order_key"])
    of_order = own.kind.isin(["purchase"]) & own.order_key.notnull()
    name = of_order.ifelse(own.order_key, own.account + ibis.literal("|") + own.event_key)
    rows = ibis.union(
        _row(own, own.person_key, own.kind, name, own.amount),
        _row(paid, paid.person_key, ibis.literal("purchase"), paid.order_key, paid.paid.fill_null(paid.gross)),
        _row(
            back, back.person, ibis.literal("refund"), back.account + ibis.literal("|") + back.refund_key, back.amount
        ),
    )
    rows = rows.filter(rows.day >= ibis.literal(first))
    nth = ibis.row_number().over(ibis.window(group_by=["person", "kind", "day"], order_by=["ts", "name"]))
    return rows.mutate(nth=nth)


def _row(table: Any, person: Any, kind: Any, name: Any, amount: Any) -> Any:
    return table.select(
        person=person, kind=kind.cast("string"), name=name.cast("string"), ts=table.ts, day=table.day,
        amount=amount.cast("float64"),
    )  # fmt: skip


def expire(brand: Brand, months: int, today: date) -> int:
    """Take what is older than so many months and was not spent: the balance above what came in since. Once a month."""
    before = timezone.now() - timedelta(days=round(months * 30.44))
    old = set(Points.objects.filter(brand=brand, at__lt=before, amount__gt=0).values_list("subject", flat=True))
    if not old:
        return 0
    balance: Counter[str] = Counter()
    fresh: Counter[str] = Counter()
    for subject, total in Points.objects.filter(brand=brand).values_list("subject").annotate(n=Sum("amount")):
        balance[subject] = total
    since = Points.objects.filter(brand=brand, at__gte=before, amount__gt=0)
    for subject, total in since.values_list("subject").annotate(n=Sum("amount")):
        fresh[subject] = total
    done = 0
    for subject in sorted(old):
        over = balance[subject] - fresh[subject]
        if over > 0:
            _row_made, made = Points.objects.get_or_create(
                brand=brand, key=f"expired|{subject}|{today:%Y-%m}",
                defaults={"subject": subject, "kind": "expired", "amount": -over, "at": timezone.now()},
            )  # fmt: skip
            done += made
    return done
