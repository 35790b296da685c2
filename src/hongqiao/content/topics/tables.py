"""A team's own table as text or file: its rows, what each column seems to be, in words a person confirms."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook

from hongqiao.content.topics import settings
from hongqiao.errors import N_, Invalid


class NotATable(Invalid):
    code = "not_a_table"
    message = N_("读不出表格：%(name)s")
    next_step = N_("请用 xlsx 或 UTF-8、GB18030 的 csv，第一行是列名，至少一行内容")


class TooMuch(Invalid):
    code = "table_too_large"
    message = N_("表格太大：最多 %(rows)s 行、5 MB")
    next_step = N_("请分成几份再导入")


@dataclass(frozen=True)
class Table:
    """head: names of the columns; rows: cells as text, each row as wide as the head."""

    head: list[str]
    rows: list[list[str]]


#: what a column may be, and how teams call it; the first that fits is proposed
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "title": (N_("选题"), ("选题", "标题", "题目", "主题", "内容方向", "title", "topic")),
    "platforms": (N_("平台"), ("平台", "渠道", "发布平台", "platform")),
    "form": (N_("形式"), ("形式", "体裁", "内容形式", "类型", "form", "format")),
    "pillar": (N_("内容支柱"), ("支柱", "栏目", "内容支柱", "系列", "pillar")),
    "persona": (N_("人群"), ("人群", "目标人群", "用户画像", "受众", "persona")),
    "mark": (N_("用户阶段"), ("阶段", "用户阶段", "stage")),
    "pain": (N_("痛点"), ("痛点", "用户痛点", "需求", "pain")),
    "claim": (N_("主张"), ("主张", "核心观点", "卖点", "claim")),
    "url": (N_("参考链接"), ("链接", "参考", "参考链接", "对标链接", "url", "link")),
    "hours": (N_("工时"), ("工时", "预计工时", "小时", "hours")),
    "state": (N_("状态"), ("状态", "进度", "status", "state")),
}
SAID: dict[str, tuple[str, tuple[str, ...]]] = {
    "text": (
        N_("内容"),
        (
            "内容",
            "评论内容",
            "评论",
            "搜索词",
            "关键词",
            "问题描述",
            "问题",
            "工单内容",
            "热搜词",
            "热词",
            "话题",
            "标题",
            "text",
            "keyword",
        ),
    ),
    "count": (N_("次数"), ("次数", "数量", "搜索量", "热度", "搜索次数", "count", "volume")),
    "day": (N_("日期"), ("日期", "时间", "评论时间", "创建时间", "提交时间", "day", "date")),
    "url": (N_("链接"), ("链接", "url", "link")),
}


def read_file(name: str, raw: bytes) -> Table:
    """Return the first sheet of an xlsx, or a csv. Raises NotATable, TooMuch."""
    if len(raw) > settings.limits()["bytes"]:
        raise TooMuch(rows=settings.limits()["rows"])
    if raw[:2] == b"PK" or raw[:4] == b"\xd0\xcf\x11\xe0":
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
            cells = book.get_sheet_by_index(0).to_python()
        except (CalamineError, BadZipFile, OSError, IndexError, ValueError, KeyError):
            raise NotATable(name=name[:60]) from None
        return _table([[_cell(c) for c in row] for row in cells], name)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return read_text(raw.decode(encoding), name)
        except UnicodeDecodeError:
            continue
    raise NotATable(name=name[:60])


def read_text(text: str, name: str = "") -> Table:
    """Return a pasted table: cells parted by tabs as a sheet copies them, else by commas. Raises NotATable, TooMuch."""
    text = text.replace("\x00", "").strip("\n\r")
    first = text.split("\n", 1)[0]
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in first else ","))
    except csv.Error:
        raise NotATable(name=name[:60]) from None
    return _table(rows, name)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _table(rows: Sequence[Sequence[str]], name: str) -> Table:
    """The first row that has words is the head; empty rows are no rows."""
    full = [[" ".join(c.split()) for c in row] for row in rows if any(c.strip() for c in row)]
    if len(full) < 2 or not any(full[0]):
        raise NotATable(name=name[:60])
    if len(full) - 1 > (most := settings.limits()["rows"]):
        raise TooMuch(rows=most)
    head = [h or f"#{n}" for n, h in enumerate(full[0], 1)][:60]
    return Table(head, [[*row, *[""] * len(head)][: len(head)] for row in full[1:]])


def as_text(table: Table) -> str:
    """Return a table as it is pasted: tabs between cells."""
    return "\n".join("\t".join(c.replace("\t", " ") for c in row) for row in [table.head, *table.rows])


def guess(head: Sequence[str], columns: dict[str, tuple[str, tuple[str, ...]]]) -> list[str]:
    """Return for each column what it seems to be, "" for what is kept as it is; nothing is named twice."""
    chosen: list[str] = []
    for name in head:
        low = name.strip().lower()
        exact = [k for k, (_label, names) in columns.items() if low in names and k not in chosen]
        near = [k for k, (_label, names) in columns.items() if any(n in low for n in names) and k not in chosen]
        chosen.append((exact or near or [""])[0])
    return chosen
