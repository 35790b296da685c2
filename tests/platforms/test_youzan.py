"""有赞 exports, typed by hand after facts B8."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from hongqiao.platforms import recognise
from tests.platforms.conftest import csv
from tests.platforms.house import bring_in, rows, totals
from tests.warehouse.conftest import Keys

#: B8: the column 分销员 occurs twice.
ORDERS = (
    "订单号,销售渠道,归属店铺,订单类型,订单状态,推广方式,订单来源,订单创建时间,买家付款时间,交易成功时间,付款方式,"
    "支付流水号,商品金额合计,运费,店铺优惠合计,应收订单金额,订单实付金额,支付优惠合计,"
    "订单实收金额,订单抵用积分数,店铺优惠方式,支付优惠方式,全部商品名称,商品种类数,订单配送方式,"
    "同城送达时间/提货时间,收货人省份,收货人城市,收货人地区,详细收货地址/提货地址,收货人/提货人,"
    "收货人手机号/提货人手机号,买家备注,订单星级,买家昵称,买家是否会员,买家手机号,下单网点,收银员,分销员,销售导购,"
    "专属导购,订单退款状态,订单已退款金额,商家订单备注,分销员,订单佣金金额"
)
GOODS = ",商品名称,商品规格,商品编码,商品单价,商品数量,商品退款状态,商品已退款金额"


def order(
    own: str, *, money: str = "169.00", status: str = "交易成功", phone: str = "13800000000", refunded: str = "0.00"
) -> str:
    paid_at = "" if status == "待付款" else "2026-04-20 10:01:00"
    return (
        f"{own},有赞微商城,安澜商城,普通订单,{status},,微信小程序,2026-04-20 10:00:00,{paid_at},-,微信支付,\t4200,"
        f"{money},0.00,10.00,{money},{money},0.00,"
        f"{money},0,,,面霜,1,快递,,浙江,杭州,西湖,某路1号,林某某,13900000000,轻放,,昵称甲,是,{phone},,收银甲,"
        f"分销甲,导购甲,专属甲,,{refunded},商家备注甲,分销乙,0.00"
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_orders_their_buyers_as_hashes_and_what_was_refunded(tmp_path, take, encoding):
    lines = [ORDERS, order("E1"), order("E2", phone="+86 138-0000-0000", refunded="69.00")]
    lines += [order("E3", status="待付款"), order("E4", phone="1**********"), order("E5", phone="1**********")]
    path = csv(tmp_path / "x.csv", lines, encoding)
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.unknown) == ("youzan.orders", [])
    assert taken.found.notes == ["phone_hashed", "refund_day_unknown", "personal_dropped"]
    one, two, placed, masked, _ = taken["orders"]
    assert (one["gross"], one["paid"], one["discount_shop"]) == (Decimal(169), Decimal(169), Decimal(10))
    assert (one["status"], one["traffic"], one["paid_at"]) == ("finished", "微信小程序", datetime(2026, 4, 20, 10, 1))
    assert one["person"] == two["person"] == "13800000000"  # hashed by the intake
    assert masked["person"] is None  # two masked buyers are not one person
    assert (placed["status"], placed["paid"]) == ("placed", None)
    (refund,) = taken["refunds"]
    assert (refund["refund_key"], refund["amount"]) == ("E2", Decimal(69))
    secrets = (
        "某路",
        "林某某",
        "13900000000",
        "昵称甲",
        "轻放",
        "分销甲",
        "分销乙",
        "导购甲",
        "专属甲",
        "收银甲",
        "商家备注甲",
    )
    assert not [s for s in secrets if s in repr(dict(taken.tables))]
    assert not [s for s in (*secrets, "13800000000") if s in repr(taken.found.preview)]
    assert taken.said == []
    bring_in(path, "youzan")
    found = totals("orders", "paid", "refunded", "buyers", "identified_orders")
    assert (found["orders"], found["paid"], found["refunded"]) == (5, Decimal(676), Decimal(69))
    assert (found["buyers"], found["identified_orders"]) == (1, pytest.approx(3 / 5))
    stored = rows("orders")
    assert stored[0]["person_key"] == Keys().hash(["13800000000"])[0]
    assert [r["identified"] for r in stored] == [True, True, True, False, False]
    assert rows("refunds")[0]["day"] == date(2026, 5, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_the_goods_report_is_the_same_orders_with_their_lines(tmp_path, take):
    """B8: goods report adds 商品名称, 商品规格, 商品编码, 商品单价, 商品数量, 商品退款状态, 商品已退款金额."""
    lines = [ORDERS + GOODS, order("E1", refunded="99.00") + ",面霜,50ml,SKU-1,99.00,1,退款成功,99.00"]
    lines.append(order("E1", refunded="99.00") + ",洁面,-,SKU-2,35.00,2,-,0")
    path = csv(tmp_path / "x.csv", lines)
    (taken,) = take(path)
    assert taken.found.layout.code == "youzan.goods"
    (one,) = taken["orders"]
    assert (one["gross"], one["paid"], one["quantity"]) == (Decimal(169), Decimal(169), 3)
    assert [(r["line_key"], r["product"], r["quantity"], r["gross"]) for r in taken["order_lines"]] == [
        ("E1:SKU-1:50ml", "面霜", 1, Decimal(99)),
        ("E1:SKU-2", "洁面", 2, Decimal(70)),
    ]
    (refund,) = taken["refunds"]
    assert (refund["refund_key"], refund["amount"], refund["reason"]) == ("E1", Decimal(99), "退款成功")
    bring_in(path, "youzan")
    bring_in(csv(tmp_path / "y.csv", [ORDERS, order("E1", refunded="99.00")]), "youzan")
    found = totals("orders", "gmv", "refunded", "units", "line_gmv")
    assert (found["orders"], found["gmv"], found["refunded"]) == (1, Decimal(169), Decimal(99))
    assert (found["units"], found["line_gmv"]) == (3, Decimal(169))


def test_no_orders_a_totals_row_and_a_file_without_its_amount(tmp_path, take):
    (found,) = recognise(csv(tmp_path / "x.csv", [ORDERS]))
    assert (found.layout.code, found.note) == ("youzan.orders", "header_only")
    (taken,) = take(csv(tmp_path / "y.csv", [ORDERS, order("E1"), "合计" + "," * 46]))
    assert (len(taken["orders"]), taken.reading.skipped["totals"]) == (1, 1)
    (found,) = recognise(csv(tmp_path / "z.csv", [ORDERS.replace("应收订单金额", "应收"), order("E1")]))
    assert found.missing == ["应收订单金额"]
