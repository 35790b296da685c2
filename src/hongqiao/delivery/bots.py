"""Group bots of Feishu, DingTalk and WeCom: how each wants a message written, signed and how it says no.

All three answer HTTP 200 also when they refuse: only `code`/`errcode` 0 in the body is success. Sources: their pages
on custom group bots, kept with limits.json. The host is pinned, so an address leads nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django.conf import settings

from hongqiao.delivery.cards import Card
from hongqiao.delivery.limits import limits
from hongqiao.errors import N_, HongqiaoError, Invalid
from hongqiao.workspace.webhooks import guard

#: Why a platform refused, by the word that limits.json has for its code.
REFUSALS = {
    "sign": N_("群机器人没有接受：签名、关键词或 IP 白名单不符（%(answer)s %(said)s）"),
    "ip": N_("群机器人没有接受：不在它的 IP 白名单里（%(answer)s %(said)s）"),
    "keyword": N_("群机器人没有接受：消息里没有它要求的关键词（%(answer)s %(said)s）"),
    "body": N_("群机器人没有接受消息内容（%(answer)s %(said)s）"),
    "key": N_("群机器人没有接受：它的地址已失效（%(answer)s %(said)s）"),
    "other": N_("群机器人没有接受（%(answer)s %(said)s）"),
}


class BadAddress(Invalid):
    code = "bad_bot_address"
    message = N_("这不是 %(kind)s 群机器人的地址")
    next_step = N_("在群设置里添加自定义机器人，复制它的 Webhook 地址；应以 %(example)s 开头")


class BotUnreachable(HongqiaoError):
    code, status = "bot_unreachable", 502
    again = True
    message = N_("没有连上 %(host)s：%(why)s")
    next_step = N_("稍后会自动重试；一直不通请检查网络")


class BotBusy(HongqiaoError):
    code, status = "bot_busy", 502
    again = True
    message = N_("群机器人发送太频繁，平台要求稍后再发（%(answer)s）")
    next_step = N_("稍后会自动重试")


class BotRefused(HongqiaoError):
    code, status = "bot_refused", 502
    message = REFUSALS["other"]
    next_step = N_("核对机器人的地址、签名密钥与关键词设置，再发送测试消息")


def check(kind: str, address: str) -> str:
    """Return the clean address of a bot. Raises BadAddress where it is not on the platform's own host and path."""
    known, clean = limits()["bots"][kind], address.strip()
    try:
        target, parts = guard.parse(clean), urlsplit(clean)
    except guard.BadUrl:
        raise _bad(kind) from None
    relay = settings.WEBHOOK_PRIVATE  # an installation that reaches the platforms through its own relay says so
    pinned = target.secure and target.host in known["hosts"] and any(parts.path.startswith(p) for p in known["paths"])
    if len(clean) > 500 or not (pinned or relay):
        raise _bad(kind)
    return clean


def _bad(kind: str) -> BadAddress:
    known = limits()["bots"][kind]
    return BadAddress(kind=kind, example=f"https://{known['hosts'][0]}{known['paths'][0]}")


def send(kind: str, address: str, secret: str, card: Card, *, now: float | None = None) -> dict[str, Any]:
    """Send a card; return the proof: what the platform answered.

    Raises BotUnreachable and BotBusy (trying again can help), BotRefused (it cannot), BadAddress.
    """
    moment = time.time() if now is None else now
    url, body = signed(kind, check(kind, address), secret, written(kind, card), moment)
    host = urlsplit(url).hostname or ""
    try:
        with httpx.Client(timeout=limits()["timeout"], follow_redirects=False, trust_env=False) as line:
            answer = line.post(url, json=body)
    except httpx.HTTPError as error:
        raise BotUnreachable(host=host, why=type(error).__name__) from None
    return judged(kind, host, answer)


def judged(kind: str, host: str, answer: httpx.Response) -> dict[str, Any]:
    """Return the proof of an answer. Success is the body's word, not the status."""
    if answer.status_code >= 500 or answer.status_code == 429:
        raise BotUnreachable(host=host, why=str(answer.status_code))
    try:
        said = json.loads(answer.content[: limits()["answer_bytes"]])
        code = said.get("code", said.get("StatusCode")) if kind == "feishu" else said.get("errcode")
        if code is None:
            raise ValueError
    except (ValueError, AttributeError):
        raise BotRefused(answer=answer.status_code, said="") from None
    words = str(said.get("msg") or said.get("errmsg") or said.get("StatusMessage") or "")[:120]
    if code == 0:
        return {"status": answer.status_code, "code": 0, "said": words}
    if code in limits()["bots"][kind]["later"]:
        raise BotBusy(answer=code)
    raise BotRefused(REFUSALS[limits()["bots"][kind]["wrong"].get(str(code), "other")], answer=code, said=words)


def signed(kind: str, url: str, secret: str, body: dict[str, Any], now: float) -> tuple[str, dict[str, Any]]:
    """Return address and body with the platform's signature; WeCom's key is in its address."""
    if kind == "feishu" and secret:
        stamp = str(int(now))
        made = hmac.digest(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256)
        return url, {"timestamp": stamp, "sign": base64.b64encode(made).decode(), **body}
    if kind == "dingtalk" and secret:
        stamp = str(round(now * 1000))
        made = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
        mark = quote(base64.b64encode(made).decode(), safe="")
        return f"{url}{'&' if '?' in url else '?'}timestamp={stamp}&sign={mark}", body
    return url, body


def written(kind: str, card: Card) -> dict[str, Any]:
    """Return the body in the platform's own form, cut at a whole line where it would be too long."""
    lines = list(card.lines)
    while True:
        body = _WRITERS[kind](card, lines, len(card.lines) - len(lines))
        if not lines or len(json.dumps(body, ensure_ascii=False).encode()) <= limits()["bots"][kind]["bytes"]:
            return body
        lines.pop()


def _feishu(card: Card, lines: list[Any], left: int) -> dict[str, Any]:
    rows: list[list[dict[str, str]]] = [
        [{"tag": "a", "text": one.text, "href": one.url} if one.url else {"tag": "text", "text": one.text}]
        for one in lines
    ]
    rows += [[{"tag": "text", "text": text}] for text in _tail(card, left)]
    if card.url:
        rows.append([{"tag": "a", "text": card.url, "href": card.url}])
    return {"msg_type": "post", "content": {"post": {"zh_cn": {"title": card.title, "content": rows}}}}


def _dingtalk(card: Card, lines: list[Any], left: int) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"title": card.title, "text": _markdown(card, lines, left, "\n\n")}}


def _wecom(card: Card, lines: list[Any], left: int) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": _markdown(card, lines, left, "\n")}}


def _markdown(card: Card, lines: list[Any], left: int, end: str) -> str:
    rows = [f"**{plain(card.title)}**"]
    rows += [f"- [{plain(one.text)}]({one.url})" if one.url else f"- {plain(one.text)}" for one in lines]
    rows += [plain(text) for text in _tail(card, left)]
    rows += [f"[{card.url}]({card.url})"] if card.url else []
    return end.join(rows)


def _tail(card: Card, left: int) -> list[str]:
    return [text for text in (f"+{left}" if left else "", card.foot) if text]


def plain(text: str) -> str:
    """Return text that Markdown takes as it stands: what people wrote makes no link, image, mention or heading."""
    flat = " ".join(text.split())
    return "".join("\\" + c if c in "\\`*_[]()#<>!|~@" else c for c in flat)


_WRITERS = {"feishu": _feishu, "dingtalk": _dingtalk, "wecom": _wecom}
