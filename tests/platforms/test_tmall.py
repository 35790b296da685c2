"""天猫/淘宝 exports, typed by hand after facts B8."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from hongqiao.platforms import MissingColumns, read, recognise
from tests.platforms.conftest import CAPTURED, csv, xlsx
from tests.platforms.house import MORNING, bring_in, rows, totals

#: B8 ExportOrderList: some headers end in a space.
ORDERS = (
    "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,"
    "买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址 ,运送方式,"
    "联系电话 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝种类 ,物流单号 ,物流公司,订单备注,宝贝总数量,"
    "店铺Id,店铺名称,订单关闭原因,卖家服务费,买家服务费,发票抬头,是否手机订单,"
    "分阶段订单信息,特权订金订单id,定金排名,修改后的sku,修改后的收货地址,异常信息,天猫卡券抵扣,集分宝抵扣,"
    "是否是O2O交易,退款金额"
)
LINES = (
    "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码,支付单号,"
    "买家应付货款,买家实际支付金额,退款状态,退款金额,订单创建时间,订单付款时间"
)
SECRETS = (
    "t小王88",
    "alipay@x",
    "请放门口",
    "王小明",
    "浙江省杭州市",
    "0571",
    "13800000000",
    "老客户",
    "某某公司",
    "YT123",
)


def order(
    own: str, total: str, paid: str, status: str, refunded: str = "0.00", paid_at: str = "2026-04-20 10:01:00"
) -> str:
    return (
        f'"=""{own}""",t小王88,alipay@x,{total},0.00,0,{total},0,{paid},0,{status},请放门口,王小明,浙江省杭州市 ,'
        "快递,'0571-1,'13800000000,"
        f'2026-04-20 10:00:00,{paid_at},"面霜, 50ml",1,"=""YT123""",圆通,老客户,2,0,安澜旗舰店,-,,,某某公司,'
        f"手机订单,,,,,,,,,否,{refunded}"
    )


def line(own: str, main: str, money: str, refunded: str = "0.00", status: str = "没有申请退款") -> str:
    return (
        f"{own},{main},面霜,99,1,,50ml,,给小王,交易成功,SKU-1,2026000,{money},{money},{status},{refunded},"
        "2026-04-20 10:00:00,2026-04-20 10:01:00"
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig"])
def test_orders_and_what_was_refunded(tmp_path, take, encoding):
    """B8 ExportOrderList*.csv (GBK): trailing spaces in headers, ids ="…", phones with a leading '."""
    lines = [ORDERS, order("2611000000000000001", "299.00", "299.00", "交易成功")]
    lines.append(order("2611000000000000002", "118.50", "118.50", "交易关闭", "118.50"))
    lines.append(order("2611000000000000003", "79.00", "0.00", "等待买家付款", paid_at=""))
    path = csv(tmp_path / "x.csv", lines, encoding)
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.unknown) == ("tmall.orders", [])
    assert taken.found.notes == ["refund_day_unknown", "personal_dropped"]
    first, closed, placed = taken["orders"]
    assert (first["order_key"], first["gross"], first["paid"]) == ("2611000000000000001", Decimal(299), Decimal(299))
    assert (first["status"], first["identified"], first["quantity"]) == ("finished", False, 2)
    assert (first["ts"], first["paid_at"]) == (datetime(2026, 4, 20, 10), datetime(2026, 4, 20, 10, 1))
    assert (closed["status"], closed["paid"]) == ("closed", Decimal("118.5"))  # it was paid, and refunded later
    assert (placed["status"], placed["paid"], placed["gross"]) == ("placed", None, Decimal(79))
    (refund,) = taken["refunds"]
    assert (refund["refund_key"], refund["order_key"], refund["amount"]) == (
        "2611000000000000002",
        "2611000000000000002",
        Decimal("118.5"),
    )
    assert "ts" not in refund
    assert taken.said == []
    bring_in(path, "tmall")
    found = totals("orders", "gmv", "paid", "refunded", "net_paid", "paid_orders")
    assert (found["orders"], found["paid_orders"], found["gmv"]) == (3, 2, Decimal("496.5"))
    assert (found["paid"], found["refunded"], found["net_paid"]) == (Decimal("417.5"), Decimal("118.5"), Decimal(299))
    (stored,) = rows("refunds")
    assert (stored["day"], stored["ts"]) == (
        date(2026, 5, 1),
        None,
    )  # the day of the download, and no moment is made up


def test_names_phones_and_addresses_leave_no_trace(tmp_path, take):
    order_file = csv(tmp_path / "x.csv", [ORDERS, order("1", "9", "9", "交易成功")])
    line_file = csv(tmp_path / "y.csv", [LINES, line("1", "1", "9")])
    for path in (order_file, line_file):
        (taken,) = take(path)
        everything = repr(dict(taken.tables))
        assert not [s for s in (*SECRETS, "给小王") if s in everything]
        assert "王小明" not in repr(taken.found.preview)
        assert "给小王" not in repr(taken.found.preview)


