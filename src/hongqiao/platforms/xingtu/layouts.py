"""Tables about creators on 抖音 (facts B7): 星广联投 materials (third-party) and the 云图 report of creators' "
"video orders."""

from hongqiao.platforms.model import Layout
from hongqiao.platforms.placements import DAILY, TOTALS, beside, currency, measure, named, together

#: Spend here is what boosted a creator's video; 巨量引擎's own report of the same material states it too.
XGL = Layout(
    code="xingtu.xgl",
    platform="xingtu",
    label="星广联投素材",
    cites="facts B7 星图: 星广联投 table as a third party gives it; 数据统计日期 is taken for the day of the spend",
    at_least=6,
    extra_to=DAILY,
    captured="last_day",
    note="unconfirmed",
    constants=currency(DAILY),
    derived=named(DAILY, ("creative", "creative_id", "creative"), otherwise="creative"),
    groups=together(DAILY),
    fields=(
        measure(DAILY, "数据统计日期", "day", "date", "统计日期", required=True, key=True),
        measure(DAILY, "素材ID(巨量)", "creative_id", "id", "素材ID", required=True, key=True),
        measure(DAILY, "标题", "creative", "text"),
        measure(DAILY, "星图任务ID", "campaign_id", "id", required=True),
        measure(DAILY, "星图任务名称", "campaign", "text"),
        measure(DAILY, "抖音号", "creator_key", "id"),
        measure(DAILY, "抖音号昵称", "creator_name", "text"),
        measure(DAILY, "视频播放链接", "url", "text"),
        measure(DAILY, "产品名称", "product", "text"),
        measure(DAILY, "消耗", "spend", "money", required=True),
        *beside(DAILY, "下单账户名称"),
    ),
)

YUNTU = Layout(
    code="xingtu.yuntu_report",
    platform="xingtu",
    label="云图达人视频订单报告",
    cumulative=True,
    cites="facts B7 云图 report",
    at_least=6,
    extra_to=TOTALS,
    note="period_unknown",
    constants=currency(TOTALS),
    derived=named(TOTALS, ("note", "unit_id", "unit"), otherwise="note"),
    fields=(
        measure(TOTALS, "达人视频订单id", "unit_id", "id", required=True, key=True),
        measure(TOTALS, "达人视频订单名称", "unit", "text"),
        measure(TOTALS, "报告id", "campaign_id", "id"),
        measure(TOTALS, "报告名称", "campaign", "text"),
        measure(TOTALS, "视频链接", "url", "text"),
        measure(TOTALS, "达人昵称", "creator_name", "text"),
        measure(TOTALS, "曝光次数", "impressions"),
        measure(TOTALS, "消耗金额", "spend", "money", required=True),
        measure(TOTALS, "转发数", "shares"),
        measure(TOTALS, "评论数", "comments"),
        measure(TOTALS, "点赞数", "likes"),
        measure(TOTALS, "完播率", "completion_rate", "rate"),
        measure(TOTALS, "5s播放率", "play5s_rate", "rate"),
        *beside(TOTALS, "CTR"),
    ),
)

LAYOUTS = (XGL, YUNTU)
