"""Products as a table: pasted, or of a file (csv, xlsx, xls); and as a workbook to take away."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.book import queries
from hongqiao.book.models import Product
from hongqiao.book.shipped import limits
from hongqiao.errors import N_, Invalid
from hongqiao.platforms.kit.sources import open_sheets
from hongqiao.workspace.spreadsheets import xlsx

#: field → heading, and what else people call it
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "name": (N_("产品名"), ("名称", "产品", "产品名称", "商品名", "商品名称", "品名", "name")),
    "kind": (N_("类别"), ("产品类别", "类型", "种类", "品类", "kind")),
    "filing": (N_("编号"), ("备案编号", "备案号", "注册证编号", "注册证号", "批准文号", "filing")),
    "filing_until": (N_("编号有效期"), ("编号有效期到", "证件有效期", "filing_until")),
    "aliases": (N_("别名"), ("简称", "aliases")),
    "facts": (N_("产品事实"), ("事实", "产品信息", "facts")),
    "url": (N_("链接"), ("产品链接", "url")),
    "claim": (N_("宣称"), ("可以说的话", "批准的宣称", "功效宣称", "claim")),
    "proof": (N_("依据"), ("证明", "证明材料", "proof")),
    "until": (N_("宣称有效期"), ("宣称有效期到", "有效期", "有效期到", "until")),
    "link": (N_("依据链接"), ("证明链接", "link")),
}
_HEADS_IN = 6  # a title may stand above the heads


class NoTable(Invalid):
    code = "book_no_table"
    message = N_("没有认出表格：第一行要有“产品名”这一列")
    next_step = N_("请连同表头一起复制，或下载现有的表作样子")


class TooManyRows(Invalid):
    code = "book_too_many_rows"
    message = N_("一次最多 %(most)s 行")
    next_step = N_("请分几次导入")


class FileTooLarge(Invalid):
    code, status = "book_file_too_large", 413
    message = N_("文件超过 %(most)s MB")
    next_step = N_("请只留产品这一张表，另存后再传")


Row = dict[str, str]


def rows(text: str) -> list[tuple[int, Row]]:
    """Return the rows of a pasted table with their line numbers. Raises NoTable, TooManyRows."""
    text = text.encode("utf-8", "ignore").decode().replace("\x00", "").strip("\ufeff\r\n")
    first = text.partition("\n")[0]
    delimiter = "\t" if "\t" in first else ";" if ";" in first and "," not in first else ","
    try:
        found = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        raise NoTable() from None
    return _named(found)


def _named(found: Sequence[Sequence[str]]) -> list[tuple[int, Row]]:
    tried = [[_field(cell) for cell in line] for line in found[:_HEADS_IN]]
    at = next((n for n, heads in enumerate(tried) if "name" in heads), None)
    if at is None:
        raise NoTable()
    heads = tried[at]
    body = [(n, line) for n, line in enumerate(found[at + 1 :], at + 2) if any(c.strip() for c in line)]
    if not body:
        raise NoTable()
    if len(body) > (most := limits()["rows"]):
        raise TooManyRows(most=most)
    return [(n, {h: c.strip() for h, c in zip(heads, line, strict=False) if h}) for n, line in body]


def _field(cell: str) -> str:
    bare = cell.strip().strip("*＊").replace(" ", "").removesuffix("（必填）").removesuffix("（选填）").lower()
    return next((k for k, (head, others) in COLUMNS.items() if bare == head or bare == _(head) or bare in others), "")


def text_of(upload: Any) -> str:
    """Return the first table of an uploaded file as it would be pasted. Raises FileTooLarge, Unreadable, NoTable."""
    most = limits()["bytes"]
    if upload.size > most:
        raise FileTooLarge(most=most >> 20)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(upload.read())
        sheets = open_sheets(path)
        lines = sheets[0].rows(limits()["rows"] + _HEADS_IN + 1) if sheets else []
    return _pasted(lines)


def _pasted(lines: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(lines)
    return out.getvalue().strip("\n")


def kind_of(text: str) -> str:
    """Return the kind that a cell names, as it is where it names none: the service refuses it."""
    return next((v for v, label in Product.Kind.choices if text in (v, label, _(str(label)))), text)


def workbook(products: Sequence[Product]) -> bytes:
    """Return products as xlsx: a row a claim, in the columns that an import reads."""
    claims = queries.claims_of(products)
    lines: list[list[str | None]] = []
    for product in products:
        about = _cells(product)
        said = [[c.text, c.proof, str(c.until or ""), c.link] for c in claims[product.pk]]
        lines += [[value or None for value in (*about, *one)] for one in said or [[""] * 4]]
    return xlsx([_(head) for head, _others in COLUMNS.values()], lines, _("产品与宣称"))


def _cells(p: Product) -> list[str]:
    kind, until = _(str(Product.Kind(p.kind).label)), str(p.filing_until or "")
    return [p.name, kind, p.filing, until, "、".join(p.aliases), "；".join(p.facts), p.url]
