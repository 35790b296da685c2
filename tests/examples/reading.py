"""Read the sample files with other people's readers, never with our own."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import python_calamine

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ANLAN = EXAMPLES / "anlan"
TRUTH = json.loads((EXAMPLES / "truth.json").read_text(encoding="utf-8"))
MANIFEST = json.loads((ANLAN / "manifest.json").read_text(encoding="utf-8"))

Rows = list[list]


def entries(layout: str) -> list[dict]:
    """Manifest entries of one layout, oldest download first."""
    return [e for e in MANIFEST["files"] if e["layout"] == layout]


def workbook(path: str) -> dict[str, Rows]:
    """Sheets of an xlsx or OLE xls."""
    book = python_calamine.CalamineWorkbook.from_path(str(ANLAN / path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def sheet(path: str) -> Rows:
    """The first sheet."""
    return next(iter(workbook(path).values()))


def text(path: str, encoding: str = "utf-8-sig") -> Rows:
    return list(csv.reader(io.StringIO((ANLAN / path).read_bytes().decode(encoding), newline="")))


def dicts(path: str, encoding: str = "utf-8-sig") -> Iterator[dict[str, str]]:
    head, *rows = text(path, encoding)
    for row in rows:
        assert len(row) == len(head), path
        yield dict(zip(head, row, strict=True))


class _Table(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def html(path: str) -> Rows:
    table = _Table()
    table.feed((ANLAN / path).read_text(encoding="utf-8"))
    return table.rows


def inside(data: bytes) -> object:
    """What a file says, whatever packed it: the parts of a zip, or the bytes themselves."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(i.filename, i.date_time, archive.read(i)) for i in archive.infolist()]


def window(name: str) -> tuple[str, str]:
    first, last = TRUTH["windows"][name]
    return first, last
