# ruff: noqa: E501 (one definition reads as one passage; Chinese letters count twice)
"""转化: orders on the day they were placed, refunds on their own day, and persons only where they are identified."""

from typing import Any

import ibis.expr.types as ir

from hongqiao.errors import N_
from hongqiao.metrics.cohorts import REPURCHASE_DAYS, is_paid
from hongqiao.metrics.measures import paired, rows, total
from hongqiao.metrics.model import Aggregate, Measure, Metric
from hongqiao.metrics.settings import data

_ORDER: dict[str, Any] = {"family": "conversion", "table": "orders", "grain": N_("订单"), "day_kind": N_("下单日")}
_REFUND: dict[str, Any] = {"family": "conversion", "table": "refunds", "grain": N_("退款"), "day_kind": N_("退款日")}
_LINE: dict[str, Any] = {
    "family": "conversion",
    "table": "order_lines",
    "grain": N_("子订单"),
    "day_kind": N_("下单日"),
}
_BUYER: dict[str, Any] = {
    "family": "conversion",
    "table": "orders",
    "grain": N_("可识别买家"),
    "day_kind": N_("下单日"),
}
_MONEY: dict[str, Any] = {"unit": N_("元"), "format": "money", "decimals": 2}
_RATE: dict[str, Any] = {"unit": "%", "format": "rate", "decimals": 2}
_EVENT_BUYER: dict[str, Any] = {
    "family": "conversion",
    "table": "events",
    "grain": N_("可识别用户"),
    "day_kind": N_("购买日"),
    "beside": ("identified_events",),
    "few": "persons",
    "unit": "%",
    "format": "rate",
    "decimals": 2,
}
_KNOWN: dict[str, Any] = {"beside": ("identified_orders",), "few": "persons"}


def _known(t: ir.Table) -> ir.BooleanValue:
    return t.person_key.notnull()


def _known_buyer(t: ir.Table) -> ir.BooleanValue:
    return _known(t) & is_paid(t)


def _is_follow(t: ir.Table) -> ir.BooleanValue:
    return (t.event == "follow").fill_null(False) & t.person_key.notnull()


ORDERS = rows("orders", columns=("order_key",))
GMV = total("orders", "gross", zero=True)
PAID = total("orders", "paid", zero=True)
REFUNDED = total("refunds", "amount", zero=True)
PAID_ORDERS = rows("orders", columns=("paid", "paid_at", "status"), where=is_paid)
_SPENT, _ORDERS_PAID = paired(
    "orders", "paid", lambda t: is_paid(t).ifelse(1, None), columns=("paid", "paid_at", "status")
)
_BOUGHT = ("person_key", "paid", "paid_at", "status")
BUYERS = Measure("buyers", lambda t: t.count(), _BOUGHT, additive=False, zero=True, rows=_known_buyer)
_REPEAT = Measure(
    "buyers", lambda t: (t.orders >= 2).ifelse(1, 0).sum(), _BOUGHT, additive=False, zero=True, rows=_known_buyer
)
_OF_BUYERS = Measure("buyers", lambda t: t.spent.sum(), _BOUGHT, additive=False, rows=_known_buyer)
_PAYERS = Measure(
    "buyers", lambda t: t.spent.notnull().ifelse(1, 0).sum(), _BOUGHT, additive=False, zero=True, rows=_known_buyer
)
_FOLLOWED = Measure(
    "follow_cohort", lambda t: t.count(), ("person_key", "event"), additive=False, zero=True, rows=_is_follow
)
_FOLLOW_BOUGHT = Measure(
    "follow_cohort", lambda t: t.bought.sum(), ("person_key", "event"), additive=False, zero=True, rows=_is_follow
)


def _known_purchase(t: ir.Table) -> ir.BooleanValue:
    return (t.event == "purchase").fill_null(False) & t.person_key.notnull()


def _of_events(source: str, value: Aggregate, *columns: str) -> Measure:
    """A measure over purchases that our own events state, of identified persons."""
    return Measure(source, value, ("person_key", "event", *columns), additive=False, zero=True, rows=_known_purchase)


_EVENT_BUYERS = _of_events("event_buyers", lambda t: t.count())
_EVENT_REPEAT = _of_events("event_buyers", lambda t: (t.orders >= 2).ifelse(1, 0).sum())


def _event_again(days: int, label: str) -> Metric:
    column = f"again_{days}"
    return Metric(
        f"event_repurchase_{days}d",
        label,
        definition=N_(
            "行为数据里，期内首次购买之后 %(days)s 天内再次购买的可识别用户 ÷ 期内购买的可识别用户；观察期未满的人也计入分母"
        ),
        numerator=_of_events("event_again", lambda t: t[column].sum(), column),
        denominator=_of_events("event_again", lambda t: t.count(), column),
        numerator_text=N_("%(days)s 天内再次购买的人数"),
        denominator_text=N_("期内购买的可识别用户"),
        params={"days": days},
        **_EVENT_BUYER,
    )


_EVENT_LABELS = {30: N_("30日复购率（行为）"), 90: N_("90日复购率（行为）")}


def _again(days: int, label: str) -> Metric:
    column, over = f"again_{days}", (*_BOUGHT, f"again_{days}")
    return Metric(
        f"repurchase_{days}d",
        label,
        definition=N_("期内首单之后 %(days)s 天内又有付款订单的买家 ÷ 期内有付款订单的买家；观察期未满的人也计入分母"),
        numerator=Measure("repurchases", lambda t: t[column].sum(), over, additive=False, zero=True, rows=_known_buyer),
        denominator=Measure("repurchases", lambda t: t.count(), over, additive=False, zero=True, rows=_known_buyer),
        numerator_text=N_("%(days)s 天内再次付款的买家"),
        denominator_text=N_("期内有付款订单的买家"),
        params={"days": days},
        **_KNOWN,
        **_RATE,
        **_BUYER,
    )


