"""Messages to one follower on the test server: 48 hours of customer service, one notice a subscription."""

from __future__ import annotations

from typing import Any

from hongqiao.platforms.sandbox.world import Refused, WeChatWorld

Json = dict[str, Any]
HOURS = 48


def custom(world: WeChatWorld, body: Json) -> Json:
    """Take a customer-service text, while the follower did something in the last 48 hours."""
    to = str(body.get("touser", ""))
    if not str((body.get("text") or {}).get("content", "")):
        raise Refused(44004, "empty content")
    if world.now() - world.talked.get(to, 0) > HOURS * 3600:
        raise Refused(45015, "response out of time limit or subscription is canceled")
    world.told.append({"to": to, "text": body["text"]["content"]})
    return {"errcode": 0, "errmsg": "ok"}


def subscribed(world: WeChatWorld, body: Json) -> Json:
    """Take a notice, where the follower agreed to one of this template that was not used yet."""
    key = (str(body.get("touser", "")), str(body.get("template_id", "")))
    if not world.subscribed.get(key):
        raise Refused(43101, "user refuse to accept the msg")
    if not body.get("data"):
        raise Refused(47003, "argument invalid! data is empty")
    world.subscribed[key] -= 1
    world.told.append({"to": key[0], "template": key[1], "data": body["data"]})
    return {"errcode": 0, "errmsg": "ok"}
