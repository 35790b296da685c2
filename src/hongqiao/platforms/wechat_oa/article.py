"""单篇详情 of 公众号 (facts B1): one sheet with a title, label and value pairs in sections, and a trend table below."""

from datetime import date

from hongqiao.platforms.kit.headers import clean, fold, heads
from hongqiao.platforms.kit.recognise import Book, dress, field_of
from hongqiao.platforms.kit.settings import limits
from hongqiao.platforms.kit.sources import Sheet
from hongqiao.platforms.model import Field, Found, Kind, Layout

_FACTS = "facts B1 单篇详情: "
_TREND_SECTION = "数据趋势明细"
_SECTIONS = ("数据概况", "阅读转化", "推荐转化", _TREND_SECTION, "性别分布", "年龄分布", "地域分布")
_AUDIENCE = _SECTIONS[4:]


def _piece(header: str, column: str, kind: Kind = "int", *aliases: str) -> Field:
    return Field(header, "content_snapshots", column, kind, aliases)


ARTICLE = Layout(
    code="wechat_oa.article",
    platform="wechat_oa",
    label="单篇详情",
    cumulative=True,
    shape="pairs",
    special=True,
    cites=_FACTS + "sections 数据概况, 阅读转化, 推荐转化",
    at_least=3,
    extra_to="content_snapshots",
    constants=(("contents", "form", "article"),),
    fields=(
        _piece("阅读(人)", "view_users", "int", "阅读人数", "总阅读人数"),
        _piece("阅读(次)", "views", "int", "阅读次数", "总阅读次数"),
        _piece("平均停留时长(秒)", "avg_seconds", "seconds", "平均停留时长"),
        _piece("完读率", "completion_rate", "rate"),
        _piece("阅读后关注(人)", "followers_gained", "int", "新增关注(人)", "阅读后关注人数"),
        _piece("分享(人)", "share_users", "int", "总分享人数"),
        _piece("分享(次)", "shares", "int", "总分享次数"),
        _piece("在看", "recommends", "int", "在看(人)", "在看(次)"),
        _piece("点赞", "likes", "int", "点赞(人)", "点赞(次)"),
        _piece("收藏(人)", "favorites"),
        _piece("评论(条)", "comments"),
        _piece("赞赏(分)", "tips", "fen"),
        _piece("送达人数", "delivered", "int", "送达(人)"),
        Field("公众号消息阅读人数", "content_snapshots", "extra"),
        _piece("公众号消息阅读次数", "delivered_views"),
        Field("首次分享人数", "content_snapshots", "extra"),
        _piece("首次分享次数", "first_shares"),
        Field("分享产生的阅读人数", "content_snapshots", "extra"),
        _piece("分享产生的阅读次数", "share_views", "int", "分享产生阅读次数"),
    ),
)

TREND = Layout(
    code="wechat_oa.article_trend",
    platform="wechat_oa",
    label="单篇详情 · 数据趋势明细",
    special=True,
    cites=_FACTS + "section 数据趋势明细, 30 days",
    at_least=3,
    captured="last_day",
    fields=(
        Field("日期", "content_daily", "day", "date", required=True, key=True),
        Field("传播渠道", "content_daily", "channel", "channel", ("渠道",), required=True, key=True),
        Field("阅读人数", "content_daily", "view_users", "int", required=True),
        Field("阅读次数", "content_daily", "views", "int"),
        Field("分享人数", "content_daily", "share_users", "int"),
        Field("分享次数", "content_daily", "shares", "int"),
    ),
)


def find(book: Book, sheet: Sheet) -> list[Found]:
    """The two tables of a 单篇详情 sheet, [] where the sheet is not one. The title is row 1, column 2."""
    if not any(clean(c) == _SECTIONS[0] for row in sheet.head(limits()["head_rows"]) for c in row[:2]):
        return []
    rows = sheet.head(limits()["scan_rows"])
    sections = {s: i for i, row in enumerate(rows) for s in _SECTIONS if any(clean(c) == s for c in row[:2])}
    if _SECTIONS[0] not in sections or len(rows[0]) < 2 or not rows[0][1].strip():
        return []
    context = {"title": rows[0][1].strip(), "form": "article"}
    trend = _trend(sheet, rows, sections.get(_TREND_SECTION))
    if trend:
        days = [d for row in rows[trend.header_row : trend.last_row] if (d := _day(row, trend.columns[0]))]
        if days:
            context["published_at"] = min(days).isoformat()
    result = [_figures(sheet, rows, sections)]
    result += [trend] if trend else []
    for number, found in enumerate(result):
        found.block, found.context = number, context
        if "published_at" in context:
            found.say("published_from_trend")
    if any(s in sections for s in _AUDIENCE):
        result[0].say("audience_not_stored")
    return result


def _figures(sheet: Sheet, rows: list[list[str]], sections: dict[str, int]) -> Found:
    """Labels with the cell to their right, or below where a row holds labels only; the first of each label counts."""
    last = min([i for s, i in sections.items() if s == _TREND_SECTION or s in _AUDIENCE] or [len(rows)])
    labels = {fold(n) for f in ARTICLE.fields for n in f.names}
    taken: dict[str, str] = {}
    for at, row in enumerate(rows[:last]):
        for place, cell in enumerate(row):
            if fold(cell) not in labels or clean(cell) in taken:
                continue
            right = row[place + 1] if place + 1 < len(row) else ""
            below = rows[at + 1][place] if at + 1 < last and place < len(rows[at + 1]) else ""
            value = right if right.strip() and fold(right) not in labels else "" if fold(below) in labels else below
            taken[clean(cell)] = value.strip()
    titles = heads(list(taken))
    found = Found(sheet.name, header_row=sections[_SECTIONS[0]] + 1, headers=[t.full for t in titles], rows=1)
    found.columns, found.record = list(range(len(titles))), list(taken.values())
    dress(found, ARTICLE, titles, [list(taken.values())])
    return found


def _trend(sheet: Sheet, rows: list[list[str]], section: int | None) -> Found | None:
    if section is None:
        return None
    for at in range(section, min(section + 4, len(rows))):
        columns = [i for i, c in enumerate(rows[at]) if c.strip()]
        titles = heads([rows[at][i] for i in columns])
        known = {f.header for t in titles for f in field_of(TREND, t)}
        if not {"日期", "传播渠道"} <= known:
            continue
        stop = next(
            (
                i
                for i in range(at + 1, len(rows))
                if not any(c.strip() for c in rows[i]) or clean(rows[i][0]) in _SECTIONS
            ),
            len(rows),
        )
        found = Found(
            sheet.name, header_row=at + 1, headers=[t.full for t in titles], columns=columns, rows=stop - at - 1
        )
        found.last_row = stop
        missing = tuple(f.header for f in TREND.fields if f.required and f.header not in known)
        dress(
            found, TREND, titles, [[r[i] if i < len(r) else "" for i in columns] for r in rows[at + 1 : stop]], missing
        )
        return found
    return None


def _day(row: list[str], place: int) -> date | None:
    text = clean(row[place]) if place < len(row) else ""
    digits = (
        "".join(c if c.isdigit() else " " for c in text[:10]).split()
        if not text.isdigit()
        else [text[:4], text[4:6], text[6:8]]
    )
    try:
        return date(int(digits[0]), int(digits[1]), int(digits[2]))
    except (ValueError, IndexError):
        return None
