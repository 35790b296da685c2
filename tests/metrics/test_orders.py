"""Orders, refunds on their own day, and persons only where they are identified."""

from decimal import Decimal

import pytest

from hongqiao.metrics import Query, query
from tests.metrics.fake import A, B, C, Fake, at, day

MAY = {"start": day("2026-05-01"), "end": day("2026-05-31")}


def order(
    h: Fake, key: str, placed: str, paid: str | None = "10", person: str | None = None, account: str = C, **more
) -> None:
    ts = at(placed)
    given = {"gross": "12", "currency": "CNY", "status": "paid" if paid else "closed", "quantity": 1}
    h.say("orders", account, order_key=key, ts=ts, paid=paid, person_key=person, **{**given, **more})


def event(h: Fake, kind: str, when: str, person: str | None = None, account: str = B, **more) -> None:
    key = f"e{len(h.statements['events'])}"
    h.say("events", account, event_key=key, event=kind, ts=at(when), person_key=person, **more)


@pytest.fixture
def shop() -> Fake:
    h = Fake()
    order(
        h, "o1", "2026-05-01T02:00:00", "100", "p1", gross="120", traffic="直播", creator_key="k1", creator_name="阿花"
    )
    order(h, "o2", "2026-05-01T17:00:00", "50", "p2", gross="60", traffic="搜索")  # the 2nd in Shanghai
    order(h, "o3", "2026-05-20T02:00:00", "30", "p1", gross="30", traffic="直播")
    order(h, "o4", "2026-05-21T02:00:00", None, None, gross="90")
    order(h, "o5", "2026-06-25T02:00:00", "70", "p2", gross="70")
    h.say("refunds", C, refund_key="r1", order_key="o1", ts=at("2026-05-30T02:00:00"), amount="40", currency="CNY")
    h.say("refunds", C, refund_key="r2", order_key="o3", ts=at("2026-06-02T02:00:00"), amount="30", currency="CNY")
    h.file("orders", C, "2026-05-01", "2026-06-30", "2026-07-01T01:00:00")
    h.file("refunds", C, "2026-05-01", "2026-06-30", "2026-07-01T01:00:00")
    return h


def test_money_is_exact_and_a_refund_counts_on_its_own_day(shop):
    asked = ("orders", "paid_orders", "gmv", "paid", "refunded", "net_paid", "refund_rate", "order_value")
    r = query(shop, Query(asked, **MAY))
    assert r.totals["orders"] == 4
    assert r.totals["paid_orders"] == 3
    assert r.totals["gmv"] == Decimal("300")
    assert r.totals["paid"] == Decimal("180")
    assert r.totals["refunded"] == Decimal("40")  # o3's refund is June's
    assert r.totals["net_paid"] == Decimal("140")
    assert r.totals["refund_rate"] == pytest.approx(40 / 180)
    assert r.totals["order_value"] == Decimal("60")
    assert r.to_json()["totals"]["gmv"] == "300.0000"


def test_an_order_belongs_to_the_day_of_the_accounts_zone(shop):
    r = query(shop, Query(("orders",), ("day",), start=day("2026-05-01"), end=day("2026-05-03")))
    assert [x["orders"] for x in r.rows] == [1, 1, 0]


def test_a_covered_day_without_orders_is_zero_and_an_uncovered_one_is_missing(shop):
    r = query(shop, Query(("orders", "gmv", "net_paid"), ("day",), start=day("2026-06-29"), end=day("2026-07-02")))
    assert [x["orders"] for x in r.rows] == [0, 0, None, None]
    assert [x["gmv"] for x in r.rows] == [Decimal(0), Decimal(0), None, None]
    assert [x["net_paid"] for x in r.rows] == [Decimal(0), Decimal(0), None, None]


def test_days_between_two_files_are_missing(shop):
    shop.listed = []
    shop.file("orders", C, "2026-05-01", "2026-05-10", "2026-05-11T01:00:00")
    shop.file("orders", C, "2026-05-13", "2026-05-31", "2026-06-01T01:00:00")
    r = query(shop, Query(("orders",), ("day",), **MAY))
    assert r.coverage[0]["missing"] == [day("2026-05-11"), day("2026-05-12")]
    assert [x["orders"] for x in r.rows[9:13]] == [0, None, None, 0]


