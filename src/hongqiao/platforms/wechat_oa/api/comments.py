"""Comments under an article of 公众号, page by page; and what of a callback a person wrote. Facts A1.5, A1.7."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hongqiao.platforms.client import PlatformError
from hongqiao.platforms.client.talk import COMMENT, MESSAGE, Said
from hongqiao.platforms.wechat_oa.api.client import Json, WeChat, book


@dataclass(frozen=True)
class Comments:
    """What was read under an article. `whole`: all that is there; `closed`: it has no comments to give."""

    said: tuple[Said, ...] = ()
    whole: bool = False
    closed: bool = False


def fetch(wechat: WeChat, data_id: str, idx: int) -> Comments:
    """Read the comments of an article, `idx` as its address counts (from 1).

    Of very many, as many as `pages` hold from both ends are read. Raises the connector's errors; an article whose
    comments are closed, or that is not there any more, is no error.
    """
    rules, found = book("comments"), dict[str, Said]()
    size, most = rules["size"], rules["pages"]
    try:
        said = wechat.comments(data_id, idx - 1, 0, size)
        total = _number(said.get("total"))
        starts = list(range(size, total, size))
        whole = len(starts) < most
        if not whole:
            starts = [*starts[: most // 2 - 1], *starts[-(most // 2) :]]
        found |= _page(said, data_id, idx)
        for begin in starts:
            found |= _page(wechat.comments(data_id, idx - 1, begin, size), data_id, idx)
    except PlatformError as error:
        if error.answer in rules["closed"]:
            return Comments(closed=True)
        raise
    # some accounts were seen to be told a count beside an empty list: then nothing is known of what is there
    silent = not found and _number(said.get("comment_cnt")) > 0
    return Comments(tuple(found.values()), whole and len(found) >= total and not silent)


def name_of(data_id: str, idx: int) -> str:
    """Return how an article is called: the two parts of its msgid, as in its address and in statistics."""
    return f"{data_id}_{idx}"


def outer_of(data_id: str, idx: int, comment_id: str) -> str:
    """Return what a comment is known by, once an account."""
    return f"{COMMENT}|{name_of(data_id, idx)}|{comment_id}"


def _page(said: Json, data_id: str, idx: int) -> dict[str, Said]:
    return {one.outer: one for one in _said(said, data_id, idx)}


def _said(said: Json, data_id: str, idx: int) -> Iterator[Said]:
    for row in said.get("comment") or ():
        if not isinstance(row, Mapping) or not row.get("user_comment_id"):
            continue
        reply = row.get("reply")
        reply = reply if isinstance(reply, Mapping) else {}
        yield Said(
            COMMENT,
            outer_of(data_id, idx, str(row["user_comment_id"])),
            text=str(row.get("content") or ""),
            at=moment(row.get("create_time")),
            author=str(row.get("openid") or ""),
            thread=name_of(data_id, idx),
            reply=str(reply.get("content") or ""),
            replied_at=moment(reply.get("create_time")),
            shown=_number(row.get("comment_type")) == 1,
        )


def message(told: Mapping[str, Any]) -> Said | None:
    """Return what a person wrote to the account; None for an event and for what is no text."""
    text, own = str(told.get("Content") or "").strip(), str(told.get("MsgId") or "")
    if told.get("MsgType") != "text" or not text or not own:
        return None
    author = str(told.get("FromUserName") or "")
    return Said(MESSAGE, f"{MESSAGE}|{own}", text=text, at=moment(told.get("CreateTime")), author=author)


def moment(value: Any) -> datetime | None:
    """Return seconds since 1970 as a moment, None for what is none."""
    try:
        return datetime.fromtimestamp(int(value), UTC) if value else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _number(value: Any) -> int:
    try:
        return max(0, int(value))
    except (ValueError, TypeError):
        return 0
