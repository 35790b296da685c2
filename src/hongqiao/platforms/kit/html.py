"""The tables of an HTML page that calls itself .xls. No entity, script or address in it is ever followed."""

import codecs
from html.parser import HTMLParser
from pathlib import Path

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import limits
from hongqiao.platforms.model import Unreadable

Rows = list[list[str]]


class _Tables(HTMLParser):
    """Collects tables as rows of cell texts; a spanned cell is repeated, as a spreadsheet would show it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Rows] = []
        self.opened = self.closed = 0
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._below: dict[int, tuple[int, str]] = {}  # column → (rows still to fill, text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_cell()
            self.opened += 1
            self.tables.append([])
            self._below = {}
        elif tag == "tr" and self.tables:
            self._end_cell()
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            self._end_cell()
            if not self.tables[-1]:
                self.tables[-1].append([])
            given = dict(attrs)
            self._span = (_span(given.get("colspan")), _span(given.get("rowspan")))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
            self.closed += tag == "table"

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text, row = "".join(self._cell).strip(), self.tables[-1][-1]
        self._cell = None
        self._fill(row)
        across, down = self._span
        if len(row) + across > limits()["max_columns"]:
            raise Unreadable(N_("表格列数过多"), N_("请用后台导出的原文件"), code="too_large")
        for _ in range(across):
            if down > 1:
                self._below[len(row)] = (down - 1, text)
            row.append(text)

    def _fill(self, row: list[str]) -> None:
        while (under := self._below.get(len(row))) is not None:
            left, text = under
            if left == 1:
                del self._below[len(row)]
            else:
                self._below[len(row)] = (left - 1, text)
            row.append(text)


def _span(value: str | None) -> int:
    return min(int(value), 1000) if value and value.isdigit() and int(value) > 0 else 1


def tables(path: Path, encoding: str) -> list[tuple[str, Rows]]:
    """[(name, rows)] of each table with a row in it. Raises Unreadable where the page is cut off or has no table."""
    parser = _Tables()
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 16):
            parser.feed(decoder.decode(chunk))
    parser.close()
    if parser.opened > parser.closed:
        raise Unreadable(N_("文件不完整，可能没有下载完"), N_("请重新下载完整的文件再上传"), code="incomplete")
    filled = [t for t in parser.tables if any(any(row) for row in t)]
    if not filled:
        raise Unreadable(N_("网页里没有表格"), N_("请在后台导出 xlsx、xls 或 csv 后再上传"), code="wrong_type")
    return [(f"Table{i}", rows) for i, rows in enumerate(filled, 1)]
