"""Figures and rows as files that open in Excel. A text that could be read as a formula is never one."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hongqiao.errors import N_, Invalid, NotFound
from hongqiao.insight import queries, rows
from hongqiao.insight.words import label, value_words
from hongqiao.metrics import DIMENSIONS, METRICS, Query
from hongqiao.ui.period import Period
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member
from hongqiao.workspace.views import kit

KINDS = ("csv", "xlsx")
#: What a sheet and a cell of it can hold: ECMA-376, "Excel specifications and limits" (support.microsoft.com).
SHEET_ROWS, CELL_LETTERS = 1_048_576, 32_767
Rows = Iterable[Sequence[Any]]
#: What a file may hold besides a cut.
SPECIAL = {"rows": N_("原始行"), "why": N_("波动归因")}


class TooManyRows(Invalid):
    """More rows than a sheet holds."""

    code = "too_many_rows"
    message = N_("超过 %(most)s 行，一个 xlsx 工作表放不下")
    next_step = N_("请缩短日期区间，或改为导出 csv")


def sheet(
    member: Member, code: str, what: str, period: Period, where: Mapping[str, Any], part: str
) -> tuple[list[str], Rows, int]:
    """Return heads, rows and their number: `what` is "rows" (the statements behind) or a dimension to cut by.

    Raises NotFound.
    """
    handle = queries.opened(member)
    for dimension in where:
        queries.check_cut(code, dimension)
    if what == "rows":
        return rows.table(member, code, Query((code,), (), dict(where), period.start, period.end), part)
    if what not in METRICS[code].dimensions:
        raise NotFound()
    asked = Query((code,), (what,), dict(where), period.start, period.end, totals=False, limit=None)
    result = queries.answer(handle, asked)
    accounts, titles = queries.account_names(member.brand_id), result.labels.get(what, {})
    found = ((_named(what, r[what], accounts, titles), r.get(code)) for r in result.rows)
    return [_(DIMENSIONS[what].label), label(code)], found, len(result.rows)


def noted(member: Member, code: str, what: str, period: Period, kind: str, rows: int) -> None:
    """Leave an audit row: who took which figures out of the house, of which days, as what."""
    cut = SPECIAL[what] if what in SPECIAL else DIMENSIONS[what].label
    audit.record(
        member,
        "data.exported",
        metric=METRICS[code].label,
        of=code,
        what=cut,
        period=f"{period.start}～{period.end}",
        kind=kind,
        rows=rows,
    )


def _named(dimension: str, value: Any, accounts: Mapping[str, str], titles: Mapping[str, str]) -> Any:
    return value if DIMENSIONS[dimension].kind == "date" else value_words(dimension, value, accounts, titles)


def respond(kind: str, name: str, heads: Sequence[str], rows: Rows) -> HttpResponseBase:
    """Return the download. csv is streamed, with a byte order mark so that Excel reads it as UTF-8."""
    if kind == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(_csv(heads, rows), content_type="text/csv; charset=utf-8")
    else:
        kind_of = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = HttpResponse(_xlsx(heads, rows), content_type=kind_of)
    return kit.named(answer, name)


def safe(value: Any) -> Any:
    """Return a value for a csv cell: a text that begins like a formula is shown, not run."""
    if isinstance(value, str):
        return "'" + value if value.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and value else value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else value


def plain(value: Decimal) -> str:
    """Return money as it is said: 285.00, not 285.0000, and never 2.85E+2."""
    return f"{value:.2f}" if value == round(value, 2) else f"{value:f}"


def _csv(heads: Sequence[str], rows: Rows) -> Iterable[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for row in chain([heads], rows):
        writer.writerow([safe(v) for v in row])
        if buffer.tell() > 64_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _xlsx(heads: Sequence[str], rows: Rows) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet("hongqiao")
    page.freeze_panes = "A2"
    for number, row in enumerate(chain([heads], rows), 1):
        if number > SHEET_ROWS:
            page.close()
            raise TooManyRows(most=f"{SHEET_ROWS - 1:,}")
        page.append([_cell(page, v) for v in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: Any, value: Any) -> WriteOnlyCell:
    if isinstance(value, str):
        cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub(" ", value)[:CELL_LETTERS])
        cell.data_type = "s"  # openpyxl would take a leading "=" for a formula
        return cell
    return WriteOnlyCell(page, float(value) if isinstance(value, Decimal) else value)
