"""京东 orders, typed by hand after facts B8 (nine headers seen)."""

from decimal import Decimal

import pytest

from hongqiao.platforms import recognise
from tests.platforms.conftest import csv
from tests.platforms.house import bring_in, totals

HEADER = "订单号,商品名称,订购数量,下单时间,订单金额,客户姓名,客户地址,联系电话,京东价"
ROW = "{own},{product},{count},2026-04-20 10:00:00,{money},林某某,杭州 某路,13800000000,{price}"


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_an_order_of_two_products_is_one_order_and_its_amount_counts_once(tmp_path, take, encoding):
    lines = [HEADER, ROW.format(own="310000000001", product="面霜", count=1, money="398.00", price="199")]
    lines.append(ROW.format(own="310000000001", product="精华", count=1, money="398.00", price="199"))
    lines.append(ROW.format(own="310000000002", product="面霜", count=2, money="398.00", price="199"))
    path = csv(tmp_path / "x.csv", lines, encoding)
    (taken,) = take(path)
    assert taken.found.layout.code == "jd.orders"
    assert taken.found.notes == ["unconfirmed", "line_by_product", "personal_dropped"]
    first, second = taken["orders"]
    assert (first["gross"], first["quantity"], first["paid"], first["status"]) == (Decimal(398), 2, None, "unknown")
    assert (second["gross"], second["quantity"], second["identified"]) == (Decimal(398), 2, False)
    assert [(r["product"], r["quantity"], r["gross"]) for r in taken["order_lines"]] == [
        ("面霜", 1, Decimal(199)),
        ("精华", 1, Decimal(199)),
        ("面霜", 2, Decimal(398)),
    ]
    everything = repr(dict(taken.tables)) + repr(taken.found.preview)
    assert not [s for s in ("林某某", "某路", "13800000000") if s in everything]
    bring_in(path, "jd")
    found = totals("orders", "gmv", "paid", "units")
    assert (found["orders"], found["gmv"], found["units"]) == (2, Decimal(796), 4)
    assert found["paid"] in (None, 0)  # neither a state nor a payment time: nothing is said to be paid


def test_with_its_state_and_payment_time_it_says_what_was_paid(tmp_path, take):
    """As public tools read it: 订单状态, 付款确认时间, 结算金额."""
    lines = [HEADER + ",订单状态,付款确认时间,结算金额"]
    row = ROW.format(own="{own}", product="面霜", count=1, money="199", price="199")
    lines.append(row.format(own="1") + ",等待确认收货,2026-04-20 10:01:00,180")
    lines.append(row.format(own="2") + ",(删除)等待付款,,180")
    lines.append(row.format(own="3") + ",完成,2026-04-20 10:01:00,-")
    (taken,) = take(csv(tmp_path / "x.csv", lines))
    assert [(o["status"], o["paid"]) for o in taken["orders"]] == [
        ("shipped", Decimal(180)),
        ("closed", None),
        ("finished", Decimal(199)),
    ]


def test_no_orders_a_totals_row_and_a_file_without_its_amount(tmp_path, take):
    (found,) = recognise(csv(tmp_path / "x.csv", [HEADER]))
    assert (found.layout.code, found.note) == ("jd.orders", "header_only")
    lines = [HEADER, ROW.format(own="1", product="面霜", count=1, money="199", price="199"), "合计,,1,,199,,,,"]
    (taken,) = take(csv(tmp_path / "y.csv", lines))
    assert (len(taken["orders"]), taken.reading.skipped["totals"]) == (1, 1)
    (found,) = recognise(csv(tmp_path / "z.csv", [HEADER.replace("订单金额", "价格")]))
    assert not found.ok
