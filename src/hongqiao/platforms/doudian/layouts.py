"""抖店 orders csv (one line a sub-order) and 结算单 (facts B8). Ids carry a TAB or a leading '."""

from hongqiao.platforms.kit.settings import load
from hongqiao.platforms.model import Derived, Field, Group, Kind, Layout

_STATUS = load("status.json", __package__)
_CODES = tuple((word, code) for word, code in _STATUS["orders"])
_PAID = ", ".join(f"'{code}'" for code in _STATUS["paid"])


def _both(
    header: str, column: str, kind: Kind, *aliases: str, required: bool = False, key: bool = False
) -> tuple[Field, Field]:
    """A column that the order and its line both keep."""
    return tuple(Field(header, t, column, kind, aliases, required=required, key=key) for t in ("orders", "order_lines"))  # type: ignore[return-value]


def _order(header: str, column: str, kind: Kind, *aliases: str) -> Field:
    return Field(header, "orders", column, kind, aliases)


def _line(header: str, column: str, kind: Kind, *aliases: str) -> Field:
    return Field(header, "order_lines", column, kind, aliases)


def _dropped(header: str, *aliases: str) -> Field:
    return Field(header, aliases=aliases, personal=True)


ORDERS = Layout(
    code="doudian.orders",
    platform="doudian",
    label="订单",
    cumulative=True,
    cites="facts B8 抖店 <unix ts>_<hash>.csv; 支付完成时间, 达人, 流量来源 and 商品ID are selectable",
    at_least=6,
    extra_to="order_lines",
    note="several_per_order",
    constants=(
        ("orders", "identified", False),
        ("orders", "currency", "CNY"),
        ("orders", "tax", "incl"),
        ("order_lines", "currency", "CNY"),
    ),
    groups=(
        Group(
            "orders",
            ("order_key",),
            ("gross", "paid", "freight", "discount_platform", "discount_shop", "discount_creator", "quantity"),
        ),
    ),
    derived=(
        Derived(
            "orders",
            "paid",
            f'CASE WHEN "orders.paid_at" IS NOT NULL OR "orders.status" IN ({_PAID}) THEN "orders.gross" END',
        ),
        Derived(
            "order_lines",
            "paid",
            f'CASE WHEN "orders.paid_at" IS NOT NULL OR "orders.status" IN ({_PAID}) THEN "order_lines.gross" END',
        ),
    ),
    fields=(
        *_both("主订单编号", "order_key", "id", "主订单号", required=True, key=True),
        Field("子订单编号", "order_lines", "line_key", "id", ("子订单号",), required=True, key=True),
        *_both("订单提交时间", "ts", "datetime", required=True, key=True),
        *_both("商品数量", "quantity", "int"),
        *_both("订单应付金额", "gross", "money", required=True),
        Field("订单状态", "orders", "status", "code", required=True, codes=_CODES, otherwise="unknown"),
        *_both("订单状态", "status_label", "text", required=True),
        _line("选购商品", "product", "text", "商品名称"),
        _line("商品规格", "variant", "text"),
        _line("商家编码", "sku", "id"),
        _line("商品ID", "product_id", "id"),
        _line("售后状态", "after_sale", "text"),
        _order("运费", "freight", "money"),
        _order("支付完成时间", "paid_at", "datetime"),
        _order("发货时间", "shipped_at", "datetime"),
        _order("订单完成时间", "finished_at", "datetime"),
        _order("平台实际承担优惠金额", "discount_platform", "money"),
        _order("商家实际承担优惠金额", "discount_shop", "money"),
        _order("达人实际承担优惠金额", "discount_creator", "money"),
        _order("达人ID", "creator_key", "id"),
        _order("达人昵称", "creator_name", "text"),
        _order("流量来源", "traffic", "text"),
        Field("取消原因", "order_lines", "extra"),
        _dropped("收件人"),
        _dropped("收件人手机号", "手机号"),
        _dropped("详细地址"),
        _dropped("商家备注"),
        _dropped("买家留言"),
    ),
)

_EXTRA = (
    "动账方向", "动账金额", "动账账户", "计费类型", "订单实付应结", "运费实付", "实际平台补贴", "平台服务费", "佣金",
    "招商服务费", "站外推广费", "备注",
)  # fmt: skip

SETTLEMENT = Layout(
    code="doudian.settlement",
    platform="doudian",
    label="结算单",
    cites="facts B8 结算单; ids with a leading '",
    at_least=6,
    extra_to="refunds",
    constants=(("refunds", "currency", "CNY"),),
    where=(("refunds", '"refunds.amount" <> 0'),),
    derived=(Derived("refunds", "amount", 'abs("refunds._stated")'), Derived("refunds", "reason", '"refunds._scene"')),
    fields=(
        Field("动账时间", "refunds", "ts", "datetime", required=True, key=True),
        Field("动账流水号", "refunds", "refund_key", "id", ("动帐流水号",), required=True, key=True),
        Field("订单号", "refunds", "order_key", "id", ("主订单号", "主订单编号"), required=True),
        Field("子订单号", "refunds", "extra"),
        Field("订单退款", "refunds", "_stated", "money", required=True),
        Field("动账场景", "refunds", "_scene", "text"),
        *(Field(header, "refunds", "extra") for header in _EXTRA),
    ),
)

LAYOUTS = (ORDERS, SETTLEMENT)
