"""Filters: how figures and times are written."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hongqiao.ui import formats
from hongqiao.ui.tables import nothing
from hongqiao.ui.templatetags._library import register

Text = SafeString | str


def _or_nothing(value: Any, text: str) -> Text:
    return nothing() if formats.missing(value) else text


@register.filter
def wan(value: Any, digits: int = 1) -> Text:
    """`386000|wan` → 38.6 万; below ten thousand `1,204`."""
    return _or_nothing(value, formats.short(value, digits))


@register.filter
def num(value: Any, digits: int | None = None) -> Text:
    """`1204|num` → 1,204, with all its digits."""
    return _or_nothing(value, formats.number(value, digits))


@register.filter
def pct(value: Any, digits: int = 1) -> Text:
    """`0.026|pct` → 2.6%."""
    return _or_nothing(value, formats.percent(value, digits))


@register.filter
def money(value: Any, how: str = "") -> Text:
    """`1234.5|money` → ¥1,234.50; `386000|money:"wan"` → ¥38.6 万."""
    return _or_nothing(value, formats.money(value, how))


@register.filter
def span(value: Any) -> Text:
    """`1261|span` → 21 分钟: a stretch of time (seconds or timedelta) as a person says it."""
    return _or_nothing(value, formats.span(value))


@register.filter
def seconds(value: Any) -> Text:
    """`125|seconds` → 2 分 05 秒."""
    return _or_nothing(value, formats.duration(value))


@register.filter
def signed(value: Any, unit: str = "") -> Text:
    """`-0.18|signed:"percent"` → −18%; `1204|signed` → +1,204; `0.012|signed:"points"` → +1.2 个百分点."""
    return _or_nothing(value, formats.signed(value, unit))


@register.filter
def figure(value: Any, unit: str = "") -> Text:
    """A figure by its unit: count, number, percent, money, seconds, times."""
    return _or_nothing(value, formats.figure(value, unit))


@register.filter
def filesize(value: int | None) -> Text:
    """`4404019|filesize` → 4.2 MB."""
    return _or_nothing(value, formats.size(value))


def _time(value: date | datetime, text: str) -> SafeString:
    full = value
    if isinstance(value, datetime) and timezone.is_aware(value):
        full = timezone.localtime(value)
    title = f"{full:%Y-%m-%d %H:%M}" if isinstance(full, datetime) else f"{full:%Y-%m-%d}"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), title, text)


@register.filter
def ago(value: datetime | None) -> Text:
    """`5 分钟前`, with the moment on hover."""
    return nothing() if value is None else _time(value, formats.ago(value))


@register.filter
def day(value: date | datetime | None) -> Text:
    """`11-22`, with the year where it is not this one."""
    return nothing() if value is None else _time(value, formats.day(value))


@register.filter
def moment(value: datetime | None) -> Text:
    """`11-22 14:05`."""
    return nothing() if value is None else _time(value, formats.moment(value))
