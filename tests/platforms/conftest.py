"""Files typed by hand, and the way from a file to rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from hongqiao.platforms import Found, Reading, read, recognise
from tests.oa import sandbox  # noqa: F401

CAPTURED = datetime(2026, 5, 1, 9, 0)


def xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def xls(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell not in (None, ""):
                    sheet.write(r, c, cell)
    book.save(str(path))
    return path


def csv(path: Path, lines: Iterable[str], encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


class Taken:
    """What came out of one table: rows by target table, and the reading."""

    def __init__(self, reading: Reading):
        self.reading = reading
        self.found: Found = reading.found
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.types: dict[str, dict[str, str]] = {}
        for table, batch in reading.batches():
            self.tables[table] += batch.to_pylist()
            self.types[table] = {f.name: str(f.type) for f in batch.schema}

    def __getitem__(self, table: str) -> list[dict[str, Any]]:
        return self.tables[table]

    @property
    def said(self) -> list[tuple[int, str, str, bool]]:
        return [(p.row, p.column, p.code, p.fatal) for p in self.reading.problems]


@pytest.fixture
def take() -> Callable[..., list[Taken]]:
    """Recognise a file and read every table of it that was recognised."""

    def taking(path: Path, *, name: str = "", zone: str = "Asia/Shanghai", captured: datetime = CAPTURED, extra=()):
        found = recognise(path, name=name, extra=extra)
        return [Taken(read(path, f, captured_at=captured, zone=zone)) for f in found if f.ok]

    return taking
