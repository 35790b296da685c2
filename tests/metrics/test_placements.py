"""Paid placements, live sessions and brand indicators, with rows typed by hand."""

from datetime import datetime
from decimal import Decimal

import pytest

from hongqiao.metrics import METRICS, Query, query, rows_behind
from tests.metrics.fake import A, B, Fake, day

MAY = {"start": day("2026-05-01"), "end": day("2026-05-31")}


def ad(h: Fake, on: str, key: str, level: str = "campaign", account: str = A, **values) -> None:
    h.say("placements_daily", account, day=day(on), placement_key=key, level=level, **values)


def export(h: Fake, on: str, key: str, level: str = "note", account: str = A, **values) -> None:
    h.say("placement_snapshots", account, f"{on}T04:00:00", day=day(on), placement_key=key, level=level, **values)


def told(h: Fake, *codes: str, by: tuple[str, ...] = (), **more):
    return query(h, Query(codes, by, **(MAY | more)))


def test_a_ratio_of_an_advert_is_a_ratio_of_sums_over_rows_that_state_both():
    h = Fake()
    ad(h, "2026-05-01", "c1", spend=100, impressions=10_000, clicks=100, conversions=10, gmv=300)
    ad(h, "2026-05-02", "c1", spend=300, impressions=10_000, clicks=300, conversions=None, gmv=None)
    r = told(h, "ad_spend", "ad_ctr", "ad_cpm", "ad_cpc", "ad_cpa", "ad_cvr", "ad_roi").totals
    assert r["ad_spend"] == Decimal(400)
    assert r["ad_ctr"] == pytest.approx(0.02)
    assert (r["ad_cpm"], r["ad_cpc"], r["ad_cpa"]) == (Decimal(20), Decimal(1), Decimal(10))
    assert r["ad_cvr"] == pytest.approx(0.1)
    assert r["ad_roi"] == pytest.approx(3.0)


def test_the_same_money_exported_by_campaign_and_by_creative_counts_once():
    h = Fake()
    ad(h, "2026-05-01", "c1", campaign="夏", spend=100)
    ad(h, "2026-05-01", "k1", "creative", campaign="夏", creative="甲", spend=60)
    ad(h, "2026-05-01", "k2", "creative", campaign="夏", creative="乙", spend=40)
    ad(h, "2026-05-02", "k1", "creative", campaign="夏", creative="甲", spend=7)
    assert told(h, "ad_spend").totals["ad_spend"] == 107
    assert {r["campaign"]: r["ad_spend"] for r in told(h, "ad_spend", by=("campaign",)).rows} == {"夏": 107}
    by = told(h, "ad_spend", by=("creative",))
    assert {r["creative"]: r["ad_spend"] for r in by.rows} == {"甲": 67, "乙": 40}
    assert by.totals["ad_spend"] == 107


def test_the_rows_behind_an_advert_are_those_that_were_counted():
    h = Fake()
    ad(h, "2026-05-01", "c1", campaign="夏", spend=100)
    ad(h, "2026-05-01", "k1", "creative", campaign="夏", creative="甲", spend=60)
    whole = rows_behind(h, Query(("ad_spend",), (), {}, **MAY), "ad_spend")
    assert [r["placement_key"] for r in whole.rows] == ["c1"]
    cell = rows_behind(h, Query(("ad_spend",), ("creative",), {}, **MAY), "ad_spend", {"creative": "甲"})
    assert [r["spend"] for r in cell.rows] == [60]


def test_an_export_without_days_counts_its_newest_totals_and_is_not_spread():
    h = Fake()
    export(h, "2026-05-10", "n1", quote=1000, fee=100, interactions=100, views=1000)
    export(h, "2026-05-20", "n1", quote=1000, fee=100, interactions=200, views=2000)
    export(h, "2026-05-20", "n2", quote=500, interactions=None, likes=40, comments=10, views=None)
    r = told(h, "creator_cost", "placement_interactions", "cpe", "cost_per_view").totals
    assert r["creator_cost"] == 1600
    assert r["placement_interactions"] == 250
    assert r["cpe"] == Decimal("6.4")
    assert r["cost_per_view"] == Decimal("0.55")
    days = told(h, "creator_cost", by=("day",)).rows
    assert [(x["day"], x["creator_cost"]) for x in days if x["creator_cost"] is not None] == [(day("2026-05-20"), 1600)]
    early = told(h, "creator_cost", end=day("2026-05-15"))
    assert early.totals["creator_cost"] == 1100


