"""The kinds of reports: for whom, over which days, and what is in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hongqiao.errors import N_, Invalid
from hongqiao.insight.reports import thresholds
from hongqiao.insight.reports.desk import Desk
from hongqiao.insight.reports.document import Section
from hongqiao.insight.reports.kinds import morning, onepage, periodic, review
from hongqiao.metrics.buckets import bucket, last_of


class BadReportDays(Invalid):
    code = "bad_report_days"
    message = N_("报告的起止日期有误")
    next_step = N_("请填两个日期：结束日不早于开始日，最长 %(most)s 天")


class NoSuchKind(Invalid):
    code = "bad_report_kind"
    message = N_("没有这种报告：%(kind)s")
    next_step = N_("可用的有：%(possible)s")


@dataclass(frozen=True)
class Kind:
    """`unit`: "day", "week", "month" (a whole one around the day asked for), or "any" (two dates; the last week)."""

    code: str
    label: str
    about: str
    unit: str
    build: Callable[[Desk], Sequence[Section]]

    def days(self, day: date, start: date | None = None) -> tuple[date, date]:
        """Return first and last day of the report that ends on, or lies around, `day`. Raises BadReportDays."""
        if start is not None and self.unit == "any":
            return checked(start, day)
        if self.unit == "day":
            return day, day
        unit = "month" if self.unit == "month" else "week"
        first = bucket(day, unit)
        return first, last_of(first, unit)

    def latest(self, today: date) -> tuple[date, date]:
        """Return the newest whole period that is over: yesterday, last week, last month."""
        start, end = self.days(today - timedelta(days=1))
        return (start, end) if end < today else self.days(start - timedelta(days=1))


def checked(start: date, end: date) -> tuple[date, date]:
    """Raises BadReportDays for days that make no report."""
    most = thresholds()["longest_days"]
    if end < start or (end - start).days >= most or not 1990 <= start.year <= end.year <= 2100:
        raise BadReportDays(most=most)
    return start, end


KINDS: dict[str, Kind] = {
    k.code: k
    for k in (
        Kind("morning", N_("昨日早报"), N_("昨天什么起量、什么掉了，缺哪份文件，一句话发到群里"), "day", morning.build),
        Kind("weekly", N_("周报"), N_("由每天的早报写成：数字、要点、作品、目标、做了什么"), "week", periodic.build),
        Kind("monthly", N_("月报"), N_("由每天的早报写成，覆盖一个自然月"), "month", periodic.build),
        Kind(
            "review", N_("复盘"), N_("任意一段时间：变了什么、为什么、做了什么、带来什么、下一步"), "any", review.build
        ),
        Kind(
            "onepage",
            N_("经营一页纸"),
            N_("给负责人的一页 A4：目标、钱、命中、竞品、人、承诺与待决策"),
            "any",
            onepage.build,
        ),
    )
}


def kind_of(code: str) -> Kind:
    """Raises NoSuchKind."""
    if code not in KINDS:
        raise NoSuchKind(kind=code, possible="、".join(KINDS))
    return KINDS[code]
