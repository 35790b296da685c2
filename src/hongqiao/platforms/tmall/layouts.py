"""天猫/淘宝 (facts B8): ExportOrderList (csv in GBK, or xlsx), ExportOrderDetailList, and the newer workbook with both
and 发货报表. Trailing spaces in headers, ids as ="…", phones with a leading '.

买家实际支付金额: some exports give it before, others after what was refunded. What was paid is the stated amount plus
the refund, and never more than the order.
"""

from hongqiao.platforms.model import Derived, Field, Group, Layout
from hongqiao.platforms.shop import (
    REFUND_KEY,
    REFUNDED,
    STATUS,
    constants,
    dropped,
    is_paid,
    line,
    order,
    refund,
    status_fields,
    unused,
)  # fmt: skip

_FACTS = "facts B8 天猫/淘宝 "
_PAID = is_paid(__package__)
_ACTUAL = ("买家实际支付金额", ("买家实付金额", "买家实付货款"))

ORDERS = Layout(
    code="tmall.orders",
    platform="tmall",
    label="订单报表",
    cumulative=True,
    cites=_FACTS + "ExportOrderList; tmall_order_report.csv has seven of its columns",
    at_least=5,
    extra_to="orders",
    note="refund_day_unknown",
    constants=(*constants("orders", "refunds"), ("orders", "identified", False)),
    where=REFUNDED,
    derived=(
        STATUS,
        REFUND_KEY,
        Derived(
            "orders",
            "paid",
            f'CASE WHEN {_PAID} OR "orders._actual" > 0'
            ' THEN least("orders.gross", "orders._actual" + coalesce("orders._refunded", 0)) END',
        ),
    ),
    fields=(
        order("订单编号", "order_key", "id", required=True, key=True),
        refund("订单编号", "order_key", "id"),
        order("订单创建时间", "ts", "datetime", required=True, key=True),
        order("订单付款时间", "paid_at", "datetime"),
        order("发货时间", "shipped_at", "datetime"),
        order("确认收货时间", "finished_at", "datetime"),
        order("总金额", "gross", "money", required=True),
        order(_ACTUAL[0], "_actual", "money", *_ACTUAL[1]),
        order("买家应付邮费", "freight", "money"),
        order("退款金额", "_refunded", "money"),
        refund("退款金额", "amount", "money"),
        order("宝贝总数量", "quantity", "int"),
        *status_fields(__package__),
        *(
            Field(header, "orders", "extra")
            for header in (
                "买家应付货款", "宝贝标题", "宝贝种类", "订单关闭原因", "店铺Id", "店铺名称", "是否手机订单",
                "分阶段订单信息",
                "特权订金订单id", "定金排名", "修改后的sku", "天猫卡券抵扣", "集分宝抵扣", "是否是O2O交易",
                "卖家服务费", "买家服务费",
            )
        ),
        *dropped(
            "买家会员名", "买家支付宝账号", "买家留言", "收货人姓名", "收货地址", "联系电话", "联系手机", "订单备注",
            "发票抬头", "修改后的收货地址"
        ),
        *unused("买家支付积分", "返点积分", "买家实际支付积分", "运送方式", "物流单号", "物流公司", "异常信息"),
    ),
)  # fmt: skip

LINES = Layout(
    code="tmall.lines",
    platform="tmall",
    label="销售明细",
    cumulative=True,
    cites=_FACTS + "ExportOrderDetailList, 销售明细",
    at_least=6,
    extra_to="order_lines",
    note="lines_only refund_day_unknown",
    constants=constants("order_lines", "refunds"),
    where=REFUNDED,
    # the refund of an order, whichever of the two exports states it first
    groups=(Group("refunds", ("refund_key",), ("amount",)),),
    derived=(
        REFUND_KEY,
        Derived(
            "order_lines",
            "paid",
            'CASE WHEN "order_lines._paid_at" IS NOT NULL OR "order_lines._actual" > 0'
            ' THEN least("order_lines.gross", "order_lines._actual" + coalesce("order_lines._refunded", 0)) END',
        ),
    ),
    fields=(
        line("子订单编号", "line_key", "id", required=True, key=True),
        line("主订单编号", "order_key", "id", required=True, key=True),
        refund("主订单编号", "order_key", "id"),
        line("订单创建时间", "ts", "datetime", required=True, key=True),
        line("订单付款时间", "_paid_at", "datetime"),
        line("标题", "product", "text", "宝贝标题", "商品标题"),
        line("商品属性", "variant", "text"),
        line("商家编码", "sku", "id"),
        line("商品ID", "product_id", "id"),
        line("购买数量", "quantity", "int"),
        line("买家应付货款", "gross", "money", required=True),
        line(_ACTUAL[0], "_actual", "money", *_ACTUAL[1]),
        line("退款金额", "_refunded", "money"),
        refund("退款金额", "amount", "money"),
        refund("退款状态", "reason", "text"),
        line("退款状态", "after_sale", "text"),
        line("订单状态", "status_label", "text"),
        *(Field(header, "order_lines", "extra") for header in ("价格", "外部系统编号", "套餐信息")),
        *dropped("备注"),
        *unused("支付单号"),
    ),
)

#: Which parcel went where: nothing here is made of it.
SHIPMENTS = Layout(
    code="tmall.shipments",
    platform="tmall",
    label="发货报表",
    cites=_FACTS + "newer 千牛 workbook: sheet 发货报表",
    sheet="发货报表",
    at_least=1,
    note="shipping_not_stored",
    fields=(
        Field("订单编号", aliases=("主订单编号", "子订单编号"), required=True),
        *unused("物流公司", "物流单号", "发货时间", "运送方式", "宝贝标题", "宝贝总数量", "订单状态"),
    ),
)

LAYOUTS = (ORDERS, LINES, SHIPMENTS)
