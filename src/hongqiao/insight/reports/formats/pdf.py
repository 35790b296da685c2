"""PDF by Typst, A4: the one page fits its page, everything else flows; notes at the end. Serves D2d."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.reports.formats import RowsOf, drawing
from hongqiao.insight.reports.written import Written
from hongqiao.ui import typeset

SCALES = (1.12, 1.06, 1.0, 0.94, 0.88, 0.82, 0.76, 0.7)  # the one page is made smaller until it is one


def write(report: Written, rows: RowsOf) -> bytes:
    """Return the PDF. Raises NoTypeface."""
    layout = "onepage" if report.kind == "onepage" else "a4"
    return compiled(report, layout, "pdf")


def compiled(report: Written, layout: str, shape: str, ppi: float = 144.0) -> bytes:
    """Return a layout ("a4", "onepage", "picture") as "pdf" or "png"; nothing but this folder's files is read."""
    with typeset.sheet("hongqiao.insight.reports.formats", "report.typ") as sheet:
        body = _body(report, layout, sheet.family, sheet.place)
        for scale in SCALES if layout == "onepage" else (1.0,):
            sheet.told({**body, "scale": scale})
            if layout != "onepage" or sheet.asked("last", one=True) == 1:
                break
        moment = datetime(report.end.year, report.end.month, report.end.day, tzinfo=UTC)
        return sheet.made(shape, ppi, timestamp=moment)


def _body(report: Written, layout: str, family: str, place: Path) -> dict[str, Any]:
    """Return what the template reads; charts are written beside it."""
    sections: list[dict[str, Any]] = []
    charts = 0
    for section in report.sections:
        blocks: list[dict[str, Any]] = []
        for block in section["blocks"]:
            made = marked(block)
            if block["block"] == "chart":
                charts += 1
                made["file"] = f"chart-{charts}.svg"
                narrow = layout != "picture" and sum(b["block"] == "chart" for b in section["blocks"]) > 1
                width = drawing.NARROW if narrow else drawing.WIDTH
                (place / made["file"]).write_text(drawing.svg(block, family, width), "utf-8")
                if blocks and blocks[-1]["block"] == "charts":
                    blocks[-1]["charts"].append(made)
                    continue
                made = {"block": "charts", "charts": [made]}
            blocks.append(made)
        sections.append({**section, "blocks": blocks})
    return {
        "layout": layout,
        "font": family,
        "lang": typeset.language(),
        "title": report.title,
        "brand": report.brand,
        "period": report.period,
        "stamp": report.stamp,
        "foot": f"{report.brand} · {report.title} · {report.period} · {report.stamp}",
        "sections": sections,
        "rows": paired(sections),
        "notes": [{"number": n.number, "words": n.words} for n in report.notes],
        "words": {
            "notes": _("数字出处"),
            "time": _("竖线是时间进度"),
            "how": _("方括号里的编号对应下面的问题；在报告页点编号，可看到同一数据版本下的原始行和来源文件。"),
        },
    }


def paired(sections: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return sections in rows: a wide one alone, two that are not side by side."""
    rows: list[list[dict[str, Any]]] = []
    for section in sections:
        last = rows[-1] if rows else []
        if not section["wide"] and len(last) == 1 and not last[0]["wide"]:
            last.append(section)
        else:
            rows.append([section])
    return rows


def marked(block: Mapping[str, Any]) -> dict[str, Any]:
    """Return a block whose notes are also marks: [{"first", "text"}], neighbours told as a span."""
    made: dict[str, Any] = {**block, "marks": marks(block.get("notes", []))}
    if "items" in block:
        made["items"] = [marked(i) for i in block["items"]]
    if "rows" in block:
        made["rows"] = [[marked(c) for c in row] for row in block["rows"]]
    return made


def marks(notes: list[int]) -> list[dict[str, Any]]:
    """Return numbers as marks: 3, 4, 5, 9 is 3–5 and 9."""
    spans: list[list[int]] = []
    for n in sorted(notes):
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return [{"first": a, "text": str(a) if a == b else f"{a}–{b}"} for a, b in spans]
