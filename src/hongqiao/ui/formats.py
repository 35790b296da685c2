"""How a figure is written. Plain text in, plain text out; the template filters put HTML around it.

A missing figure (None, NaN) is always "—", never zero. Minus is the typographic one (U+2212).
"""

import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NONE = "—"
MINUS = "−"
Number = int | float | Decimal | None


def missing(value: Any) -> bool:
    """Say whether a figure is absent: None, an empty text, or not a number."""
    if value is None or value == "":
        return True
    return isinstance(value, float | Decimal) and not math.isfinite(value)


def _plain(value: float | Decimal, digits: int) -> str:
    """Thousands separators, a true minus, and no minus before a rounded zero."""
    text = f"{value:,.{digits}f}"
    if text.startswith("-"):
        text = text[1:] if not any(c in "123456789" for c in text) else MINUS + text[1:]
    return text


def chinese() -> bool:
    """Return whether the reader reads Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def number(value: Number, digits: int | None = None) -> str:
    """`1204` → `1,204`; `1.84` → `1.84`. Without `digits` whole numbers have none, others two."""
    if missing(value):
        return NONE
    value = float(value)  # type: ignore[arg-type]
    if digits is None:
        digits = 0 if value == int(value) or abs(value) >= 1000 else 2
    return _plain(value, digits)


def short(value: Number, digits: int = 1) -> str:
    """The trade's short form: `1,204`, `38.6 万`, `1.20 亿` (English: `386.0K`, `120.00M`)."""
    if missing(value):
        return NONE
    value = float(value)  # type: ignore[arg-type]
    size = abs(value)
    if not chinese():
        for step, mark in ((1e9, "B"), (1e6, "M"), (1e4, "K")):
            if size >= step:
                return _plain(value / (1e3 if mark == "K" else step), digits) + mark
        return number(value)
    if round(size / 1e4, digits) >= 1e4:
        return f"{_plain(value / 1e8, max(digits, 2))} 亿"
    if size >= 1e4:
        return f"{_plain(value / 1e4, digits)} 万"
    return number(value)


def percent(value: Number, digits: int = 1) -> str:
    """A share, 0.026 → `2.6%`."""
    return NONE if missing(value) else _plain(float(value) * 100, digits) + "%"  # type: ignore[arg-type]


def money(value: Number, how: str = "") -> str:
    """Yuan to the fen, `¥1,234.50`; with "wan" the short form, `¥38.6 万`."""
    if missing(value):
        return NONE
    text = short(value) if how == "wan" and abs(float(value)) >= 1e4 else _plain(value, 2)  # type: ignore[arg-type]
    return f"{MINUS}¥{text[1:]}" if text.startswith(MINUS) else f"¥{text}"


def duration(value: Number) -> str:
    """Seconds as people read them: `8.4 秒`, `2 分 05 秒`, `1 小时 03 分`."""
    if missing(value):
        return NONE
    seconds = float(value)  # type: ignore[arg-type]
    if seconds < 60:
        return _("%s 秒") % _plain(seconds, 0 if seconds == int(seconds) else 1)
    whole = round(seconds)
    if whole < 3600:
        return _("%(m)d 分 %(s)02d 秒") % {"m": whole // 60, "s": whole % 60}
    return _("%(h)d 小时 %(m)02d 分") % {"h": whole // 3600, "m": whole % 3600 // 60}


def span(value: timedelta | Number) -> str:
    """Return a stretch of time (or its seconds) as a person says it: minutes up to two hours, hours up to two days."""
    if missing(value):
        return NONE
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)  # type: ignore[arg-type]
    minutes = round(abs(seconds) / 60)
    if minutes < 120:
        return ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes}
    if minutes < 48 * 60 and not minutes % 60:
        return ngettext("%(n)s 小时", "%(n)s 小时", minutes // 60) % {"n": minutes // 60}
    if minutes < 48 * 60:
        return _("%(hours)s 小时 %(minutes)s 分") % {"hours": minutes // 60, "minutes": minutes % 60}
    return ngettext("%(n)s 天", "%(n)s 天", minutes // 1440) % {"n": minutes // 1440}


# The units a metric may have, each with its way of being written. "" and unknown units are plain numbers.
WRITERS = {
    "count": short,
    "number": number,
    "percent": percent,
    "ratio": percent,
    "money": lambda v: money(v, "wan"),
    "seconds": duration,
    "times": lambda v: number(v, 2),
}


def figure(value: Number, unit: str = "") -> str:
    """Write a figure by its unit: count, number, percent (or ratio), money, seconds, times. Texts pass through."""
    if isinstance(value, str):
        return value or NONE
    return WRITERS.get(unit, short)(value)


def signed(value: Number, unit: str = "") -> str:
    """A change with its sign: `+12%` (unit "percent", a share), `+1,204`, `−236`; "points": shares differ."""
    if missing(value):
        return NONE
    size = abs(float(value))  # type: ignore[arg-type]
    if unit == "points":
        text = _("%s 个百分点") % _plain(size * 100, 1)
    elif unit in ("percent", "pct"):
        text = _plain(size * 100, 0 if size >= 0.095 or size == 0 else 1) + "%"
    else:
        text = figure(size, unit)
    if not any(c in "123456789" for c in text):
        return text
    return (MINUS if value < 0 else "+") + text  # type: ignore[operator]


def day(value: date | datetime | None) -> str:
    """`11-22` in this year, `2024-11-22` otherwise."""
    if value is None:
        return NONE
    if isinstance(value, datetime):
        value = (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value.strftime("%m-%d" if value.year == timezone.localdate().year else "%Y-%m-%d")


def moment(value: datetime) -> str:
    """`11-22 14:05`, in the reader's zone when the value knows its own."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)} {local:%H:%M}"


def ago(value: datetime | None, now: datetime | None = None) -> str:
    """How long ago, as said aloud; past two days the moment itself. A naive value is taken as local time."""
    if value is None:
        return NONE
    aware = value if timezone.is_aware(value) else timezone.make_aware(value)
    seconds = ((now or timezone.now()) - aware).total_seconds()
    if seconds < 0:
        return moment(aware)
    if seconds < 60:
        return _("刚刚")
    if seconds < 3600:
        return ngettext("%d 分钟前", "%d 分钟前", int(seconds // 60)) % (seconds // 60)
    if seconds < 86400:
        return ngettext("%d 小时前", "%d 小时前", int(seconds // 3600)) % (seconds // 3600)
    if seconds < 2 * 86400:
        return _("1 天前")
    return moment(aware)


def size(value: int | None) -> str:
    """Bytes as `820 KB`, `4.2 MB`."""
    if value is None:
        return NONE
    for step, mark in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if value >= step:
            return f"{value / step:.1f}".removesuffix(".0") + f" {mark}"
    return f"{value} B"
