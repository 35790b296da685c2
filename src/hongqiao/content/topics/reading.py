"""RSS and Atom feeds by address: fetched through the guard that keeps out of this network."""

from __future__ import annotations

from dataclasses import dataclass

from hongqiao.content.topics import settings
from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace.webhooks import getting, syndication

ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9"


class Unread(HongqiaoError):
    code, status = "feed_unread", 502
    again = True
    message = N_("读不出订阅源：%(why)s")
    next_step = N_("请确认地址是 RSS 或 Atom，公网能打开")


@dataclass(frozen=True)
class Entry:
    """One entry of a feed."""

    title: str
    url: str


def fetch(url: str) -> bytes:
    """Return what an address answers; every redirect passes the guard anew. Raises Unread, BadUrl, NotResolved."""
    try:
        return getting.get(url, accept=ACCEPT, most=settings.limits()["bytes"])
    except getting.NotGot as error:
        raise Unread(**error.params) from None


def entries(raw: bytes) -> list[Entry]:
    """Return the entries of an RSS or Atom feed that have a title, newest first as they stand. Raises Unread."""
    try:
        found = [Entry(e.title[:120], e.url) for e in syndication.entries(raw) if e.title]
    except syndication.NotAFeed as error:
        raise Unread(**error.params) from None
    return found[: settings.limits()["feed_items"]]
