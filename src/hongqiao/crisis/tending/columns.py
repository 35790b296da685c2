"""What a field of a row may hold: read from a form or a call, checked, with what is wrong said in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from hongqiao.crisis.tending.errors import Wrong
from hongqiao.errors import N_

UNITS = {"m": (1, N_("分钟")), "h": (60, N_("小时")), "d": (1440, N_("天"))}
Options = Sequence[tuple[Any, str]]


@dataclass(frozen=True)
class Column:
    """A field. kind: text, lines (a text of several), words (one a line), minutes, count (a whole number), day, choice,
    choices, tick, when (answers of asks).

    most: letters of a text, else the largest value; asks: of `when`, [(code, words, options)]; fixed: read only in rows
    that ship; optional: may be empty.
    """

    name: str
    label: str
    kind: str = "text"
    most: int = 0
    least: int = 0
    options: Options = ()
    asks: Sequence[tuple[str, str, Options]] = ()
    unit: str = ""
    help: str = ""
    fixed: bool = False
    optional: bool = False

    def typed(self, post: QueryDict) -> Any:
        """Return what a form holds for it, as `clean` takes it."""
        if self.kind == "choices":
            return post.getlist(self.name)
        if self.kind == "words":
            return post.get(self.name, "").splitlines()
        if self.kind == "tick":
            return self.name in post
        if self.kind == "when":
            given = {ask: post.getlist(f"{self.name}.{ask}") for ask, _words, _options in self.asks}
            return {ask: said for ask, said in given.items() if said}
        if self.kind == "minutes":
            return _minutes(post.get(self.name, ""), post.get(f"{self.name}.unit", "m"))
        return post.get(self.name, "")

    def clean(self, value: Any) -> Any:
        """Return the value as it is kept. Raises Wrong."""
        return getattr(self, f"_{self.kind}")(value)

    def _text(self, value: Any) -> str:
        found = " ".join(str(value or "").encode("utf-8", "ignore").decode().replace("\x00", "").split())
        if not found and not self.optional:
            raise Wrong(N_("不能为空"))
        if len(found) > self.most:
            raise Wrong(N_("最多 %(most)s 个字"), most=self.most)
        return found

    def _lines(self, value: Any) -> str:
        rows = str(value or "").replace("\r\n", "\n").split("\n")
        parts = [Column(self.name, "", most=self.most, optional=True)._text(r) for r in rows]
        found = "\n".join(p for p in parts if p)
        if not found and not self.optional:
            raise Wrong(N_("不能为空"))
        if len(found) > self.most:
            raise Wrong(N_("最多 %(most)s 个字"), most=self.most)
        return found

    def _words(self, value: Any) -> list[str]:
        if not isinstance(value, list):
            raise Wrong(N_("要是列表"))
        found = list(dict.fromkeys(Column(self.name, "", most=self.most, optional=True)._text(v) for v in value))
        found = [word for word in found if word]
        if len(found) > self.least:
            raise Wrong(N_("最多 %(most)s 个词"), most=self.least)
        if short := [w for w in found if len(w) < 2]:
            raise Wrong(N_("“%(value)s”太短，至少 2 个字"), value=short[0])
        return found

    def _count(self, value: Any) -> int:
        text = str(value).strip()
        if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Wrong(N_("要是 %(least)s 到 %(most)s 的整数"), least=self.least, most=self.most)
        if not self.least <= int(text) <= self.most:
            raise Wrong(N_("要在 %(least)s 到 %(most)s 之间"), least=self.least, most=self.most)
        return int(text)

    def _minutes(self, value: Any) -> int:
        return self._count(value)

    def _tick(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Wrong(N_("要是 true 或 false"))
        return value

    def _day(self, value: Any) -> str:
        text = str(value or "").strip()
        try:
            return date.fromisoformat(text).isoformat() if text or not self.optional else ""
        except ValueError:
            raise Wrong(N_("日期写成 2026-11-27")) from None

    def _choice(self, value: Any) -> Any:
        known = {str(code): code for code, _label in self.options}
        if not str(value or "") and self.optional:
            return ""
        if isinstance(value, list | dict) or str(value) not in known:
            raise Wrong(N_("没有这个选项：%(value)s"), value=str(value)[:40] or "—")
        return known[str(value)]

    def _choices(self, value: Any) -> list[str]:
        if not isinstance(value, list):
            raise Wrong(N_("要是列表"))
        known = [str(code) for code, _label in self.options]
        given = [str(v) for v in value]
        if unknown := [v for v in given if v not in known]:
            raise Wrong(N_("没有这个选项：%(value)s"), value=unknown[0][:40])
        if not given and not self.optional:
            raise Wrong(N_("至少选一个"))
        return list(dict.fromkeys(given))

    def _when(self, value: Any) -> dict[str, list[str]]:
        if not isinstance(value, Mapping):
            raise Wrong(N_("要是列表"))
        known = {ask: [str(o) for o, _label in options] for ask, _words, options in self.asks}
        found = {}
        for ask, said in value.items():
            if ask not in known or not isinstance(said, list) or set(map(str, said)) - set(known[ask]):
                raise Wrong(N_("没有这个选项：%(value)s"), value=str(ask)[:40])
            found[ask] = [o for o in known[ask] if o in said]
        return {ask: said for ask, said in found.items() if said and len(said) < len(known[ask])}


def _minutes(text: str, unit: str) -> Any:
    """Return minutes of a number and its unit; what was typed where it is no number, so that it is refused."""
    said = text.strip()
    times = UNITS.get(unit, UNITS["m"])[0]
    return int(said) * times if said.isascii() and said.isdigit() and len(said) < 8 else said


def split(minutes: int) -> tuple[int, str]:
    """Return minutes in the largest unit that leaves no rest: (number, unit)."""
    for unit in ("d", "h"):
        size = UNITS[unit][0]
        if minutes and not minutes % size:
            return minutes // size, unit
    return minutes, "m"
