"""A shot table as people paste it: from a sheet (cells parted by tabs) or as lines "0-3 台词 | 画面 | 字幕"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hongqiao.methods.craft.counting import han
from hongqiao.methods.craft.model import Shot

_TIME = re.compile(
    r"^\s*(?:(?:镜头?|第)?\s*\d+\s*(?:镜|[.、:：)）])\s*)?[(（\[【]?\s*"
    r"(\d{1,2}:\d{2}(?::\d{2})?|\d{1,6}(?:\.\d{1,3})?)\s*(?:s|秒|″)?\s*[-–—~～至到]\s*"
    r"(\d{1,2}:\d{2}(?::\d{2})?|\d{1,6}(?:\.\d{1,3})?)\s*(?:s|秒|″)?\s*[)）\]】]?\s*[:：|｜\t]?\s*",
    re.IGNORECASE,
)
_CELLS = re.compile(r"\s*[|｜\t]\s*")
_PICTURE = re.compile(r"^[(（【\[]\s*(?:画面[:：]\s*)?([^)）】\]]+)[)）】\]]\s*|^画面[:：]\s*(.+)$")
_SPEAKER = re.compile(r"^(?:台词|口播|旁白|主播)[:：]\s*")
_HEAD = re.compile(r"台词|口播|文案")
_COLUMNS = (
    ("line", "台词|口播|文案"),
    ("picture", "画面|镜头内容"),
    ("subtitle", "字幕"),
    ("size", "景别"),
    ("time", "时"),
)


def shots(text: str, speech_a_second: float) -> tuple[Shot, ...]:
    """Return the shots of a pasted script; a line without times lasts as long as it takes to say.

    A first line that names the columns (时间, 画面, 台词, 字幕 …) is followed; else cells are line, picture, subtitle.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    order = _columns(lines[0]) if lines else {}
    made: list[Shot] = []
    for line in lines[bool(order) :]:
        made.append(_shot(line, order, made[-1].end if made else 0.0, speech_a_second))
    return tuple(made)


def _columns(line: str) -> dict[str, int]:
    cells = _CELLS.split(line.strip())
    if len(cells) < 2 or not _HEAD.search(line) or _TIME.match(line):
        return {}
    return {
        name: i
        for name, pattern in _COLUMNS
        for i in [next((i for i, c in enumerate(cells) if re.search(pattern, c)), -1)]
        if i >= 0
    }


def _shot(line: str, order: dict[str, int], begin: float, pace: float) -> Shot:
    if order:
        cells = _CELLS.split(line.strip("\r\n"))
        given = {name: cells[i].strip() for name, i in order.items() if i < len(cells)}
        timed = _TIME.match(given.pop("time", "") or line)
    else:
        timed = _TIME.match(line)
        given = dict(_said(line[timed.end() :] if timed else line))
    length = max(1.0, han(given.get("line", "")) / pace)
    start, end = (_seconds(timed[1]), _seconds(timed[2])) if timed else (begin, begin + length)
    return Shot(start, max(start, end), **given)


def _said(rest: str) -> Iterator[tuple[str, str]]:
    first, *others = _CELLS.split(rest.strip())
    if m := _PICTURE.match(first):
        yield "picture", (m[1] or m[2]).strip()
        first = first[m.end() :]
    yield "line", _SPEAKER.sub("", first).strip()
    for name, cell in zip(("picture", "subtitle"), others, strict=False):
        yield name, re.sub(r"^(?:画面|字幕)[:：]\s*", "", cell).strip()


def _seconds(text: str) -> float:
    found = 0.0
    for part in text.split(":"):
        found = found * 60 + float(part)
    return found
