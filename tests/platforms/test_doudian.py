"""抖店 exports, typed by hand after facts B8."""

from datetime import datetime
from decimal import Decimal

import pytest

from hongqiao.platforms import MissingColumns, read, recognise
from tests.platforms.conftest import CAPTURED, csv

ORDERS = (
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商家编码,订单应付金额,运费,收件人,收件人手机号,详细地址,订单提交时间,商家备注,"
    "订单完成时间,订单状态,售后状态,取消原因,发货时间,平台实际承担优惠金额,商家实际承担优惠金额,达人实际承担优惠金额"
)


def line(
    order,
    sub,
    *,
    product="面霜",
    money="199.00",
    status="已完成",
    after="-",
    count=1,
    ts="2026-04-20 10:00:00",
    more="",
):
    return (
        f'\t{order},\t{sub},"{product}",默认,{count},SKU-1,{money},0.00,##密文==,138****0000,上海市##,{ts},请放门口,'
        f"-,{status},{after},-,-,1.00,2.00,0{more}"
    )


def test_sub_orders_of_one_order_are_one_order_and_keep_their_lines(tmp_path, take):
    """B8 抖店 <unix ts>_<hash>.csv: ids with a TAB, missing "-", names ciphered."""
    lines = [ORDERS, line("6917000000000000001", "6917000000000000011", product="面霜, 50ml")]
    lines.append(line("6917000000000000002", "6917000000000000021", status="待支付", money='"1,088.5"'))
    lines.append(line("6917000000000000001", "6917000000000000012", money="50", count=2, after="退款成功"))
    (taken,) = take(csv(tmp_path / "x.csv", lines), name="1777000000_ab12.csv")
    assert taken.found.layout.code == "doudian.orders"
    first, second = taken["orders"]
    assert first["order_key"] == "6917000000000000001"
    assert first["source_row"] == 2
    assert (first["gross"], first["paid"], first["quantity"]) == (Decimal("249"), Decimal("249"), 3)
    assert first["discount_shop"] == Decimal("4")
    assert (first["status"], first["status_label"], first["identified"], first["currency"]) == (
        "finished",
        "已完成",
        False,
        "CNY",
    )
    assert (second["status"], second["paid"], second["gross"]) == ("placed", None, Decimal("1088.5"))
    assert second["ts"] == datetime(2026, 4, 20, 10)
    lines_ = taken["order_lines"]
    assert [(r["line_key"], r["order_key"], r["gross"], r["paid"]) for r in lines_] == [
        ("6917000000000000011", "6917000000000000001", Decimal("199"), Decimal("199")),
        ("6917000000000000021", "6917000000000000002", Decimal("1088.5"), None),
        ("6917000000000000012", "6917000000000000001", Decimal("50"), Decimal("50")),
    ]
    assert (lines_[0]["product"], lines_[0]["after_sale"], lines_[2]["after_sale"]) == ("面霜, 50ml", None, "退款成功")
    assert (taken.found.captured_at, taken.found.captured_from) == (datetime(2026, 4, 24, 11, 6, 40), "name_stamp")
    assert taken.types["orders"]["gross"] == "decimal128(18, 4)"
    assert taken.types["orders"]["quantity"] == "int64"
    assert taken.said == []


def test_names_phones_addresses_and_notes_leave_no_trace(tmp_path, take):
    path = csv(tmp_path / "x.csv", [ORDERS, line("6917000000000000001", "6917000000000000011")])
    (taken,) = take(path)
    everything = repr(dict(taken.tables)) + repr(taken.found.preview)
    for secret in ("##密文", "138****0000", "上海市", "请放门口"):
        assert secret not in everything
    assert taken.found.dropped == ["收件人", "收件人手机号", "详细地址", "商家备注"]
    assert "personal_dropped" in taken.found.notes


def test_an_unknown_column_is_kept_unless_it_names_a_person(tmp_path, take):
    lines = [
        ORDERS + ",仓库,买家手机号",
        line("6917000000000000001", "6917000000000000011", more=",杭州仓,13800000000"),
    ]
    (taken,) = take(csv(tmp_path / "x.csv", lines))
    assert taken.found.unknown == ["仓库"]
    assert "买家手机号" in taken.found.dropped
    assert taken["order_lines"][0]["extra"] == '{"仓库":"杭州仓"}'


