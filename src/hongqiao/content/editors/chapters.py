"""Chapters of a long video: a time and a title each, as its description says them; what is amiss with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.knowledge import read
from hongqiao.methods.craft.counting import length

Said = tuple[int, str]  # the number of a row from 1, 0 for all; words


def book() -> dict[str, Any]:
    """Return knowledge/content/chapters.json."""
    return read("content/chapters")


def clock(seconds: float) -> str:
    """Return seconds as players show them: 02:30, 1:02:30."""
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60:02d}:{rest % 60:02d}"


def lines(body: Mapping[str, Any]) -> list[str]:
    """Return the chapters of a body as its description says them, a line each."""
    return [f"{clock(c.get('start') or 0)} {c.get('title', '')}".strip() for c in body.get("chapters") or ()]


def description(text: str, body: Mapping[str, Any]) -> str:
    """Return a text with the chapters of its body below it; a line that the text has already is not said again."""
    there = {" ".join(line.split()) for line in text.splitlines()}
    more = "\n".join(line for line in lines(body) if line not in there)
    return f"{text.rstrip()}\n\n{more}".strip() if more else text


def amiss(rows: Sequence[Mapping[str, Any]], end: float = 0) -> Iterator[Said]:
    """Yield what is amiss with chapters {start, title}. `end`: where the shot table ends in seconds, 0 if unknown."""
    if not rows:
        return
    limits, before = book(), -1.0
    if not limits["least"] <= len(rows) <= limits["most"]:
        words = _("现有 %(n)d 章，建议 %(least)d–%(most)d 章")
        yield 0, words % {"n": len(rows), "least": limits["least"], "most": limits["most"]}
    if float(rows[0].get("start") or 0) > 0:
        yield 1, _("第一章建议从 00:00 开始")
    for number, row in enumerate(rows, 1):
        start, title = float(row.get("start") or 0), str(row.get("title") or "")
        if start <= before:
            yield number, _("时间要比上一章晚")
        if end and start >= end:
            yield number, _("分镜表到 %(end)s 就结束了") % {"end": clock(end)}
        if not title:
            yield number, _("还没有标题")
        if (n := length(title)) > limits["title_characters"]:
            words = _("标题 %(n)d 字，建议 %(most)d 字以内")
            yield number, words % {"n": n, "most": limits["title_characters"]}
        before = max(before, start)
