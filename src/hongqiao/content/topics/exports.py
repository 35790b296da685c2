"""The library as a file: csv or xlsx, each part of the score in a column of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from openpyxl import Workbook

from hongqiao.content.models import Topic
from hongqiao.content.topics import present, words
from hongqiao.content.topics.evidence import Around
from hongqiao.methods import topics as method
from hongqiao.workspace.spreadsheets import XLSX, cell, saved
from hongqiao.workspace.views import kit


def head() -> list[str]:
    """Return the names of the columns."""
    said = [
        _("选题"),
        _("评分"),
        _("建议"),
        _("状态"),
        _("理由"),
        _("来源"),
        _("平台"),
        _("形式"),
        _("人群"),
        _("内容支柱"),
    ]
    said += [_("用户阶段"), _("节点"), _("痛点"), _("主张"), _("工时"), _("一票否决")]
    return said + [_(words.PARTS[p]) for p in method.PARTS]


def rows(around: Around, topics: Iterable[Topic]) -> Iterator[list[Any]]:
    """Yield a line a topic."""
    for t in topics:
        r = present.row(around, t)
        line = [t.title, t.score, r["verdict"]["label"], r["state"], t.reason, r["source"], r["platforms"], r["form"]]
        line += [r["persona"], r["pillar"], r["mark"], r["node"], t.pain, t.claim, t.hours, "；".join(r["gates"])]
        yield line + [t.parts.get(p, {}).get("level") for p in method.PARTS]


def csv(around: Around, topics: Iterable[Topic]) -> HttpResponseBase:
    """Return the library as a csv that opens in Excel."""
    return kit.table_file("csv", f"{_('选题库')}.csv", head(), rows(around, topics))


def xlsx(around: Around, topics: Iterable[Topic]) -> HttpResponse:
    """Return the library as a workbook; no text of it is taken for a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("选题库"))
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 48
    sheet.append(head())
    for line in rows(around, topics):
        sheet.append([cell(sheet, value) for value in line])
    return kit.named(HttpResponse(saved(book), content_type=XLSX), f"{_('选题库')}.xlsx")
