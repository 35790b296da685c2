"""From an answer to what a chart, a card or a table shows. Missing stays missing; what is not final is marked."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.boards import Chart
from hongqiao.insight.queries import Told
from hongqiao.insight.words import filled, label, unit_of, value_words
from hongqiao.metrics import METRICS, Result
from hongqiao.platforms import PLATFORMS
from hongqiao.ui import formats
from hongqiao.ui.period import Period

TIME = ("day", "week", "month")
#: A platform keeps its colour from picture to picture: the order of the charts' own palette.
COLOURS = dict(zip(PLATFORMS, ("data", "crisis", "users", "team", "content", "brand", "channels"), strict=False))
Link = Callable[..., str]


def days_of(period: Period) -> list[date]:
    return [period.start + timedelta(n) for n in range(period.days)]


def kpi_cards(codes: tuple[str, ...], result: Result, period: Period, link: Link) -> list[dict[str, Any]]:
    """Return one card a metric: figure, change against the period before, spark line, proxy mark, link to its page."""
    rows = {row["day"]: row for row in result.rows}
    partial, __ = gaps(result)
    days = days_of(period)
    cards = []
    for code in codes:
        if code not in result.totals:
            continue
        metric = METRICS[code]
        way = "points" if metric.format == "rate" else "percent"
        cards.append(
            {
                "code": code,
                "label": label(code),
                "value": result.totals[code],
                "raw": "" if result.totals[code] is None else str(result.totals[code]),
                "unit": unit_of(code),
                "change": felt(result.change.get(code), way),
                "change_unit": way,
                "better": metric.better or "",
                "proxy": filled(code, metric.definition) if metric.proxy else "",
                "note": beside_words(code, result),
                "spark": [as_number(rows.get(d, {}).get(code)) for d in days] if len(days) > 1 else [],
                "partial": [n for n, d in enumerate(days) if d in partial.get(code, ())],
                "url": link(code),
            }
        )
    return cards


def felt(change: Any, way: str) -> Any:
    """Return a change, 0 where it is written as none: 0.0 is neither good nor bad news."""
    return 0 if change is not None and not any(d in "123456789" for d in formats.signed(change, way)) else change


def beside_words(code: str, result: Result) -> str:
    """Return what must be read beside a figure (可识别用户占比 31%), or nothing."""
    said = []
    for other in METRICS[code].beside:
        share = result.beside.get(other, result.totals.get(other))
        text = _("数据不足") if share is None else formats.percent(share, 0 if float(share) >= 0.1 else 1)
        said.append(f"{label(other)} {text}")
    return " · ".join(said)


def as_number(value: Any) -> float | None:
    return None if value is None else float(value)


def gaps(result: Result) -> tuple[dict[str, set[date]], dict[str, set[date]]]:
    """Return (partial, missing): metric → days that some account states only in part, or not at all."""
    partial: dict[str, set[date]] = {}
    absent: dict[str, set[date]] = {}
    for entry in result.coverage:
        partial.setdefault(entry["metric"], set()).update(entry.get("partial") or ())
        absent.setdefault(entry["metric"], set()).update(entry.get("missing") or ())
    return partial, absent


def chart_payload(chart: Chart, told: Told, period: Period, link: Link, accounts: Mapping[str, str]) -> dict[str, Any]:
    """Return the payload of `ui.charts` for an answer."""
    result, codes = told.result, told.codes
    if chart.by[0] in TIME:
        return _over_time(chart, result, period, link, accounts, codes)
    dimension, code = chart.by[0], codes[0]
    rows = [r for r in result.rows if r.get(code) is not None]
    rows = sorted(rows, key=lambda r: float(r[code]), reverse=True)[: chart.top]
    titles = result.labels.get(dimension, {})
    return {
        "type": chart.kind,
        "x": [value_words(dimension, r[dimension], accounts, titles) for r in rows],
        "series": [{"name": label(code), "values": [as_number(r[code]) for r in rows]}],
        "unit": unit_of(code),
        "links": [link(code, **{dimension: r[dimension]}) for r in rows],
        "size": "m",
    }


def _over_time(
    chart: Chart, result: Result, period: Period, link: Link, accounts: Mapping[str, str], codes: tuple[str, ...]
) -> dict[str, Any]:
    time = chart.by[0]
    x = days_of(period) if time == "day" else sorted({r[time] for r in result.rows})
    cells: dict[tuple[Any, str], dict[Any, Any]] = {}
    if len(chart.by) == 1:
        for code in codes:
            cells[(None, code)] = {r[time]: r.get(code) for r in result.rows}
    else:
        for row in result.rows:
            cells.setdefault((row[chart.by[1]], codes[0]), {})[row[time]] = row.get(codes[0])
    partial, absent = gaps(result)
    series = [_series(key, said, x, chart, result, accounts, partial, link) for key, said in _largest(cells, chart.top)]
    return {
        "type": chart.kind,
        "x": [str(d) for d in x],
        "series": series,
        "unit": unit_of(codes[0]),
        "missing": [n for n, d in enumerate(x) if any(d in absent.get(c, ()) for c in codes)],
        "size": "l" if chart.wide else "m",
    }


def _series(
    key: tuple[Any, str],
    said: Mapping[Any, Any],
    x: list[Any],
    chart: Chart,
    result: Result,
    accounts: Mapping[str, str],
    partial: Mapping[str, set[date]],
    link: Link,
) -> dict[str, Any]:
    value, code = key
    where = {} if len(chart.by) == 1 else {chart.by[1]: value}
    name = label(code) if not where else value_words(chart.by[1], value, accounts, result.labels.get(chart.by[1], {}))
    return {
        "name": name,
        "room": COLOURS.get(value, "") if "platform" in chart.by else "",
        "values": [as_number(said.get(d)) for d in x],
        "partial": [n for n, d in enumerate(x) if d in partial.get(code, ()) and said.get(d) is not None],
        "unit": unit_of(code),
        "links": [link(code, start=d, end=d, **where) if chart.by[0] == "day" else "" for d in x],
    }


def _largest(cells: Mapping[tuple[Any, str], dict[Any, Any]], top: int) -> list[tuple[tuple[Any, str], dict[Any, Any]]]:
    """Keep the largest series, largest first, where the second dimension has many values; metrics keep their order."""
    entries = [e for e in cells.items() if any(v is not None for v in e[1].values())]
    if all(key[0] is None for key, _said in entries):
        return entries
    entries.sort(key=lambda e: -sum(float(v) for v in e[1].values() if v is not None))
    return entries[:top]
