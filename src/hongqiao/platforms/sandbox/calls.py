"""The calls of the test server by name: the doors first, then what is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from hongqiao.platforms.sandbox import comments, drafts, followers, numbers, publishing
from hongqiao.platforms.sandbox.world import Refused, WeChatWorld
from hongqiao.platforms.wechat_oa.api.client import book

Json = dict[str, Any]
Handler = Callable[[WeChatWorld, Json], Json]

JSON_CALLS: dict[str, Handler] = {
    "draft/add": drafts.add,
    "draft/get": drafts.get,
    "draft/update": drafts.update,
    "draft/delete": drafts.delete,
    "draft/count": drafts.count,
    "draft/batchget": drafts.batchget,
    "freepublish/submit": publishing.submit,
    "freepublish/get": publishing.get,
    "freepublish/delete": publishing.delete,
    "freepublish/getarticle": publishing.getarticle,
    "freepublish/batchget": publishing.batchget,
    "mass/sendall": publishing.sendall,
    "mass/preview": publishing.preview,
    "mass/get": publishing.mass_get,
    "comment/open": lambda w, b: comments.switch(w, b, True),
    "comment/close": lambda w, b: comments.switch(w, b, False),
    "comment/list": comments.listed,
    "comment/markelect": lambda w, b: comments.elect(w, b, True),
    "comment/unmarkelect": lambda w, b: comments.elect(w, b, False),
    "comment/delete": comments.delete,
    "comment/reply/add": comments.reply,
    "comment/reply/delete": comments.reply_delete,
    "message/custom/send": followers.custom,
    "message/subscribe/bizsend": followers.subscribed,
    "datacube/getarticletotaldetail": numbers.totals,
    "datacube/getarticleread": lambda w, b: numbers.flat(w, "getarticleread", b, "read_user"),
    "datacube/getarticleshare": lambda w, b: numbers.flat(w, "getarticleshare", b, "share_user"),
    "datacube/getusersummary": numbers.users,
    "datacube/getusercumulate": numbers.cumulate,
}
FILE_CALLS = {"media/uploadimg": drafts.uploadimg, "material/add_material": drafts.add_material}
OFFLINE = ("getarticlesummary", "getarticletotal", "getuserread", "getuserreadhour", "getusershare", "getusersharehour")
BY_PATH = {said["path"]: (name, said.get("method", "POST")) for name, said in book("quota")["calls"].items()}


def answer(world: WeChatWorld, method: str, path: str, query: Json, body: bytes, peer: str, file: bytes | None) -> Json:
    """Return what the platform answers to one call."""
    name, wanted = BY_PATH.get(path, ("", ""))
    world.asked[name or path] += 1
    try:
        if path.removeprefix("/datacube/") in OFFLINE:
            raise Refused(47009, "api offline, please use new api")
        if not name:
            raise Refused(40066, "invalid url")
        if method != wanted:
            raise Refused(43002 if wanted == "POST" else 43001, f"require {wanted} method")
        world.check_address(peer)
        if name == "stable_token":
            return world.stable_token(_json(body))
        world.check_token(str(query.get("access_token", "")))
        world.check_rate()
        world.check_right(name)
        world.spend(name)
        if name in FILE_CALLS:
            if file is None:
                raise Refused(41005, "media data missing")
            return FILE_CALLS[name](world, query, file)
        return JSON_CALLS[name](world, _json(body) if wanted == "POST" else {})
    except Refused as no:
        return no.answer


def _json(body: bytes) -> Json:
    """Parse a body as the platform does: \\u escapes are kept as they stand, and so shown to readers."""
    try:
        said = json.loads(re.sub(rb"\\(u[0-9a-fA-F]{4})", rb"\\\\\1", body))
    except ValueError:
        raise Refused(47001, "data format error") from None
    if not isinstance(said, dict):
        raise Refused(47001, "data format error")
    return said
