# ruff: noqa: E501 (one definition reads as one passage; Chinese letters count twice)
"""渠道, paid: what ads, boosts and creators' orders cost and brought, by day or as of an export."""

from typing import Any

import ibis
import ibis.expr.types as ir

from hongqiao.errors import N_
from hongqiao.metrics.measures import Pick, paired, persons, total
from hongqiao.metrics.model import Metric
from hongqiao.platforms import PLATFORMS

_DAY: dict[str, Any] = {
    "family": "channel",
    "table": "placements_daily",
    "grain": N_("投放计划 × 日"),
    "day_kind": N_("发生日"),
}
_STATE: dict[str, Any] = {
    "family": "channel",
    "table": "placement_snapshots",
    "grain": N_("投放计划或合作单"),
    "day_kind": N_("截至导出"),
}
_YUAN: dict[str, Any] = {"unit": N_("元"), "format": "money", "decimals": 2}
_RATE: dict[str, Any] = {"unit": "%", "format": "rate", "decimals": 2}
_TIMES: dict[str, Any] = {"unit": N_("倍"), "format": "number", "decimals": 2}
_ACTIONS = ("likes", "comments", "favorites", "shares")
_WINDOW = N_("各平台的转化目标与归因窗口不同，只在同一平台、同一转化目标里比较")


def _known(**names: str) -> dict[str, str]:
    """Column headers of the platforms that this house reads."""
    return {p: n for p, n in names.items() if p in PLATFORMS}


def _cost(t: ir.Table) -> ir.Value:
    """What a creator's order costs: quote and service fee; nothing where no quote is stated."""
    return t.quote + t.fee.fill_null(0)


def _acts(t: ir.Table) -> ir.Value:
    """Interactions: stated, else the sum of those that are."""
    said = ibis.or_(*[t[c].notnull() for c in _ACTIONS])
    parts = [t[c].fill_null(0) for c in _ACTIONS]
    return ibis.coalesce(t.interactions, ibis.ifelse(said, parts[0] + parts[1] + parts[2] + parts[3], ibis.null()))


_PAY, _ACTED = ("quote", "fee"), ("interactions", *_ACTIONS)


def _ratio(source: str, top: Pick, bottom: Pick, columns: tuple[str, ...] = ()) -> dict[str, Any]:
    over, under = paired(source, top, bottom, columns=columns)
    return {"numerator": over, "denominator": under}


def _thousand(t: ir.Table) -> ir.Value:
    return t.spend * 1000


#: code, label, column, definition, unit, better, names: sums of a column.
_SUMS: tuple[tuple[str, str, str, str, str, str | None, dict[str, str]], ...] = (
    (
        "spend",
        N_("消耗"),
        "spend",
        N_("投放花费之和，不含达人的报价与服务费"),
        N_("元"),
        None,
        {"oceanengine": "消耗", "juguang": "消费", "qianchuan": "整体消耗"},
    ),
    (
        "shows",
        N_("展示"),
        "impressions",
        N_("广告或合作内容的展示次数之和；与账号的曝光不是一个数"),
        N_("次"),
        "up",
        {"oceanengine": "展示数", "juguang": "展现量"},
    ),
    (
        "clicks",
        N_("点击"),
        "clicks",
        N_("广告点击次数之和"),
        N_("次"),
        "up",
        {"oceanengine": "点击数", "juguang": "点击量"},
    ),
    (
        "conversions",
        N_("转化数"),
        "conversions",
        N_("达成所选转化目标的次数之和"),
        N_("次"),
        "up",
        {"oceanengine": "转化数"},
    ),
    (
        "deep_conversions",
        N_("深度转化"),
        "deep_conversions",
        N_("达成深度转化目标的次数之和"),
        N_("次"),
        "up",
        {"oceanengine": "深度转化数"},
    ),
    (
        "gmv",
        N_("广告成交 GMV"),
        "gmv",
        N_("平台归因到投放的成交金额之和，未扣退款；与店铺订单金额口径不同，不能相加"),
        N_("元"),
        "up",
        {"qianchuan": "整体成交金额"},
    ),
    (
        "net_gmv",
        N_("广告净成交"),
        "net_gmv",
        N_("平台归因到投放、扣除退款后的成交金额之和"),
        N_("元"),
        "up",
        {"qianchuan": "净成交金额"},
    ),
    (
        "orders",
        N_("广告成交订单"),
        "orders",
        N_("平台归因到投放的成交订单数之和"),
        N_("单"),
        "up",
        {"qianchuan": "整体成交订单数"},
    ),
    ("messages", N_("私信进线"), "messages", N_("由投放进入私信的人次之和"), N_("次"), "up", {"juguang": "私信进线数"}),
    (
        "messages_open",
        N_("私信开口"),
        "messages_open",
        N_("由投放进入私信并说话的人次之和"),
        N_("次"),
        "up",
        {"juguang": "私信开口数"},
    ),
    (
        "leads",
        N_("私信留资"),
        "leads",
        N_("由投放进入私信并留下联系方式的人次之和"),
        N_("次"),
        "up",
        {"juguang": "私信留资数"},
    ),
)
#: code, label, numerator, denominator, columns, numerator and denominator in words, format, better.
_RATIOS: tuple[tuple[str, str, Pick, Pick, tuple[str, ...], str, str, dict[str, Any], str | None], ...] = (
    ("ctr", N_("点击率"), "clicks", "impressions", (), N_("点击"), N_("展示"), _RATE, "up"),
    (
        "cpm",
        N_("平均千次展现费用 CPM"),
        _thousand,
        "impressions",
        ("spend", "impressions"),
        N_("消耗 × 1000"),
        N_("展示"),
        _YUAN,
        "down",
    ),
    ("cpc", N_("平均点击单价 CPC"), "spend", "clicks", (), N_("消耗"), N_("点击"), _YUAN, "down"),
    ("cpa", N_("平均转化成本"), "spend", "conversions", (), N_("消耗"), N_("转化数"), _YUAN, "down"),
    ("cvr", N_("转化率"), "conversions", "clicks", (), N_("转化数"), N_("点击"), _RATE, "up"),
    ("roi", N_("投放 ROI"), "gmv", "spend", (), N_("广告成交 GMV"), N_("消耗"), _TIMES, "up"),
    ("net_roi", N_("净成交 ROI"), "net_gmv", "spend", (), N_("广告净成交"), N_("消耗"), _TIMES, "up"),
)
_WINDOWED = ("conversions", "deep_conversions", "gmv", "net_gmv", "orders", "cpa", "cvr", "roi", "net_roi")


