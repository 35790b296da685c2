"""Which articles of an account may have comments: those published from here, those the platform lists, those that the
warehouse knows by their address (what was sent to all by hand).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from hongqiao.delivery.connections import statistics
from hongqiao.delivery.limits import limits
from hongqiao.delivery.models import Connection, Publication, Thread
from hongqiao.delivery.publishing.states import LIVE
from hongqiao.platforms.wechat_oa.api import WeChat
from hongqiao.platforms.wechat_oa.api.comments import moment
from hongqiao.platforms.wechat_oa.api.statistics import address_id
from hongqiao.workspace.models import Account


@dataclass(frozen=True)
class Found:
    """An article: the two parts of its name, what it is called, where it is, since when."""

    data_id: str
    idx: int
    title: str
    address: str
    at: datetime


def refresh(row: Connection, wechat: WeChat, now: datetime) -> bool:
    """Take in what was published since, and leave out what is too old; return whether the platform was asked.

    The platform and the warehouse are asked every `list_minutes` only. Raises the connector's errors.
    """
    rules = limits()["comments"]
    since, found = now - timedelta(days=rules["days"]), list(_ours(row.account))
    stale = row.listed_at is None or row.listed_at <= now - timedelta(minutes=rules["list_minutes"])
    if stale:
        found += [*_listed(wechat, rules["listed"]), *_stored(row.account)]
    _keep(row.account, [one for one in found if one.at >= since], now)
    if stale:
        Thread.objects.filter(account=row.account, published_at__lt=since).delete()
        Connection.objects.filter(pk=row.pk).update(listed_at=now)
    return stale


def anew(account: Account, now: datetime) -> None:
    """Have everything under the account's articles told once more: a room begins to listen. In a transaction."""
    Thread.objects.filter(account=account).update(known={}, next_at=now)


def newest(account: Account, now: datetime) -> list[Thread]:
    """Return the articles that are listened to, the newest first."""
    rules = limits()["comments"]
    since = now - timedelta(days=rules["days"])
    rows = Thread.objects.filter(account=account, published_at__gte=since).order_by("-published_at", "-id")
    return list(rows[: rules["articles"]])


def turn(published_at: datetime, now: datetime) -> timedelta:
    """Return after how long an article of this age is asked again."""
    turns = limits()["comments"]["turns"]
    minutes = next((m for days, m in turns if now - published_at <= timedelta(days=days)), turns[-1][1])
    return timedelta(minutes=minutes)


def _ours(account: Account) -> Iterator[Found]:
    days = limits()["comments"]["days"]
    rows = Publication.objects.filter(account=account, state__in=LIVE, live_at__isnull=False).order_by("-live_at")
    for row in rows.only("ids", "address", "title", "live_at")[: days * 20]:
        name = f"{row.ids['msg_data_id']}_1" if row.ids.get("msg_data_id") else address_id(row.address)
        if row.live_at and (one := _found(name, row.title, row.address, row.live_at)):
            yield one


def _listed(wechat: WeChat, most: int) -> Iterator[Found]:
    for item in islice(wechat.published(), most):
        content = item.get("content")
        articles = (content.get("news_item") if isinstance(content, dict) else None) or ()
        at = moment(item.get("update_time"))
        for article in articles:
            address = str(article.get("url") or "")
            one = _found(address_id(address), str(article.get("title") or ""), address, at) if at else None
            if one and not article.get("is_deleted"):
                yield one


def _stored(account: Account) -> Iterator[Found]:
    zone = ZoneInfo(account.zone)
    for piece in statistics.pieces(account):
        if piece.address and piece.published:
            at = piece.published.replace(tzinfo=zone).astimezone(UTC)
            if one := _found(piece.address, piece.title, piece.url, at):
                yield one


def _found(name: str, title: str, address: str, at: datetime) -> Found | None:
    data_id, _, idx = name.partition("_")
    fits = data_id.isdecimal() and len(data_id) <= 32 and idx.isdecimal() and 1 <= int(idx[:4]) <= 100
    return Found(data_id, int(idx[:4]), title[:200], address if len(address) <= 500 else "", at) if fits else None


@transaction.atomic
def _keep(account: Account, found: list[Found], now: datetime) -> None:
    """Keep articles that are new; of those known only an address or title that was missing."""
    held: dict[Any, Thread] = {(t.data_id, t.idx): t for t in Thread.objects.filter(account=account)}
    fresh: dict[Any, Thread] = {}
    for one in found:
        key = (one.data_id, one.idx)
        row = held.get(key) or fresh.get(key)
        if row is None:
            fresh[key] = Thread(
                brand_id=account.brand_id, account=account, data_id=one.data_id, idx=one.idx, title=one.title,
                address=one.address, published_at=min(one.at, now), next_at=now,
            )  # fmt: skip
        elif (one.address and not row.address) or (one.title and not row.title):
            row.address, row.title = row.address or one.address, row.title or one.title
            if key in held:
                Thread.objects.filter(pk=row.pk).update(address=row.address, title=row.title)
    rows = [t for k, t in fresh.items() if k not in held]
    if rows:
        Thread.objects.bulk_create(rows, ignore_conflicts=True)  # another process may have found them as well
