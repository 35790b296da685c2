"""Claim: the nightly watch-and-explain of two years of daily data, 200 series, five dimensions runs within 60 s on two
cores.

A brand is made (20 own accounts on 4 platforms with 4 channels, ads in 3 × 4 campaigns, a shop with 4 sources of
traffic, visits by 6 channels), with movements planted in the last week so that there is something to explain. All
rules of the house then look at one day as the night's job lets them, keeping what they share. The first look finds
nothing cached; the second is on the same version, as after an import that changed nothing. Prints one JSON line.

`python bench/nightly.py [--days 730] [--rounds 2]`
"""

import argparse
import json
import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.worlds.house import Made, house  # noqa: E402

PLATFORMS = ("douyin", "xiaohongshu", "wechat_oa", "bilibili")
CHANNELS = ("", "推荐", "搜索", "关注", "主页")
ADS = ("oceanengine", "juguang", "tencent_ads")
CAMPAIGNS = ("涨粉", "防晒", "精华", "直播间")
TRAFFIC = ("商城", "直播", "短视频", "达人")
VISITS = ("抖音主页", "小红书笔记", "公众号菜单", "短信", "搜索", "私域")
LEVELS = {"views": 24000, "followers_new": 320, "followers_lost": 110, "likes": 900, "comments": 70, "shares": 80}
LEVELS |= {"favorites": 200, "impressions": 180000, "profile_visits": 700}
LAST = date(2026, 11, 22)


def curve(rng: np.random.Generator, days: int, level: float) -> np.ndarray:
    """A series with a week, a slow trend and noise as figures of accounts have it. shape (days,)"""
    week = 1 + 0.12 * np.sin(2 * np.pi * (np.arange(days) % 7) / 7 + rng.uniform(0, 6))
    slow = 1 + 0.15 * np.sin(2 * np.pi * np.arange(days) / 365 + rng.uniform(0, 6))
    return np.maximum(level * week * slow * np.exp(rng.normal(0, 0.06, days)), 0)


def social(made: Made, rng: np.random.Generator, days: list[date]) -> None:
    columns: dict[str, list] = {c: [] for c in ("platform", "account", "day", "channel", *LEVELS)}
    for platform in PLATFORMS:
        for k in range(5):
            account, size = made.account(platform, f"{platform}{k}"), rng.lognormal(0, 0.4)
            parts = rng.dirichlet(np.full(len(CHANNELS) - 1, 5.0))
            series = {m: curve(rng, len(days), v * size) for m, v in LEVELS.items()}
            if platform == "douyin":
                series["followers_new"][-5:] *= 0.55
            if platform == "xiaohongshu" and k == 1:
                series["views"][-4:] *= 1.9
            for channel, share in zip(CHANNELS, (1.0, *parts), strict=True):
                columns["platform"] += [platform] * len(days)
                columns["account"] += [account] * len(days)
                columns["day"] += days
                columns["channel"] += [channel] * len(days)
                for metric, values in series.items():
                    columns[metric] += np.round(values * share).astype(int).tolist()
    made.put("account_daily", columns)


def paid(made: Made, rng: np.random.Generator, days: list[date]) -> None:
    names = ("platform", "account", "day", "placement_key", "level", "campaign", "unit", "product", "spend")
    columns: dict[str, list] = {c: [] for c in (*names, "impressions", "clicks", "conversions")}
    for platform in ADS:
        account = made.account(platform, f"{platform}-户")
        for campaign in CAMPAIGNS:
            for unit in range(3):
                money = curve(rng, len(days), 900 * rng.lognormal(0, 0.4))
                if platform == "oceanengine" and campaign == "涨粉":
                    money[-7:] *= 0.4
                clicks = rng.poisson(money / 1.3)
                columns["platform"] += [platform] * len(days)
                columns["account"] += [account] * len(days)
                columns["day"] += days
                columns["placement_key"] += [f"{platform}-{campaign}-{unit}"] * len(days)
                columns["level"] += ["unit"] * len(days)
                columns["campaign"] += [campaign] * len(days)
                columns["unit"] += [f"{campaign}-{unit}"] * len(days)
                columns["product"] += [f"品{unit}"] * len(days)
                columns["spend"] += np.round(money, 2).tolist()
                columns["impressions"] += (clicks * 38).tolist()
                columns["clicks"] += clicks.tolist()
                columns["conversions"] += rng.binomial(clicks, 0.05).tolist()
    made.put("placements_daily", columns)


