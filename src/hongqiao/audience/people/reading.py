"""A file of members: its rows as the columns are known. The file is looked at and let go; nothing of it is kept."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from hongqiao.audience.people import identifying, settings
from hongqiao.audience.uploads import laid_down
from hongqiao.errors import N_, Invalid
from hongqiao.platforms.kit.sources import open_sheets
from hongqiao.workspace.models import Member

HEADS = 10  # the heads are looked for in so many rows


class NoColumns(Invalid):
    code = "no_member_columns"
    message = N_("没有找到会员的列名")
    next_step = N_("第一行写列名，至少有会员编号、手机、openid、unionid、邮箱之一")


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


def take_file(*, actor: Member, path: Path, name: str, limit: int | None = None) -> dict[str, Any]:
    """Take a file of members, as many rows at a time as a call takes; `row` of a problem is that of the file.

    Raises Unreadable, NoColumns, FileTooLong, NotAllowed.
    """
    rows, first, unknown = rows_of(path, limit)
    if limit is not None and len(rows) > limit:
        raise FileTooLong(limit=limit)
    size, total, problems = settings.rules(actor.brand)["batch"], Counter[str](), []
    filled = [(n, row) for n, row in enumerate(rows) if row]
    for start in range(0, len(filled), size):
        some = filled[start : start + size]
        said = identifying.take(actor=actor, rows=[row for _n, row in some], source=name)
        for problem in said.pop("problems"):
            problems.append({**problem, "row": first + some[problem.pop("index")][0]})
        total.update(said)
    counts = {k: total[k] for k in ("new", "known", "merged", "asked", "refused")}
    return {**counts, "problems": problems, "unknown": unknown}


def take_upload(*, actor: Member, upload: Any) -> dict[str, Any]:
    """Take an uploaded file. Raises NoFile and what `take_file` raises."""
    with laid_down(upload) as path:
        limit = settings.rules(actor.brand)["file_rows"]
        return take_file(actor=actor, path=path, name=(upload.name or "file")[:80], limit=limit)
