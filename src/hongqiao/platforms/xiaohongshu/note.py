"""The export of a single note, "<title>-数据明细表.xlsx" (facts B3): two overviews, a day series and an hour series."""

import re
from dataclasses import replace
from pathlib import PurePath

from hongqiao.platforms.kit.headers import heads
from hongqiao.platforms.kit.recognise import Book, dress, field_of
from hongqiao.platforms.kit.settings import limits
from hongqiao.platforms.kit.sources import Sheet
from hongqiao.platforms.model import Field, Found, Kind, Layout

_FACTS = "facts B3 single note: "
_OVERVIEWS = ("基础数据总览", "互动数据总览")
#: (label, column, kind); the series sheets use the same words, with or without 数.
_METRICS: tuple[tuple[str, str, Kind], ...] = (
    ("曝光", "impressions", "int"),
    ("观看", "views", "int"),
    ("封面点击率", "cover_ctr", "rate"),
    ("平均观看时长", "avg_seconds", "seconds"),
    ("完播率", "completion_rate", "rate"),
    ("2秒退出率", "exit2s_rate", "rate"),
    ("涨粉", "followers_gained", "int"),
    ("点赞", "likes", "int"),
    ("评论", "comments", "int"),
    ("收藏", "favorites", "int"),
    ("分享", "shares", "int"),
    ("弹幕", "danmaku", "int"),
)


def _metrics(table: str) -> tuple[Field, ...]:
    return tuple(Field(f"{n}数" if k == "int" else n, table, c, k, (n, f"{n}量")) for n, c, k in _METRICS)


OVERVIEW = Layout(
    code="xiaohongshu.note_overview",
    platform="xiaohongshu",
    label="单篇笔记 · 数据总览",
    special=True,
    shape="pairs",
    cumulative=True,
    cites=_FACTS + "基础数据总览, 互动数据总览",
    at_least=2,
    extra_to="content_snapshots",
    fields=_metrics("content_snapshots"),
)
_DAY = Field("日期", "content_daily", "day", "date", ("时间",), required=True, key=True)
DAYS = Layout(
    code="xiaohongshu.note_days",
    platform="xiaohongshu",
    label="单篇笔记 · 按天",
    special=True,
    cites=_FACTS + "day series",
    captured="last_day",
    constants=(("content_daily", "channel", ""),),
    fields=(_DAY, *_metrics("content_daily")),
)
HOURS = Layout(
    code="xiaohongshu.note_hours",
    platform="xiaohongshu",
    label="单篇笔记 · 按小时",
    special=True,
    cites=_FACTS + "hour series, time YYYY年M月D日H时; the day series holds the same counts",
    note="hours_covered",
    fields=(Field("时间", required=True), Field("日期"), *(Field(f.header, aliases=f.aliases) for f in _metrics(""))),
)
LAYOUTS = (OVERVIEW, DAYS, HOURS)
_HOUR = re.compile(r"\d{1,2}[时:：点]")


def find(book: Book, sheet: Sheet) -> list[Found]:
    """Tables of a single note's workbook; [] where the workbook has no overview sheet or the sheet is another."""
    if not set(_OVERVIEWS) & {s.strip() for s in book.sheets}:
        return []
    rows = sheet.head(limits()["scan_rows"])
    found = (_overview if sheet.name.strip() in _OVERVIEWS else _series)(sheet, rows)
    if not found:
        return []
    title = re.sub(r"[-_－ ]*数据明细表?.*$", "", PurePath(book.name).stem).strip()
    found.context = {"title": title or PurePath(book.name).stem}
    found.say("title_from_file_name")
    return [found]


def _overview(sheet: Sheet, rows: list[list[str]]) -> Found | None:
    """Labels beside their values (指标 | 数值), or a row of labels above one row of values."""
    for at, row in enumerate(rows[: limits()["header_rows"]]):
        known = [i for i, c in enumerate(row) if c.strip() and field_of(OVERVIEW, heads([c])[0])]
        if len(known) >= 2 and at + 1 < len(rows):
            pairs = [(row[i], rows[at + 1][i] if i < len(rows[at + 1]) else "") for i in known]
        elif known == [0]:
            pairs = [(r[0], r[1] if len(r) > 1 else "") for r in rows[at:] if r and r[0].strip()]
        else:
            continue
        titles = heads([p[0] for p in pairs])
        found = Found(sheet.name, header_row=at + 1, headers=[t.full for t in titles], rows=1)
        found.columns, found.record = list(range(len(pairs))), [p[1] for p in pairs]
        dress(found, OVERVIEW, titles, [[p[1] for p in pairs]])
        return found
    return None


def _series(sheet: Sheet, rows: list[list[str]]) -> Found | None:
    """A day or an hour series: 日期 or 时间, then one column a metric, or 数值 with the metric in the sheet's name."""
    for at, row in enumerate(rows[: limits()["header_rows"]]):
        columns = [i for i, c in enumerate(row) if c.strip()]
        titles = heads([row[i] for i in columns])
        if len(columns) < 2 or not field_of(DAYS, titles[0]) or titles[0].name not in ("日期", "时间"):
            continue
        body = [[r[i] if i < len(r) else "" for i in columns] for r in rows[at + 1 :]]
        layout = _of_sheet(sheet.name) if [t.name for t in titles[1:]] == ["数值"] else DAYS
        if layout is None or not any(field_of(layout, t) for t in titles[1:]):
            return None
        found = Found(sheet.name, header_row=at + 1, headers=[t.full for t in titles], columns=columns)
        found.rows = max(0, sheet.height - at - 1)
        hours = any(_HOUR.search(line[0]) and not line[0].endswith("00:00:00") for line in body)
        dress(found, HOURS if hours else layout, titles, body)
        return found
    return None


def _of_sheet(name: str) -> Layout | None:
    """DAYS with 数值 as the metric that the sheet's name starts with (the longest word that fits)."""
    fits = [(n, c, k) for n, c, k in _METRICS if name.strip().startswith(n)]
    if not fits:
        return None
    _, column, kind = max(fits, key=lambda one: len(one[0]))
    return replace(DAYS, fields=(_DAY, Field("数值", "content_daily", column, kind, required=True)))
