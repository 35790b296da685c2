"""The table of an answer: heads that sort, one page of cells that open their rows, totals; the same as a file."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight import pictures
from hongqiao.insight.explorer import limit, picture
from hongqiao.insight.explorer.answer import Answered
from hongqiao.insight.explorer.question import TIME
from hongqiao.insight.words import few_cell, label, unit_of, unit_words
from hongqiao.metrics import DIMENSIONS, METRICS
from hongqiao.ui import formats

Name = Callable[[str, Any], str]
Link = Callable[..., str]


def table(found: Answered, name: Name, link: Link) -> dict[str, Any]:
    """Return heads, one page of rows and the totals; each figure with the address of its rows."""
    result, question = found.result, found.question
    if result is None or not question.by:
        return {}
    size = limit("page_rows")
    pages_in = max(1, -(-len(found.rows) // size))
    at = min(question.page, pages_in)
    rows = found.rows[(at - 1) * size : at * size]
    return {
        "heads": heads(found),
        "rows": [{"names": [name(d, r[d]) for d in question.by], "cells": cells(found, r, link)} for r in rows],
        "totals": total_cells(found, link),
        "count": result.row_count,
        "page": at,
        "pages": pages_in,
        "previous": question.but(page=at - 1).query() if at > 1 else "",
        "next": question.but(page=at + 1).query() if at < pages_in else "",
    }


def heads(found: Answered) -> list[dict[str, Any]]:
    question = found.question
    shown = []
    for code in (*question.by, *question.metrics):
        down, up = question.sort == f"-{code}", question.sort == code
        metric = METRICS.get(code) if code in question.metrics else None
        shown.append(
            {
                "label": label(code) if metric else _(DIMENSIONS[code].label),
                "unit": unit_words(metric.unit) if metric and metric.unit != "%" else "",
                "right": metric is not None,
                "url": question.but(sort=code if down else f"-{code}").query(),
                "way": "descending" if down else "ascending" if up else "",
            }
        )
        if metric and found.compared:
            shown.append({"label": picture.against(found), "right": True})
            shown.append({"label": _("变化"), "right": True})
    return shown


def cells(found: Answered, row: Mapping[str, Any], link: Link) -> list[dict[str, Any]]:
    shown = []
    for code in found.question.metrics:
        thin = row.get(f"{code}__few")
        shown.append(figure(code, row.get(code), link(code, row), few_cell(code, thin) if thin else ""))
        if found.compared:
            shown.append(figure(code, row.get(f"{code}__compare"), link(code, row, other=True)))
            shown.append(moved(code, row.get(f"{code}__change")))
    return shown


def total_cells(found: Answered, link: Link) -> list[dict[str, Any]]:
    result, shown = found.result, []
    if result is None:
        return []
    for code in found.question.metrics:
        thin = result.few.get(code)
        shown.append(figure(code, result.totals.get(code), link(code, {}), few_cell(code, thin) if thin else ""))
        if found.compared:
            shown.append(figure(code, result.compared.get(code), link(code, {}, other=True)))
            shown.append(moved(code, result.change.get(code)))
    return shown


def figure(code: str, value: Any, url: str = "", instead: str = "") -> dict[str, Any]:
    """Return a written figure; none has no link, for there are no rows behind it."""
    if value is None:
        return {"text": "", "label": label(code)}
    return {"text": instead or formats.figure(value, unit_of(code)), "url": url, "label": label(code)}


def moved(code: str, change: Any) -> dict[str, Any]:
    metric = METRICS[code]
    if change is None:
        return {"text": "", "label": _("变化")}
    unit = "points" if metric.format == "rate" else "percent"
    change = pictures.felt(change, unit)
    rising = (change > 0) == (metric.better == "up")
    way = "" if not metric.better or not change else "up" if rising else "down"
    text = formats.signed(change, unit) if change else _("持平")
    return {"text": text, "css": way, "label": _("变化")}


def sheet(found: Answered, name: Name) -> tuple[list[str], list[list[Any]]]:
    """Return heads and rows of the table as a file: every cell, figures as numbers, the totals last."""
    result, question = found.result, found.question
    if result is None:
        return [], []
    codes = []
    said = [_(DIMENSIONS[d].label) for d in question.by]
    for code in question.metrics:
        codes.append(code)
        said.append(label(code))
        if found.compared:
            codes += [f"{code}__compare", f"{code}__change"]
            said += [f"{label(code)} · {picture.against(found)}", f"{label(code)} · {_('变化')}"]
    rows = [
        [*(r[d] if d in TIME else name(d, r[d]) for d in question.by), *(r.get(c) for c in codes)] for r in found.rows
    ]
    if question.by:
        whole = [v for c in question.metrics for v in _whole(found, c)]
        rows.append([_("合计"), *[""] * (len(question.by) - 1), *whole])
    else:
        rows = [[v for c in question.metrics for v in _whole(found, c)]]
    return said, rows


def _whole(found: Answered, code: str) -> list[Any]:
    result = found.result
    if result is None:
        return []
    first = [result.totals.get(code)]
    return [*first, result.compared.get(code), result.change.get(code)] if found.compared else first
