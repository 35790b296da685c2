"""Exports of 抖音 创作者中心: 作品列表 and 账号数据总览 (facts B2). Columns go by name, never by position."""

from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Field, Kind, Layout

_FORMS = tuple((word, code) for word, code in load("forms.json", "hongqiao.platforms.kit")["forms"])


def _count(header: str, column: str, kind: Kind = "int", *aliases: str) -> Field:
    return Field(header, "content_snapshots", column, kind, aliases)


WORKS = Layout(
    code="douyin.works",
    platform="douyin",
    label="作品列表",
    cumulative=True,
    cites="facts B2 作品列表: a real file verified cell by cell (2026-04), and two variants",
    at_least=6,
    extra_to="content_snapshots",
    fields=(
        Field("作品名称", "contents", "title", "text", ("作品标题",), required=True),
        Field("发布时间", "contents", "published_at", "datetime", required=True, key=True),
        Field("体裁", "contents", "form", "code", ("作品类型",), codes=_FORMS, otherwise="other"),
        Field("体裁", "contents", "form_label", "text", ("作品类型",)),
        Field("审核状态", "contents", "status", "text", ("发布状态",)),
        Field("作品时长", "contents", "seconds", "seconds"),
        Field("播放量", "content_snapshots", "views", "int", required=True),
        _count("完播率", "completion_rate", "rate"),
        _count("5s完播率", "completion5s_rate", "rate"),
        _count("封面点击率", "cover_ctr", "rate"),
        _count("2s跳出率", "exit2s_rate", "rate"),
        _count("平均播放时长", "avg_seconds", "seconds"),
        _count("点赞量", "likes"),
        _count("分享量", "shares"),
        _count("评论量", "comments"),
        _count("收藏量", "favorites"),
        _count("弹幕量", "danmaku"),
        _count("主页访问量", "profile_visits"),
        _count("粉丝增量", "followers_gained"),
    ),
)

#: One file a metric: the second header alone says which.
DAILY_METRICS: tuple[tuple[str, str, Kind], ...] = (
    ("播放量", "views", "int"),
    ("主页访问", "profile_visits", "int"),
    ("作品点赞", "likes", "int"),
    ("作品评论", "comments", "int"),
    ("作品分享", "shares", "int"),
    ("封面点击率", "cover_ctr", "rate"),
    ("净增粉丝", "followers_net", "int"),
    ("取关粉丝", "followers_lost", "int"),
    ("总粉丝量", "followers_total", "int"),
)

DAILY = Layout(
    code="douyin.daily",
    platform="douyin",
    label="账号数据总览（按天）",
    cites="facts B2 账号数据总览: real files",
    exact=True,
    captured="last_day",
    constants=(("account_daily", "channel", ""),),
    fields=(
        Field("日期", "account_daily", "day", "date", required=True, key=True),
        *(Field(header, "account_daily", column, kind) for header, column, kind in DAILY_METRICS),
    ),
)

LAYOUTS = (WORKS, DAILY)
