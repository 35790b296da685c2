"""The ledger as a file that opens in Excel; a text that could be read as a formula is never one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hongqiao.ledger import present
from hongqiao.ledger.models import Outcome
from hongqiao.workspace.views import kit

KINDS = ("csv", "xlsx")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def heads() -> list[str]:
    return [
        _("动作"),
        _("模板"),
        _("板块"),
        _("负责人"),
        _("开始"),
        _("结束"),
        _("怎么判断"),
        _("指标"),
        _("结论"),
        _("原因"),
        _("效果"),
        _("区间下限"),
        _("区间上限"),
        _("置信水平"),
        _("相对变化"),
        _("样本"),
        _("费用"),
        _("数据版本"),
    ]


def lines(outcomes: Iterable[Outcome]) -> Iterator[list[Any]]:
    """Yield one row an outcome; figures stay figures."""
    for one in outcomes:
        row, said = one.action, present.shown(one)
        cost = float(row.cost) if row.cost is not None else None
        yield [
            present.words.label(row),
            row.template,
            present.room_label(row.room),
            str(row.owner or ""),
            one.start,
            one.end,
            said["method"],
            said["metric"],
            said["verdict"],
            said["why"],
            one.effect,
            one.lo,
            one.hi,
            one.level,
            one.relative,
            one.n,
            cost,
            one.manifest,
        ]


def safe(value: Any) -> Any:
    """Return a value for a csv cell: a text that begins like a formula is shown, not run."""
    if isinstance(value, str):
        return "'" + value if value.lstrip(" ")[:1] in RISKY and value else value
    return "" if value is None else value


def respond(kind: str, name: str, rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """Return the download."""
    if kind == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(_xlsx(rows), content_type=XLSX)
    return kit.named(answer, name)


def _csv(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield "\ufeff"
    for row in [heads(), *rows]:
        line = io.StringIO()
        csv.writer(line).writerow([safe(v) for v in row])
        yield line.getvalue()


def _xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("hongqiao")
    sheet.freeze_panes = "A2"
    for row in [heads(), *rows]:
        sheet.append([_cell(sheet, v) for v in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any) -> WriteOnlyCell:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", value)[:32_767])
        cell.data_type = "s"  # openpyxl would take a leading "=" for a formula
        return cell
    return WriteOnlyCell(sheet, value)
