"""RSS and Atom: bytes in, entries out. Read without DTDs, so that no entity grows or reaches outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from re import compile as expression
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from hongqiao.errors import N_, HongqiaoError

_TAG = expression(r"<[^>]{0,2000}>")


class NotAFeed(HongqiaoError):
    code, status = "not_a_feed", 502
    message = N_("读不出订阅源：%(why)s")
    next_step = N_("请确认地址是 RSS 或 Atom，公网能打开")


@dataclass(frozen=True)
class Entry:
    """One entry. `mark`: its own id, or its address; `at`: None where it tells no time; `text`: without tags."""

    mark: str
    title: str
    url: str
    text: str = ""
    author: str = ""
    at: datetime | None = None


def entries(raw: bytes) -> list[Entry]:
    """Return the entries of an RSS or Atom feed as they stand. Raises NotAFeed."""
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotAFeed(why=type(error).__name__) from None
    return [_entry(node) for node in root.iter() if node.tag.rpartition("}")[2] in ("item", "entry")]


def _entry(node: Any) -> Entry:
    told = {child.tag.rpartition("}")[2]: child for child in reversed(list(node))}
    link = told.get("link")
    url = "" if link is None else (link.get("href") or (link.text or "")).strip()
    url = url if url.startswith(("http://", "https://")) else ""
    body = next((told[n] for n in ("encoded", "content", "description", "summary") if n in told), None)
    author = next((told[n] for n in ("creator", "author") if n in told), None)
    title = _text(told.get("title"))
    return Entry(
        _text(told.get("guid")) or _text(told.get("id")) or url or title,
        title,
        url,
        bare("" if body is None else "".join(body.itertext())),
        _text(author),
        _moment(next((_text(told[n]) for n in ("published", "pubDate", "date", "updated") if n in told), "")),
    )


def _text(node: Any) -> str:
    return "" if node is None else " ".join("".join(node.itertext()).split())


def bare(markup: str) -> str:
    """Return what markup says, without its tags."""
    return " ".join(unescape(_TAG.sub(" ", markup)).split())


def _moment(said: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(said)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
