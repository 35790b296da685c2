"""The charts of an answer: lines over time, bars for the rest, one panel a value of a third dimension."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight import pictures
from hongqiao.insight.explorer import limit
from hongqiao.insight.explorer.answer import Answered
from hongqiao.insight.words import label, unit_of
from hongqiao.metrics import Result
from hongqiao.metrics.buckets import buckets

Name = Callable[[str, Any], str]
Mark = Mapping[date, str]


def charts(found: Answered, name: Name, marks: Mapping[date, str]) -> list[dict[str, Any]]:
    """Return [{code, title, payload}]: metrics of one unit share a picture where there is no other series."""
    result = found.result
    if result is None or not found.question.by or not result.rows:
        return []
    cut = [d for d in found.question.by if d != found.question.time]
    if not found.question.time:
        return [_bars(found, c, cut, name) for c in found.question.metrics[: limit("panels")]]
    if not cut:
        return _alone(found, marks)
    drawn = []
    for code in found.question.metrics:
        if len(cut) > 1:
            drawn += _panels(found, code, cut, name, marks)
        else:
            drawn.append(_over_time(found, code, cut[0], result.rows, name, marks))
    return drawn[: limit("panels")]


def _alone(found: Answered, marks: Mark) -> list[dict[str, Any]]:
    """Metrics over time without another cut: those of one unit and size share a picture."""
    drawn = []
    for codes in _alike(found):
        unit = unit_of(codes[0])
        series = [s for c in codes for s in _metric_lines(found, c, len(codes) == 1)]
        title = " / ".join(label(c) for c in codes)
        drawn.append(_picture(found, codes[0], title, series, unit, marks, codes))
    return drawn


def _alike(found: Answered) -> list[list[str]]:
    """Put metrics together that can be read on one axis; a small one beside a large one would lie flat on zero."""
    groups: list[tuple[str, float, list[str]]] = []
    for code in found.question.metrics:
        top = max((abs(float(r[code])) for r in _of(found).rows if r.get(code) is not None), default=0.0)
        for unit, size, codes in groups:
            if unit == unit_of(code) and max(top, size) <= limit("axis_ratio") * min(top, size):
                codes.append(code)
                break
        else:
            groups.append((unit_of(code), top, [code]))
    return [codes for _unit, _size, codes in groups]


def _metric_lines(found: Answered, code: str, alone: bool) -> list[dict[str, Any]]:
    result, time, x = _of(found), found.question.time, _x(found)
    rows = {r[time]: r for r in result.rows}
    partial, __ = pictures.gaps(result)
    days = partial.get(code, set())
    marked = [n for n, d in enumerate(x) if time == "day" and d in days and rows.get(d, {}).get(code) is not None]
    lines: list[dict[str, Any]] = [
        {"name": label(code), "values": [_number(rows, d, code) for d in x], "partial": marked, "unit": unit_of(code)}
    ]
    before = [_number(rows, d, f"{code}__compare") for d in x]
    if found.compared and any(v is not None for v in before):
        lines.append(
            {
                "name": against(found) if alone else f"{label(code)} · {against(found)}",
                "values": before,
                "dashed": True,
                "unit": unit_of(code),
            }
        )
    return lines


def against(found: Answered) -> str:
    """Return what the figures are compared with."""
    if found.other is not None:
        return found.other.name
    return _("去年同期") if found.question.vs == "year" else _("上一周期")


def change_words(found: Answered) -> str:
    """Return what a change is called: 环比, 同比, or against which account."""
    if found.other is not None:
        return _("较 %(name)s") % {"name": found.other.name}
    return _("同比") if found.question.vs == "year" else _("环比")


def _over_time(
    found: Answered, code: str, dimension: str, rows: list[dict[str, Any]], name: Name, marks: Mark, title: str = ""
) -> dict[str, Any]:
    time = found.question.time
    lines: dict[Any, dict[date, Any]] = {}
    for row in rows:
        lines.setdefault(row[dimension], {})[row[time]] = row.get(code)
    said = {v: s for v, s in lines.items() if any(x is not None for x in s.values())}
    largest = sorted(said, key=lambda v: -sum(float(x) for x in said[v].values() if x is not None))[: limit("series")]
    series = [
        {
            "name": name(dimension, v),
            "room": pictures.COLOURS.get(v, "") if dimension == "platform" else "",
            "values": [pictures.as_number(said[v].get(d)) for d in _x(found)],
            "unit": unit_of(code),
        }
        for v in largest
    ]
    return _picture(found, f"{code}-{len(title)}", title or label(code), series, unit_of(code), marks, [code])


def _panels(found: Answered, code: str, cut: list[str], name: Name, marks: Mark) -> list[dict[str, Any]]:
    """Small multiples: one picture a value of the first dimension, its lines are the second."""
    outer, inner = cut
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in _of(found).rows:
        groups.setdefault(row[outer], []).append(row)
    weight = {v: sum(float(r[code]) for r in rows if r.get(code) is not None) for v, rows in groups.items()}
    largest = sorted(groups, key=lambda v: -weight[v])[: limit("panels")]
    drawn = []
    for n, value in enumerate(largest):
        one = _over_time(found, code, inner, groups[value], name, marks, f"{label(code)} · {name(outer, value)}")
        drawn.append(one | {"code": f"{code}-{n}"})
    return drawn


def _bars(found: Answered, code: str, cut: list[str], name: Name) -> dict[str, Any]:
    rows = [r for r in found.rows if r.get(code) is not None]
    rising = found.question.sort == code  # the lowest first, where those are asked for
    rows = sorted(rows, key=lambda r: float(r[code]), reverse=not rising)[: limit("bars")]
    series = [{"name": label(code), "values": [pictures.as_number(r[code]) for r in rows], "unit": unit_of(code)}]
    before = [pictures.as_number(r.get(f"{code}__compare")) for r in rows]
    if found.compared and any(v is not None for v in before):
        series.append({"name": against(found), "values": before, "unit": unit_of(code), "room": "team"})
    x = [" · ".join(name(d, r[d]) for d in cut) for r in rows]
    size = "s" if len(rows) < 5 else "m" if len(rows) < 13 else "l"
    payload = {"type": "hbar", "x": x, "series": series, "unit": unit_of(code), "size": size}
    return {"code": code, "title": label(code), "payload": payload}


def _picture(
    found: Answered, code: str, title: str, series: list[dict[str, Any]], unit: str, marks: Mark, codes: list[str]
) -> dict[str, Any]:
    x = _x(found)
    __, absent = pictures.gaps(_of(found))
    missing = {d for c in codes for d in absent.get(c, ())} if found.question.time == "day" else set()
    payload = {
        "type": "line",
        "x": [str(d) for d in x],
        "series": series,
        "unit": unit,
        "missing": [n for n, d in enumerate(x) if d in missing],
        "annotations": annotations(x, marks),
        "size": "m",
    }
    return {"code": code, "title": title, "payload": payload}


def annotations(x: list[date], marks: Mark) -> list[dict[str, Any]]:
    """Return an upright line for every note, at the day, or the week or month that holds it."""
    found = []
    for day, text in marks.items():
        held = [n for n, start in enumerate(x) if start <= day]
        if held and (len(x) == 1 or day < x[-1] + (x[-1] - x[-2])):
            found.append({"x": held[-1], "label": text})
    return found


def _x(found: Answered) -> list[date]:
    return buckets(found.period.start, found.period.end, found.question.time)


def _number(rows: Mapping[Any, Mapping[str, Any]], day: date, code: str) -> float | None:
    return pictures.as_number(rows.get(day, {}).get(code))


def _of(found: Answered) -> Result:
    if found.result is None:
        raise ValueError("a question without an answer has no picture")
    return found.result
