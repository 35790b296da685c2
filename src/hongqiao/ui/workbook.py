"""Workbooks to take away: a cell of text is never a formula, a workbook is bytes to send."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """Return a value as a cell: a text stays a text, whatever it begins with."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    made = WriteOnlyCell(sheet, clean)
    if isinstance(clean, str):
        made.data_type = "s"
    return made


def saved(book: Workbook) -> bytes:
    """Return the file of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
