"""The rows behind a figure as a page and as a file show them: the same columns, in words. Serves D1."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao import metrics
from hongqiao.insight import queries
from hongqiao.insight.words import VALUES, column_words
from hongqiao.metrics import Query
from hongqiao.metrics.result import jsonable
from hongqiao.ui import formats
from hongqiao.workspace import figures
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import platform_name

#: Said by columns of their own.
OWN = ("day", "platform", "account")
TEXTS = ("source_key", "channel", "event_key", "person_key", "event", "order_key", "line_key", "refund_key", "status")
RATES = ("completion_rate", "completion5s_rate", "exit2s_rate", "cover_ctr", "delivered_read_rate", "visit_follow_rate")
SHORT = 12  # letters of a key that are shown; the whole is in the title and in the exports


PAGE = 50  # rows on a screen
KEPT_PAGES = 200  # a page is some 30 kB: a few megabytes a process at most
_kept: OrderedDict[tuple, Any] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Head:
    """A column: its code, its name, and whether it holds figures."""

    code: str
    label: str
    right: bool


@dataclass(frozen=True)
class Cell:
    """A written value. `whole`: what is cut short, in full."""

    text: str
    right: bool
    whole: str = ""


def behind(
    member: Member, handle: Any, asked: Query, code: str, part: str, after: str, accounts: Mapping[str, str]
) -> dict[str, Any]:
    """Return one page of the statements behind a figure, each with its file, sheet and row."""
    found = _page(handle, figures.own(handle, asked), code, part, after)
    heads = [h for h in heads_of(found) if any(r.get(h.code) not in (None, "") for r in found.rows)]
    files = queries.sources_named(member.brand_id, (r["source_id"] for r in found.rows))
    titles = queries.titles(handle, (r.get("source_key") for r in found.rows))
    rows = []
    for row in found.rows:
        file = files.get(row["source_id"])
        rows.append(
            {
                "day": row["day"],
                "account": accounts.get(row["account"], row["account"]),
                "cells": [(h.label, _written(h, row.get(h.code), titles)) for h in heads],
                "file": (file.file_name or _("接口写入")) if file else "—",
                "sheet": file.sheet if file else "",
                "source": row["source_id"],
                "row": row["source_row"],
                "captured_at": row["captured_at"].replace(tzinfo=UTC),
            }
        )
    return {"heads": heads, "rows": rows, "count": found.count, "after": found.after, "part": found.part}


def _page(handle: Any, asked: Query, code: str, part: str, after: str) -> Any:
    """Return one page of rows; the same page of the same version is asked for once."""
    where = json.dumps(jsonable(asked.where), sort_keys=True)
    days = (asked.start, asked.end)
    key = (str(settings.DATA), handle.brand_id, handle.version, code, part, after, days, where, asked.without)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = metrics.rows_behind(handle, asked, code, part=part, limit=PAGE, after=after)
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT_PAGES:
            _kept.popitem(last=False)
    return found


def heads_of(found: Any) -> list[Head]:
    """Return the columns of a page of rows beside day and account, each once."""
    codes = [c for c in dict.fromkeys(found.columns) if c not in OWN]
    return [Head(c, column_words(c), c not in TEXTS) for c in codes]


def _written(head: Head, value: Any, titles: Mapping[str, str]) -> Cell | None:
    if value is None or value == "":
        return None
    if head.code == "source_key" and titles.get(value):
        return Cell(titles[value], False)
    if head.code in VALUES:
        return Cell(_(VALUES[head.code].get(value, value)), False, str(value))
    if head.code in RATES:
        return Cell(formats.percent(value, 2), True)
    if isinstance(value, datetime):
        local = timezone.localtime(value.replace(tzinfo=UTC))
        return Cell(f"{local:%Y-%m-%d %H:%M}", True)
    if isinstance(value, Decimal):
        return Cell(formats.number(value, 2), True)
    if isinstance(value, int | float):
        return Cell(formats.number(value), True)
    text = str(value)
    long = head.code.endswith("_key") and len(text) > 2 * SHORT
    return Cell(text[:SHORT] + "…" if long else text, head.right, text if long else "")


def table(
    member: Member, code: str, asked: Query, part: str, handle: Any = None, most: int = 2000
) -> tuple[list[str], Iterator[tuple[Any, ...]], int]:
    """Return heads, every row behind a figure, and their number. Raises what `metrics.rows_behind` raises.

    `handle`: another version than the newest; `most`: how many rows are asked for at once.
    """
    handle = handle or queries.opened(member)
    asked = figures.own(handle, asked)
    first = metrics.rows_behind(handle, asked, code, part=part, limit=most)
    heads = heads_of(first)
    said = [_("日期"), _("平台"), _("账号"), *(h.label for h in heads)]
    heads_said = [*said, _("文件"), _("工作表"), _("行"), _("下载时间")]
    return heads_said, _walk(member, handle, asked, code, part, first), first.count


def _walk(member: Member, handle: Any, asked: Query, code: str, part: str, page: Any) -> Iterator[tuple[Any, ...]]:
    accounts, zone = queries.account_names(member.brand_id), ZoneInfo(member.brand.zone)
    heads = heads_of(page)
    while True:
        files = queries.sources_named(member.brand_id, (r["source_id"] for r in page.rows))
        titles = queries.titles(handle, (r.get("source_key") for r in page.rows))
        for row in page.rows:
            file = files.get(row["source_id"])
            yield (
                row["day"],
                platform_name(row["platform"]),
                accounts.get(row["account"], row["account"]),
                *_plain(heads, row, titles, zone),
                (file.file_name or _("接口写入")) if file else "",
                file.sheet if file else "",
                row["source_row"],
                _local(row["captured_at"], zone),
            )
        if not page.after:
            return
        page = metrics.rows_behind(handle, asked, code, part=part, after=page.after, limit=2000)


def _plain(heads: Iterable[Head], row: Mapping[str, Any], titles: Mapping[str, str], zone: ZoneInfo) -> Iterator[Any]:
    for head in heads:
        value = row.get(head.code)
        if isinstance(value, datetime):
            yield _local(value, zone)
        elif head.code == "source_key":
            yield titles.get(str(value)) or value
        elif head.code in VALUES and value is not None:
            yield _(VALUES[head.code].get(value, value))
        else:
            yield value


def _local(moment: datetime | date | None, zone: ZoneInfo) -> Any:
    """Return a UTC moment as the brand's own time, without a zone: sheets know none."""
    if not isinstance(moment, datetime):
        return moment
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
