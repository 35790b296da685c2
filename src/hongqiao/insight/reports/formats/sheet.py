"""The xlsx appendix: the report as lines, each note with its question, version and figure, and the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.reports.formats import Rows, RowsOf, fixed
from hongqiao.insight.reports.formats.paging import goal_table
from hongqiao.insight.reports.written import Note, Written
from hongqiao.workspace.spreadsheets import cell, saved


def write(report: Written, rows: RowsOf) -> bytes:
    """Return the workbook: 报告, 数字出处, 原始行. Texts are texts, never formulas."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    behind = [(note, rows(note)) for note in report.notes]
    _sheet(book, _("报告"), [60, 18, 18, 18, 18, 18, 18], _lines(report))
    _sheet(book, _("数字出处"), [8, 46, 20, 30, 14, 14, 12, 12], _questions(behind))
    _sheet(book, _("原始行"), [8, 14, 24, 18, 18, 18, 18, 18, 30, 10], _rows(behind))
    moment = datetime(report.end.year, report.end.month, report.end.day)
    book.properties.created = book.properties.modified = moment
    book.properties.creator, book.properties.title = "Hongqiao", f"{report.brand} {report.title}"
    return fixed.settled(saved(book), report.end)


def _sheet(book: Any, name: str, widths: Sequence[int], lines: Iterator[Sequence[Any]]) -> None:
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(name)
    page.freeze_panes = "A2"
    for n, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(n)].width = width
    for line in lines:
        page.append([cell(page, v if isinstance(v, int | float | None) else str(v)) for v in line])


def _lines(report: Written) -> Iterator[Sequence[Any]]:
    yield [report.title, report.brand, report.period, report.stamp]
    for section in report.sections:
        yield []
        yield [section["title"]]
        for block in section["blocks"]:
            yield from _block(block)


def _block(block: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    kind = block["block"]
    if kind in ("sentence", "callout", "line"):
        yield [block["text"], _numbers(block)]
    elif kind == "kpis":
        for k in block["items"]:
            yield [k["label"], k["value"], k["change"], k["note"], _numbers(k)]
    elif kind == "chart":
        yield [block["title"], *(s["name"] for s in block["series"]), _numbers(block)]
        for n, label in enumerate(block["x"]):
            yield [label, *(s["values"][n] for s in block["series"])]
    else:
        table = goal_table(block) if kind == "goals" else block
        yield [h["label"] for h in table["heads"]]
        for row in table["rows"]:
            yield [*(c["text"] for c in row), _numbers({"notes": [n for c in row for n in c["notes"]]})]


def _numbers(block: Mapping[str, Any]) -> str:
    return " ".join(f"[{n}]" for n in block.get("notes", []))


def _questions(behind: Sequence[tuple[Note, Rows]]) -> Iterator[Sequence[Any]]:
    yield [_("编号"), _("问题"), _("指标"), _("筛选"), _("开始"), _("结束"), _("数据版本"), _("数值"), _("原始行数")]
    for note, rows in behind:
        cite = note.cite
        where = "; ".join(f"{k}={v}" for k, v in sorted((cite.get("where") or {}).items()))
        codes = ", ".join(cite.get("metrics", ())) or ", ".join(f"{k}:{v}" for k, v in sorted(cite.items()))
        days = [str(cite.get(k) or "")[:10] for k in ("start", "end")]
        yield [note.number, note.words, codes, where, *days, rows.version, rows.figure, rows.count]


def _rows(behind: Sequence[tuple[Note, Rows]]) -> Iterator[Sequence[Any]]:
    yield [_("编号"), _("每个编号一段；行数多的只列前一部分，总数见「数字出处」")]
    for note, rows in behind:
        if rows.heads:
            yield []
            yield [note.number, note.words]
            yield ["", *rows.heads]
            for line in rows.rows:
                yield [note.number, *line]
