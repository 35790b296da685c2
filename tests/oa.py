"""The test server of 公众号 on this machine, and an account that talks to it."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from hongqiao.platforms.client import MemoryBudget, MemoryTokens, Part, Payload
from hongqiao.platforms.sandbox import Sandbox, WeChatWorld
from hongqiao.platforms.wechat_oa.api import Keys, WeChat

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(WeChatWorld(publish_seconds=0.0)) as server:
        yield server


def wechat(server: Sandbox, **options) -> WeChat:
    """An account of the test server's; what it keeps is in memory."""
    world = server.world
    keys = Keys(options.pop("app_id", world.app_id), options.pop("secret", world.secret))
    tokens, budget = options.pop("tokens", MemoryTokens()), options.pop("budget", MemoryBudget())
    return WeChat(keys, tokens, budget, base=server.url, sleep=lambda _: None, **options)


def picture(folder: Path, name: str, size=(640, 360), kind="PNG", colour="teal") -> Part:
    path = folder / f"{name}.{kind.lower()}"
    Image.new("RGB", size, colour).save(path, kind)
    return Part(name, path, f"image/{kind.lower()}")


def noise(folder: Path, name: str, side: int) -> Part:
    """A picture that does not compress: large on disk."""
    import os

    made = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(made, "PNG")
    path = folder / f"{name}.png"
    path.write_bytes(made.getvalue())
    return Part(name, path, "image/png")


def article(folder: Path, title="夏日防晒实测", mark="mark-1", **body) -> Payload:
    """An article with two pictures in its text and a cover."""
    parts = (picture(folder, "one"), picture(folder, "two", colour="red"), picture(folder, "cover", (900, 383)))
    shown = "<img src='one' alt='甲'/><p>第二天</p><img src=\"/assets/two/file\">"
    html = f"<section><p>三款防晒，油皮实测。</p>{shown}</section>"
    given = {"title": title, "author": "安澜", "digest": "三款实测", "html": html, "cover": "cover"}
    return Payload(mark, "article", {**given, **body}, parts)
