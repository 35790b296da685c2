"""Comments and messages of the test server: people who comment, write, delete; the calls that list, elect and reply.

The documents are silent on the order of a list (here: the newest first), on an article whose comments are closed (here:
88000, as for an account without the right) and on how long a reply may be (here: any that is not empty).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from hongqiao.platforms.sandbox.drafts import Json
from hongqiao.platforms.sandbox.publishing import GOOD
from hongqiao.platforms.sandbox.world import Publication, Refused, WeChatWorld

GOOD_ANSWER: Json = {"errcode": 0, "errmsg": "ok"}
MOST_ELECTED = 100
KINDS = (0, 1, 2)


@dataclass
class Comment:
    """What a person wrote under an article. `index` from 0; `gone`: that person deleted it."""

    number: int
    data_id: str
    index: int
    openid: str
    content: str
    at: int
    elected: bool = False
    gone: bool = False
    reply: str = ""
    replied_at: int = 0


# -- what people do


def comment(world: WeChatWorld, data_id: str, text: str, *, index: int = 0, openid: str = "o_reader_1") -> Comment:
    """Let a person comment on an article, whether the account sees it or not."""
    made = Comment(int(world.number()), data_id, index, openid, text, int(world.now()))
    world.comments.append(made)
    return made


def write(world: WeChatWorld, text: str, *, openid: str = "o_reader_1", kind: str = "text") -> str:
    """Let a person write to the account; it is sent to the callback. Returns its MsgId."""
    number = world.number()
    body = f"<Content>{escape(text)}</Content>" if kind == "text" else "<MediaId>m</MediaId>"
    with world.lock:
        world.outbox.append(
            f"<xml><ToUserName>gh_{world.app_id[-8:]}</ToUserName><FromUserName>{escape(openid)}</FromUserName>"
            f"<CreateTime>{int(world.now())}</CreateTime><MsgType>{kind}</MsgType>{body}<MsgId>{number}</MsgId></xml>"
        )
    return number


# -- what the account asks


def listed(world: WeChatWorld, body: Json) -> Json:
    begin, count, kind = (_number(body, name) for name in ("begin", "count", "type"))
    if not 0 < count < 50:
        raise Refused(88010, "count range error. cout <= 0 or count > 50", total=0, comment=[])
    if begin < 0 or kind not in KINDS:
        raise Refused(40097, "invalid args", total=0, comment=[])
    one, index = _article(world, body)
    _open(one, index)
    rows = sorted(_of(world, one, index), key=lambda c: -c.number)
    rows = [c for c in rows if kind == 0 or c.elected is (kind == 2)]
    return {**GOOD_ANSWER, "total": len(rows), "comment": [_shown(c) for c in rows[begin : begin + count]]}


def switch(world: WeChatWorld, body: Json, on: bool) -> Json:
    one, index = _article(world, body)
    one.articles[index]["need_open_comment"] = int(on)
    return GOOD_ANSWER


def elect(world: WeChatWorld, body: Json, on: bool) -> Json:
    found = _comment(world, body)
    if on and sum(c.elected for c in world.comments if c.data_id == found.data_id) >= MOST_ELECTED:
        raise Refused(88003, "elected comment upper limit")
    found.elected = on
    return GOOD_ANSWER


def delete(world: WeChatWorld, body: Json) -> Json:
    world.comments.remove(_comment(world, body))
    return GOOD_ANSWER


def reply(world: WeChatWorld, body: Json) -> Json:
    found, content = _comment(world, body), str(body.get("content") or "")
    if not content.strip():
        raise Refused(88007, "reply content beyond max len or content len is zero")
    if found.reply:
        raise Refused(88005, "already reply")
    found.reply, found.replied_at = content, int(world.now())
    return GOOD_ANSWER


def reply_delete(world: WeChatWorld, body: Json) -> Json:
    found = _comment(world, body)
    if not found.reply:
        raise Refused(88008, "comment is not exists")
    found.reply, found.replied_at = "", 0
    return GOOD_ANSWER


def _number(body: Json, name: str) -> int:
    value: Any = body.get(name, 0 if name == "index" else None)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(47001, "data format error")
    return value


def _article(world: WeChatWorld, body: Json) -> tuple[Publication, int]:
    data_id, index = str(_number(body, "msg_data_id")), _number(body, "index")
    for one in world.publications:
        if one.data_id == data_id and one.status == GOOD and 0 <= index < len(one.articles):
            return one, index
    raise Refused(88001, "msg_data is not exists", total=0, comment=[])


def _open(one: Publication, index: int) -> None:
    if not one.articles[index].get("need_open_comment"):
        raise Refused(88000, "without comment privilege", total=0, comment=[])


def _of(world: WeChatWorld, one: Publication, index: int) -> Iterator[Comment]:
    return (c for c in world.comments if (c.data_id, c.index, c.gone) == (one.data_id, index, False))


def _comment(world: WeChatWorld, body: Json) -> Comment:
    one, index = _article(world, body)
    _open(one, index)
    number = _number(body, "user_comment_id")
    for found in world.comments:
        if found.number == number and (found.data_id, found.index) == (one.data_id, index):
            if found.gone:
                raise Refused(88004, "comment was deleted by user")
            return found
    raise Refused(88008, "comment is not exists")


def _shown(one: Comment) -> Json:
    shown: Json = {
        "user_comment_id": one.number,
        "create_time": one.at,
        "content": one.content,
        "comment_type": int(one.elected),
    }
    if one.openid:  # absent for who comments otherwise than as a WeChat user
        shown["openid"] = one.openid
    if one.reply:
        shown["reply"] = {"content": one.reply, "create_time": one.replied_at}
    return shown
