"""Any other table: proposed, confirmed, read; and two real trials."""

import csv as plain
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from hongqiao.platforms import Unreadable, layout_from_mapping, propose_columns, propose_mapping, recognise
from tests.platforms.conftest import csv, xlsx


def mapped(path, take, **options):
    """Propose, confirm as proposed, read."""
    (found,) = recognise(path)
    mapping = propose_mapping(found)
    (taken,) = take(path, extra=[layout_from_mapping(mapping)], **options)
    return mapping, taken


@pytest.mark.parametrize(
    ("header", "row", "table", "columns"),
    [
        (
            "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间",
            '="123",abc,99.5,89.5,交易成功,2026-04-20 10:00:00',
            "orders",
            {
                "订单编号": "order_key",
                "总金额": "gross",
                "买家实际支付金额": "paid",
                "订单状态": "status_label",
                "订单创建时间": "ts",
            },
        ),
        (
            "user_id,action,timestamp",
            "u,click,1776650400",
            "events",
            {"user_id": "person", "action": "event", "timestamp": "ts"},
        ),
        (
            "微博内容,发布时间,转发数,评论数,博主",
            "好用,2026-04-20 10:00,3,4,a",
            "mentions",
            {"微博内容": "text", "发布时间": "ts", "转发数": "reposts", "评论数": "comments", "博主": "author"},
        ),
        (
            "日期,阅读,点赞,评论",
            "2026-04-20,5,1,1",
            "account_daily",
            {"日期": "day", "阅读": "views", "点赞": "likes", "评论": "comments"},
        ),
        (
            "视频标题,发布时间,播放量,点赞量,弹幕量",
            "a,2026年05月20日 18:00:00,5,1,1",
            "contents",
            {
                "视频标题": "title",
                "发布时间": "published_at",
                "播放量": "views",
                "点赞量": "likes",
                "弹幕量": "danmaku",
            },
        ),
    ],
)
def test_header_words_and_cells_propose_a_mapping(tmp_path, header, row, table, columns):
    (found,) = recognise(csv(tmp_path / "a.csv", [header, row]))
    mapping = propose_mapping(found)
    assert mapping["table"] == table
    assert {h: c["column"] for h, c in mapping["columns"].items()} == columns
    layout_from_mapping(mapping)


def test_orders_that_state_only_their_payment_are_taken_to_have_happened_then(tmp_path, take):
    path = csv(tmp_path / "a.csv", ["单号,客户,付款时间,实付(元)", "A1,u1,2026-04-20 10:00:00,9.5"])
    mapping, taken = mapped(path, take)
    assert mapping["table"] == "orders"
    assert mapping["columns"]["付款时间"]["column"] == "ts"
    (row,) = taken["orders"]
    assert (row["ts"], row["paid"]) == (datetime(2026, 4, 20, 10), Decimal("9.5"))


def test_a_chosen_table_gets_its_columns_though_it_lacks_what_it_needs(tmp_path):
    (found,) = recognise(csv(tmp_path / "a.csv", ["订单编号,实付金额,颜色", "A1,9.5,红"]))
    assert propose_mapping(found)["table"] == ""
    assert {h: c["column"] for h, c in propose_columns(found, "orders").items()} == {
        "订单编号": "order_key",
        "实付金额": "paid",
    }
    assert propose_columns(found, "no such table") == {}


def test_nothing_is_proposed_where_nothing_fits(tmp_path):
    (found,) = recognise(csv(tmp_path / "a.csv", ["商品,规格,库存", "面霜,50ml,3"]))
    mapping = propose_mapping(found)
    assert (mapping["table"], mapping["columns"]) == ("", {})
    with pytest.raises(Unreadable, match="bad_mapping"):
        layout_from_mapping(mapping)


def test_a_mapping_that_lacks_what_the_table_needs_is_refused_by_name(tmp_path):
    with pytest.raises(Unreadable) as error:
        layout_from_mapping({"table": "orders", "columns": {"金额": {"column": "gross", "kind": "money"}}})
    assert error.value.params["columns"] == "下单时间"
    with pytest.raises(Unreadable) as error:
        layout_from_mapping({"table": "orders", "columns": {"金额": {"column": "nonsense", "kind": "money"}}})
    assert error.value.params["header"] == "金额"


def test_a_remembered_mapping_fits_its_own_table_only(tmp_path, take):
    path = csv(tmp_path / "a.csv", ["日期,客户号,金额,备注", "2026-04-20,7,5,x"])
    mapping, taken = mapped(path, take)
    assert taken["orders"][0]["paid"] == Decimal(5)
    assert "备注" in taken.found.dropped
    other = csv(tmp_path / "b.csv", ["日期,客户号,金额,仓库,采购员,单价,合同", "2026-04-20,7,5,a,b,c,d"])
    (found,) = recognise(other, extra=[layout_from_mapping(mapping)])
    assert found.layout is None


