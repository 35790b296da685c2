"""Exports of 头条号 (facts B6): 数据趋势 and 粉丝趋势. The first data row 累计 sums the others and is dropped."""

from hongqiao.platforms.model import Field, Layout

_DAY = Field("时间", "account_daily", "day", "date", ("日期",), required=True, key=True)
_WHOLE = (("account_daily", "channel", ""),)


def _count(header: str, column: str, required: bool = False) -> Field:
    return Field(header, "account_daily", column, "int", required=required)


TREND = Layout(
    code="toutiao.trend",
    platform="toutiao",
    label="数据趋势",
    cites="facts B6 头条 数据趋势_*.xlsx: seven columns, first data row 累计",
    at_least=4,
    captured="last_day",
    extra_to="account_daily",
    constants=_WHOLE,
    fields=(
        _DAY,
        _count("展现量", "impressions", required=True),
        _count("阅读(播放)量", "views", required=True),
        _count("粉丝阅读(播放)量", "follower_views"),
        _count("点赞量", "likes"),
        _count("评论量", "comments"),
        Field("粉丝展现量", "account_daily", "extra"),
    ),
)

FANS = Layout(
    code="toutiao.fans",
    platform="toutiao",
    label="粉丝趋势",
    cites="facts B6 头条 粉丝趋势_*.xlsx: seven columns",
    at_least=4,
    captured="last_day",
    extra_to="account_daily",
    constants=_WHOLE,
    fields=(
        _DAY,
        _count("总粉丝数", "followers_total", required=True),
        _count("粉丝变化数", "followers_net", required=True),
        _count("新增粉丝数", "followers_new"),
        _count("流失粉丝数", "followers_lost"),
        _count("活跃粉丝数", "active_followers"),
        Field("总铁粉数", "account_daily", "extra"),
    ),
)

LAYOUTS = (TREND, FANS)
