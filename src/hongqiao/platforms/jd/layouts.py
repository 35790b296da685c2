"""京东 orders (facts B8, partial): a row a product; 订单金额 is taken for the order's, so it counts once an order."""

from hongqiao.platforms.model import Derived, Field, Group, Layout
from hongqiao.platforms.shop import STATUS, constants, dropped, is_paid, line, order, status_fields, unused

_BESIDE = ("支付方式", "订单类型", "订单渠道", "应付金额", "余额支付", "服务费", "仓库名称")
_DROPPED = (
    "客户姓名", "客户地址", "联系电话", "下单帐号", "下单账号", "订单备注", "商家备注", "发票抬头", "发票内容",
    "增值税发票",
)  # fmt: skip

ORDERS = Layout(
    code="jd.orders",
    platform="jd",
    label="订单",
    cumulative=True,
    cites="facts B8 京东 (nine headers seen); the others are read by public tools: 付款确认时间, 结算金额, 订单状态 …",
    at_least=5,
    extra_to="orders",
    note="unconfirmed line_by_product",
    constants=(*constants("orders", "order_lines"), ("orders", "identified", False)),
    groups=(
        Group("orders", ("order_key",), ("quantity",)),
        Group("order_lines", ("line_key",), ("quantity", "gross")),
    ),
    derived=(
        STATUS,
        Derived(
            "orders",
            "paid",
            f'CASE WHEN {is_paid(__package__)} THEN coalesce("orders._settled", "orders.gross") END',
        ),
        Derived(
            "order_lines",
            "line_key",
            '"order_lines.order_key" || \':\' || coalesce("order_lines.product_id", "order_lines.product", \'\')',
        ),
        Derived(
            "order_lines",
            "gross",
            'CAST("order_lines._price" * "order_lines.quantity" AS DECIMAL(18,4))',
        ),
    ),
    fields=(
        order("订单号", "order_key", "id", "订单编号", required=True, key=True),
        line("订单号", "order_key", "id", "订单编号"),
        order("下单时间", "ts", "datetime", required=True, key=True),
        line("下单时间", "ts", "datetime"),
        order("付款确认时间", "paid_at", "datetime", "付款时间"),
        order("订单完成时间", "finished_at", "datetime"),
        order("订单金额", "gross", "money", required=True),
        order("结算金额", "_settled", "money"),
        order("运费金额", "freight", "money"),
        order("订购数量", "quantity", "int", required=True),
        line("订购数量", "quantity", "int"),
        line("商品名称", "product", "text", required=True),
        line("商品ID", "product_id", "id"),
        line("货号", "sku", "id", "商家SKUID"),
        line("京东价", "_price", "money"),
        order("订单来源", "traffic", "text"),
        *status_fields(__package__),
        *(Field(header, "orders", "extra") for header in _BESIDE),
        *dropped(*_DROPPED),
        *unused("发票类型", "商家备注等级", "商家备注等级(等级1-5为由高到低)", "仓库ID", "送装服务", "配送方式"),
    ),
)

LAYOUTS = (ORDERS,)
