"""Exports of 知乎 创作中心 (facts B6): 日报表.xls, which really is csv, and the list of pieces.

阅读 (answers, articles) and 播放 (videos) are both times a piece was opened: `views` is their sum; both also stay
beside the row.
"""

from hongqiao.platforms.model import Derived, Field, Layout


def _opened(table: str) -> tuple[Field, ...]:
    reads = (Field("阅读", table, "_reads", "int", required=True), Field("阅读", table, "extra"))
    return (*reads, Field("播放", table, "_plays", "int"), Field("播放", table, "extra"))


def _views(table: str) -> Derived:
    reads, plays = f'"{table}._reads"', f'"{table}._plays"'
    either = f"coalesce({reads}, {plays}) IS NOT NULL"
    return Derived(table, "views", f"CASE WHEN {either} THEN coalesce({reads}, 0) + coalesce({plays}, 0) END")


def _responses(table: str) -> tuple[Field, ...]:
    """点赞 is 赞同; 喜欢 is a button of its own."""
    pairs = (("点赞", "likes"), ("喜欢", "upvotes"), ("评论", "comments"), ("收藏", "favorites"), ("分享", "shares"))
    return tuple(Field(header, table, column, "int", required=header == "喜欢") for header, column in pairs)


DAILY = Layout(
    code="zhihu.daily",
    platform="zhihu",
    label="日报表",
    cites="facts B6 知乎 日报表.xls: UTF-8 csv under the name .xls, eight columns",
    at_least=5,
    captured="last_day",
    extra_to="account_daily",
    constants=(("account_daily", "channel", ""),),
    derived=(_views("account_daily"),),
    fields=(
        Field("日期", "account_daily", "day", "date", required=True, key=True),
        *_opened("account_daily"),
        *_responses("account_daily"),
    ),
)

CONTENT = Layout(
    code="zhihu.content",
    platform="zhihu",
    label="内容数据",
    cumulative=True,
    cites="facts B6 知乎 content csv: 标题, 发布时间, 链接, 阅读, (播放), 点赞, 喜欢, 评论, 收藏, 分享",
    at_least=6,
    extra_to="content_snapshots",
    # 知乎 names the kind of a piece in its address only; answers and articles are read, zvideo is watched
    derived=(
        _views("content_snapshots"),
        Derived(
            "contents", "form", """CASE WHEN contains("contents.url", '/zvideo/') THEN 'video' ELSE 'article' END"""
        ),
    ),
    fields=(
        Field("标题", "contents", "title", "text", required=True, key=True),
        Field("发布时间", "contents", "published_at", "datetime", required=True, key=True),
        Field("链接", "contents", "url", "text", required=True),
        *_opened("content_snapshots"),
        *_responses("content_snapshots"),
    ),
)

LAYOUTS = (DAILY, CONTENT)
