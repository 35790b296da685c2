"""A file of members: its rows as the columns are known. The file is looked at and let go; nothing of it is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hongqiao.audience.people import identifying, settings
from hongqiao.errors import N_, Invalid
from hongqiao.platforms.kit.sources import open_sheets
from hongqiao.workspace.models import Member

COUNTS = ("new", "known", "merged", "asked", "refused")
HEADS = 10  # the heads are looked for in so many rows


class NoColumns(Invalid):
    code = "no_member_columns"
    message = N_("没有找到会员的列名")
    next_step = N_("第一行写列名，至少有会员编号、手机、openid、unionid、邮箱之一")


class NoRows(Invalid):
    code = "no_member_rows"
    message = N_("列名下面没有会员")
    next_step = N_("从第二行起一行写一个会员")


class FileTooLong(Invalid):
    code = "too_many_people"
    message = N_("文件超过 %(limit)s 行")
    next_step = N_("请分成几份，或用命令 hongqiao people import")


def rows_of(path: Path, most: int | None = None) -> tuple[list[dict[str, str]], int, list[str]]:
    """Return the rows by column code, the number of the first of them in the file, and headers that are not known.
    Of a file with more than `most` rows one more is returned.

    Raises Unreadable, NoColumns.
    """
    for sheet in open_sheets(path):
        lines = sheet.rows(None if most is None else most + HEADS + 1)
        for n, head in enumerate(lines[:HEADS]):
            codes = [settings.columns().get(settings.plain(h), "") for h in head]
            if any(code in identifying.MATCH for code in codes):
                unknown = [h.strip() for h, code in zip(head, codes, strict=True) if h.strip() and not code]
                return [_row(codes, line) for line in lines[n + 1 :]], n + 2, unknown
    raise NoColumns()


def _row(codes: list[str], line: list[str]) -> dict[str, str]:
    return {code: cell.strip() for code, cell in zip(codes, line, strict=False) if code and cell.strip()}


@dataclass
class Members:
    """The rows of a file that say something, each with its number there; and headers that are not known."""

    rows: list[tuple[int, dict[str, str]]]
    unknown: list[str]


def read(path: Path, limit: int | None = None) -> Members:
    """Read a file of members whole. Raises Unreadable, NoColumns, FileTooLong, NoRows."""
    rows, first, unknown = rows_of(path, limit)
    if limit is not None and len(rows) > limit:
        raise FileTooLong(limit=f"{limit:,}")
    filled = [(n, row) for n, row in enumerate(rows, first) if row]
    if not filled:
        raise NoRows()
    return Members(filled, unknown)


def take(*, actor: Member, members: Members, name: str) -> dict[str, Any]:
    """Take members, as many at a time as a call takes; `row` of a problem is that of the file. Raises NotAllowed."""
    size, total, problems = settings.rules(actor.brand)["batch"], Counter[str](), []
    for start in range(0, len(members.rows), size):
        some = members.rows[start : start + size]
        said = identifying.take(actor=actor, rows=[row for _n, row in some], source=name)
        problems += [{**p, "row": some[p["index"]][0]} for p in said.pop("problems")]
        total.update(said)
    return {**{k: total[k] for k in COUNTS}, "problems": problems, "unknown": members.unknown}


def take_file(*, actor: Member, path: Path, name: str, limit: int | None = None) -> dict[str, Any]:
    """Take a file of members, as many rows at a time as a call takes. Raises what `read` and `take` raise."""
    return take(actor=actor, members=read(path, limit), name=name)
