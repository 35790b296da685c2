"""A file of groups' weeks, csv or a workbook: a row a group and week, columns by their words or codes."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from hongqiao.audience.communities.groups import services
from hongqiao.errors import N_, Invalid
from hongqiao.platforms.kit.sources import open_sheets

HEADS = 6  # a title may stand above the heads
NEEDED = ("group", "week", "members")
WORDS = {"group": N_("社群"), "week": N_("周"), **services.WORDS}


class NoColumns(Invalid):
    code = "no_week_columns"
    message = N_("没有找到这些列：%(columns)s")
    next_step = N_("第一行写列名，照页面上列的写；列的先后不论")


def rows_of(path: Path) -> tuple[list[dict[str, str]], int]:
    """Return the rows by column, and the number of the first of them in the file. Raises Unreadable, NoColumns."""
    known = {told: code for code, words in WORDS.items() for told in (code, words, _(words))}
    missing = list(NEEDED)
    for sheet in open_sheets(path):
        lines = sheet.rows(services.MOST_ROWS + HEADS + 1)
        for n, head in enumerate(lines[:HEADS]):
            codes = [known.get(cell.strip(), "") for cell in head]
            lacks = [code for code in NEEDED if code not in codes]
            if not lacks:
                return [_row(codes, line) for line in lines[n + 1 :]], n + 2
            missing = min(missing, lacks, key=len)
    raise NoColumns(columns="、".join(_(WORDS[code]) for code in missing))


def _row(codes: list[str], line: list[str]) -> dict[str, str]:
    return {code: cell.strip() for code, cell in zip(codes, line, strict=False) if code}