def test_orders_by_mapping_say_who_and_what_was_paid(tmp_path, take):
    lines = [
        "order_id,customer_id,order_date,amount,paid_amount,status",
        "1,u1,2026-04-20,10,9,已发货",
        "2,,2026-04-21,10,,待支付",
    ]
    mapping, taken = mapped(csv(tmp_path / "a.csv", lines), take)
    first, second = taken["orders"]
    assert (first["person"], first["identified"], first["paid"], first["gross"]) == (
        "u1",
        True,
        Decimal(9),
        Decimal(10),
    )
    assert (first["status"], first["currency"], first["order_key"]) == ("shipped", "CNY", "1")
    assert (second["identified"], second["paid"], second["status"]) == (False, None, "placed")
    assert mapping["notes"] == []


def test_epochs_in_milliseconds_and_dates_of_digits_are_seen(tmp_path, take):
    mapping, taken = mapped(csv(tmp_path / "a.csv", ["event,time,uid", "view,1776650400123,u"]), take)
    assert mapping["columns"]["time"]["kind"] == "epoch_ms"
    assert taken["events"][0]["ts"] == datetime(2026, 4, 20, 10, 0, 0, 123000)
    mapping, taken = mapped(csv(tmp_path / "b.csv", ["action,date,uid", "view,20260420,u"]), take)
    assert taken["events"][0]["ts"] == datetime(2026, 4, 20)


def test_contents_by_mapping_feed_two_tables(tmp_path, take):
    rows = [
        ["视频标题", "发布时间", "播放量", "完播率", "投币量"],
        ["a", "2026年05月01日 08:00:00", "1.2万", "12.3%", 4],
    ]
    mapping, taken = mapped(xlsx(tmp_path / "a.xlsx", {"S": rows}), take)
    assert taken["contents"][0]["title"] == "a"
    snapshot = taken["content_snapshots"][0]
    assert (snapshot["views"], snapshot["completion_rate"], snapshot["title"]) == (12000, pytest.approx(0.123), "a")
    assert snapshot["extra"] == '{"投币量":"4"}'


@pytest.mark.shared
def test_cdnow_transactions_are_taken_whole_as_orders(shared, take):
    path = shared / "data" / "economics" / "clv_cdnow" / "cdnow_transactions.csv"
    mapping, taken = mapped(path, take)
    assert {h: c["column"] for h, c in mapping["columns"].items()} == {
        "id": "person",
        "date": "ts",
        "cds_bought": "quantity",
        "spent": "gross",
    }
    assert set(mapping["notes"]) == {"paid_is_gross", "key_from_values"}
    with path.open(encoding="utf-8") as stream:
        rows = list(plain.DictReader(stream))
    orders = taken["orders"]
    assert len(orders) == len(rows) == 6919
    assert taken.said == []
    assert len({o["order_key"] for o in orders}) == 6919
    assert sum(o["paid"] for o in orders) == sum(Decimal(r["spent"]) for r in rows)
    assert Counter(o["person"] for o in orders) == Counter(r["id"] for r in rows)
    assert [o["ts"] for o in orders] == [datetime.strptime(r["date"], "%Y%m%d") for r in rows]  # noqa: DTZ007
    assert all(o["identified"] for o in orders)


@pytest.mark.shared
def test_weibo_posts_are_taken_whole_as_mentions(shared, take):
    path = shared / "data" / "opinion" / "ced_threads" / "originals.csv"
    mapping, taken = mapped(path, take)
    assert mapping["columns"]["time"] == {"column": "ts", "kind": "epoch"}
    assert mapping["columns"]["id"]["column"] == "mention_key"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(plain.DictReader(stream))
    assert len(taken["mentions"]) == len(rows) == 1694
    assert taken.said == []
    for row, mention in zip(rows, taken["mentions"], strict=True):
        assert mention["ts"] == local(row["time"])
        assert mention["followers"] == (int(float(row["followers"])) if row["followers"] else None)
        assert mention["reposts"] == int(row["reposts"])


def local(text: str) -> datetime:
    moment = (
        datetime.fromtimestamp(int(text), UTC) if text.isdigit() else datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")
    )
    return (moment.astimezone(UTC) + timedelta(hours=8)).replace(tzinfo=None)


@pytest.mark.shared
def test_weibo_reposts_are_taken_whole_with_their_empty_texts(shared, take):
    path = shared / "data" / "opinion" / "ced_threads" / "reposts.csv"
    mapping, taken = mapped(path, take, captured=datetime(2016, 12, 31))
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(plain.DictReader(stream))
    mentions = taken["mentions"]
    assert len(mentions) == len(rows) == 97_223
    assert len({m["mention_key"] for m in mentions}) == 97_223
    assert Counter(m["thread_key"] for m in mentions) == Counter(r["orig_id"] for r in rows)
    written = [(r["date"], m["ts"]) for r, m in zip(rows, mentions, strict=True) if r["date"].startswith("20")]
    assert all(m == datetime.fromisoformat(text) for text, m in written)
    assert {code for _, _, code, _ in taken.said} == {"year_from_capture"}
    assert len(taken.said) == len(rows) - len(written) == 8
    assert taken.reading.refused == 0
