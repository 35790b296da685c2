"""千川 (facts B7): 全域素材, 调控报告, 人群. Headers may carry tabs; percents are plain numbers."""

from hongqiao.platforms.model import Field, Layout
from hongqiao.platforms.placements import DAILY, TOTALS, beside, currency, day, derived, measure, named

_FACTS = "facts B7 千川 "
#: 追投 is part of 整体; rates without the counts they are of cannot be added up.
_BESIDE = (
    "素材评估", "素材时长", "素材创建时间", "素材来源", "基础消耗", "整体点击率", "整体转化率", "用户实际支付金额",
    "追投调控消耗",
    "追投调控成交金额", "追投调控成交订单数", "追投调控点击率", "追投调控转化率", "追投调控净成交金额", "净成交订单数",
)  # fmt: skip
_RATIOS = ("整体支付ROI", "净成交ROI", "追投调控支付ROI", "追投调控净成交ROI", "整体成交订单成本")


def _material(table: str) -> Layout:
    daily = table == DAILY
    return Layout(
        code="qianchuan.material_daily" if daily else "qianchuan.material",
        platform="qianchuan",
        label="全域素材（分天）" if daily else "全域素材",
        cumulative=not daily,
        cites=_FACTS + "全域素材; 整体展现次数 and 整体点击次数 are names of its interface (A2b)",
        at_least=5,
        extra_to=table,
        captured="last_day" if daily else "",
        note="" if daily else "period_unknown",
        constants=currency(table),
        derived=named(table, ("creative", "creative_id", "creative"), otherwise="creative"),
        fields=(
            *((_day(),) if daily else ()),
            measure(table, "素材ID", "creative_id", "id", required=True, key=True),
            measure(table, "素材名称", "creative", "text", "素材视频名称"),
            measure(table, "整体消耗", "spend", "money", required=True),
            measure(table, "整体成交金额", "gmv", "money"),
            measure(table, "整体成交订单数", "orders"),
            measure(table, "整体展现次数", "impressions"),
            measure(table, "整体点击次数", "clicks"),
            measure(table, "净成交金额", "net_gmv", "money"),
            measure(table, "3秒播放率", "play3s_rate", "percent"),
            measure(table, "视频完播率", "completion_rate", "percent"),
            measure(table, "平均观看时长", "avg_seconds", "seconds"),
            measure(table, "1小时内退款率", "refund_1h_rate", "percent"),
            *beside(table, *_BESIDE),
            *derived(*_RATIOS),
        ),
    )


def _day() -> Field:
    """A report that is not broken down by day may say 全部 in its day's column: that is none."""
    one = day()
    return Field(one.header, one.table, one.column, one.kind, one.aliases, required=True, key=True, pattern=r"\d")


#: 追投 is in 整体消耗 already: a level of its own, which counts only where an account has no other.
BOOSTS = Layout(
    code="qianchuan.boosts",
    platform="qianchuan",
    label="调控报告",
    cumulative=True,
    cites=_FACTS + "调控报告: 调控任务ID and 调控消耗 are seen, the other headers follow their pattern",
    at_least=3,
    extra_to=TOTALS,
    note="unconfirmed period_unknown",
    constants=currency(TOTALS),
    derived=named(TOTALS, ("boost", "unit_id", "unit"), otherwise="boost"),
    fields=(
        measure(TOTALS, "调控任务ID", "unit_id", "id", required=True, key=True),
        measure(TOTALS, "调控任务名称", "unit", "text"),
        measure(TOTALS, "素材ID", "creative_id", "id"),
        measure(TOTALS, "素材名称", "creative", "text", "素材视频名称"),
        measure(TOTALS, "调控消耗", "spend", "money", required=True),
        measure(TOTALS, "调控成交金额", "gmv", "money"),
        measure(TOTALS, "调控成交订单数", "orders"),
        measure(TOTALS, "调控净成交金额", "net_gmv", "money"),
        measure(TOTALS, "调控展示次数", "impressions", "int", "调控展现次数"),
        measure(TOTALS, "调控点击次数", "clicks"),
        *beside(TOTALS, "调控点击率", "调控转化率", "调控任务状态", "调控开始时间", "调控结束时间", "日期"),
        *derived("调控支付ROI", "调控净成交ROI"),
    ),
)

#: Shares of crowds: known, nothing here is made of them.
AUDIENCE = Layout(
    code="qianchuan.audience",
    platform="qianchuan",
    label="人群",
    cites=_FACTS + "人群 标签类型, 标签",
    note="audience_not_stored",
    fields=(
        Field("标签类型", required=True),
        Field("标签", required=True),
        *derived(
            "占比",
            "TGI",
            "人群占比",
            "整体消耗",
            "整体成交金额",
            "整体成交订单数",
            "整体支付ROI",
            "整体点击率",
            "整体转化率",
        ),
    ),
)

LAYOUTS = (_material(TOTALS), _material(DAILY), BOOSTS, AUDIENCE)
