"""What many ask for, offered as a need: the same kind of wish for the same product, and words alike. U3.

Nothing is guessed past that: a person looks at the words and makes it one. Persons are counted by their key; of
whom we cannot tell who they are, each thread counts as one, and how many those are is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.feedback import kinds, settings
from hongqiao.audience.inbox.texts import texts_of
from hongqiao.audience.models import Asked, Need, Thread, Ticket
from hongqiao.methods import similarity
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand, Member


@dataclass(frozen=True)
class Group:
    """Threads that seem to ask for the same thing. persons: how many different ones asked."""

    kind: str
    product: str
    threads: tuple[Thread, ...]
    persons: int

    @property
    def key(self) -> str:
        return f"{self.kind}|{self.product}"


@dataclass(frozen=True)
class Size:
    """How many asked. persons: different ones, of whom `unknown` cannot be told apart and count one each; of: all who
    gave any feedback in the same days; days: since the first of them asked, at most the window."""

    persons: int
    unknown: int
    of: int
    days: int

    @property
    def share(self) -> float | None:
        return self.persons / self.of if self.of else None


@dataclass(frozen=True)
class Stake:
    """Orders of those who asked. known: persons with a key; buyers: of them with orders; paid: their payments within
    `days`, refunds not taken off; None where none of them is in the orders."""

    known: int
    buyers: int
    paid: Decimal | None
    days: int


def persons(rows: Iterable[tuple[str, Any]]) -> tuple[int, int]:
    """Return (different persons, of them unknown) of (subject, key of its row)."""
    known, unknown = set(), 0
    for subject, _key in rows:
        if subject:
            known.add(subject)
        else:
            unknown += 1
    return len(known) + unknown, unknown


def offered(member: Member) -> list[Group]:
    """Return what is asked for often and is no need yet, the most asked for first."""
    brand = member.brand
    book = settings.needs(brand)
    rows = Thread.objects.for_member(member, settings.SEE).filter(
        kind__startswith="suggest.", last_at__gte=timezone.now() - timedelta(days=book["days"])
    )
    rows = rows.exclude(pk__in=Asked.objects.filter(brand=brand, thread__isnull=False).values("thread"))
    by: dict[tuple[str, str], list[Thread]] = defaultdict(list)
    for row in rows.order_by("-last_at")[: book["window"]]:
        by[row.kind, row.product].append(row)
    found = [
        Group(kind, product, tuple(some), persons((t.subject, t.pk) for t in some)[0])
        for (kind, product), some in by.items()
    ]
    found = [g for g in found if g.persons >= book["least"]]
    return sorted(found, key=lambda g: (-g.persons, g.key))[: book["offered"]]


def alike(need: Need) -> list[Thread]:
    """Return threads that seem to ask for a need and do not stand with it: its kind and product, or words alike."""
    book = settings.needs(need.brand)
    asked = list(need.asked.values_list("thread_id", "said"))
    have = {t for t, _said in asked if t}
    since = timezone.now() - timedelta(days=book["days"])
    rows = Thread.objects.filter(brand=need.brand_id, last_at__gte=since).exclude(kind="")
    rows = rows.exclude(pk__in=have).exclude(kind__startswith="praise.")
    texts = [said for _t, said in asked if said]
    found, seen = [], list(rows.order_by("-last_at")[: book["window"]])
    words = texts_of(seen)
    for row in seen:
        same = row.kind == need.kind and (not need.product or row.product == need.product) and bool(need.kind)
        if same or similarity.nearest(words[row.pk], texts, book["alike"]):
            found.append(row)
    return found[:50]


def size(need: Need) -> Size:
    """Return how many asked for a need, of all who gave feedback in the same days."""
    rows = list(need.asked.values_list("subject", "pk", "at"))
    n, unknown = persons((s, k) for s, k, _at in rows)
    days = settings.needs(need.brand)["days"]
    now = timezone.now()
    since = min([at for _s, _k, at in rows], default=now)
    since = max(since, now - timedelta(days=days))
    said = Thread.objects.filter(brand=need.brand_id, last_at__gte=since).exclude(kind="")
    of, _unknown = persons(said.values_list("subject", "pk"))
    return Size(n, unknown, max(of, n), max(1, (now - since).days))


def stake(need: Need) -> Stake:
    """Return what those who asked paid: only who is identified in the orders counts, the rest is said unknown."""
    days = settings.needs(need.brand)["revenue_days"]
    keys = sorted(set(need.asked.exclude(subject="").values_list("subject", flat=True)))
    if not keys:
        return Stake(0, 0, None, days)
    handle = warehouse.open(need.brand_id)
    if "orders" not in handle.tables():
        return Stake(len(keys), 0, None, days)
    table = handle.current("orders")
    since = figures.today_of(need.brand) - timedelta(days=days)
    mine = table.filter(table.person_key.isin(keys), table.day >= since, table.paid.notnull())
    row = handle.fetch(mine.aggregate(buyers=mine.person_key.nunique(), paid=mine.paid.sum())).to_pylist()[0]
    buyers = int(row["buyers"] or 0)
    return Stake(len(keys), buyers, row["paid"] if buyers else None, days)


def title_of(group: Group) -> str:
    """Return a first title for a need: product and kind of wish."""
    wish = kinds.label(group.kind).rpartition(" · ")[2]
    return f"{group.product} · {wish}" if group.product else wish


def found(member: Member, asked: dict[str, str]) -> Any:
    """Return the needs that filters leave, the newest first."""
    rows = Need.objects.for_member(member, settings.SEE).select_related("owner__user", "brand")
    if q := asked.get("q", ""):
        rows = rows.filter(Q(title__icontains=q) | Q(text__icontains=q) | Q(product__icontains=q))
    if (state := asked.get("state", "")) in Need.State.values:
        rows = rows.filter(state=state)
    return rows.order_by("-number")


def tickets_of(need: Need) -> Any:
    return Ticket.objects.filter(asked__need=need).order_by("-number")


def progress(need: Need) -> dict[str, int]:
    """Return how many of those who asked were told, wait for it, cannot be reached; and how many there are."""
    counts = dict.fromkeys(Asked.State.values, 0)
    for state in need.asked.values_list("state", flat=True):
        counts[state] += 1
    return {**counts, "all": sum(counts.values())}


def sizes(brand: Brand, needs: Iterable[Need]) -> dict[Any, int]:
    """Return how many different persons asked for each need: one question for a page of them."""
    by: dict[Any, list[tuple[str, Any]]] = defaultdict(list)
    rows = Asked.objects.filter(brand=brand, need__in=[n.pk for n in needs])
    for need, subject, key in rows.values_list("need_id", "subject", "pk"):
        by[need].append((subject, key))
    return {need: persons(some)[0] for need, some in by.items()}
