"""Exports of 公众号后台 (facts B1). 人数 are persons and 次数 times: they never share a column."""

from hongqiao.platforms.model import Field, Group, Kind, Layout

_ARTICLE = (("contents", "form", "article"),)
_WHOLE = (("account_daily", "channel", ""),)


def _day(header: str = "日期", *aliases: str) -> Field:
    return Field(header, "account_daily", "day", "date", aliases, required=True, key=True)


def _account(header: str, column: str, *aliases: str, required: bool = False) -> Field:
    return Field(header, "account_daily", column, "int", aliases, required=required)


def _piece(header: str, column: str, kind: Kind = "int", *aliases: str, required: bool = False) -> Field:
    return Field(header, "content_snapshots", column, kind, aliases, required=required)


GROWTH = Layout(
    code="wechat_oa.user_growth",
    platform="wechat_oa",
    label="用户增长",
    cites="facts B1 用户增长: an HTML table under the name .xls; 累积 and 累计 both occur",
    at_least=3,
    captured="last_day",
    constants=_WHOLE,
    fields=(
        _day("时间", "日期"),
        _account("新关注人数", "followers_new", "新增人数", required=True),
        _account("取消关注人数", "followers_lost", "取关人数", required=True),
        _account("净增关注人数", "followers_net", "净增人数"),
        _account("累积关注人数", "followers_total", "累计关注人数", "累积人数", "累计人数"),
    ),
)

FLOW_CHANNEL = Layout(
    code="wechat_oa.flow_channel",
    platform="wechat_oa",
    label="流量数据明细 · 阅读（分渠道）",
    cites="facts B1 流量数据明细, cols 1-3; 全部 is not the sum: persons are de-duplicated",
    exact=True,
    captured="last_day",
    fields=(
        _day(),
        Field("渠道", "account_daily", "channel", "channel", ("传播渠道",), required=True, key=True),
        _account("阅读人数", "view_users", required=True),
    ),
)

FLOW_DAILY = Layout(
    code="wechat_oa.flow_daily",
    platform="wechat_oa",
    label="流量数据明细 · 分享与发表",
    cites="facts B1 流量数据明细, cols 5-9",
    at_least=3,
    captured="last_day",
    constants=_WHOLE,
    fields=(
        _day(),
        _account("分享人数", "share_users", required=True),
        _account("跳转阅读原文人数", "jumps", required=True),
        _account("微信收藏人数", "favorites"),
        _account("发表篇数", "posts"),
    ),
)

FLOW_CONTENT = Layout(
    code="wechat_oa.flow_content",
    platform="wechat_oa",
    label="流量数据明细 · 内容（分渠道合计）",
    cites="facts B1 流量数据明细, cols 11-15",
    at_least=4,
    note="period_by_channel",
    constants=_ARTICLE,
    groups=(Group("contents", ("title", "published_at")),),
    fields=(
        Field("传播渠道", required=True),
        Field("发表日期", "contents", "published_at", "datetime", required=True, key=True),
        Field("内容标题", "contents", "title", "text", required=True, key=True),
        Field("阅读人数"),
        Field("阅读占比"),
    ),
)

FLOW_OLDER = Layout(
    code="wechat_oa.flow_older",
    platform="wechat_oa",
    label="流量数据（旧版）",
    cites="facts B1 流量数据明细, older single table",
    at_least=5,
    captured="last_day",
    extra_to="account_daily",
    fields=(
        _day(),
        Field("渠道", "account_daily", "channel", "channel", required=True, key=True),
        _account("阅读次数", "views", required=True),
        _account("阅读人数", "view_users", required=True),
        _account("分享次数", "shares"),
        _account("分享人数", "share_users"),
        Field("阅读原文次数", "account_daily", "extra"),
        _account("阅读原文人数", "jumps"),
        Field("收藏次数", "account_daily", "extra"),
        _account("收藏人数", "favorites"),
        _account("群发篇数", "posts"),
    ),
)

_TITLE = Field("内容标题", "contents", "title", "text", required=True, key=True)
_TIME = Field("发表时间", "contents", "published_at", "datetime", required=True, key=True)
_URL = Field("内容url", "contents", "url", "text")
_READ_SHARE = (
    _piece("总阅读人数", "view_users", required=True),
    _piece("总阅读次数", "views", required=True),
    _piece("总分享人数", "share_users"),
    _piece("总分享次数", "shares"),
    _piece("阅读后关注人数", "followers_gained"),
    _piece("阅读完成率", "completion_rate", "rate"),
)

NOTIFIED = Layout(
    code="wechat_oa.notified",
    platform="wechat_oa",
    label="已通知内容",
    cumulative=True,
    cites="facts B1 已通知内容 (tmpl=19), 16 columns, counted over 7 days",
    at_least=8,
    constants=_ARTICLE,
    extra_to="content_snapshots",
    fields=(
        _TITLE,
        _TIME,
        *_READ_SHARE,
        _piece("送达人数", "delivered", required=True),
        _piece("公众号消息阅读次数", "delivered_views", required=True),
        _piece("送达阅读率", "delivered_read_rate", "ratio"),
        _piece("首次分享次数", "first_shares"),
        _piece("分享产生阅读次数", "share_views"),
        _piece("首次分享率", "first_share_rate", "ratio"),
        _piece("每次分享带来阅读次数", "share_view_ratio", "number"),
        _URL,
    ),
)

UNNOTIFIED = Layout(
    code="wechat_oa.unnotified",
    platform="wechat_oa",
    label="未开启通知内容",
    cumulative=True,
    cites="facts B1 未开启通知内容 (tmpl=20): as 已通知内容 without the delivery columns",
    at_least=6,
    constants=_ARTICLE,
    extra_to="content_snapshots",
    fields=(
        _TITLE,
        _TIME,
        *_READ_SHARE,
        _piece("公众号消息阅读次数", "delivered_views"),
        _piece("首次分享次数", "first_shares"),
        _piece("分享产生阅读次数", "share_views"),
        _piece("首次分享率", "first_share_rate", "ratio"),
        _piece("每次分享带来阅读次数", "share_view_ratio", "number"),
        _URL,
    ),
)

CONTENT = Layout(
    code="wechat_oa.content",
    platform="wechat_oa",
    label="内容数据",
    cumulative=True,
    cites="facts B1 内容数据 (newer, persons only), 9 columns, data from row 3",
    at_least=6,
    constants=_ARTICLE,
    extra_to="content_snapshots",
    fields=(
        _TITLE,
        _TIME,
        _piece("阅读人数", "view_users", required=True),
        _piece("分享人数", "share_users", required=True),
        _piece("阅读后关注人数", "followers_gained"),
        _piece("送达人数", "delivered"),
        _piece("送达阅读率", "delivered_read_rate", "ratio"),
        _piece("阅读完成率", "completion_rate", "rate"),
        _URL,
    ),
)

LAYOUTS = (GROWTH, FLOW_CHANNEL, FLOW_DAILY, FLOW_CONTENT, FLOW_OLDER, NOTIFIED, UNNOTIFIED, CONTENT)
