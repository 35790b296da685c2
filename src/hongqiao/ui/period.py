"""The period a screen looks at, read from the address: `?period=d28` or `?start=2025-11-01&end=2025-11-22`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hongqiao.errors import N_, Invalid

Span = Literal["", "days", "week", "month"]
PRESETS = {
    "d1": N_("昨日"),
    "d7": N_("近7日"),
    "d28": N_("近28日"),
    "d90": N_("近90日"),
    "week": N_("本周"),
    "last_week": N_("上周"),
    "month": N_("本月"),
    "last_month": N_("上月"),
}
SPANS: dict[str, Span] = {"week": "week", "last_week": "week", "month": "month", "last_month": "month"}
LONGEST_DAYS = 3660  # ten years: past it a daily chart is unreadable and a query is likely a slip of the keyboard


@dataclass(frozen=True)
class Period:
    """Days `start` to `end`, both included; `key` is a preset or "custom"."""

    start: date
    end: date
    key: str
    today: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def label(self) -> str:
        """`昨日 · 11月22日`, `近28日 · 10-26～11-22`."""
        span = f"{self.start:%m-%d}～{self.end:%m-%d}"
        if self.start.year != self.end.year or self.end.year != self.today.year:
            span = f"{self.start}～{self.end}"
        if self.start == self.end:
            span = _("%(month)d月%(day)d日") % {"month": self.start.month, "day": self.start.day}
        return f"{_(PRESETS[self.key])} · {span}" if self.key in PRESETS else span

    @property
    def span(self) -> Span:
        """What kind of period it is, for the one before: "" where its days must tell (`metrics.buckets.earlier`)."""
        return "" if self.key == "custom" else SPANS.get(self.key, "days")


@dataclass(frozen=True)
class Typed:
    """Two dates that make no sense, as they were typed, and the error that says why. Stands where a Period would."""

    start: str
    end: str
    error: Invalid
    today: date
    key: str = "custom"

    @property
    def label(self) -> str:
        return _("自定义")


def days_words(start: date, end: date, today: date) -> str:
    """Return days as a person says them: 10月1日–23日, 9月28日–10月25日; with the year where it is not this one."""
    one = _("n月j日") if start.year == end.year == today.year else _("Y年n月j日")
    if start == end:
        return date_format(start, one)
    same = (start.year, start.month) == (end.year, end.month) == (today.year, end.month)
    return f"{date_format(start, one)}–{date_format(end, _('j日') if same else one)}"


def preset(key: str, today: date) -> Period:
    """The days of a preset, as seen on `today`. 本月 on the first day of a month is that day, 本周 on a Monday that
    Monday. KeyError if unknown.
    """
    yesterday = today - timedelta(1)
    first = today.replace(day=1)
    if key == "month":
        return Period(first, max(yesterday, first), key, today)
    if key == "last_month":
        last = first - timedelta(1)
        return Period(last.replace(day=1), last, key, today)
    if key in ("week", "last_week"):
        monday = today - timedelta(today.weekday() + (7 if key == "last_week" else 0))
        return Period(monday, monday + timedelta(6) if key == "last_week" else max(yesterday, monday), key, today)
    days = {"d1": 1, "d7": 7, "d28": 28, "d90": 90}[key]
    return Period(yesterday - timedelta(days - 1), yesterday, key, today)


def period_of(params: Mapping[str, str], today: date, default: str = "d28") -> Period:
    """Read the period from `request.GET`. Raises Invalid for a date that is none or runs backwards."""
    if params.get("start") or params.get("end"):
        try:
            start = date.fromisoformat(params.get("start") or params.get("end") or "")
            end = date.fromisoformat(params.get("end") or "") if params.get("end") else max(start, today - timedelta(1))
        except ValueError:
            raise Invalid(
                N_("日期不是有效的日期"), N_("请用 2025-11-22 这样的写法，或从预设里选"), code="bad_date"
            ) from None
        if start > end:
            raise Invalid(N_("开始日晚于结束日"), N_("请把两个日期对调后再看"), code="bad_period")
        if (end - start).days >= LONGEST_DAYS:
            raise Invalid(N_("区间超过十年"), N_("请缩短区间后再看"), code="bad_period")
        return Period(start, end, "custom", today)
    key = params.get("period", "")
    return preset(key if key in PRESETS else default, today)
