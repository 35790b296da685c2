"""Daily figures of four platforms with a planted effect, and actions to be measured on them."""

from datetime import date, datetime, timedelta

import numpy as np

from hongqiao import warehouse
from hongqiao.ledger import services
from hongqiao.ledger.measuring import judging
from tests.ledger.house import made
from tests.warehouse.conftest import take

START = date(2026, 4, 1)
BEFORE, AFTER = 56, 14
DAYS = [START + timedelta(days=n) for n in range(-BEFORE, AFTER)]
PLATFORMS = ("douyin", "xiaohongshu", "bilibili", "weibo")


def series(seed=2, effect=0.0, noise=4.0, drift=0.0, start=BEFORE, trend=0.0):
    """Four platforms that share a common movement; 抖音 gets `effect` from the start on."""
    rng = np.random.default_rng(seed)
    n = len(DAYS)
    common = 100 + 10 * np.sin(np.arange(n) * 2 * np.pi / 7) + np.cumsum(rng.normal(0, 0.4 + drift, n))
    found = {p: common * (1 + 0.3 * k) + rng.normal(0, noise, n) for k, p in enumerate(PLATFORMS)}
    found["douyin"][start:] += effect
    found["douyin"] += trend * np.arange(n)
    return {p: np.round(v).astype(int) for p, v in found.items()}


def state(cast, accounts, given, *, skip=()):
    """Put daily new followers into the warehouse, a file a platform; `skip`: (platform, index) that no file states."""
    for platform, values in given.items():
        rows = [
            {"day": d, "channel": "", "followers_new": int(v)}
            for n, (d, v) in enumerate(zip(DAYS, values, strict=True))
            if (platform, n) not in skip
        ]
        about = {"brand_id": cast.brand.pk, "account_id": accounts[platform].pk, "platform": platform}
        take("account_daily", rows, captured_at=datetime(2026, 4, 20, 4), layout=f"{platform}.daily", **about)


PLAN = {"method": "controls", "metric": "followers_new", "where": {"platform": "douyin"}, "days": AFTER}


def running(actor, plan=None, start=START, **more):
    row = made(actor, measure={**PLAN, "before": BEFORE, **(plan or {})}, **more)
    return services.start_action(actor=actor, action_id=row.pk, seen=None, on=start)


def outcome(row, today=date(2026, 4, 20)):
    return judging.measured(row, warehouse.open(row.brand_id), today)


def pieces(cast, arms, seed=3, mean=(0.03, 0.03)):
    """Pieces with a share rate by arm; returns arm → keys."""
    rng = np.random.default_rng(seed)
    found, contents, snaps = {}, [], []
    for arm, level in zip(("a", "b"), mean, strict=True):
        found[arm] = []
        for n in range(arms[arm]):
            key = f"{arm}{n:03d}"
            views = 10_000
            contents.append(
                {"source_key": key, "form": "video", "title": key, "published_at": datetime(2026, 4, 2, n % 20, n)}
            )
            shares = max(0, int(views * rng.normal(level, 0.004)))
            snaps.append({"source_key": key, "day": date(2026, 4, 20), "views": views, "shares": shares})
            found[arm].append(key)
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "captured_at": datetime(2026, 4, 20, 4)}
    take("contents", contents, **about)
    take("content_snapshots", snaps, **about)
    return found


AB = {"method": "ab", "metric": "piece_share_rate", "where": {}, "days": AFTER}
HOLD = {"method": "holdout", "metric": "purchase", "share": 0.3, "people": {"days": 60}, "seed": "s1", "days": AFTER}
