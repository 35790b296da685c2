"""`hongqiao sandbox`: the test server until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import threading
from typing import Any

from hongqiao.errors import N_, HongqiaoError, Invalid
from hongqiao.platforms import capabilities
from hongqiao.platforms.sandbox import Sandbox, SmsSandbox, SmsWorld, WeChatWorld
from hongqiao.platforms.wechat_oa.api.security import aes_bytes


class PortTaken(HongqiaoError):
    code = "port_taken"
    message = N_("端口 %(port)s 不能用")
    next_step = N_("用 --port 换一个")


class BadKind(Invalid):
    code = "bad_account_kind"
    message = N_("没有这种账号：%(kind)s")
    next_step = N_("可用的有：%(known)s")


def run(a: argparse.Namespace) -> int:
    """Serve until stopped; say where and with which keys. Raises BadKind, BadAesKey, PortTaken."""
    if a.platform != "wechat_oa":
        return _texts(a)
    known = [code for code, _ in capabilities.kinds(a.platform)]
    if a.kind not in known:
        raise BadKind(kind=a.kind, known=" ".join(known))
    if a.aes_key:
        aes_bytes(a.aes_key)
    world = WeChatWorld(
        app_id=a.app_id,
        secret=a.secret,
        kind=a.kind,
        publish_seconds=a.publish_seconds,
        callback=a.callback,
        callback_token=a.callback_token,
        aes_key=a.aes_key,
    )
    world.advance(-a.days_ago * 86400)
    try:
        server = Sandbox(world, port=a.port)
    except (OSError, OverflowError):
        raise PortTaken(port=a.port) from None
    with server:
        _say({"url": server.url, "app_id": a.app_id, "secret": a.secret, "kind": a.kind}, as_json=a.json)
        _until_stopped()
    return 0


def _until_stopped() -> None:
    over = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError):  # not the main thread: whoever runs it ends it
            signal.signal(name, lambda *_: over.set())
    over.wait()


def _texts(a: argparse.Namespace) -> int:
    """Serve a vendor of text messages; nothing reaches a phone. Raises PortTaken."""
    world = SmsWorld(kind=a.platform, key_id=a.key_id, secret=a.secret, signs=(a.sign,), callback=a.callback)
    if templates := dict(one.split("=", 1) for one in a.template if "=" in one):
        world.templates = templates
    try:
        server = SmsSandbox(world, port=a.port)
    except (OSError, OverflowError):
        raise PortTaken(port=a.port) from None
    said: dict[str, Any] = {"url": server.url, "key_id": world.key_id, "secret": world.secret}
    said |= {"app_id": world.app_id, "sign": a.sign, "templates": world.templates}
    with server:
        if a.json:
            print(json.dumps(said, ensure_ascii=False), flush=True)
        else:
            print(f"HONGQIAO_{a.platform.upper()}_BASE={server.url}")
            print(f"{world.key_id} · {world.secret} · SdkAppId {world.app_id} · 【{a.sign}】", flush=True)
        _until_stopped()
    return 0


def _say(said: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(said), flush=True)
        return
    print(f"HONGQIAO_WECHAT_BASE={said['url']}")
    print(f"AppID {said['app_id']} · AppSecret {said['secret']} · {said['kind']}")
    print(f"{said['url']}/sandbox shows what it holds; its readings are invented", flush=True)