def test_selectable_columns_say_when_and_through_whom_it_was_paid(tmp_path, take):
    """B8: 支付完成时间, 达人ID, 达人昵称, 流量来源, 商品ID are selectable. A closed order that was paid stays paid."""
    lines = [ORDERS + ",商品ID,支付完成时间,达人ID,达人昵称,流量来源"]
    lines.append(line("1", "11", status="已关闭", more=",3601,2026-04-20 10:01:00,9001,小美,短视频"))
    lines.append(line("2", "21", status="已关闭", more=",3601,-,-,-,商品卡"))
    lines.append(line("3", "31", status="从未见过", more=",3601,-,-,-,-"))
    (taken,) = take(csv(tmp_path / "x.csv", lines))
    paid, unpaid, strange = taken["orders"]
    assert (paid["status"], paid["paid"], paid["paid_at"]) == ("closed", Decimal("199"), datetime(2026, 4, 20, 10, 1))
    assert (paid["creator_key"], paid["creator_name"], paid["traffic"]) == ("9001", "小美", "短视频")
    assert (unpaid["status"], unpaid["paid"], unpaid["traffic"]) == ("closed", None, "商品卡")
    assert (strange["status"], strange["status_label"], strange["paid"]) == ("unknown", "从未见过", None)
    assert taken["order_lines"][0]["product_id"] == "3601"


def test_a_refund_of_the_settlement_is_its_own_row_on_its_own_day(tmp_path, take):
    """B8 结算单: ids with a leading '; 动帐流水号 as the platform misspells it; no refund, no row."""
    headers = (
        "动账时间,动帐流水号,动账方向,动账金额,动账账户,动账场景,计费类型,子订单号,订单号,订单实付应结,运费实付,实际平台补贴,订单退款,"
        "平台服务费,佣金,招商服务费,站外推广费,备注"
    )
    lines = [headers]
    lines.append("2026-04-25 08:00:00,'770001,出账,-199.00,聚合,退款,-,'11,'1,199,0,0,-199.00,0,-1.5,0,0,-")
    lines.append("2026-04-25 09:00:00,'770002,入账,50.00,聚合,货款结算,-,'12,'1,50,0,0,0,0,-5,0,0,-")
    lines.append("合计,,,-149.00,,,,,,,,,-199,,,,,")
    (taken,) = take(csv(tmp_path / "x.csv", lines, "gb18030"))
    assert taken.found.layout.code == "doudian.settlement"
    (refund,) = taken["refunds"]
    assert (refund["refund_key"], refund["order_key"], refund["amount"]) == ("770001", "1", Decimal("199"))
    assert (refund["ts"], refund["reason"], refund["currency"]) == (datetime(2026, 4, 25, 8), "退款", "CNY")
    assert '"佣金":"-1.5"' in refund["extra"]
    assert taken.reading.skipped["totals"] == 1
    assert taken.said == []


def test_an_id_that_a_spreadsheet_has_rounded_is_refused(tmp_path, take):
    lines = [ORDERS, line("6.917E+18", "6917000000000000011"), line("6917000000000000001", "6917000000000000011")]
    (taken,) = take(csv(tmp_path / "x.csv", lines))
    assert taken.said == [(2, "主订单编号", "id_lost_digits", True)]
    assert len(taken["orders"]) == 1


def test_without_the_order_number_nothing_is_read(tmp_path):
    path = csv(tmp_path / "x.csv", [ORDERS.replace("主订单编号", "序号"), line("1", "11")])
    (found,) = recognise(path)
    assert found.missing == ["主订单编号"]
    with pytest.raises(MissingColumns) as error:
        list(read(path, found, captured_at=CAPTURED, zone="Asia/Shanghai").batches())
    assert error.value.params["columns"] == "主订单编号"


def test_orders_scattered_over_batches_come_together(tmp_path, take, monkeypatch):
    from hongqiao.platforms.kit.settings import limits

    monkeypatch.setitem(limits(), "chunk_bytes", 4096)
    lines = [ORDERS, *(line(str(i % 100), f"{i:05d}", money="1") for i in range(1000))]
    (taken,) = take(csv(tmp_path / "x.csv", lines))
    assert len(taken["orders"]) == 100
    assert {r["gross"] for r in taken["orders"]} == {Decimal(10)}
    assert [r["source_row"] for r in taken["orders"]] == list(range(2, 102))
    assert len(taken["order_lines"]) == 1000
