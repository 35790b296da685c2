"""RSS and Atom feeds by address: fetched through the guard that keeps out of this network, read without DTDs."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from hongqiao.content.topics import settings
from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace.webhooks import getting

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
    """Return the entries of an RSS or Atom feed, newest first as they stand. Raises Unread."""
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Unread(why=type(error).__name__) from None
    found = []
    for node in root.iter():
        if node.tag.rpartition("}")[2] in ("item", "entry"):
            told = {child.tag.rpartition("}")[2]: child for child in reversed(list(node))}
            title = " ".join("".join(told["title"].itertext()).split()) if "title" in told else ""
            link = told.get("link")
            url = "" if link is None else (link.get("href") or (link.text or "")).strip()
            if title:
                found.append(Entry(title[:120], url if url.startswith(("http://", "https://")) else ""))
    return found[: settings.limits()["feed_items"]]