def test_the_net_is_not_said_where_no_refund_file_was_imported(shop):
    shop.statements["refunds"] = []
    shop.listed = [s for s in shop.listed if "refunds" not in s["tables"]]
    r = query(shop, Query(("paid", "net_paid", "refund_rate"), **MAY))
    assert r.totals == {"paid": Decimal("180"), "net_paid": None, "refund_rate": None}


def test_refunds_are_cut_by_their_orders_traffic(shop):
    r = query(shop, Query(("refunded", "paid"), ("traffic",), start=day("2026-05-01"), end=day("2026-06-30")))
    assert {x["traffic"]: x["refunded"] for x in r.rows if x["refunded"]} == {"直播": Decimal("70")}
    assert r.totals["refunded"] == Decimal("70")


def test_shares_of_gmv_add_up_to_one_and_creators_have_names(shop):
    r = query(shop, Query(("gmv_share", "gmv"), ("creator",), **MAY))
    assert sum(x["gmv_share"] for x in r.rows) == pytest.approx(1)
    assert {x["creator"]: x["gmv_share"] for x in r.rows} == {"k1": pytest.approx(0.4), None: pytest.approx(0.6)}
    assert r.totals["gmv_share"] == 1.0
    assert r.labels["creator"] == {"k1": "阿花"}


def test_buyers_are_counted_again_for_the_total_and_never_summed(shop):
    r = query(shop, Query(("buyers", "repurchase_rate", "buyer_value"), ("traffic",), **MAY))
    assert {x["traffic"]: x["buyers"] for x in r.rows} == {"直播": 1, "搜索": 1, None: 0}
    months = query(shop, Query(("buyers",), ("month",), start=day("2026-05-01"), end=day("2026-06-30")))
    assert [x["buyers"] for x in months.rows] == [2, 1]
    assert months.totals["buyers"] == 2
    assert r.totals["repurchase_rate"] == pytest.approx(1 / 2)
    assert r.totals["buyer_value"] == Decimal("90")


def test_the_identified_share_stands_beside_and_in_every_cell(shop):
    r = query(shop, Query(("buyers",), ("traffic",), **MAY))
    assert r.beside == {"identified_orders": pytest.approx(3 / 4)}
    assert {x["traffic"]: x["identified_orders"] for x in r.rows} == {"直播": 1.0, "搜索": 1.0, None: 0.0}
    assert [c.kind for c in r.columns] == ["dimension", "metric", "beside"]
    assert {"identified_only", "too_little_data"} >= {n["code"] for n in r.notes} - {"missing_days"}


def test_a_repurchase_counts_within_its_window_even_after_the_period(shop):
    r = query(shop, Query(("repurchase_30d", "repurchase_90d"), **MAY))
    assert r.totals["repurchase_30d"] == pytest.approx(1 / 2)  # p1 after 19 days
    assert r.totals["repurchase_90d"] == pytest.approx(2 / 2)  # p2 after 55 days
    assert any(n["code"] == "window_open" for n in r.notes)  # 90 days are not over by the end of June


def test_follow_to_purchase_counts_identified_persons_only():
    h = Fake()
    event(h, "follow", "2026-05-01T02:00:00", "p1")
    event(h, "follow", "2026-05-02T02:00:00", "p2")
    event(h, "follow", "2026-05-03T02:00:00", "p3")
    event(h, "follow", "2026-05-03T03:00:00", None)
    event(h, "purchase", "2026-05-10T02:00:00", "p1")
    order(h, "o1", "2026-05-31T02:00:00", "10", "p2")  # 29 days later, in another system
    order(h, "o2", "2026-06-03T02:00:01", "10", "p3")  # 31 days and a second
    order(h, "o3", "2026-04-30T02:00:00", "10", "p3")  # before the follow
    h.say("account_daily", B, day=day("2026-05-02"), followers_new=8)
    h.file("events", B, "2026-05-01", "2026-06-30", "2026-07-01T01:00:00")
    r = query(h, Query(("follow_purchase",), **MAY))
    assert r.totals["follow_purchase"] == pytest.approx(2 / 3)
    assert r.beside["identified_follows"] == pytest.approx(3 / 8)
    assert r.beside["identified_orders"] == pytest.approx(1 / 1)
    by = query(h, Query(("follow_purchase",), ("week",), **MAY))
    assert by.rows[0]["follow_purchase"] == pytest.approx(2 / 3)


