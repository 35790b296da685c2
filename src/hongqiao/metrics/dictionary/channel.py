# ruff: noqa: E501 (one definition reads as one passage; Chinese letters count twice)
"""渠道: where people came from and what became of them."""

from typing import Any

import ibis.expr.types as ir

from hongqiao.errors import N_
from hongqiao.metrics.dictionary.conversion import GMV
from hongqiao.metrics.measures import persons, rows, total
from hongqiao.metrics.model import Measure, Metric

_EVENT: dict[str, Any] = {"family": "channel", "table": "events", "grain": N_("用户行为"), "day_kind": N_("发生日")}


def _visit(t: ir.Table) -> ir.BooleanValue:
    return (t.event == "visit").fill_null(False)


def _purchase(t: ir.Table) -> ir.BooleanValue:
    return (t.event == "purchase").fill_null(False)


def _visitor(t: ir.Table) -> ir.BooleanValue:
    return _visit(t) & t.person_key.notnull()


_OVER = ("person_key", "event")
_CAME = Measure("visit_cohort", lambda t: t.count(), _OVER, additive=False, zero=True, rows=_visitor)
_BOUGHT = Measure("visit_cohort", lambda t: t.bought.sum(), _OVER, additive=False, zero=True, rows=_visitor)

METRICS: tuple[Metric, ...] = (
    Metric("impressions", N_("曝光"), definition=N_("平台按日给出的曝光次数；公众号的送达人数不是曝光，不计入"), unit=N_("次"), format="int",
           numerator=total("account_daily", "impressions"), family="channel", table="account_daily", grain=N_("账号 × 日"),
           day_kind=N_("发生日"), names={"xiaohongshu": "曝光趋势", "toutiao": "展现量"}, not_comparable=N_("只有部分平台给出曝光，且起算规则不同")),
    Metric("visits", N_("访问"), definition=N_("行为数据里的访问次数"), unit=N_("次"), format="int",
           numerator=rows("events", columns=("event",), where=_visit), **_EVENT),
    Metric("visitors", N_("访问人数"), definition=N_("期内访问过的可识别用户，去重"), unit=N_("人"), format="int",
           numerator=persons("events", "person_key", where=_visit), beside=("identified_events",), **_EVENT),
    Metric("purchasers", N_("购买人数（行为）"), definition=N_("行为数据里期内购买过的可识别用户，去重"), unit=N_("人"), format="int",
           numerator=persons("events", "person_key", where=_purchase), beside=("identified_events",), **_EVENT),
    Metric("channel_conversion", N_("渠道转化率"), unit="%", format="rate", decimals=2, numerator=_BOUGHT, denominator=_CAME,
           definition=N_("期内由该渠道访问的可识别用户中，访问之后到期末有购买（订单或购买行为）的比例"),
           numerator_text=N_("访问之后购买的人数"), denominator_text=N_("访问的可识别用户"), family="channel", table="events",
           grain=N_("可识别用户"), day_kind=N_("访问日"), beside=("identified_events",), few="persons"),
    Metric("gmv_share", N_("GMV 占比"), definition=N_("该部分的下单金额 ÷ 所选范围的下单金额"), unit="%", format="rate", decimals=2,
           numerator=GMV, share=True, numerator_text=N_("该部分的下单金额"), denominator_text=N_("所选范围的下单金额"), better=None,
           family="channel", table="orders", grain=N_("订单"), day_kind=N_("下单日")),
)  # fmt: skip
