"""有赞 (facts B8): the order report (分销员 occurs twice in it) and the goods report, which adds goods to each order.

买家手机号 is the person, as a keyed hash; a masked number is nobody: it would make all buyers one.
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

_FACTS = "facts B8 有赞 CSV "
_PERSON = Derived(
    "orders",
    "person",
    r"""nullif(regexp_extract(translate("orders._phone", ' -', ''), '^(?:\+?86)?(1\d{10})$', 1), '')""",
)
_PAID = Derived("orders", "paid", f'CASE WHEN {is_paid(__package__)} THEN "orders._actual" END')
_BESIDE = (
    "销售渠道", "归属店铺", "订单类型", "推广方式", "付款方式", "商品金额合计", "支付优惠合计", "订单实收金额",
    "订单抵用积分数", "店铺优惠方式",
    "支付优惠方式", "商品种类数", "订单配送方式", "买家是否会员", "下单网点", "订单佣金金额", "订单退款状态",
)  # fmt: skip
_DROPPED = (
    "收货人省份", "收货人城市", "收货人地区", "详细收货地址/提货地址", "收货人/提货人", "收货人手机号/提货人手机号",
    "买家备注", "买家昵称", "收银员", "分销员",
    "分销员#2", "销售导购", "专属导购", "商家订单备注",
)  # fmt: skip

_ORDER = (
    order("订单号", "order_key", "id", required=True, key=True),
    refund("订单号", "order_key", "id"),
    order("订单创建时间", "ts", "datetime", required=True, key=True),
    order("买家付款时间", "paid_at", "datetime"),
    order("交易成功时间", "finished_at", "datetime"),
    order("应收订单金额", "gross", "money", required=True),
    order("订单实付金额", "_actual", "money", required=True),
    order("运费", "freight", "money"),
    order("店铺优惠合计", "discount_shop", "money"),
    order("订单来源", "traffic", "text"),
    Field("买家手机号", "orders", "_phone", "text", personal=True),
    *status_fields(__package__),
    *dropped(*_DROPPED),
    *unused("支付流水号", "订单星级", "同城送达时间/提货时间", "外部订单号"),
)

ORDERS = Layout(
    code="youzan.orders",
    platform="youzan",
    label="订单报表",
    cumulative=True,
    cites=_FACTS,
    at_least=6,
    extra_to="orders",
    note="phone_hashed refund_day_unknown",
    constants=constants("orders", "refunds"),
    where=REFUNDED,
    derived=(STATUS, REFUND_KEY, _PAID, _PERSON),
    fields=(
        *_ORDER,
        refund("订单已退款金额", "amount", "money"),
        *(Field(header, "orders", "extra") for header in (*_BESIDE, "全部商品名称")),
    ),
)

GOODS = Layout(
    code="youzan.goods",
    platform="youzan",
    label="商品报表",
    cumulative=True,
    cites=_FACTS + "Goods report: seven columns of the goods beside the order's",
    at_least=8,
    extra_to="order_lines",
    note="phone_hashed line_by_product refund_day_unknown",
    constants=constants("orders", "order_lines", "refunds"),
    where=REFUNDED,
    groups=(
        Group("orders", ("order_key",), ("quantity",)),
        Group("order_lines", ("line_key",), ("quantity", "gross")),
        Group("refunds", ("refund_key",), ("amount",)),
    ),
    derived=(
        STATUS,
        REFUND_KEY,
        _PAID,
        _PERSON,
        # the report numbers no line: order, goods and variant name it
        Derived(
            "order_lines",
            "line_key",
            'concat_ws(\':\', "order_lines.order_key", coalesce("order_lines.sku", "order_lines.product"),'
            ' "order_lines.variant")',
        ),
        Derived(
            "order_lines",
            "gross",
            'CAST("order_lines._price" * "order_lines.quantity" AS DECIMAL(18,4))',
        ),
    ),
    fields=(
        *_ORDER,
        line("订单号", "order_key", "id"),
        line("订单创建时间", "ts", "datetime"),
        line("订单状态", "status_label", "text"),
        line("商品名称", "product", "text", required=True),
        line("商品规格", "variant", "text"),
        line("商品编码", "sku", "id", "规格编码"),
        line("商品单价", "_price", "money"),
        line("商品数量", "quantity", "int", required=True),
        order("商品数量", "quantity", "int"),
        line("商品退款状态", "after_sale", "text"),
        refund("商品退款状态", "reason", "text"),
        refund("商品已退款金额", "amount", "money"),
        *(
            Field(header, "order_lines", "extra")
            for header in (*_BESIDE, "商品优惠后价格", "商品实际成交金额", "商品类型")
        ),
        *unused("订单已退款金额", "全部商品名称"),
    ),
)

LAYOUTS = (ORDERS, GOODS)
