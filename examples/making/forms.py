"""The file formats themselves: the same bytes from the same cells, with nothing of the day of writing in them."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from html import escape

import xlwt

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]

_STAMP = (1980, 1, 1, 0, 0, 0)
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PKG = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def letters(column: int) -> str:
    """0 -> A, 26 -> AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _cell(row: int, column: int, value: Cell) -> str:
    ref = f"{letters(column)}{row}"
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{ref}" t="str"><v>{escape(value, quote=False)}</v></c>'
    return f'<c r="{ref}"><v>{value!r}</v></c>'


def _sheet(rows: Rows, merges: Iterable[str]) -> str:
    width = max((len(r) for r in rows), default=1)
    body = "".join(
        f'<row r="{i}">' + "".join(_cell(i, j, v) for j, v in enumerate(row)) + "</row>"
        for i, row in enumerate(rows, 1)
    )
    merged = [f'<mergeCell ref="{m}"/>' for m in merges]
    tail = f'<mergeCells count="{len(merged)}">{"".join(merged)}</mergeCells>' if merged else ""
    return (
        f'{_HEAD}<worksheet {_NS}><dimension ref="A1:{letters(width - 1)}{max(len(rows), 1)}"/>'
        f"<sheetData>{body}</sheetData>{tail}</worksheet>"
    )


def _package(sheets: list[str]) -> dict[str, str]:
    """The fixed parts of a workbook."""
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{main}.worksheet+xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    tabs = "".join(f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{_REL}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PKG}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{main}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PKG}/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook {_NS} xmlns:r="{_REL}"><sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PKG}/relationships">{links}'
        f'<Relationship Id="rIdS" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{_HEAD}<styleSheet {_NS}><fonts count="1"><font><sz val="11"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }


def xlsx(sheets: dict[str, Rows], merges: dict[str, Iterable[str]] | None = None) -> bytes:
    """A workbook as the creator centres write them: text in the cell itself, no styles, no author, no date."""
    parts = _package(list(sheets))
    for i, (name, rows) in enumerate(sheets.items(), 1):
        parts[f"xl/worksheets/sheet{i}.xml"] = _sheet(rows, (merges or {}).get(name, ()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, text.encode())
    return out.getvalue()


def ole(sheets: dict[str, Rows]) -> bytes:
    """A BIFF8 .xls inside an OLE container."""
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if value is not None:
                    sheet.write(i, j, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def html(title: str, rows: Rows) -> bytes:
    """An HTML table, which the back end then names .xls."""
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if v is None else escape(str(v))}</td>" for v in row) + "</tr>\n" for row in rows
    )
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" '
        f'content="text/html; charset=utf-8"/></head><body><table border="1">\n<tr><td colspan="{len(rows[0])}">'
        f"{escape(title)}</td></tr>\n{body}</table></body></html>"
    ).encode()


def text_csv(rows: Rows, encoding: str = "utf-8-sig", newline: str = "\r\n") -> bytes:
    """Comma separated; quotes only where needed."""
    out = io.StringIO()
    csv.writer(out, lineterminator=newline).writerows([["" if v is None else v for v in row] for row in rows])
    return out.getvalue().encode(encoding)
