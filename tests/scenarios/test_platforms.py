"""D1a over every other system of the sample year: files in, figures out, equal to what the simulation says."""

from decimal import Decimal

import pytest

from tests.scenarios import sample
from tests.scenarios.test_data import Asker, bring_in, director  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(600)]

PIECES = {
    "views": "piece_views",
    "likes": "piece_likes",
    "comments": "piece_comments",
    "shares": "piece_shares",
    "favorites": "piece_favorites",
    "coins": "piece_coins",
    "upvotes": "piece_upvotes",
    "followers_gained": "piece_followers",
    "pieces": "posts",
}
DAYS = {name: name for name in ("impressions", "views", "likes", "comments", "favorites", "shares")} | {
    "followers_net": "followers_net",
    "followers_new": "followers_new",
    "followers_lost": "followers_lost",
}
ADS = {
    "spend": "ad_spend",
    "impressions": "ad_shows",
    "clicks": "ad_clicks",
    "conversions": "ad_conversions",
    "deep_conversions": "ad_deep_conversions",
    "messages": "ad_messages",
    "messages_open": "ad_messages_open",
    "leads": "ad_leads",
}
PLACED = {
    "spend": "placement_spend",
    "impressions": "placement_shows",
    "clicks": "placement_clicks",
    "gmv": "placement_gmv",
    "net_gmv": "placement_net_gmv",
    "orders": "placement_orders",
    "views": "placement_views",
    "interactions": "placement_interactions",
}
SHOP = {
    "orders": "orders",
    "gmv": "gmv",
    "paid": "paid",
    "units": "units",
    "refunded": "refunded",
    "refunds": "refunds",
}

#: layout of the sample → what its numbers are called in the dictionary.
ASKED = {
    "bilibili.compare": PIECES,
    "channels.videos": PIECES,
    "kuaishou.works": PIECES,
    "zhihu.content": PIECES,
    "zhihu.daily": DAYS,
    "toutiao.trend": DAYS,
    "toutiao.fans": DAYS,
    "oceanengine.project": ADS,
    "juguang.report": ADS,
    "qianchuan.material": PLACED,
    "pugongying.notes": PLACED,
    "xingtu.yuntu_report": PLACED,
    "tmall.orders": SHOP,
    "jd.orders": SHOP,
    "youzan.orders": SHOP,
}
#: what a layout says that no metric is about, with the reason.
NOT_ASKED = {
    "bilibili.compare": {"danmaku"},
    "channels.videos": {"recommends"},
    "zhihu.daily": {"upvotes"},
    "juguang.report": {"interactions"},
    "pugongying.notes": {"quote", "fee"},
    "xingtu.yuntu_report": {"likes", "comments", "shares"},
}


def others() -> list[dict]:
    """The files of the other systems that a layout of the program reads."""
    return [e for e in sample.everything() if e["layout"] in ASKED or e["layout"].startswith("tmall.")]


def test_D1a_every_other_system_equals_the_hand_computation(director):  # noqa: F811
    bring_in(director, others())
    ask = Asker(director)
    wrong = []
    for layout, names in ASKED.items():
        told = sample.truth()["others"][layout]
        platform = layout.split(".")[0]
        for window, figures in told.items():
            wanted = {names[k]: v for k, v in figures.items() if k in names}
            left = set(figures) - set(names) - NOT_ASKED.get(layout, set())
            assert not left, (layout, left)
            if not wanted:
                continue
            # what states no day belongs to the day of its download, the morning after the year
            span = {"end": "2026-11-23"} if window == "all" else {}
            asked = ask(list(wanted), "year" if window == "all" else window, where={"platform": platform}, **span)
            totals = asked["totals"]
            for metric, expected in wanted.items():
                if metric in ("refunded", "refunds") and window != "all":
                    continue  # the file names no moment of the refund
                got = totals[metric]
                if Decimal(str(got or 0)) != Decimal(str(expected)) or (got is None and expected):
                    wrong.append((layout, window, metric, got, expected))
    assert wrong == []
