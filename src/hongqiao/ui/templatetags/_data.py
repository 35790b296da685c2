"""Tags that show figures: kpi, sparkline, meter, chart, tabs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import json_script
from django.utils.safestring import SafeString

from hongqiao.ui import charts, formats
from hongqiao.ui.spark import sparkline
from hongqiao.ui.templatetags._library import register


def direction(change: Any, better: str) -> str:
    """The class of a change: "up" reads as good, "down" as bad; "" where no side is better or nothing moved."""
    if formats.missing(change) or change == 0 or better not in ("up", "down"):
        return ""
    return "up" if (change > 0) == (better == "up") else "down"


@register.inclusion_tag("ui/c/kpi.html")
def kpi(
    label: str,
    value: Any,
    unit: str = "",
    change: Any = None,
    change_unit: str = "percent",
    against: str = "",
    better: str = "up",
    note: str = "",
    fresh: str = "",
    proxy: str = "",
    spark: Sequence[float | None] = (),
    partial: Sequence[int] = (),
    room: str = "data",
    url: str = "",
    few: str = "",
    few_title: str = "",
    compared: str = "",
    hint: str = "",
) -> dict[str, Any]:
    """A figure that is never alone: unit, change and its meaning, freshness, and 代理 where it stands for another.

    change: a share by default (−0.18), or change_unit "points" (difference of shares) or a unit of `figure`.
    against: what it is compared with (周环比). proxy: why it is a stand-in, shown on the mark.
    few: "1/1" where a ratio rests on too little to be shown as one, few_title what both are. compared: the days
    behind the change, on hover. hint: what would fill a card that is empty.
    """
    text = formats.figure(value, unit)
    head, _sep, tail = text.partition(" ") if unit != "seconds" else (text, "", "")
    return {
        "label": label,
        "missing": formats.missing(value) and not few,
        "few": few,
        "few_title": few_title,
        "compared": compared,
        "hint": hint,
        "n": head,
        "mark": tail,
        "change": None if formats.missing(change) else formats.signed(change, change_unit),
        "still": change == 0,
        "way": direction(change, better),
        "against": against,
        "note": note,
        "fresh": fresh,
        "proxy": proxy,
        "svg": sparkline(list(spark), partial, room) if spark else "",
        "url": url,
    }


@register.simple_tag
def spark(values: Sequence[float | None], partial: Sequence[int] = (), room: str = "data") -> SafeString | str:
    """`{% spark values %}`: the small line alone, for a table cell."""
    return sparkline(values, partial, room)


@register.inclusion_tag("ui/c/meter.html")
def meter(
    share: float | None, label: str = "", now: float | None = None, room: str = "data", text: str = ""
) -> dict[str, Any]:
    """`{% meter 0.61 "新增关注 4.2 万" now=0.73 %}`: a share of a goal, and where time stands."""
    width = 0.0 if formats.missing(share) else max(0.0, min(1.0, float(share))) * 100  # type: ignore[arg-type]
    return {
        "width": f"{width:.1f}",
        "now": None if now is None else f"{min(max(now, 0.0), 1.0) * 100:.1f}",
        "known": not formats.missing(share),
        "text": text or formats.percent(share, 0),
        "label": label,
        "room": room,
    }


@register.inclusion_tag("ui/c/progress.html")
def progress(done: int, total: int, label: str = "", url: str = "", note: str = "", every: int = 2) -> dict[str, Any]:
    """`{% progress 3 25 "导入中" url=… %}`: with `url` it asks again every two seconds and replaces itself.

    The view at `url` answers this same tag while work goes on, and something without `url` when it is done.
    """
    return {"done": done, "total": max(total, 1), "label": label, "url": url, "note": note, "every": every}


@register.inclusion_tag("ui/c/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str = "", room: str = "") -> dict[str, Any]:
    """`{% tabs items %}`: links `{label, url, on, count}`; every tab has an address of its own."""
    return {"items": items, "label": label, "room": room}


@register.inclusion_tag("ui/c/chart.html")
def chart(id: str, payload: Mapping[str, Any], title: str = "") -> dict[str, Any]:
    """`{% chart "reads" payload title="阅读" %}`: payload as in `hongqiao.ui.charts`; load `{% scripts "charts" %}`."""
    whole = charts.checked(payload)
    table = charts.as_table(whole)
    return {
        "id": id,
        "title": title,
        "chart": whole,
        "json": json_script(whole, f"{id}-data"),
        "table": table,
        "has_missing": bool(whole["missing"]) or any(c["missing"] for r in table["rows"] for c in r["cells"]),
        "has_partial": any(s["partial"] for s in whole["series"]),
        "has_few": any(s["few"] for s in whole["series"]),
        "drawn": any(v is not None for s in whole["series"] for v in s["values"]),
    }
