"""What a model added of its own: figures, addresses and people's words that no material has. Each becomes a gap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hongqiao.content.drafting.makers import gap

_UNIT = (
    r"%|％|‰|倍|万|亿|千|百|天|日|周|个月|月|年|小时|分钟|秒|人|位|元|块|次|折|成|款|件|支|瓶|片|ml|mL|ML|g|kg|mg"
    r"|岁|米|cm|mm|℃|度|个|步|点|招|种|条|类|分"
)
_FIGURE = re.compile(rf"(?<![A-Za-z0-9.])(\d[\d,]*(?:\.\d+)?)\s*({_UNIT})?\+?")
_SPOKEN = re.compile(
    r"(?:百分之[一二三四五六七八九十百零点两]+|[一二三四五六七八九]成[一二三四五六七八九]?|[一二三四五六七八九十百千万两]+(?:万|亿|倍)(?:人|位|次)?)"
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s，。）)】]+", re.I)
_SAID = re.compile(
    r"(?:用户|顾客|粉丝|网友|会员|姐妹|宝妈|同事|闺蜜|买家|医生|专家|皮肤科\w{0,2})[^，。！？\n“「]{0,10}(?:说|表示|反馈|评价|推荐|告诉)[^。！？\n“「]{0,3}[：:，]?\s*(?:[“「][^”」]{2,}[”」]|[^。！？\n]{4,})"
)
#: Counting what stands in the text itself ("3 点", "第 2 步") is no figure.
_COUNTING = {"个", "步", "点", "招", "种", "条", "类", "款", None}

Note = dict[str, str]


def marked(body: dict[str, Any], source: str) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """Return a body with everything invented as a gap to be checked, and what that was."""
    notes: list[Note] = []
    known = _figures(source)
    flat = re.sub(r"\s+", "", source)

    def mend(text: str) -> str:
        for code, pattern, invented in _kinds(known, flat):
            text = pattern.sub(_replacing(code, invented, notes), text)
        return text

    return _through(body, mend), tuple({(n["code"], n["word"]): n for n in notes}.values())


def _kinds(
    known: set[tuple[str, str]], flat: str
) -> list[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool]]]:
    def absent(m: re.Match[str]) -> bool:
        return "〔待补" not in m[0] and re.sub(r"\s+", "", m[0]) not in flat

    return [
        ("said", _SAID, absent),
        ("link", _LINK, absent),
        ("figure", _SPOKEN, absent),
        ("figure", _FIGURE, lambda m: not _given(m, known)),
    ]


def _replacing(
    code: str, invented: Callable[[re.Match[str]], bool], notes: list[Note]
) -> Callable[[re.Match[str]], str]:
    def replace(m: re.Match[str]) -> str:
        open_at = m.string.rfind("〔", 0, m.start())
        inside = open_at > m.string.rfind("〕", 0, m.start())
        if inside or not invented(m):
            return m[0]
        word = m[0].strip()
        notes.append({"code": code, "word": word[:80]})
        return gap(f"核实“{word}”")

    return replace


def _figures(source: str) -> set[tuple[str, str]]:
    """Return (number, unit) of every figure of a text, each number also without its unit."""
    found: set[tuple[str, str]] = set()
    for m in _FIGURE.finditer(source):
        number = _number(m[1])
        found |= {(number, m[2] or ""), (number, "")}
    return found


def _given(m: re.Match[str], known: set[tuple[str, str]]) -> bool:
    number = _number(m[1])
    if m[2] in _COUNTING and number.isdigit() and int(number) <= 10:
        return True
    return (number, m[2] or "") in known


def _number(text: str) -> str:
    plain = text.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _through(value: Any, mend: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [_through(v, mend) for v in value]
    if isinstance(value, dict):
        return {k: _through(v, mend) for k, v in value.items()}
    return value
