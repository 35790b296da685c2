"""Statistics fetched by the interface into the warehouse: every day, the last days once more, gaps closed by itself.

The warehouse keeps one statement a piece and day whoever made it, so a day that is fetched again changes nothing that
is the same. What the files name a piece by holds for the interface too: by its address, else by title and publish day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from hongqiao import warehouse
from hongqiao.delivery.connections import clients
from hongqiao.delivery.models import Connection
from hongqiao.methods.titles import normalise
from hongqiao.platforms import capabilities
from hongqiao.platforms.wechat_oa.api import book, statistics
from hongqiao.warehouse import identity
from hongqiao.warehouse.intake import Origin, take_many
from hongqiao.workspace import keys
from hongqiao.workspace.models import Account


@dataclass(frozen=True)
class Window:
    """What is fetched in one go: articles published in these days, figures from `since` on, up to `last`."""

    published: tuple[date, date]
    since: date
    last: date


def may(row: Connection) -> bool:
    """Return whether this account's statistics come by the interface."""
    if row.state == Connection.State.OFF or row.account.platform not in clients.PLATFORMS:
        return False
    return capabilities.of(row.account.platform, row.kind, "statistics").way == "api"


def platform_today() -> date:
    """Return the platform's day, whatever zone the account is in."""
    return datetime.now(ZoneInfo(book("errors")["zone"])).date()


def window(row: Connection, today: date) -> Window | None:
    """Return what is to be fetched; None where yesterday is here already.

    An article is counted for a life of days, so all that may still move are asked for; days that are here are taken
    once more for a while, since the platform mends them.
    """
    rules, last = book("statistics"), today - timedelta(days=1)
    if row.pulled_until is not None and row.pulled_until >= last:
        return None
    farthest = today - timedelta(days=rules["most_days"])
    start = row.pulled_until or last - timedelta(days=rules["first_days"])
    since = max(farthest, start - timedelta(days=rules["again_days"]) if row.pulled_until else start)
    first = max(farthest, since - timedelta(days=rules["life_days"] - 1))
    return Window((first, last), since, last)


def pull(row: Connection, today: date) -> dict[str, Any]:
    """Fetch what is missing and take it in, all or nothing. Raises the connector's errors; then nothing is taken."""
    wanted = window(row, today)
    if wanted is None:
        return {"pulled": None}
    said = statistics.fetch(clients.wechat(row), wanted.published, (wanted.since, wanted.last))
    _join_twins(row.account)
    articles = statistics.articles(said, _Known(row.account), wanted.since)
    both = zip(statistics.layouts(), (articles, statistics.users(said)), strict=True)
    readings = [(_origin(row, layout), rows) for layout, rows in both if rows]
    receipts = take_many(readings, keys=keys.person_keys(row.brand_id)) if readings else []
    if not said.delayed:
        Connection.objects.filter(pk=row.pk).update(pulled_until=wanted.last)
    clients.remember(row.pk, None)
    counts = [r for r in receipts if not isinstance(r, warehouse.AlreadyTaken)]
    return {
        "pulled": wanted.last.isoformat(),
        "delayed": said.delayed,
        "taken": sum(r.taken for r in counts),
        "unchanged": sum(r.unchanged for r in counts),
        "refused": sum(r.refused for r in counts),
    }


def _origin(row: Connection, layout: str) -> Origin:
    account = row.account
    return Origin(
        brand_id=row.brand_id,
        platform=account.platform,
        account_id=account.pk,
        zone=account.zone,
        captured_at=timezone.now().astimezone(UTC).replace(tzinfo=None),
        file_hash="",
        file_name="api.weixin.qq.com/datacube",
        sheet="",
        layout=layout,
        kind="api",
    )


@dataclass(frozen=True)
class Piece:
    """An article that the warehouse knows. `address`: "mid_idx", "" where its address does not tell them."""

    key: str
    url: str
    address: str
    title: str
    published: datetime | None  # local

    @property
    def by_day(self) -> tuple[str, date] | None:
        return (normalise(self.title), self.published.date()) if self.published and self.title else None

    @property
    def exact(self) -> bool:
        """Whether a file said when, to the minute; the interface knows the day alone."""
        return self.published is not None and self.published.time() != datetime.min.time()


def pieces(account: Account) -> list[Piece]:
    """Return the account's articles that the warehouse knows."""
    handle = warehouse.open(account.brand_id)
    rows = handle.current("contents")
    rows = rows.filter(rows.account == str(account.pk)).select("source_key", "url", "title", "published_at")
    zone = ZoneInfo(account.zone)
    return [
        Piece(
            row["source_key"],
            row["url"] or "",
            statistics.address_id(row["url"] or ""),
            row["title"] or "",
            row["published_at"].replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
            if row["published_at"]
            else None,
        )
        for row in handle.fetch(rows).to_pylist()
    ]


class _Known:
    """Finds an article that files or earlier answers brought."""

    def __init__(self, account: Account):
        known = pieces(account)
        self._by_address = {p.address: p.key for p in known if p.address}
        self._by_day = _only(known)

    def __call__(self, msgid: str, title: str, day: date) -> str | None:
        return self._by_address.get(msgid) or self._by_day.get((normalise(title), day))


def _only(known: Iterable[Piece]) -> dict[tuple[str, date], str]:
    """Return (title, publish day) → key of pieces without an address, where there is one alone: none is guessed."""
    found: dict[tuple[str, date], set[str]] = defaultdict(set)
    for piece in known:
        if piece.by_day and not piece.address:
            found[piece.by_day].add(piece.key)
    return {name: next(iter(held)) for name, held in found.items() if len(held) == 1}


def _join_twins(account: Account) -> None:
    """Make one of a piece that the interface brought first and a file named anew: the file's name stands."""
    twins: dict[Any, list[Piece]] = defaultdict(list)
    for piece in pieces(account):
        if piece.by_day:
            twins[piece.by_day].append(piece)
    for held in twins.values():
        exact = [p for p in held if p.exact]
        ours = [p for p in held if not p.exact]
        same = len({p.address for p in held if p.address}) <= 1
        if len(exact) == 1 and len(ours) == 1 and same:
            identity.merge(account.brand_id, exact[0].key, ours[0].key, "interface", method="address")
