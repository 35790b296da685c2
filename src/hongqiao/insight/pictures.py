"""From an answer to what a chart, a card or a table shows. Missing stays missing; what is not final is marked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.boards import Chart
from hongqiao.insight.queries import Told
from hongqiao.insight.words import against, few_words, filled, label, unit_of, value_words
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
        few = few_words(code, result.few[code]) if code in result.few else ("", "")
        lines = len(days) > 1 and not few[0]
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
                "spark": [as_number(rows.get(d, {}).get(code)) for d in days] if lines else [],
                "partial": [n for n, d in enumerate(days) if d in partial.get(code, ())],
                "url": link(code),
                "few": few[0],
                "few_title": few[1],
                "compared": against(result, period.today),
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
    rows = [r for r in result.rows if r.get(code) is not None and f"{code}__few" not in r]
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
    cells: dict[tuple[Any, str], dict[Any, dict[str, Any]]] = {}
    for row in result.rows:
        for code in codes if len(chart.by) == 1 else codes[:1]:
            cells.setdefault((row[chart.by[1]] if len(chart.by) > 1 else None, code), {})[row[time]] = row
    partial, absent = gaps(result)
    shown = _largest(cells, chart.top)
    series = [_series(key, said, x, chart, result, accounts, partial, link) for key, said in shown]
    missing = [n for n, d in enumerate(x) if any(d in absent.get(c, ()) for c in codes)]
    beyond = [n for n, d in enumerate(x) if any(_beyond(d, c, result) for c in codes)]
    empty = [n for n in range(len(x)) if all(s["values"][n] is None for s in series)]
    return {
        "type": chart.kind,
        "x": [str(d) for d in x],
        "series": series,
        "unit": unit_of(codes[0]),
        "missing": missing,
        "quiet": [n for n in empty if n not in missing and n not in beyond],
        "size": "l" if chart.wide else "m",
    }


def _beyond(day: Any, code: str, result: Result) -> bool:
    """Whether a day lies before or after all that files say of a metric. Lists of works do not say: a day without one
    is a day without one."""
    spans = [(r["first_day"], r["last_day"]) for r in result.coverage if r["metric"] == code]
    return bool(spans) and not any(first <= day <= last for first, last in spans)


def _series(
    key: tuple[Any, str],
    said: Mapping[Any, Mapping[str, Any]],
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
    values = [as_number(said.get(d, {}).get(code)) for d in x]
    few = {n: said[d][f"{code}__few"] for n, d in enumerate(x) if f"{code}__few" in said.get(d, {})}
    return {
        "name": name,
        "room": COLOURS.get(value, "") if "platform" in chart.by else "",
        "values": values,
        "partial": [n for n, d in enumerate(x) if d in partial.get(code, ()) and values[n] is not None],
        "few": {str(n): few_words(code, f)[0] for n, f in few.items() if values[n] is not None},
        "unit": unit_of(code),
        "links": [link(code, start=d, end=d, **where) if chart.by[0] == "day" else "" for d in x],
    }


Cells = Mapping[tuple[Any, str], dict[Any, dict[str, Any]]]


def _largest(cells: Cells, top: int) -> list[tuple[tuple[Any, str], dict[Any, dict[str, Any]]]]:
    """Keep the largest series, largest first, where the second dimension has many values; metrics keep their order."""

    def known(entry: tuple[tuple[Any, str], dict[Any, dict[str, Any]]]) -> list[float]:
        (__, code), rows = entry
        return [float(r[code]) for r in rows.values() if r.get(code) is not None]

    entries = [e for e in cells.items() if known(e)]
    if all(key[0] is None for key, _said in entries):
        return entries
    return sorted(entries, key=lambda e: -sum(known(e)))[:top]


def laid_out(charts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put half-width pictures in pairs; one that is left alone takes the whole row: no hole in the grid."""
    rest, found = list(charts), []
    while rest:
        one = rest.pop(0)
        mate = next((c for c in rest if not c["wide"]), None) if not one["wide"] else None
        if mate:
            rest.remove(mate)
        found += [one, mate] if mate else [{**one, "wide": True}]
    return found