_LABELS = {30: N_("30日复购率"), 90: N_("90日复购率")}

METRICS: tuple[Metric, ...] = (
    Metric("orders", N_("订单数"), definition=N_("下单的主订单数，含未付款和已关闭的订单"), unit=N_("单"), format="int",
           numerator=ORDERS, names={"doudian": "主订单编号"}, **_ORDER),
    Metric("paid_orders", N_("支付订单数"), definition=N_("有实付金额、支付时间，或状态在付款之后的订单"), unit=N_("单"), format="int",
           numerator=PAID_ORDERS, **_ORDER),
    Metric("gmv", N_("下单金额 GMV"), definition=N_("订单应付金额之和，含未付款和已关闭的订单，未扣退款"), numerator=GMV,
           names={"doudian": "订单应付金额"}, **_MONEY, **_ORDER),
    Metric("paid", N_("实付金额"), definition=N_("订单实付金额之和，未扣退款；没有给实付的订单不计"), numerator=PAID, **_MONEY, **_ORDER),
    Metric("refunded", N_("退款金额"), definition=N_("退款金额之和，记在退款发生的日子，不回到下单日"), numerator=REFUNDED, better="down",
           **_MONEY, **_REFUND),
    Metric("refunds", N_("退款笔数"), definition=N_("退款的笔数，记在退款发生的日子"), unit=N_("笔"), format="int", better="down",
           numerator=rows("refunds", columns=("refund_key",)), **_REFUND),
    Metric("net_paid", N_("净实付"), definition=N_("实付金额（下单日）− 退款金额（退款日）；没有导入过退款时不显示"), numerator=PAID,
           less=REFUNDED, numerator_text=N_("实付金额 − 退款金额"), **_MONEY, **_ORDER),
    Metric("refund_rate", N_("退款率"), definition=N_("期内退款金额 ÷ 期内实付金额，退款按退款日"), numerator=REFUNDED, denominator=PAID,
           numerator_text=N_("退款金额"), denominator_text=N_("实付金额"), better="down", **_RATE, **_ORDER),
    Metric("order_value", N_("笔单价"), definition=N_("实付金额 ÷ 支付订单数，只算给出实付的订单"), numerator=_SPENT, denominator=_ORDERS_PAID,
           numerator_text=N_("实付金额"), denominator_text=N_("支付订单数"), **_MONEY, **_ORDER),
    Metric("buyer_value", N_("客单价"), definition=N_("可识别买家的实付金额 ÷ 可识别买家数"), numerator=_OF_BUYERS, denominator=_PAYERS,
           numerator_text=N_("可识别买家的实付金额"), denominator_text=N_("可识别买家数"), **_KNOWN, **_MONEY, **_BUYER),
    Metric("buyers", N_("购买人数"), definition=N_("有付款订单的可识别买家，去重；跨日、跨渠道重新去重，不相加"), numerator=BUYERS,
           unit=N_("人"), format="int", beside=("identified_orders",), **_BUYER),
    Metric("identified_orders", N_("可识别用户占比（订单）"), definition=N_("能认出买家的订单 ÷ 全部订单"),
           numerator=rows("orders", columns=("person_key",), where=_known), denominator=ORDERS, numerator_text=N_("能认出买家的订单"),
           denominator_text=N_("全部订单"), **_RATE, **_ORDER),
    Metric("repurchase_rate", N_("复购率"), definition=N_("期内有 2 笔及以上付款订单的买家 ÷ 期内有付款订单的买家"), numerator=_REPEAT,
           denominator=BUYERS, numerator_text=N_("有 2 笔及以上付款订单的买家"), denominator_text=N_("有付款订单的买家"),
           **_KNOWN, **_RATE, **_BUYER),
    *[_again(n, _LABELS[n]) for n in REPURCHASE_DAYS],
    Metric("event_repurchase_rate", N_("复购率（行为）"), numerator=_EVENT_REPEAT, denominator=_EVENT_BUYERS,
           definition=N_("行为数据里，期内购买 2 次及以上的可识别用户 ÷ 期内购买的可识别用户"), numerator_text=N_("购买 2 次及以上的人数"),
           denominator_text=N_("期内购买的可识别用户"), **_EVENT_BUYER),
    *[_event_again(n, _EVENT_LABELS[n]) for n in REPURCHASE_DAYS],
    Metric("follow_purchase", N_("关注→消费转化率"), numerator=_FOLLOW_BOUGHT, denominator=_FOLLOWED, unit="%", format="rate", decimals=2,
           definition=N_("期内关注的可识别用户中，关注后 %(days)s 天内购买的比例；只算可识别的用户"),
           params={"days": data("windows")["follow_purchase_days"]}, family="conversion", table="events", grain=N_("可识别用户"),
           day_kind=N_("关注日"), numerator_text=N_("%(days)s 天内购买的人数"), denominator_text=N_("期内关注的可识别用户"),
           beside=("identified_follows", "identified_orders"), few="persons"),
    Metric("units", N_("销售件数"), definition=N_("子订单的商品件数之和"), unit=N_("件"), format="int",
           numerator=total("order_lines", "quantity", zero=True), names={"doudian": "商品数量"}, **_LINE),
    Metric("line_gmv", N_("商品下单金额"), definition=N_("子订单应付金额之和，可按商品和规格拆解"),
           numerator=total("order_lines", "gross", zero=True), names={"doudian": "订单应付金额"}, **_MONEY, **_LINE),
)  # fmt: skip
