"""Tables to take away, as csv and as workbooks that open in Excel: the one place where they are written.

A text stays a text, whatever it begins with: a spreadsheet never runs what somebody typed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hongqiao.errors import N_, Invalid

KINDS = ("csv", "xlsx")
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a sheet and a cell of it can hold: ECMA-376, "Excel specifications and limits" (support.microsoft.com).
SHEET_ROWS, CELL_LETTERS = 1_048_576, 32_767
#: What a spreadsheet takes for the beginning of a formula, or of the next cell (OWASP, CSV injection).
STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n")
CHUNK = 64_000  # letters that are sent together
Rows = Iterable[Sequence[Any]]


class TooManyRows(Invalid):
    """More rows than a sheet holds."""

    code = "too_many_rows"
    message = N_("超过 %(most)s 行，一个 xlsx 工作表放不下")
    next_step = N_("请缩短日期区间，或改为导出 csv")


def harmless(value: Any) -> Any:
    """Return a value for a csv cell: a text that begins like a formula is shown, not run; figures stay figures."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(STARTERS) else value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return money(value) if isinstance(value, Decimal) else value


def money(value: Decimal) -> str:
    """Return a decimal as it is said: 285.00, not 285.0000, and never 2.85E+2."""
    return f"{value:.2f}" if value == round(value, 2) else f"{value:f}"


def csv_lines(heads: Sequence[str], rows: Rows) -> Iterator[str]:
    """Yield a csv in pieces, with the mark by which Excel knows the letters."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for row in chain([heads], rows):
        writer.writerow([harmless(v) for v in row])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """Return a value as a cell of a write-only sheet: a text is no formula, holds no control letter and has an end."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, float(value) if isinstance(value, Decimal) else value)
    made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", value)[:CELL_LETTERS])
    made.data_type = "s"  # openpyxl would take a leading "=" for a formula
    return made


def saved(book: Workbook) -> bytes:
    """Return the file of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(heads: Sequence[str], rows: Rows, name: str = "hongqiao") -> bytes:
    """Return a workbook of one sheet, its heads staying in sight. Raises TooManyRows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, row in enumerate(chain([heads], rows), 1):
        if number > SHEET_ROWS:
            sheet.close()
            raise TooManyRows(most=f"{SHEET_ROWS - 1:,}")
        sheet.append([cell(sheet, v) for v in row])
    return saved(book)