def test_an_amount_that_is_stated_after_the_refund_is_what_was_paid_before_it(tmp_path, take):
    """The public tmall_order_report.csv: 买家实际支付金额 is the total less the refund; 0 where nothing was paid."""
    header = "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额"
    lines = [header, "1,178.80,0.00,上海,2026-02-21 00:00:00,2026-02-21 00:00:02,178.80"]
    lines.append("2,100.00,60.00,内蒙古自治区,2026-02-20 23:59:54,2026-02-21 00:00:02,40.00")
    lines.append("3,21.00,21.00,安徽省,2026-02-20 23:59:35,2026-02-20 23:59:40,0.00")
    lines.append("4,37.00,0.00,湖南省,2026-02-20 23:58:34,,0.00")
    (taken,) = take(csv(tmp_path / "x.csv", lines, "gb18030"))
    assert taken.found.layout.code == "tmall.orders"
    assert [o["paid"] for o in taken["orders"]] == [Decimal("178.8"), Decimal(100), Decimal(21), None]
    assert [o["status"] for o in taken["orders"]] == ["paid", "paid", "paid", "unknown"]
    assert [r["amount"] for r in taken["refunds"]] == [Decimal("178.8"), Decimal(40)]


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_one_refund_in_both_exports_and_in_the_next_weeks_file_is_one_refund(tmp_path):
    bring_in(csv(tmp_path / "x.csv", [ORDERS, order("7", "100", "100", "交易关闭", "60")]), "tmall")
    lines = [LINES, line("71", "7", "40", "40.00", "退款成功"), line("72", "7", "60", "20.00", "退款成功")]
    bring_in(csv(tmp_path / "y.csv", lines), "tmall")
    later = csv(tmp_path / "z.csv", [ORDERS, order("7", "100", "40", "交易关闭", "60")])
    bring_in(later, "tmall", captured=MORNING + timedelta(days=7))
    found = totals("refunds", "refunded", "net_paid", "units", "line_gmv", end=date(2026, 5, 10))
    assert (found["refunds"], found["refunded"], found["net_paid"]) == (1, Decimal(60), Decimal(40))
    assert (found["units"], found["line_gmv"]) == (2, Decimal(100))


def test_the_newer_workbook_has_three_sheets(tmp_path, take):
    """B8: one xlsx with sheets 订单报表, 销售明细, 发货报表; newer 买家实付金额."""
    detail = [LINES.replace("买家实际支付金额", "买家实付金额").split(","), line("71", "7", "40").split(",")]
    order_row = ["7" if i == 0 else "" for i in range(42)]
    order_row[6], order_row[8], order_row[10], order_row[17] = "40", "40", "交易成功", "2026-04-20 10:00:00"
    book = {
        "订单报表": [ORDERS.split(","), order_row],
        "销售明细": detail,
        "发货报表": [["订单编号", "物流公司", "物流单号"], ["7", "圆通", "YT1"]],
    }
    path = xlsx(tmp_path / "x.xlsx", book)
    assert [f.layout.code for f in recognise(path)] == ["tmall.orders", "tmall.lines", "tmall.shipments"]
    orders, lines, shipments = take(path)
    assert orders["orders"][0]["paid"] == Decimal(40)
    assert lines["order_lines"][0]["paid"] == Decimal(40)
    assert (lines["order_lines"][0]["product"], lines["order_lines"][0]["variant"]) == ("面霜", "50ml")
    assert not shipments.tables
    assert shipments.found.note == "shipping_not_stored"


def test_header_only_and_a_file_without_its_order_number(tmp_path):
    (found,) = recognise(csv(tmp_path / "x.csv", [ORDERS], "gbk"))
    assert (found.layout.code, found.note) == ("tmall.orders", "header_only")
    path = csv(tmp_path / "y.csv", [ORDERS.replace("订单编号", "序号", 1), order("1", "9", "9", "交易成功")])
    (found,) = recognise(path)
    assert found.missing == ["订单编号"]
    with pytest.raises(MissingColumns):
        list(read(path, found, captured_at=CAPTURED, zone="Asia/Shanghai").batches())


def test_a_totals_row_and_an_id_that_a_spreadsheet_rounded(tmp_path, take):
    bad = order("1", "9", "9", "交易成功").replace('"=""1"""', "2.611E+18")
    total = "合计" + "," * 5 + ",308" + "," * 35
    (taken,) = take(csv(tmp_path / "x.csv", [ORDERS, order("1", "9", "9", "交易成功"), bad, total]))
    assert [o["order_key"] for o in taken["orders"]] == ["1"]
    assert taken.said == [(3, "订单编号", "id_lost_digits", True)]
    assert taken.reading.skipped["totals"] == 1
