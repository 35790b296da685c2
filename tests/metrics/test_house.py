"""The same questions on the real warehouse: parts, maps, undo, versions, and files of two platforms."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from hongqiao import warehouse
from hongqiao.metrics import METRICS, Query, query, rows_behind
from hongqiao.warehouse.identity import merge
from tests.warehouse.conftest import ACCOUNT, BRAND, NOON, SECOND_ACCOUNT, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

APRIL = {"start": date(2026, 4, 1), "end": date(2026, 4, 9)}
SHOP = {"platform": "doudian", "account_id": SECOND_ACCOUNT}


@pytest.fixture
def facts() -> None:
    days = [{"day": date(2026, 4, n), "channel": "", "views": n} for n in (1, 2, 4)]
    take("account_daily", days)
    take("account_daily", [{"day": date(2026, 4, 2), "channel": "", "views": 20}], captured_at=NOON + timedelta(days=1))
    money = {"gross": Decimal("10.10"), "paid": Decimal("9.90")}
    orders = [{"order_key": f"o{n}", "ts": datetime(2026, 4, n, 9), "person": "小王", **money} for n in (1, 2, 5)]
    take("orders", orders, **SHOP)


def test_every_metric_answers_on_the_warehouse_by_its_first_dimensions(facts):
    handle = warehouse.open(BRAND)
    for code, metric in METRICS.items():
        result = query(handle, Query((code,), metric.dimensions[3:6], **APRIL))
        assert code in result.totals
        result.to_json()


def test_figures_freshness_and_gaps_come_from_the_parts_and_their_sources(facts):
    handle = warehouse.open(BRAND)
    r = query(handle, Query(("views",), ("day",), start=date(2026, 4, 1), end=date(2026, 4, 5)))
    assert [x["views"] for x in r.rows] == [1, 20, None, 4, None]
    assert r.coverage[0]["missing"] == [date(2026, 4, 3), date(2026, 4, 5)]
    assert r.version == handle.version
    r = query(handle, Query(("orders", "gmv", "buyers", "identified_orders"), ("day",), **APRIL))
    assert [x["orders"] for x in r.rows] == [1, 1, 0, 0, 1, None, None, None, None]
    assert r.totals == {"orders": 3, "gmv": Decimal("30.3000"), "buyers": 1, "identified_orders": 1.0}
    assert r.freshness[0]["captured_at"] == NOON
    assert r.freshness[0]["complete_day"] == date(2026, 4, 5)


def test_the_rows_behind_are_the_statements_of_the_files(facts):
    q = Query(("views",), ("day",), **APRIL)
    page = rows_behind(warehouse.open(BRAND), q, "views")
    assert sorted(r["views"] for r in page.rows) == [1, 4, 20]
    assert all(r["source_id"] and r["source_row"] >= 2 for r in page.rows)


def test_an_undone_file_leaves_the_figures_and_a_pinned_version_keeps_them(facts):
    before = warehouse.open(BRAND)
    q = Query(("orders",), **APRIL)
    assert query(before, q).totals["orders"] == 3
    source = next(s for s in before.sources() if s.platform == "doudian")
    warehouse.undo(BRAND, source.id)
    assert query(warehouse.open(BRAND), q).totals["orders"] is None
    assert query(warehouse.open(BRAND, before.version), q).totals["orders"] == 3


def test_pieces_count_on_their_publish_day_in_the_accounts_zone():
    contents = [{"source_key": "v1", "title": "夏日防晒", "form": "video", "published_at": datetime(2026, 4, 3, 0, 30)}]
    take("contents", contents)
    take("content_snapshots", [{"source_key": "v1", "views": 100}])
    take("content_snapshots", [{"source_key": "v1", "views": 160}], captured_at=NOON + timedelta(days=3))
    handle = warehouse.open(BRAND)
    r = query(handle, Query(("piece_views", "posts"), ("content",), start=date(2026, 4, 3), end=date(2026, 4, 3)))
    assert [(x["piece_views"], x["posts"]) for x in r.rows] == [(160, 1)]
    assert list(r.labels["content"].values()) == ["夏日防晒"]
    gain = query(handle, Query(("views_gain",), ("day",), start=date(2026, 4, 1), end=date(2026, 4, 30)))
    assert {x["day"]: x["views_gain"] for x in gain.rows if x["views_gain"]} == {date(2026, 4, 13): 60}
    key = r.rows[0]["content"]
    assert rows_behind(handle, Query(("piece_views",), ("content",)), "piece_views", {"content": key}).count == 1


def test_the_rows_of_merged_pieces_are_the_captures_of_both():
    listed = {"title": "夏日防晒", "form": "video", "published_at": datetime(2026, 4, 3, 0, 30)}
    take("contents", [{"source_key": key, **listed} for key in ("v1", "v2")])
    take("content_snapshots", [{"source_key": "v1", "views": 100}])
    take("content_snapshots", [{"source_key": "v2", "views": 160}], captured_at=NOON + timedelta(days=3))
    merge(BRAND, "v1", "v2", "tester")
    handle, q = warehouse.open(BRAND), Query(("piece_views",), ("content",))
    assert [(x["content"], x["piece_views"]) for x in query(handle, q).rows] == [("v1", 160)]
    page = rows_behind(handle, q, "piece_views", {"content": "v1"})
    assert sorted(r["views"] for r in page.rows) == [100, 160]


def test_no_figure_of_another_brand_is_ever_in_an_answer(facts):
    from tests.warehouse.conftest import OTHER_BRAND

    take("account_daily", [{"day": date(2026, 4, 1), "channel": "", "views": 1_000_000}], brand_id=OTHER_BRAND)
    q = Query(("views",), **APRIL)
    assert query(warehouse.open(BRAND), q).totals["views"] == 25
    assert query(warehouse.open(OTHER_BRAND), q).totals["views"] == 1_000_000
    assert ACCOUNT != SECOND_ACCOUNT
