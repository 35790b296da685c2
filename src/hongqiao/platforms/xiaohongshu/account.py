"""Account exports of 小红书 创作中心 (facts B3): 笔记列表明细表 and the four 近30日 / 近7日 files."""

from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Field, Kind, Layout

_FORMS = tuple((word, code) for word, code in load("forms.json", "hongqiao.platforms.kit")["forms"])


def _count(header: str, column: str, kind: Kind = "int", *aliases: str) -> Field:
    return Field(header, "content_snapshots", column, kind, aliases)


NOTES = Layout(
    code="xiaohongshu.notes",
    platform="xiaohongshu",
    label="笔记列表明细表",
    cumulative=True,
    cites="facts B3 笔记列表明细表: banner in row 1, headers in row 2; no note id, the title may be empty",
    at_least=6,
    extra_to="content_snapshots",
    fields=(
        Field("笔记标题", "contents", "title", "text", required=True),
        Field("首次发布时间", "contents", "published_at", "datetime", required=True, key=True),
        Field("体裁", "contents", "form", "code", codes=_FORMS, otherwise="other"),
        Field("体裁", "contents", "form_label", "text"),
        _count("曝光", "impressions", "int", "曝光量"),
        Field("观看量", "content_snapshots", "views", "int", ("观看",), required=True),
        _count("封面点击率", "cover_ctr", "rate"),
        _count("点赞", "likes", "int", "点赞量"),
        _count("评论", "comments", "int", "评论量"),
        _count("收藏", "favorites", "int", "收藏量"),
        _count("涨粉", "followers_gained", "int", "涨粉量"),
        _count("分享", "shares", "int", "分享量"),
        _count("人均观看时长", "avg_seconds", "seconds"),
        _count("弹幕", "danmaku", "int", "弹幕量"),
    ),
)

#: (file, sheet, column, kind): the sheet's name alone says which metric 数值 is.
_TRENDS: tuple[tuple[str, str, str, Kind], ...] = (
    ("观看数据", "曝光趋势", "impressions", "int"),
    ("观看数据", "观看趋势", "views", "int"),
    ("观看数据", "封面点击率趋势", "cover_ctr", "rate"),
    ("观看数据", "平均观看时长趋势", "avg_seconds", "seconds"),
    ("观看数据", "观看总时长趋势", "total_seconds", "seconds"),
    ("观看数据", "视频完播率趋势", "completion_rate", "rate"),
    ("互动数据", "点赞趋势", "likes", "int"),
    ("互动数据", "评论趋势", "comments", "int"),
    ("互动数据", "收藏趋势", "favorites", "int"),
    ("互动数据", "分享趋势", "shares", "int"),
    ("涨粉数据", "净涨粉趋势", "followers_net", "int"),
    ("涨粉数据", "新增关注趋势", "followers_new", "int"),
    ("涨粉数据", "取消关注趋势", "followers_lost", "int"),
    ("涨粉数据", "主页访客趋势", "profile_visits", "int"),
    ("涨粉数据", "主页转粉率趋势", "visit_follow_rate", "rate"),
    ("发布数据", "总发布趋势", "posts", "int"),
    ("发布数据", "发布视频趋势", "posts_video", "int"),
    ("发布数据", "发布图文趋势", "posts_image", "int"),
)


def _trend(file: str, sheet: str, column: str, kind: Kind) -> Layout:
    return Layout(
        code=f"xiaohongshu.{column}_daily",
        platform="xiaohongshu",
        label=f"{file} · {sheet}",
        cites=f"facts B3 近30日{file}: sheet {sheet}, 日期 | 数值",
        sheet=sheet,
        exact=True,
        captured="last_day",
        constants=(("account_daily", "channel", ""),),
        fields=(
            Field("日期", "account_daily", "day", "date", ("时间",), required=True, key=True),
            Field("数值", "account_daily", column, kind, required=True),
        ),
    )


#: The labels of the 账号总体 sheets; each also occurs as …环比.
_TOTALS = {
    "观看数据": ("曝光", "观看", "封面点击率", "平均观看时长", "观看总时长", "总完播率", "视频完播率"),
    "互动数据": ("点赞", "评论", "收藏", "分享", "弹幕"),
    "涨粉数据": ("净涨粉", "新增关注", "取消关注", "主页访客", "主页转粉率"),
    "发布数据": ("总发布", "发布视频", "发布图文"),
}


def _total(number: int, file: str, labels: tuple[str, ...]) -> Layout:
    """Totals of the period: each day is in the trend sheets, so they are known and not stored."""
    return Layout(
        code=f"xiaohongshu.period_{('views', 'engagement', 'followers', 'posts')[number]}",
        platform="xiaohongshu",
        label=f"账号总体{file}",
        cites=f"facts B3 账号总体{file}: 指标 | 数值",
        shape="pairs",
        sheet=f"账号总体{file}",
        at_least=1,
        note="period_summary",
        fields=tuple(Field(f"{label}{tail}") for label in labels for tail in ("", "环比")),
    )


LAYOUTS: tuple[Layout, ...] = (
    NOTES,
    *(_trend(*one) for one in _TRENDS),
    *(_total(i, file, labels) for i, (file, labels) in enumerate(_TOTALS.items())),
)
