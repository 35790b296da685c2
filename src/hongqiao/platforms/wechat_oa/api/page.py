"""A body's HTML on its way to 公众号: its pictures found among the parts, then named by their addresses there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from hongqiao.errors import N_, Invalid
from hongqiao.platforms.client import Part, Payload
from hongqiao.platforms.wechat_oa.api.client import book


class PictureMissing(Invalid):
    code = "picture_missing"
    message = N_("正文里的图片不在素材里，公众号会滤掉：%(names)s")
    next_step = N_("请把这些图片上传到素材库再插入正文")


class _Pictures(HTMLParser):
    """Writes the HTML again, each picture's address as `named` says; all else stays as it stands."""

    def __init__(self, named: Callable[[str], str]):
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._named = named

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or ""
        given = dict(attrs)
        source = given.get("src") or given.get("data-src")
        if tag != "img" or not source:
            self.out.append(raw)
            return
        kept = [(k, v) for k, v in attrs if k not in ("src", "data-src", "srcset")]
        words = "".join(f" {k}" if v is None else f' {k}="{escape(v)}"' for k, v in kept)
        self.out.append(f'<img src="{escape(self._named(source))}"{words}/>')

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")


def images(payload: Payload) -> list[Part]:
    """Return the parts that the HTML shows, each once. Raises PictureMissing for one that is nowhere."""
    found: dict[str, Part] = {}
    missing: list[str] = []

    def look(source: str) -> str:
        part = _part(payload, source)
        if part:
            found[part.name] = part
        elif urlsplit(source).hostname not in book("quota")["hosts_of_pictures"]:
            missing.append(source[:80])
        return source

    _rewrite(payload, look)
    if missing:
        raise PictureMissing(names="、".join(missing[:3]))
    return list(found.values())


def with_addresses(payload: Payload, held: Mapping[str, str]) -> str:
    """Return the HTML with each picture at its address on the platform."""

    def address(source: str) -> str:
        part = _part(payload, source)
        return held[f"picture:{part.name}"] if part else source

    return _rewrite(payload, address)


def _rewrite(payload: Payload, named: Callable[[str], str]) -> str:
    writer = _Pictures(named)
    writer.feed(str(payload.body.get("html") or ""))
    writer.close()
    return "".join(writer.out)


def _part(payload: Payload, source: str) -> Part | None:
    """Return the part that an address names: the name itself, or one step of its path."""
    steps = {source, *urlsplit(source).path.split("/")}
    return next((part for part in payload.parts if part.name in steps), None)
