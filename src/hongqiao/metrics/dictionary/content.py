# ruff: noqa: E501 (one definition reads as one passage; Chinese letters count twice)
"""内容: what was put out, and what people did with it, a day of an account and a piece."""

from typing import Any

import ibis
import ibis.expr.types as ir

from hongqiao.errors import N_
from hongqiao.metrics.measures import once, paired, rows, total, weighted
from hongqiao.metrics.model import Measure, Metric

_DAY: dict[str, Any] = {
    "family": "content",
    "table": "account_daily",
    "grain": N_("账号 × 日"),
    "day_kind": N_("发生日"),
}
_PIECE: dict[str, Any] = {
    "family": "content",
    "table": "content_snapshots",
    "grain": N_("作品"),
    "day_kind": N_("发布日，数值截至最近一次采集"),
}
_GAIN: dict[str, Any] = {
    "family": "content",
    "table": "content_snapshots",
    "grain": N_("作品 × 两次采集"),
    "day_kind": N_("后一次采集日"),
}
_COUNT: dict[str, Any] = {"unit": N_("次"), "format": "int"}
_RATE: dict[str, Any] = {"unit": "%", "format": "rate", "decimals": 2}

_PERSONS = N_("公众号给的是人数，其他平台给的是次数，人数与次数不能直接比较")
_LENGTH = N_("完播与作品时长、体裁有关，只在同平台同体裁里比较")
_READING = N_("各平台完读的判断不同，只在同平台同体裁里比较")
_EXIT = N_("抖音、小红书为 2 秒，B站为 3 秒，不能直接比较")
_COVER = N_("各平台封面点击的分母不同；公众号的送达阅读率是另一个口径")
_PLAYS = N_("公众号为阅读次数，视频平台为播放量，小红书为观看量，起算规则不同")

VIEWS = {
    "wechat_oa": "阅读次数",
    "douyin": "播放量",
    "xiaohongshu": "观看量",
    "bilibili": "播放量",
    "channels": "播放量",
    "kuaishou": "播放量",
    "zhihu": "阅读 + 播放",
}
LIKES = {
    "wechat_oa": "点赞",
    "douyin": "点赞量",
    "xiaohongshu": "点赞",
    "bilibili": "点赞量",
    "channels": "喜欢",
    "kuaishou": "点赞量",
    "zhihu": "点赞",
}
COMMENTS = {
    "wechat_oa": "评论(条)",
    "douyin": "评论量",
    "xiaohongshu": "评论",
    "bilibili": "评论量",
    "channels": "评论量",
    "kuaishou": "评论量",
    "zhihu": "评论",
}
SHARES = {
    "wechat_oa": "分享次数",
    "douyin": "分享量",
    "xiaohongshu": "分享",
    "bilibili": "转发量",
    "channels": "分享量",
    "zhihu": "分享",
}
FAVORITES = {
    "wechat_oa": "收藏(人)",
    "douyin": "收藏量",
    "xiaohongshu": "收藏",
    "bilibili": "收藏量",
    "kuaishou": "收藏量",
    "zhihu": "收藏",
}
ACTIONS = ("likes", "comments", "favorites", "shares")
ARTICLE = ("article", "image_text")


def interactions(t: ir.Table) -> ir.Value:
    """Likes, comments, favourites and shares of a row: those that are stated; null where none is."""
    said = ibis.or_(*[t[c].notnull() for c in ACTIONS])
    parts = [t[c].fill_null(0) for c in ACTIONS]
    return ibis.ifelse(said, parts[0] + parts[1] + parts[2] + parts[3], ibis.null())


def _share_top(t: ir.Table) -> ir.Value:
    return ibis.ifelse(_by_persons(t), t.share_users, t.shares)


def _share_base(t: ir.Table) -> ir.Value:
    return ibis.ifelse(_by_persons(t), t.view_users, t.views)


def _by_persons(t: ir.Table) -> ir.BooleanValue:
    return t.share_users.notnull() & t.view_users.notnull()


def _is_article(t: ir.Table) -> ir.BooleanValue:
    return t.form.isin(ARTICLE).fill_null(False)


