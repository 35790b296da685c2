"""The sample brand for scenarios: its files, and what is true of it (counted from the simulation)."""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2] / "examples"
ZONE = ZoneInfo("Asia/Shanghai")


@cache
def truth() -> dict[str, Any]:
    return json.loads((ROOT / "truth.json").read_text("utf-8"))


def everything() -> list[dict[str, Any]]:
    """Return the manifest's entries in order of their download."""
    entries = json.loads((ROOT / "anlan" / "manifest.json").read_text("utf-8"))["files"]
    return sorted(entries, key=lambda e: (e["captured_at"], e["path"]))


#: the systems whose whole year is in the sample; of the others there is a file or a few
WHOLE = ("douyin", "wechat_oa", "xiaohongshu", "doudian", "own")


def files(since: str = "") -> list[dict[str, Any]]:
    """Return the entries of the whole year's systems downloaded on or after `since`, in order."""
    return [e for e in everything() if e["platform"] in WHOLE and e["captured_at"] >= since]


def path(entry: dict[str, Any]) -> Path:
    return ROOT / "anlan" / entry["path"]


def captured(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["captured_at"]).replace(tzinfo=ZONE)


def window(name: str) -> tuple[date, date]:
    first, last = truth()["windows"][name]
    return date.fromisoformat(first), date.fromisoformat(last)


#: metric of the dictionary → key of truth.json, platform by platform.
DAILY = {
    "douyin": {
        "views": "views",
        "likes": "likes",
        "comments": "comments",
        "shares": "shares",
        "followers_new": "followers_new",
        "followers_lost": "followers_lost",
        "followers_net": "followers_net",
        "followers_total": "followers_total",
    },
    "xiaohongshu": {
        "impressions": "impressions",
        "views": "views",
        "likes": "likes",
        "comments": "comments",
        "shares": "shares",
        "favorites": "favorites",
        "profile_visits": "profile_visits",
        "followers_new": "followers_new",
        "followers_lost": "followers_lost",
        "followers_net": "followers_net",
        "posts_stated": "posts",
    },
    "wechat_oa": {
        "reader_days": "view_users",
        "share_user_days": "shares",
        "favorites": "favorites",
        "followers_new": "followers_new",
        "followers_lost": "followers_lost",
        "followers_net": "followers_net",
        "followers_total": "followers_total",
        "posts_stated": "posts",
    },
}
SHOP = {
    "orders": "orders",
    "paid_orders": "orders_paid",
    "gmv": "gross",
    "paid": "paid",
    "units": "units",
    "refunds": "refunds",
    "refunded": "refund_amount",
}
#: share of the window's buyers
REPURCHASE = {
    "event_repurchase_rate": "with_two_or_more",
    "event_repurchase_30d": "again_within_30d",
    "event_repurchase_90d": "again_within_90d",
}
