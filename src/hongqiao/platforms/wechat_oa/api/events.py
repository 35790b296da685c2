"""What 公众号 tells by itself: a publication or a mass send is done. And what makes one telling the same as another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.platforms.client import Status
from hongqiao.platforms.wechat_oa.api.publisher import mass_done, published

PUBLISHED, SENT = "PUBLISHJOBFINISH", "MASSSENDJOBFINISH"


def identity(message: Mapping[str, Any]) -> str:
    """Return what a message is known by: its MsgId, of an event the sender, the moment and what happened."""
    if message.get("MsgId"):
        return f"message|{message['MsgId']}"
    told = message.get("PublishEventInfo") or {}
    about = (told.get("publish_id") if isinstance(told, Mapping) else "") or message.get("MsgID") or ""
    parts = ("event", message.get("FromUserName"), message.get("CreateTime"), message.get("Event"), about)
    return "|".join(str(p or "") for p in parts)[:200]


def outcome(message: Mapping[str, Any]) -> tuple[dict[str, str], Status] | None:
    """Return (ids that find the publication, what became of it); None for what tells of no publication."""
    if message.get("MsgType") != "event":
        return None
    if message.get("Event") == PUBLISHED:
        told = message.get("PublishEventInfo")
        if not isinstance(told, Mapping) or not told.get("publish_id"):
            return None
        return {"publish_id": str(told["publish_id"])}, published(told)
    if message.get("Event") == SENT and message.get("MsgID"):
        return {"msg_id": str(message["MsgID"])}, mass_done(message)
    return None
