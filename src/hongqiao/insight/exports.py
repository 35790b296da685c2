"""Figures and rows as files that open in Excel. A text that could be read as a formula is never one."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from hongqiao import metrics
from hongqiao.errors import NotFound
from hongqiao.insight import queries
from hongqiao.insight.words import label, value_words
from hongqiao.metrics import DIMENSIONS, METRICS, Query
from hongqiao.ui.period import Period
from hongqiao.workspace.models import Member

KINDS = ("csv", "xlsx")
Rows = Iterable[Sequence[Any]]


def sheet(
    member: Member, code: str, what: str, period: Period, where: Mapping[str, Any], part: str
) -> tuple[list[str], Rows]:
    """Return heads and rows: `what` is "rows" (the statements behind) or a dimension to cut by. Raises NotFound."""
    handle = queries.opened(member)
    if what == "rows":
        return _behind(member, handle, code, period, where, part)
    if what not in METRICS[code].dimensions:
        raise NotFound()
    asked = Query((code,), (what,), dict(where), period.start, period.end, totals=False, limit=None)
    result = queries.answer(handle, asked)
    accounts, titles = queries.account_names(member.brand_id), result.labels.get(what, {})
    rows = ((_named(what, r[what], accounts, titles), r.get(code)) for r in result.rows)
    return [_(DIMENSIONS[what].label), label(code)], rows


def _named(dimension: str, value: Any, accounts: Mapping[str, str], titles: Mapping[str, str]) -> Any:
    return value if DIMENSIONS[dimension].kind == "date" else value_words(dimension, value, accounts, titles)


def _behind(
    member: Member, handle: Any, code: str, period: Period, where: Mapping[str, Any], part: str
) -> tuple[list[str], Rows]:
    asked = Query((code,), (), dict(where), period.start, period.end)
    first = metrics.rows_behind(handle, asked, code, part=part)
    heads = [_("日期"), _("平台"), _("账号"), *first.columns, _("文件"), _("工作表"), _("行"), _("下载时间")]
    return heads, _walk(member, handle, asked, code, part, first)


def _walk(member: Member, handle: Any, asked: Query, code: str, part: str, page: Any) -> Rows:
    accounts = queries.account_names(member.brand_id)
    while True:
        files = queries.sources_named(member.brand_id, (r["source_id"] for r in page.rows))
        for row in page.rows:
            file = files.get(row["source_id"])
            yield (
                row["day"],
                queries.platform_name(row["platform"]),
                accounts.get(row["account"], row["account"]),
                *(row.get(c) for c in page.columns),
                file.file_name if file else "",
                file.sheet if file else "",
                row["source_row"],
                row["captured_at"],
            )
        if not page.after:
            return
        page = metrics.rows_behind(handle, asked, code, part=part, after=page.after, limit=2000)


def respond(kind: str, name: str, heads: Sequence[str], rows: Rows) -> HttpResponseBase:
    """Return the download. csv is streamed, with a byte order mark so that Excel reads it as UTF-8."""
    if kind == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(_csv(heads, rows), content_type="text/csv; charset=utf-8")
    else:
        kind_of = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = HttpResponse(_xlsx(heads, rows), content_type=kind_of)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def safe(value: Any) -> Any:
    """Return a value for a csv cell: a text that begins like a formula is shown, not run."""
    if isinstance(value, str):
        return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else value


def _csv(heads: Sequence[str], rows: Rows) -> Iterable[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([safe(v) for v in row])
        if buffer.tell() > 64_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _xlsx(heads: Sequence[str], rows: Rows) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet("hongqiao")
    page.freeze_panes = "A2"
    page.append(list(heads))
    for row in rows:
        page.append([_cell(page, v) for v in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: Any, value: Any) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, float(value) if isinstance(value, Decimal) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would take a leading "=" for a formula
    return cell
