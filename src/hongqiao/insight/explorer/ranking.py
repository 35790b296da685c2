"""The order a sentence asks for: which is most, the lowest five, how much more; and metrics that can be cut so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hongqiao.insight.explorer import data, limit
from hongqiao.insight.explorer.periods import number
from hongqiao.insight.explorer.question import Question
from hongqiao.metrics import METRICS

_N = r"(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})"
_UNIT = r"(?:个|条|篇|名|位|款|场|家|支|部)"
TOP = re.compile(rf"(?:前|top\s*){_N}{_UNIT}?", re.I)
LAST = re.compile(rf"(?:倒数|最后){_N}{_UNIT}?")
COUNT = re.compile(rf"{_N}{_UNIT}(?!月|星期|季度|小时)")
BARE = re.compile(r"(?P<n>\d{1,3})(?![\da-z%])")
#: A stretch of time that does not say when: 3个月 without 近.
STRETCH = re.compile(rf"{_N}(?:个?月|个?星期|周|天|日|个?季度|年)")
_ENDS = re.compile(r"\s*(?:$|[^\w\s]|吗|呢|些|一些|一点|点)")

UP, DOWN = ("least", "up"), ("most", "down", "rank")


def counted(match: re.Match[str]) -> int:
    """Return the number of a pattern, 0 for one that is none (十十)."""
    try:
        return number(match["n"])
    except (KeyError, ValueError):
        return 0


def leans(text: str, after: int) -> bool:
    """Whether 多, 高, 少 … end what is said, as in 哪个播放量高; inside a word they mean nothing."""
    return bool(_ENDS.match(text, after))


@dataclass
class Wish:
    """What a sentence says of an order."""

    way: str = ""  # most, least, best, worst, rank, down, up
    key: str = ""  # the metric it is said of
    which: bool = False
    gap: bool = False
    top: int = 0

    def take(self, role: str, last: str) -> None:
        """Take a word; `last`: the metric before it. 排名 says less than 从低到高, which says which way."""
        if role == "which":
            self.which = True
        elif role == "gap":
            self.gap = True
        elif role == "rank":
            self.way = self.way or role
        else:
            self.way = {"more": "most", "less": "least"}.get(role, role)
            self.key = self.key or last

    def sort(self, codes: Iterable[str]) -> str:
        """Return the order as a question says it, "" where none is asked or it cannot be told which way is good."""
        codes = list(codes)
        key = self.key if self.key in codes else next(iter(codes), "")
        way = self.way or ("most" if self.top else "")
        if not key or not way:
            return ""
        better = METRICS[key].better
        if way in ("best", "worst"):
            return "" if not better else ("-" if (better == "up") == (way == "best") else "") + key
        return key if way in UP else f"-{key}"

    def of(self, question: Question) -> Question:
        """Return the question in the order that is asked."""
        return question.but(sort=self.sort(question.metrics), top=min(self.top, limit("top")))


def fits(code: str, by: Iterable[str]) -> bool:
    return all(d in METRICS[code].dimensions for d in by)


def fitted(code: str, by: Iterable[str]) -> str:
    """Return the metric that says the same and can be cut so (完播率 of a piece is 作品完播率), else itself."""
    by = list(by)
    if not fits(code, by):
        for dimension in by:
            other = data("lexicon")["instead"].get(dimension, {}).get(code, "")
            if other and fits(other, by):
                return other
    return code


def meanings(codes: Iterable[str], by: Iterable[str]) -> list[str]:
    """Return what an open word may mean among metrics that can be cut so; all, where none can."""
    by = list(by)
    found = list(dict.fromkeys(fitted(c, by) for c in codes))
    return [c for c in found if fits(c, by)] or found
