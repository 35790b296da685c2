# ruff: noqa: E501 (one pattern a line; Chinese letters count twice)
"""Days in words: 昨天, 近30天, 10月, Q3, 双11, 2026-03-01到03-15, last 30 days. Read at one place of a sentence."""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

Span = tuple[date, date]
Made = Callable[[re.Match[str], date], Span]

_NUMBERS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}


def number(text: str) -> int:
    """Return a number in digits or in Chinese up to ninety-nine (三十, 二十八)."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if ten:
        return (_NUMBERS[tens] if tens else 1) * 10 + (_NUMBERS[ones] if ones else 0)
    return _NUMBERS[text]


def _last(days: int, today: date) -> Span:
    return today - timedelta(days), today - timedelta(1)


def _month(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _past_month(month: int, today: date) -> Span:
    """The latest month of that number that has begun."""
    return _month(today.year if month <= today.month else today.year - 1, month)


def _quarter(year: int, quarter: int) -> Span:
    return _month(year, quarter * 3 - 2)[0], _month(year, quarter * 3)[1]


def _past_quarter(quarter: int, today: date) -> Span:
    """The latest quarter of that number that has begun."""
    return _quarter(today.year if quarter <= (today.month + 2) // 3 else today.year - 1, quarter)


def _week(monday: date, today: date) -> Span:
    return monday, min(monday + timedelta(6), max(today - timedelta(1), monday))


def _monday(today: date, weeks: int = 0) -> date:
    return today - timedelta(today.weekday() + 7 * weeks)


def _shifted(today: date, months: int) -> Span:
    at = today.year * 12 + today.month - 1 + months
    return _month(at // 12, at % 12 + 1)


def _running(first: date, today: date) -> Span:
    return first, max(first, today - timedelta(1))


def _range(m: re.Match[str], today: date) -> Span:
    y, mo, d = int(m["y"]), int(m["m"]), int(m["d"])
    return date(y, mo, d), date(int(m["y2"] or y), int(m["m2"] or mo), int(m["d2"]))


def _short_range(m: re.Match[str], today: date) -> Span:
    first = _near(int(m["m"]), int(m["d"]), today)
    return first, date(first.year, int(m["m2"] or m["m"]), int(m["d2"]))


def _near(month: int, day: int, today: date) -> date:
    """The latest such day that is not after today."""
    found = date(today.year, month, day)
    return found if found <= today else date(today.year - 1, month, day)


def _festival(month: int, first: int, last: int) -> Made:
    def made(m: re.Match[str], today: date) -> Span:
        year = int(m["y"]) if m["y"] else _near(month, first, today).year
        return date(year, month, first), date(year, month, last)

    return made


def _one(day: date) -> Span:
    return day, day


_N = r"(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})"
_Y = r"(?:(?P<y>20\d\d)\s*年?\s*)?"
_TO = r"\s*(?:到|至|~|～|—|-|to)\s*"

#: Longest first: what comes first wins at its place.
PATTERNS: tuple[tuple[re.Pattern[str], Made], ...] = tuple(
    (re.compile(pattern, re.I), made)
    for pattern, made in (
        (rf"(?P<y>20\d\d)[-/.年](?P<m>\d\d?)[-/.月](?P<d>\d\d?)日?{_TO}(?:(?P<y2>20\d\d)[-/.年])?(?:(?P<m2>\d\d?)[-/.月])?(?P<d2>\d\d?)日?", _range),
        (rf"(?P<m>\d\d?)[月/.](?P<d>\d\d?)[日号]?{_TO}(?:(?P<m2>\d\d?)[月/.])?(?P<d2>\d\d?)[日号]?", _short_range),
        (r"(?P<y>20\d\d)[-/.年](?P<m>\d\d?)[-/.月](?P<d>\d\d?)[日号]?", lambda m, t: _one(date(int(m["y"]), int(m["m"]), int(m["d"])))),
        (r"(?P<m>\d\d?)月(?P<d>\d\d?)[日号]", lambda m, t: _one(_near(int(m["m"]), int(m["d"]), t))),
        (rf"{_Y}(?:双\s*(?:11|十一)|11[./]11)", _festival(11, 1, 11)),
        (rf"{_Y}(?:双\s*(?:12|十二))", _festival(12, 1, 12)),
        (rf"{_Y}618", _festival(6, 1, 18)),
        (r"(?P<y>20\d\d)\s*年?\s*(?:q|第)\s*(?P<q>[1-4一二三四])\s*(?:季度)?", lambda m, t: _quarter(int(m["y"]), number(m["q"]))),
        (r"(?:q\s*(?P<q>[1-4])(?:季度)?|第(?P<z>[1-4一二三四])季度)", lambda m, t: _past_quarter(number(m["q"] or m["z"]), t)),
        (r"(?P<y>20\d\d)[-/年](?P<m>1[0-2]|0?[1-9])月?(?![\d-])", lambda m, t: _month(int(m["y"]), int(m["m"]))),
        (r"去年(?P<m>1[0-2]|[1-9])月", lambda m, t: _month(t.year - 1, int(m["m"]))),
        (r"(?P<m>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?(?![\d])", lambda m, t: _past_month(number(m["m"]), t)),
        (rf"(?:最近|近|过去)\s*{_N}\s*(?:天|日)", lambda m, t: _last(number(m["n"]), t)),
        (rf"(?:最近|近|过去)\s*{_N}\s*(?:周|个?星期)", lambda m, t: _last(number(m["n"]) * 7, t)),
        (rf"(?:最近|近|过去)\s*{_N}\s*个?月", lambda m, t: (_shifted(t, -number(m["n"]))[0], _shifted(t, -1)[1])),
        (r"(?:最近|近)一?(?:个)?月", lambda m, t: _last(30, t)),
        (r"(?:last|past)\s+(?P<n>\d{1,3})\s+days?", lambda m, t: _last(int(m["n"]), t)),
        (r"(?:last|past)\s+(?P<n>\d{1,2})\s+weeks?", lambda m, t: _last(int(m["n"]) * 7, t)),
        (r"前天", lambda m, t: _one(t - timedelta(2))),
        (r"昨天|昨日|yesterday", lambda m, t: _one(t - timedelta(1))),
        (r"今天|今日|today", lambda m, t: _one(t)),
        (r"上上周", lambda m, t: _week(_monday(t, 2), t)),
        (r"上个?(?:周|星期)|last week", lambda m, t: _week(_monday(t, 1), t)),
        (r"[这本]个?(?:周|星期)|this week", lambda m, t: _week(_monday(t), t)),
        (r"上个?月|last month", lambda m, t: _shifted(t, -1)),
        (r"[这本当]个?月|this month", lambda m, t: _running(t.replace(day=1), t)),
        (r"上个?季度|last quarter", lambda m, t: (_shifted(_q(t), -3)[0], _q(t) - timedelta(1))),
        (r"[这本]个?季度|this quarter", lambda m, t: _running(_q(t), t)),
        (r"去年|last year", lambda m, t: (date(t.year - 1, 1, 1), date(t.year - 1, 12, 31))),
        (r"今年|this year", lambda m, t: _running(date(t.year, 1, 1), t)),
        (r"(?P<y>20\d\d)\s*年", lambda m, t: (date(int(m["y"]), 1, 1), date(int(m["y"]), 12, 31))),
    )
)  # fmt: skip


def _q(today: date) -> date:
    """First day of the quarter."""
    return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)


def at(text: str, place: int, today: date) -> tuple[int, Span | None]:
    """Return how many letters at `place` say a period, and its days: None where there is no such day (2月30日)."""
    for pattern, made in PATTERNS:
        match = pattern.match(text, place)
        if match:
            try:
                first, last = made(match, today)
            except (ValueError, KeyError):
                return len(match[0]), None
            return len(match[0]), (first, last) if first <= last else None
    return 0, None
