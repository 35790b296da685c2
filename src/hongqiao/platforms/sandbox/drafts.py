"""Pictures, materials and the draft box of the test server, with the limits that the documents name."""

from __future__ import annotations

import html
import re
from typing import Any

from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.sandbox.world import Refused, WeChatWorld
from hongqiao.platforms.wechat_oa.api.client import book

Json = dict[str, Any]
JPEG, PNG, GIF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8"
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.S | re.I)
_SOURCE = re.compile(r"""(<img\b[^>]*?)\s(?:data-)?src\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.S | re.I)


def uploadimg(world: WeChatWorld, query: Json, data: bytes) -> Json:
    if not data.startswith((JPEG, PNG)):
        raise Refused(40005, "invalid file type hint")
    if len(data) > book("quota")["picture"]["body_bytes"]:
        raise Refused(40009, "invalid image size")
    name = world.name_of(32)
    world.pictures[name] = data
    return {"url": f"{world.base}/mmbiz_png/{name}/0?from=appmsg"}


def add_material(world: WeChatWorld, query: Json, data: bytes) -> Json:
    if query.get("type") not in ("image", "voice", "video", "thumb"):
        raise Refused(40004, "invalid media type")
    if query["type"] == "image" and not data.startswith((JPEG, PNG, GIF, b"BM")):
        raise Refused(40005, "invalid file type")
    if len(data) > (64 * 1024 if query["type"] == "thumb" else 10 * 1024 * 1024):
        raise Refused(45001, "media size out of limit")
    media_id = world.name_of()
    world.materials[media_id] = data
    return {"media_id": media_id, "url": f"{world.base}/mmbiz_png/{media_id}/0?wx_fmt=png", "item": []}


def add(world: WeChatWorld, body: Json) -> Json:
    articles = body.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refused(47001, "data format error")
    if len(articles) > 8:
        raise Refused(45008, "article size out of limit")
    media_id = world.name_of(64)
    world.drafts[media_id] = {"articles": [_taken(world, a) for a in articles], "update_time": int(world.now())}
    return {"media_id": media_id}


def _taken(world: WeChatWorld, article: Any) -> Json:
    """Return an article as the platform keeps it: scripts and foreign pictures gone."""
    if not isinstance(article, dict):
        raise Refused(47001, "data format error")
    limits = load("limits.json", "hongqiao.platforms.wechat_oa")
    title, content = str(article.get("title", "")), str(article.get("content", ""))
    for text, most, code, words in (
        (title, limits["title"]["max"], 45003, "title size out of limit"),
        (str(article.get("digest", "")), limits["digest"]["max"], 45004, "description size out of limit"),
        (str(article.get("author", "")), limits["author"]["max"], 45110, "author size out of limit"),
    ):
        if len(text) > most:
            raise Refused(code, words)
    if not title:
        raise Refused(45003, "title size out of limit")
    if len(content) >= limits["body"]["max"] or len(content.encode()) >= limits["body"]["max_bytes"]:
        raise Refused(45002, "content size out of limit")
    kept = {**article, "article_type": article.get("article_type", "news"), "content": _filtered(world, content)}
    if kept["article_type"] == "newspic":
        _newspic(world, kept)
    elif str(article.get("thumb_media_id", "")) not in world.materials:
        raise Refused(40007, "invalid media_id")
    kept["digest"] = kept.get("digest") or html.unescape(re.sub(r"<[^>]+>", "", kept["content"]))[:54]
    return kept


def _newspic(world: WeChatWorld, article: Json) -> None:
    listed = (article.get("image_info") or {}).get("image_list") or []
    if not 1 <= len(listed) <= 20 or any(i.get("image_media_id") not in world.materials for i in listed):
        raise Refused(40007, "invalid media_id")


def _filtered(world: WeChatWorld, content: str) -> str:
    def source(found: re.Match[str]) -> str:
        address = html.unescape(found[2] or found[3] or "")
        own = address.startswith(f"{world.base}/mmbiz") or "//mmbiz.qpic.cn/" in address
        return f'{found[1]} src="{html.escape(address)}"' if own else found[1]

    return _SOURCE.sub(source, _SCRIPT.sub("", content))


def _draft(world: WeChatWorld, body: Json) -> Json:
    held = world.drafts.get(str(body.get("media_id", "")))
    if held is None:
        raise Refused(40007, "invalid media_id")
    return held


def get(world: WeChatWorld, body: Json) -> Json:
    return {"news_item": [shown(world, a) for a in _draft(world, body)["articles"]]}


def update(world: WeChatWorld, body: Json) -> Json:
    held, index = _draft(world, body), int(body.get("index", 0))
    if not 0 <= index < len(held["articles"]):
        raise Refused(40007, "invalid index")
    held["articles"][index] = _taken(world, body.get("articles"))
    held["update_time"] = int(world.now())
    return {"errcode": 0, "errmsg": "ok"}


def delete(world: WeChatWorld, body: Json) -> Json:
    _draft(world, body)
    del world.drafts[str(body["media_id"])]
    return {"errcode": 0, "errmsg": "ok"}


def count(world: WeChatWorld, body: Json) -> Json:
    return {"total_count": len(world.drafts)}


def batchget(world: WeChatWorld, body: Json) -> Json:
    newest = sorted(world.drafts.items(), key=lambda kv: -kv[1]["update_time"])
    return page(
        [
            {
                "media_id": media_id,
                "content": {"news_item": [shown(world, a, body.get("no_content")) for a in held["articles"]]},
                "update_time": held["update_time"],
            }
            for media_id, held in newest
        ],
        body,
    )


def page(items: list[Json], body: Json) -> Json:
    """Return one page of a list, as batchget answers."""
    offset, number = int(body.get("offset", 0)), int(body.get("count", 0))
    if not 1 <= number <= 20 or offset < 0:
        raise Refused(40097, "invalid args")
    some = items[offset : offset + number]
    return {"total_count": len(items), "item_count": len(some), "item": some}


def shown(world: WeChatWorld, article: Json, no_content: Any = 0) -> Json:
    """Return an article as lists and details show it."""
    plain = {k: v for k, v in article.items() if k != "content" or not no_content}
    return {"thumb_url": f"{world.base}/mmbiz_png/cover/0", "url": article.get("url", ""), **plain}