def _set(
    prefix: str, source: str, base: dict[str, Any], labels: dict[str, str], more: dict[str, dict[str, str]]
) -> list[Metric]:
    """The same figures over one of the two tables. `more`: column headers that only this table is fed from."""
    found = []
    for code, label, column, definition, unit, better, names in _SUMS:
        kind = "money" if unit == "元" else "int"
        found.append(
            Metric(prefix + code, labels.get(code, label), definition=definition, unit=unit, format=kind, decimals=2 if kind == "money" else 0,  # type: ignore[arg-type]
                   numerator=total(source, column), better=better, names=_known(**names, **more.get(code, {})),  # type: ignore[arg-type]
                   not_comparable=_WINDOW if code in _WINDOWED else "", **base)
        )  # fmt: skip
    for code, label, top, bottom, columns, over, under, form, better in _RATIOS:
        found.append(
            Metric(prefix + code, labels.get(code, label), definition=N_("先求和再相除，只算两个数都给出的行"), numerator_text=over, denominator_text=under,
                   better=better, not_comparable=_WINDOW if code in _WINDOWED else "", **_ratio(source, top, bottom, columns), **form, **base)  # type: ignore[arg-type]
        )  # fmt: skip
    return found


#: A label is one msgid, so that another language may order its words as it likes.
_LABELS_AS_OF = {
    "spend": N_("消耗（截至导出）"),
    "shows": N_("展示（截至导出）"),
    "clicks": N_("点击（截至导出）"),
    "conversions": N_("转化数（截至导出）"),
    "deep_conversions": N_("深度转化（截至导出）"),
    "gmv": N_("广告成交 GMV（截至导出）"),
    "net_gmv": N_("广告净成交（截至导出）"),
    "orders": N_("广告成交订单（截至导出）"),
    "messages": N_("私信进线（截至导出）"),
    "messages_open": N_("私信开口（截至导出）"),
    "leads": N_("私信留资（截至导出）"),
    "ctr": N_("点击率（截至导出）"),
    "cpm": N_("平均千次展现费用 CPM（截至导出）"),
    "cpc": N_("平均点击单价 CPC（截至导出）"),
    "cpa": N_("平均转化成本（截至导出）"),
    "cvr": N_("转化率（截至导出）"),
    "roi": N_("投放 ROI（截至导出）"),
    "net_roi": N_("净成交 ROI（截至导出）"),
}

_CREATORS = (
    Metric("creator_cost", N_("达人费用"), definition=N_("博主报价 + 服务费，按合作单最近一次导出"), numerator=total("placement_state", _cost, columns=_PAY),
           better=None, names=_known(pugongying="博主报价"), **_YUAN, **_STATE),
    Metric("placement_interactions", N_("合作互动量"), definition=N_("合作内容的互动量：平台给出的互动量，没有给时为点赞 + 评论 + 收藏 + 分享"), unit=N_("次"), format="int",
           numerator=total("placement_state", _acts, columns=_ACTED), names=_known(pugongying="互动量"), **_STATE),
    Metric("placement_views", N_("合作阅读/播放"), definition=N_("合作内容的阅读、播放次数，截至最近一次导出"), unit=N_("次"), format="int",
           numerator=total("placement_state", "views"), names=_known(pugongying="阅读量"), **_STATE),
    Metric("cpe", N_("互动单价 CPE"), definition=N_("（博主报价 + 服务费）÷ 互动量，先求和再相除"), numerator_text=N_("博主报价 + 服务费"), denominator_text=N_("互动量"), better="down",
           names=_known(pugongying="互动单价"), **_ratio("placement_state", _cost, _acts, (*_PAY, *_ACTED)), **_YUAN, **_STATE),
    Metric("cost_per_view", N_("阅读单价"), definition=N_("（博主报价 + 服务费）÷ 阅读/播放次数，先求和再相除"), numerator_text=N_("博主报价 + 服务费"),
           denominator_text=N_("阅读/播放次数"), better="down", names=_known(pugongying="阅读单价"), **_ratio("placement_state", _cost, "views", (*_PAY, "views")), **_YUAN, **_STATE),
    Metric("creators_listed", N_("达人数"), definition=N_("导入的达人清单里不同的达人数，去重"), unit=N_("人"), format="int", numerator=persons("creators", "creator_key"),
           better=None, family="channel", table="creators", grain=N_("达人"), day_kind=N_("截至导出")),
)  # fmt: skip

METRICS: tuple[Metric, ...] = (
    *_set("ad_", "placements", _DAY, {}, {}),
    *_set("placement_", "placement_state", _STATE, _LABELS_AS_OF, {"shows": {"pugongying": "曝光量"}}),
    *_CREATORS,
)
