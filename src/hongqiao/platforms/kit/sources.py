"""A file as sheets of text cells: the same to recognition and reading whether it was a workbook, a page or a csv."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from hongqiao.errors import N_
from hongqiao.platforms.kit import cells, html, sniff
from hongqiao.platforms.kit.settings import limits
from hongqiao.platforms.kit.text import TextSheet
from hongqiao.platforms.model import Unreadable


class Sheet(Protocol):
    """`head(n)`: the first n rows as text, ragged, at most those of the sample; `rows(n)`: however many there are.
    `batches`: columns c0… and source_row of the rows asked for. `height` of a long csv is an estimate.
    """

    name: str

    @property
    def height(self) -> int: ...

    def head(self, count: int) -> list[list[str]]: ...

    def rows(self, count: int | None = None) -> list[list[str]]: ...

    def batches(self, columns: Sequence[int], first: int, last: int, ragged: Any) -> Iterator[pa.RecordBatch]: ...


class Grid:
    """Sheet over rows that are already cut into cells (workbook or html)."""

    def __init__(self, name: str, height: int, rows: Any, offset: int = 0):
        self.name, self.height = name, height
        self._rows, self._offset = rows, offset  # offset: empty columns the reader leaves out on the left

    def head(self, count: int) -> list[list[str]]:
        return self.rows(count)

    def rows(self, count: int | None = None) -> list[list[str]]:
        left = [""] * self._offset
        return [left + [cells.text(v) or "" for v in row] for row in islice(self._rows(), count)]

    def batches(self, columns: Sequence[int], first: int, last: int, ragged: Any) -> Iterator[pa.RecordBatch]:
        """Rows `first`…`last` (1-based, 0 = to the end) in chunks; nothing is ragged in a grid."""
        stream = islice(self._rows(), first - 1, last or None)
        wanted, at = [c - self._offset for c in columns], first
        names, most = [*(f"c{c}" for c in columns), "source_row"], limits()["chunk_rows"]
        slices = self._slices(stream, wanted, min(most, limits()["slice_rows"]))
        while parts := list(islice(slices, -(-most // limits()["slice_rows"]))):
            arrays = [cells.tidy(pa.concat_arrays(one)) for one in zip(*(arrays for _, arrays in parts), strict=True)]
            count = sum(rows for rows, _ in parts)
            yield pa.RecordBatch.from_arrays([*arrays, pa.arange(at, at + count)], names)
            at += count

    def _slices(self, stream: Iterator[Any], wanted: list[int], most: int) -> Iterator[tuple[int, list[pa.Array]]]:
        """(rows, columns) of a few rows at a time: Python's objects of a whole chunk would cost twice the time."""
        while rows := list(islice(stream, most)):
            widths = set(map(len, rows))
            width = max(widths)
            if len(widths) > 1:
                rows = [[*row, *[""] * (width - len(row))] for row in rows]
            by_column = list(zip(*rows, strict=True))
            empty = pa.nulls(len(rows), pa.string())
            yield len(rows), [cells.column(by_column[c]) if 0 <= c < width else empty for c in wanted]


def open_sheets(path: Path) -> list[Sheet]:
    """Open `path` by what it is. Raises Unreadable."""
    found = sniff.sniff(path)
    if found.form == "text":
        return [TextSheet(path, found.encoding, found.lines, found.clean)]
    if found.form == "html":
        tables = html.tables(path, found.encoding)
        return [Grid(n, len(rows), lambda rows=rows: iter(rows)) for n, rows in tables]
    return _workbook(path)


def _workbook(path: Path) -> list[Sheet]:
    with _careful():
        with path.open("rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
        kinds = {m.name: str(m.typ) for m in book.sheets_metadata}
        return [_Lazy(book, n) for n in book.sheet_names if kinds[n].endswith("WorkSheet")]


@contextmanager
def _careful() -> Iterator[None]:
    """What the workbook reader says about a broken file, as ours. It panics on some: that is no plain exception."""
    try:
        yield
    except PasswordError as error:
        raise Unreadable(N_("文件有密码保护"), N_("请去掉密码，另存后再上传"), code="encrypted") from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise broken() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise broken() from error


def broken() -> Unreadable:
    return Unreadable(N_("文件不完整或已损坏"), N_("请重新下载完整的文件再上传"), code="incomplete")


class _Lazy:
    """A sheet of a workbook, parsed when first looked at."""

    def __init__(self, book: CalamineWorkbook, name: str):
        self._book, self.name = book, name
        self._grid: Grid | None = None

    @property
    def grid(self) -> Grid:
        if self._grid is None:
            with _careful():
                sheet = self._book.get_sheet_by_name(self.name)
            left = sheet.start[1] if sheet.start else 0
            bottom = sheet.end[0] + 1 if sheet.end else 0
            self._grid = Grid(self.name, bottom, sheet.iter_rows if bottom else lambda: iter(()), left)
        return self._grid

    @property
    def height(self) -> int:
        return self.grid.height

    def head(self, count: int) -> list[list[str]]:
        return self.grid.head(count)

    def rows(self, count: int | None = None) -> list[list[str]]:
        return self.grid.rows(count)

    def batches(self, columns: Sequence[int], first: int, last: int, ragged: Any) -> Iterator[pa.RecordBatch]:
        return self.grid.batches(columns, first, last, ragged)