def shop(made: Made, rng: np.random.Generator, days: list[date]) -> None:
    names = ("platform", "account", "day", "ts", "order_key", "status", "traffic", "gross", "paid", "paid_at")
    columns: dict[str, list] = {c: [] for c in names}
    for k in range(5):
        account = made.account("doudian", f"店{k}")
        for traffic in TRAFFIC:
            counts = rng.poisson(curve(rng, len(days), 40))
            where = np.repeat(np.arange(len(days)), counts)
            money = np.round(rng.lognormal(4.9, 0.5, len(where)), 2).tolist()
            stamps = [np.datetime64(days[i], "s") + np.timedelta64(4, "h") for i in where]
            columns["platform"] += ["doudian"] * len(where)
            columns["account"] += [account] * len(where)
            columns["day"] += [days[i] for i in where]
            columns["ts"] += stamps
            columns["paid_at"] += stamps
            columns["order_key"] += [f"{k}-{traffic}-{n}" for n in range(len(where))]
            columns["status"] += ["finished"] * len(where)
            columns["traffic"] += [traffic] * len(where)
            columns["gross"] += money
            columns["paid"] += money
    made.put("orders", columns)


def visits(made: Made, rng: np.random.Generator, days: list[date]) -> None:
    columns: dict[str, list] = {c: [] for c in ("platform", "account", "day", "ts", "event_key", "event", "channel")}
    account = made.account("own", "会员")
    for channel in VISITS:
        where = np.repeat(np.arange(len(days)), rng.poisson(curve(rng, len(days), 90)))
        columns["platform"] += ["own"] * len(where)
        columns["account"] += [account] * len(where)
        columns["day"] += [days[i] for i in where]
        columns["ts"] += [np.datetime64(days[i], "s") for i in where]
        columns["event_key"] += [f"{channel}-{n}" for n in range(len(where))]
        columns["event"] += ["visit"] * len(where)
        columns["channel"] += [channel] * len(where)
    made.put("events", columns)


def night(made: Made, day: date) -> dict:
    """Let every rule look at one day, as the night's job does, without keeping what they say."""
    from hongqiao import warehouse
    from hongqiao.ledger import rules
    from hongqiao.ledger.rules import Look, settings_of

    handle, shared, seconds, raised = warehouse.open(made.brand.pk), {}, {}, 0
    began, used = time.perf_counter(), time.process_time()
    for code, rule in sorted(rules.all_rules().items()):
        at = time.perf_counter()
        found = list(rule.detect(Look(made.brand, handle, day, settings_of(made.brand, rule), shared)))
        seconds[code] = round(time.perf_counter() - at, 2)
        raised += len(found)
    blocks = shared.get("insight.blocks", {})
    series = {kind: len(block.keys) for kind, block in blocks.items()}
    said = {"seconds": round(time.perf_counter() - began, 2), "cpu_seconds": round(time.process_time() - used, 2)}
    return said | {"series": sum(series.values()), "by_kind": series, "raised": raised, "by_rule": seconds}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    with house():
        made, rng = Made("nightly"), np.random.default_rng(4)
        made.brand.settings = {**(made.brand.settings or {}), "watched": {"days": given.days}}
        made.brand.save()
        days = [LAST - timedelta(days=i) for i in range(given.days - 1, -1, -1)]
        for fill in (social, paid, shop, visits):
            fill(made, rng, days)
        looks = [night(made, LAST + timedelta(days=1)) for _ in range(given.rounds)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"bench": "nightly", "days": given.days, "first": looks[0], "again": looks[1:], "peak_mb": round(peak)}
    print(json.dumps(said | {"goal_seconds": 60}, ensure_ascii=False))


if __name__ == "__main__":
    main()