def test_a_brand_indicator_is_the_last_value_and_is_never_added_up():
    h = Fake()
    for on, name, value in (("2026-05-01", "A3", 10), ("2026-05-09", "A3", 14), ("2026-05-03", "回搜", 7)):
        h.say("brand_daily", day=day(on), indicator=name, value=value)
    assert told(h, "brand_index").totals["brand_index"] is None
    assert {r["indicator"]: r["brand_index"] for r in told(h, "brand_index", by=("indicator",)).rows} == {
        "A3": 14,
        "回搜": 7,
    }
    assert told(h, "brand_index", where={"indicator": "A3"}).totals["brand_index"] == 14
    h.say("brand_daily", B, day=day("2026-05-02"), indicator="A3", value=1)
    assert told(h, "brand_index", where={"indicator": "A3"}).totals["brand_index"] is None


def test_a_live_session_counts_on_the_day_it_began():
    h = Fake()
    h.file("live_sessions", A, "2026-05-01", "2026-05-31")
    live = ("live_sessions", "live_gmv", "live_peak", "live_avg_seconds", "live_followers")
    one = {"peak_users": 90, "view_users": 100, "avg_seconds": 60.0, "gmv": 50, "followers_gained": 3, "host": "小安"}
    two = {"peak_users": 70, "view_users": 300, "avg_seconds": 100.0, "gmv": 25, "followers_gained": 4, "host": "小澜"}
    h.say("live_sessions", session_key="s1", ts=datetime(2026, 5, 1, 23, 0), **one)
    h.say("live_sessions", session_key="s2", ts=datetime(2026, 5, 3, 12, 0), **two)
    r = told(h, *live)
    assert [r.totals[c] for c in live] == [2, Decimal(75), 90, pytest.approx(90.0), 7]
    assert [x["day"] for x in told(h, "live_sessions", by=("day",)).rows if x["live_sessions"]] == [
        day("2026-05-02"),
        day("2026-05-03"),
    ]
    assert {x["host"]: x["live_peak"] for x in told(h, "live_peak", by=("host",)).rows} == {"小安": 90, "小澜": 70}


def test_accounts_that_are_left_out_are_in_no_figure_no_coverage_and_no_row_behind_it():
    h = Fake()
    h.say("account_daily", A, day=day("2026-05-01"), views=10)
    h.say("account_daily", B, day=day("2026-05-01"), views=1000)
    r = told(h, "views", without=(B,))
    assert r.totals["views"] == 10
    assert {c["account"] for c in r.coverage} == {A}
    behind = rows_behind(h, Query(("views",), (), {}, without=(B,), **MAY), "views")
    assert [x["account"] for x in behind.rows] == [A]
    assert [x["account"] for x in told(h, "views", by=("account",), without=(B,)).rows] == [A]
    asked_for = told(h, "views", where={"account": B}, without=(B,))
    assert asked_for.totals["views"] == 1000


def test_questions_with_and_without_an_account_are_kept_apart():
    h = Fake()
    h.brand_id = "brand-with-a-competitor"
    h.say("account_daily", A, day=day("2026-05-01"), views=10)
    h.say("account_daily", B, day=day("2026-05-01"), views=1000)
    assert told(h, "views").totals["views"] == 1010
    assert told(h, "views", without=(B,)).totals["views"] == 10
    assert told(h, "views").totals["views"] == 1010


def test_figures_as_of_an_export_say_so():
    for m in METRICS.values():
        if m.table == "placement_snapshots":
            assert m.day_kind == "截至导出"


def test_a_creator_of_a_placement_is_called_by_name_and_counted_by_key():
    h = Fake()
    export(h, "2026-05-10", "n1", quote=100, creator_key="k1", creator_name="小柚")
    export(h, "2026-05-10", "n2", quote=200, creator_key="k2", creator_name="小柚")
    r = told(h, "creator_cost", by=("creator",))
    assert {x["creator"]: x["creator_cost"] for x in r.rows} == {"k1": 100, "k2": 200}
    assert r.labels["creator"] == {"k1": "小柚", "k2": "小柚"}
