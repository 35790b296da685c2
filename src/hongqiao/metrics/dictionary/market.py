# ruff: noqa: E501 (one definition reads as one passage; Chinese letters count twice)
"""渠道, the brand on the market: what a platform counts of it (5A, A3, 回搜, 小红星). A stock is never added up."""

import ibis
import ibis.expr.types as ir

from hongqiao.errors import N_
from hongqiao.metrics.model import Measure, Metric


def _alone(t: ir.Table) -> ir.Value:
    """The closing value of a cell that holds one indicator of one account."""
    return ibis.ifelse(t.count() == 1, t.value.max(), ibis.null())


METRICS: tuple[Metric, ...] = (
    Metric("brand_index", N_("品牌资产指标"), definition=N_("平台给出的品牌指标（5A、A3、回搜等）在期内最后一个有数的日子的值；不同指标、不同账号不相加，请按「品牌指标」拆解或筛选"),
           unit=N_("见指标"), format="number", decimals=0, numerator=Measure("market", _alone, ("value",), additive=False), family="channel",
           table="brand_daily", grain=N_("账号 × 指标 × 日"), day_kind=N_("期内最后一个有数的日子"), not_comparable=N_("每个品牌指标的定义由各平台自己给出")),
)  # fmt: skip