def test_retention_counts_exact_days_and_leaves_out_persons_whose_day_has_not_come():
    h = Fake()
    event(h, "visit", "2026-05-01T02:00:00", "p1", channel="搜索")
    event(h, "view", "2026-05-02T02:00:00", "p1", channel="推送")
    event(h, "view", "2026-05-08T02:00:00", "p1")
    event(h, "visit", "2026-05-01T03:00:00", "p2", channel="推送")
    event(h, "unfollow", "2026-05-02T03:00:00", "p2")
    event(h, "visit", "2026-05-09T03:00:00", "p3", channel="搜索")
    event(h, "visit", "2026-05-09T04:00:00", None)
    h.file("events", B, "2026-05-01", "2026-05-10", "2026-05-11T01:00:00")
    asked = ("persons_new", "retention_1d", "retention_7d", "retention_30d")
    r = query(h, Query(asked, **MAY))
    assert r.totals["persons_new"] == 3
    assert r.totals["retention_1d"] == pytest.approx(1 / 3)
    assert r.totals["retention_7d"] == pytest.approx(1 / 2)
    assert r.totals["retention_30d"] is None
    by = query(h, Query(("persons_new", "retention_1d"), ("channel",), **MAY))
    assert {x["channel"]: (x["persons_new"], x["retention_1d"]) for x in by.rows} == {
        "搜索": (2, 0.5),
        "推送": (1, 0.0),
        None: (0, None),
    }


def test_channel_conversion_asks_for_a_purchase_after_the_visit():
    h = Fake()
    event(h, "visit", "2026-05-02T02:00:00", "p1", channel="朋友圈")
    event(h, "visit", "2026-05-03T02:00:00", "p1", channel="搜一搜")
    event(h, "visit", "2026-05-02T02:00:00", "p2", channel="朋友圈")
    event(h, "purchase", "2026-05-01T02:00:00", "p2")
    event(h, "purchase", "2026-05-02T12:00:00", "p1")
    h.file("events", B, "2026-05-01", "2026-05-31", "2026-06-01T01:00:00")
    r = query(h, Query(("channel_conversion", "visits", "visitors"), ("channel",), where={"account": B}, **MAY))
    rows = {x["channel"]: (x["channel_conversion"], x["visits"], x["visitors"]) for x in r.rows}
    assert rows["朋友圈"] == (0.5, 2, 2)
    assert rows["搜一搜"] == (0.0, 1, 1)
    assert r.totals["channel_conversion"] == pytest.approx(0.5)
    assert r.totals["visitors"] == 2


def test_two_currencies_are_said(shop):
    order(shop, "o9", "2026-05-09T02:00:00", "10", currency="USD")
    assert "several_currencies" in [n["code"] for n in query(shop, Query(("gmv",), **MAY)).notes]


def test_units_and_lines_are_cut_by_product(shop):
    for key, product, quantity in (("l1", "防晒霜", 2), ("l2", "防晒霜", 1), ("l3", "口红", 5)):
        shop.say(
            "order_lines",
            C,
            line_key=key,
            order_key="o1",
            ts=at("2026-05-01T02:00:00"),
            product=product,
            quantity=quantity,
            gross="5",
        )
    r = query(shop, Query(("units", "line_gmv"), ("product",), **MAY))
    assert [(x["product"], x["units"], x["line_gmv"]) for x in r.rows] == [("口红", 5, 5), ("防晒霜", 3, 10)]


def test_an_order_stated_again_is_counted_once_as_it_is_now(shop):
    shop.say(
        "orders", C, "2026-06-09T01:00:00", order_key="o4", ts=at("2026-05-21T02:00:00"), paid="90", status="finished"
    )
    r = query(shop, Query(("orders", "paid_orders", "paid"), **MAY))
    assert r.totals == {"orders": 4, "paid_orders": 4, "paid": Decimal("270")}


def test_a_shop_and_a_platform_account_do_not_mix_their_coverage(shop):
    shop.file("orders", A, "2026-07-01", "2026-07-31", "2026-08-01T01:00:00")
    r = query(shop, Query(("orders",), ("day", "account"), start=day("2026-06-25"), end=day("2026-06-26")))
    assert [(x["account"], x["orders"]) for x in r.rows] == [(C, 1), (C, 0)]
