"""D1: files of ad systems, creators' markets and shops are known by what is in them, and become their figures."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hongqiao import warehouse
from hongqiao.metrics import Query, query
from hongqiao.platforms import PLATFORMS, recognise
from hongqiao.workspace.models import Account
from tests.scenarios import sample
from tests.scenarios.test_data import bring_in, director  # noqa: F401

PLACES = ("oceanengine", "qianchuan", "juguang", "pugongying", "xingtu", "tmall", "jd", "youzan")
#: A workbook's tables, where the manifest names the workbook.
TABLES = {"tmall.workbook": {"tmall.orders", "tmall.lines", "tmall.shipments"}}
#: metric → key of truth.json ("others"), by what the file is
FIGURES: dict[str, dict[str, str]] = {
    "oceanengine.project": {
        "ad_spend": "spend",
        "ad_shows": "impressions",
        "ad_clicks": "clicks",
        "ad_conversions": "conversions",
        "ad_deep_conversions": "deep_conversions",
    },
    "oceanengine.material": {
        "placement_spend": "spend",
        "placement_shows": "impressions",
        "placement_clicks": "clicks",
    },
    "qianchuan.material": {
        "placement_spend": "spend",
        "placement_gmv": "gmv",
        "placement_net_gmv": "net_gmv",
        "placement_orders": "orders",
    },
    "juguang.report": {
        "ad_spend": "spend",
        "ad_shows": "impressions",
        "ad_clicks": "clicks",
        "ad_messages": "messages",
        "ad_messages_open": "messages_open",
        "ad_leads": "leads",
    },
    "pugongying.notes": {
        "placement_shows": "impressions",
        "placement_views": "views",
        "placement_interactions": "interactions",
    },
    "xingtu.xgl": {"ad_spend": "spend"},
    "xingtu.yuntu_report": {"placement_spend": "spend", "placement_shows": "impressions"},
    "tmall.orders": {"orders": "orders", "gmv": "gmv", "paid": "paid", "refunded": "refunded", "refunds": "refunds"},
    "jd.orders": {"orders": "orders", "gmv": "gmv", "units": "units"},
    "youzan.orders": {"orders": "orders", "gmv": "gmv", "paid": "paid"},
}
YEAR = {"start": date(2025, 11, 23), "end": date(2026, 11, 23)}


def entries() -> list[dict[str, Any]]:
    """Manifest entries of these platforms, in the order of their download."""
    found = json.loads((sample.ROOT / "anlan" / "manifest.json").read_text("utf-8"))["files"]
    mine = [e for e in found if e["platform"] in PLACES or e["layout"] == "doudian.settlement"]
    return sorted(mine, key=lambda e: (e["captured_at"], e["path"]))


@pytest.mark.parametrize("entry", entries(), ids=lambda e: e["path"])
def test_D1_every_sample_file_is_recognised_as_what_it_is(entry):
    found = recognise(sample.path(entry))
    assert {f.layout.code for f in found if f.ok} == TABLES.get(entry["layout"], {entry["layout"]})
    assert all(f.ok and not f.unknown for f in found)
    assert {f.layout.platform for f in found} == {entry["platform"]}
    inferred = not entry["layout_verified"]
    assert all(("unconfirmed" in f.notes) == inferred for f in found)


def test_D1_the_sample_has_files_of_each_of_these_platforms():
    assert {e["platform"] for e in entries()} >= set(PLACES)
    assert set(PLACES) <= set(PLATFORMS)


def same(told: Any, stated: Any) -> bool:
    """Exactly, to the cent."""
    return Decimal(str(stated)).quantize(Decimal("0.01")) == Decimal(str(told)).quantize(Decimal("0.01"))


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_D1_figures_of_ads_creators_and_shops_equal_the_simulation(director):  # noqa: F811
    bring_in(director, [e for e in entries() if e["platform"] != "doudian"])
    truth = json.loads((sample.ROOT / "truth.json").read_text("utf-8"))["others"]
    handle = warehouse.open(director.brand_id)
    accounts = {a.platform: str(a.id) for a in Account.objects.filter(brand_id=director.brand_id)}
    wrong = []
    for layout, metrics in FIGURES.items():
        where = {"account": [accounts[layout.split(".")[0]]]}
        asked = Query(tuple(metrics), where=where, **YEAR)
        totals = query(handle, asked).totals
        wrong += [(layout, m, totals[m], k) for m, k in metrics.items() if not same(truth[layout]["all"][k], totals[m])]
    assert wrong == []
    cost = query(handle, Query(("creator_cost",), **YEAR)).totals["creator_cost"]
    told = truth["pugongying.notes"]["all"]
    assert same(told["quote"] + told["fee"], cost)


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_D1_orders_and_lines_and_a_workbook_of_one_shop_count_each_order_and_refund_once(director):  # noqa: F811
    bring_in(director, [e for e in entries() if e["platform"] == "tmall"])
    told = json.loads((sample.ROOT / "truth.json").read_text("utf-8"))["others"]["tmall.orders"]["all"]
    totals = query(
        warehouse.open(director.brand_id), Query(("orders", "units", "refunds", "refunded", "line_gmv"), **YEAR)
    ).totals
    assert (totals["orders"], totals["units"], totals["refunds"]) == (told["orders"], told["units"], told["refunds"])
    assert same(told["refunded"], totals["refunded"])
    assert same(told["gmv"], totals["line_gmv"])