def _is_video(t: ir.Table) -> ir.BooleanValue:
    return ~_is_article(t)


def _reach(t: ir.Table) -> ir.Value:
    return ibis.coalesce(t.views, t.view_users)


def _shown(t: ir.Table) -> ir.Value:
    return ibis.coalesce(t.impressions, t.views)


def _ratio(source: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    top, bottom = paired(source, *args, **kwargs)
    return {"numerator": top, "denominator": bottom}


def _mean(source: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    top, bottom = weighted(source, *args, **kwargs)
    return {"numerator": top, "denominator": bottom}


_REACH = ("views", "view_users")
_SHARE = ("share_users", "shares", "view_users", "views")

_DAILY = (
    Metric("posts", N_("发布篇数"), definition=N_("当日发布的作品数，按作品列表计"), unit=N_("篇"), format="int",
           numerator=rows("contents", columns=("source_key",)), family="content", table="contents", grain=N_("作品"),
           day_kind=N_("发布日"), better=None),
    Metric("posts_stated", N_("发布篇数（后台）"), definition=N_("平台后台按日给出的发布数"), unit=N_("篇"), format="int",
           numerator=total("account_daily", "posts"), better=None, names={"wechat_oa": "发表篇数", "xiaohongshu": "总发布趋势"}, **_DAY),
    Metric("views", N_("阅读/播放次数"), definition=N_("当日阅读、播放、观看的次数（含重复）"),
           numerator=total("account_daily", "views"), names={"wechat_oa": "阅读次数", "douyin": "播放量", "xiaohongshu": "观看趋势", "zhihu": "阅读 + 播放", "toutiao": "阅读(播放)量"}, not_comparable=_PLAYS, **_COUNT, **_DAY),
    Metric("readers", N_("阅读人数"), definition=N_("当日阅读的人数（同一天去重）。人数不能跨天、跨账号、跨渠道相加，合并的格子不显示"),
           numerator=once("account_daily", "view_users"), unit=N_("人"), format="int", names={"wechat_oa": "阅读人数"},
           not_comparable=_PERSONS, **_DAY),
    Metric("reader_days", N_("阅读人次（按日相加）"), definition=N_("每天阅读人数之和：同一人两天各读一次计 2"),
           numerator=total("account_daily", "view_users"), unit=N_("人次"), format="int", names={"wechat_oa": "阅读人数"},
           not_comparable=_PERSONS, **_DAY),
    Metric("likes", N_("点赞"), definition=N_("账号当日收到的点赞数"), numerator=total("account_daily", "likes"), names={"douyin": "作品点赞", "xiaohongshu": "点赞趋势", "zhihu": "点赞", "toutiao": "点赞量"}, **_COUNT, **_DAY),
    Metric("comments", N_("评论"), definition=N_("账号当日收到的评论数"), numerator=total("account_daily", "comments"), names={"douyin": "作品评论", "xiaohongshu": "评论趋势", "zhihu": "评论", "toutiao": "评论量"},
           **_COUNT, **_DAY),
    Metric("favorites", N_("收藏"), definition=N_("账号当日收到的收藏数；公众号为收藏人数"), numerator=total("account_daily", "favorites"),
           names={"wechat_oa": "微信收藏人数", "xiaohongshu": "收藏趋势", "zhihu": "收藏"}, not_comparable=_PERSONS, **_COUNT, **_DAY),
    Metric("shares", N_("分享"), definition=N_("账号当日作品被分享的次数"), numerator=total("account_daily", "shares"), names={"wechat_oa": "分享次数", "douyin": "作品分享", "xiaohongshu": "分享趋势", "zhihu": "分享"},
           **_COUNT, **_DAY),
    Metric("coins", N_("投币"), definition=N_("账号当日收到的投币数"), numerator=total("account_daily", "coins"), **_COUNT, **_DAY),
    Metric("share_user_days", N_("分享人次（按日相加）"), definition=N_("每天分享人数之和"), unit=N_("人次"), format="int",
           numerator=total("account_daily", "share_users"), names={"wechat_oa": "分享人数"}, not_comparable=_PERSONS, **_DAY),
    Metric("interactions", N_("互动量"), definition=N_("点赞 + 评论 + 收藏 + 分享，平台没有给的部分不计"),
           numerator=total("account_daily", interactions, columns=ACTIONS), not_comparable=N_("各平台给出的互动项目不同"),
           **_COUNT, **_DAY),
    Metric("share_rate", N_("分享率"), definition=N_("分享 ÷ 阅读/播放，先求和再相除；公众号以人为基数（分享人数 ÷ 阅读人数）"),
           numerator_text=N_("分享次数；公众号为分享人数"), denominator_text=N_("阅读/播放次数；公众号为阅读人数"),
           not_comparable=_PERSONS, **_ratio("account_daily", _share_top, _share_base, columns=_SHARE), **_RATE, **_DAY),
    Metric("interaction_rate", N_("互动率"), definition=N_("互动量 ÷ 阅读/播放次数，先求和再相除；没有次数时以阅读人数为基数"),
           numerator_text=N_("互动量"), denominator_text=N_("阅读/播放次数"), not_comparable=_PERSONS,
           **_ratio("account_daily", interactions, _reach, columns=(*ACTIONS, *_REACH)), **_RATE, **_DAY),
    Metric("completion_rate", N_("完播率"), definition=N_("平台按日给出的视频完播率，按观看次数加权平均"),
           numerator_text=N_("完播率 × 观看次数"), denominator_text=N_("观看次数"), names={"xiaohongshu": "视频完播率趋势"},
           not_comparable=_LENGTH, **_mean("account_daily", "completion_rate", "views"), **_RATE, **_DAY),
    Metric("cover_ctr", N_("封面点击率"), definition=N_("平台按日给出的封面点击率，按曝光加权平均；没有曝光时按播放加权"),
           numerator_text=N_("封面点击率 × 曝光"), denominator_text=N_("曝光"), names={"douyin": "封面点击率", "xiaohongshu": "封面点击率趋势"},
           not_comparable=_COVER, **_mean("account_daily", "cover_ctr", _shown, columns=("impressions", "views")), **_RATE, **_DAY),
    Metric("avg_seconds", N_("人均时长"), definition=N_("平台按日给出的平均观看时长，按观看次数加权平均"), unit=N_("秒"),
           format="number", decimals=1, numerator_text=N_("平均时长 × 观看次数"), denominator_text=N_("观看次数"),
           names={"xiaohongshu": "平均观看时长趋势"}, not_comparable=_LENGTH,
           **_mean("account_daily", "avg_seconds", "views"), **_DAY),
)  # fmt: skip


def _piece(code: str, label: str, column: str, definition: str, names: dict[str, str], **more: Any) -> Metric:
    return Metric(
        code,
        label,
        definition=definition,
        numerator=total("pieces", column),
        names=names,
        **{**_COUNT, **_PIECE, **more},
    )


_PIECES = (
    _piece("piece_impressions", N_("作品曝光"), "impressions", N_("作品被展示的次数，截至最近一次采集"), {"xiaohongshu": "曝光"}),
    _piece("piece_views", N_("作品阅读/播放次数"), "views", N_("作品被阅读、播放、观看的次数，截至最近一次采集"), VIEWS, not_comparable=_PLAYS),
    Metric("piece_readers", N_("作品阅读人数"), definition=N_("一篇作品的阅读人数；不同作品的人数不能相加，合并的格子不显示"),
           numerator=once("pieces", "view_users"), unit=N_("人"), format="int", names={"wechat_oa": "总阅读人数"},
           not_comparable=_PERSONS, **_PIECE),
    _piece("piece_reader_times", N_("作品阅读人次"), "view_users", N_("各篇阅读人数之和：同一人读两篇计 2"), {"wechat_oa": "总阅读人数"},
           unit=N_("人次"), not_comparable=_PERSONS),
    _piece("piece_likes", N_("作品点赞"), "likes", N_("截至最近一次采集的点赞数"), LIKES),
    _piece("piece_comments", N_("作品评论"), "comments", N_("截至最近一次采集的评论数"), COMMENTS),
    _piece("piece_favorites", N_("作品收藏"), "favorites", N_("截至最近一次采集的收藏数"), FAVORITES),
    _piece("piece_shares", N_("作品分享"), "shares", N_("截至最近一次采集的分享次数"), SHARES),
    _piece("piece_coins", N_("作品投币"), "coins", N_("截至最近一次采集的投币数"), {"bilibili": "投币量"}),
    _piece("piece_upvotes", N_("作品喜欢"), "upvotes", N_("截至最近一次采集的喜欢数，与点赞分开计"), {"zhihu": "喜欢"}),
    _piece("piece_followers", N_("作品粉丝增量"), "followers_gained", N_("作品带来的粉丝；抖音为净增，可为负"),
           {"wechat_oa": "阅读后关注人数", "douyin": "粉丝增量", "xiaohongshu": "涨粉", "bilibili": "涨粉量", "channels": "关注量", "kuaishou": "涨粉量"}, unit=N_("人"),
           not_comparable=N_("抖音为净增，公众号与小红书为新增")),
    Metric("piece_interactions", N_("作品互动量"), definition=N_("点赞 + 评论 + 收藏 + 分享，平台没有给的部分不计"),
           numerator=total("pieces", interactions, columns=ACTIONS), not_comparable=N_("各平台给出的互动项目不同"),
           **_COUNT, **_PIECE),
    Metric("piece_share_rate", N_("作品分享率"), definition=N_("分享 ÷ 阅读/播放，先求和再相除；公众号以人为基数"), few="pieces",
           numerator_text=N_("分享次数；公众号为分享人数"), denominator_text=N_("阅读/播放次数；公众号为阅读人数"),
           not_comparable=_PERSONS, **_ratio("pieces", _share_top, _share_base, columns=_SHARE), **_RATE, **_PIECE),
    Metric("piece_interaction_rate", N_("作品互动率"), definition=N_("互动量 ÷ 阅读/播放次数，先求和再相除"),
           numerator_text=N_("互动量"), denominator_text=N_("阅读/播放次数"), not_comparable=_PERSONS,
           **_ratio("pieces", interactions, _reach, columns=(*ACTIONS, *_REACH)), **_RATE, **_PIECE),
    Metric("piece_follow_rate", N_("作品转粉率"), definition=N_("作品粉丝增量 ÷ 阅读/播放次数，先求和再相除"),
           numerator_text=N_("作品粉丝增量"), denominator_text=N_("阅读/播放次数"), not_comparable=_PERSONS,
           **_ratio("pieces", "followers_gained", _reach, columns=("followers_gained", *_REACH)), **_RATE, **_PIECE),
    Metric("piece_completion_rate", N_("作品完播率"), definition=N_("视频的完播率，按播放次数加权平均"),
           numerator_text=N_("完播率 × 播放次数"), denominator_text=N_("播放次数"),
           names={"douyin": "完播率", "xiaohongshu": "完播率", "bilibili": "平均播放进度", "channels": "完播率", "kuaishou": "完播率"}, not_comparable=_LENGTH,
           **_mean("pieces", "completion_rate", _reach, columns=_REACH, where=_is_video), **_RATE, **_PIECE),
    Metric("piece_read_through_rate", N_("作品完读率"), definition=N_("图文的完读率，按阅读次数加权平均（没有次数时按人数）"),
           numerator_text=N_("完读率 × 阅读次数"), denominator_text=N_("阅读次数"),
           names={"wechat_oa": "阅读完成率", "douyin": "完播率"}, not_comparable=_READING,
           **_mean("pieces", "completion_rate", _reach, columns=_REACH, where=_is_article), **_RATE, **_PIECE),
    Metric("piece_completion5s_rate", N_("作品5s完播率"), definition=N_("播放满 5 秒的比例，按播放次数加权平均"),
           numerator_text=N_("5s完播率 × 播放次数"), denominator_text=N_("播放次数"), names={"douyin": "5s完播率"},
           not_comparable=_LENGTH, **_mean("pieces", "completion5s_rate", _reach, columns=_REACH), **_RATE, **_PIECE),
    Metric("piece_exit2s_rate", N_("作品2s跳出率"), definition=N_("2 秒内离开的比例，按播放次数加权平均"), better="down",
           numerator_text=N_("2s跳出率 × 播放次数"), denominator_text=N_("播放次数"),
           names={"douyin": "2s跳出率", "xiaohongshu": "2秒退出率"}, not_comparable=_EXIT,
           **_mean("pieces", "exit2s_rate", _reach, columns=_REACH), **_RATE, **_PIECE),
    Metric("piece_cover_ctr", N_("作品封面点击率"), definition=N_("封面点击率，按曝光加权平均；没有曝光时按播放加权"),
           numerator_text=N_("封面点击率 × 曝光"), denominator_text=N_("曝光"),
           names={"douyin": "封面点击率", "xiaohongshu": "封面点击率"}, not_comparable=_COVER,
           **_mean("pieces", "cover_ctr", _shown, columns=("impressions", "views")), **_RATE, **_PIECE),
    Metric("piece_delivered_read_rate", N_("送达阅读率"), definition=N_("平台给出的送达阅读率，按送达人数加权平均"),
           numerator_text=N_("送达阅读率 × 送达人数"), denominator_text=N_("送达人数"), names={"wechat_oa": "送达阅读率"},
           not_comparable=_COVER, **_mean("pieces", "delivered_read_rate", "delivered"), **_RATE, **_PIECE),
    Metric("piece_avg_seconds", N_("作品人均时长"), definition=N_("平均播放/停留时长，按阅读/播放次数加权平均"), unit=N_("秒"),
           format="number", decimals=1, numerator_text=N_("平均时长 × 次数"), denominator_text=N_("阅读/播放次数"),
           names={"wechat_oa": "平均停留时长(秒)", "douyin": "平均播放时长", "xiaohongshu": "人均观看时长", "channels": "平均播放时长"}, not_comparable=_LENGTH,
           **_mean("pieces", "avg_seconds", _reach, columns=_REACH), **_PIECE),
)  # fmt: skip


def _gain(code: str, label: str, column: str, names: dict[str, str]) -> Metric:
    def value(t: ir.Table) -> ir.Value:
        return t[f"inc_{column}"].sum()

    return Metric(
        code,
        label,
        definition=N_("同一作品相邻两次采集之差，记在后一次采集日，不摊到每天；首次采集没有增量，下降按更正保留"),
        numerator=Measure("increments", value, (column,)),
        names=names,
        **_COUNT,
        **_GAIN,
    )


_GAINS = (
    _gain("views_gain", N_("阅读/播放增量"), "views", VIEWS),
    _gain("likes_gain", N_("点赞增量"), "likes", LIKES),
    _gain("comments_gain", N_("评论增量"), "comments", COMMENTS),
    _gain("favorites_gain", N_("收藏增量"), "favorites", FAVORITES),
    _gain("shares_gain", N_("分享增量"), "shares", SHARES),
)

_PIECE_DAY: dict[str, Any] = {
    "family": "content",
    "table": "content_daily",
    "grain": N_("作品 × 日"),
    "day_kind": N_("发生日"),
}
_BY_DAY = (
    Metric("piece_day_views", N_("作品当日阅读/播放"), definition=N_("平台按作品和日给出的阅读、播放次数"),
           numerator=total("content_daily", "views"), names={"wechat_oa": "阅读次数", "xiaohongshu": "观看量"}, not_comparable=_PLAYS, **_COUNT, **_PIECE_DAY),
    Metric("piece_day_readers", N_("作品当日阅读人数"), definition=N_("平台按作品和日给出的阅读人数；不能跨作品、跨天相加"),
           numerator=once("content_daily", "view_users"), unit=N_("人"), format="int", names={"wechat_oa": "阅读人数"},
           not_comparable=_PERSONS, **_PIECE_DAY),
)  # fmt: skip

METRICS: tuple[Metric, ...] = (*_DAILY, *_PIECES, *_GAINS, *_BY_DAY)
