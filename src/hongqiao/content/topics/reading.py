"""RSS and Atom feeds by address: fetched through the guard that keeps out of this network, read without DTDs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from urllib.parse import urljoin
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from hongqiao.content.topics import settings
from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace.limits import limits
from hongqiao.workspace.webhooks import guard, posting

_MOVED = (301, 302, 303, 307, 308)
_HOPS = 4


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
    until = time.monotonic() + limits()["webhook_timeout"]
    for _hop in range(_HOPS):
        target = guard.parse(url)
        try:
            with posting.connect(target, guard.resolve(target)) as line:
                line.settimeout(posting.left(until))
                line.sendall(
                    f"GET {target.path} HTTP/1.1\r\nHost: {target.host_header}\r\nUser-Agent: Hongqiao-Feed/1\r\n"
                    "Accept: application/rss+xml, application/atom+xml, application/xml;q=0.9\r\n"
                    "Accept-Encoding: identity\r\nConnection: close\r\n\r\n".encode("ascii")
                )
                answer = HTTPResponse(line, method="GET")
                answer.begin()
                if answer.status in _MOVED:
                    url = urljoin(url, answer.getheader("Location") or "")
                    continue
                if answer.status != 200:
                    raise Unread(why=str(answer.status))
                return _body(answer, until)
        except (OSError, ValueError, HTTPException) as error:
            raise Unread(why=type(error).__name__) from None
    raise Unread(why="redirects")


def _body(answer: HTTPResponse, until: float) -> bytes:
    most, read = settings.limits()["bytes"], b""
    while part := answer.read(65536):
        read += part
        if len(read) > most:
            raise Unread(why=f"> {most // 1024 // 1024} MB")
        posting.left(until)
    return read


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
