"""The sample brand of any seed, in light form: its invented year as facts, with or without its stories.

`examples/making` makes the year; here its accounts, ads, orders, visits and pieces become rows without becoming files.
A quiet world has no cut of spend (D2a) and no piece that takes off (D2c); what else happens in the year stays.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bench.worlds.house import Made
from examples.making import accounts, files_ads, people, pieces, shop
from examples.making.days import DAYS, END
from examples.making.dice import SEED, Dice

FORMS = {"图文": "image_text"}
MEASURES = ("likes", "comments", "shares", "favorites")
DAILY = ("views", "view_users", *MEASURES, "impressions", "profile_visits", "posts", "followers_new", "followers_lost")
DAILY += ("followers_net", "followers_total")
HOURS = timedelta(hours=8)  # the files' times are local, facts are UTC


@dataclass
class World:
    """One invented year."""

    own: dict[str, list[pieces.Piece]]
    spend: list[float]
    known: dict[str, accounts.Account]
    orders: list[shop.Order]
    visits: list[people.Event]


def world(seed: str = SEED, *, story: bool = True) -> World:
    """Live through a year of this seed. The stories' days are the sample's own."""
    defaults, cut = Dice.__init__.__defaults__, accounts.AD_CUT
    Dice.__init__.__defaults__ = (seed,)  # type: ignore[misc]
    accounts.AD_CUT = cut if story else date.max
    try:
        own, spend = pieces.all_pieces(), accounts.ad_spend()
        if not story:
            own = {k: [p for p in found if p.story != "D2c"] for k, found in own.items()}
        known = {
            "douyin": accounts.douyin(own["douyin"], spend),
            "xiaohongshu": accounts.xiaohongshu(own["xiaohongshu"]),
            "wechat_oa": accounts.wechat(own["wechat_oa"]),
        }
        visits = [e for e in people.crowd().events if e.event == "visit"]
        return World(own, spend, known, shop.orders(), visits)
    finally:
        Dice.__init__.__defaults__, accounts.AD_CUT = defaults, cut  # type: ignore[misc]


def settle(made: Made, lived: World, looks: list[date]) -> None:
    """Write a world as the facts of a brand; lists of pieces were captured on the mornings of `looks`."""
    _accounts(made, lived)
    _ads(made, lived)
    _orders(made, lived)
    _visits(made, lived)
    _pieces(made, lived, looks)


def _accounts(made: Made, lived: World) -> None:
    rows: dict[str, list[Any]] = {c: [] for c in ("platform", "account", "day", "channel", *DAILY)}
    for platform, one in lived.known.items():
        account, n = made.account(platform, platform), len(DAYS)
        rows["platform"] += [platform] * n
        rows["account"] += [account] * n
        rows["day"] += DAYS
        rows["channel"] += [""] * n
        for metric in DAILY:
            rows[metric] += one.days.get(metric) or [None] * n
    made.put("account_daily", rows)


def _ads(made: Made, lived: World) -> None:
    account, every = made.account("oceanengine", "品牌户"), files_ads.project_days(lived.spend)
    days, ids, names, money, shows, clicks, hits, deep = (list(column) for column in zip(*every, strict=True))
    n = len(every)
    rows = {"platform": ["oceanengine"] * n, "account": [account] * n, "day": days, "placement_key": ids}
    rows |= {"level": ["campaign"] * n, "campaign": names, "spend": money, "impressions": shows, "clicks": clicks}
    made.put("placements_daily", {**rows, "conversions": hits, "deep_conversions": deep})


def _orders(made: Made, lived: World) -> None:
    account, found = made.account("doudian", "旗舰店"), [o for o in lived.orders if o.placed.date() <= END]
    n = len(found)
    money = [o.payable / 100 for o in found]
    rows = {"platform": ["doudian"] * n, "account": [account] * n, "day": [o.placed.date() for o in found]}
    rows |= {"ts": [o.placed - HOURS for o in found], "order_key": [o.number for o in found]}
    rows |= {"status": ["paid" if o.paid else "closed" for o in found], "traffic": [o.traffic for o in found]}
    rows |= {"paid": [m if o.paid else None for o, m in zip(found, money, strict=True)], "gross": money}
    made.put("orders", {**rows, "paid_at": [o.paid and o.paid - HOURS for o in found]})


def _visits(made: Made, lived: World) -> None:
    account, found = made.account("own", "会员"), [e for e in lived.visits if e.ts.date() <= END]
    n = len(found)
    rows = {"platform": ["own"] * n, "account": [account] * n, "day": [e.ts.date() for e in found]}
    rows |= {"ts": [e.ts - HOURS for e in found], "event_key": [str(i) for i in range(n)], "event": ["visit"] * n}
    made.put("events", {**rows, "channel": [e.channel for e in found]})


def _pieces(made: Made, lived: World, looks: list[date]) -> None:
    contents: dict[str, list[Any]] = {c: [] for c in ("platform", "account", "day", "captured_at", "source_key")}
    contents |= {c: [] for c in ("form", "title", "published_at")}
    totals: dict[str, list[Any]] = {c: [] for c in ("platform", "account", "day", "captured_at", "rank", "source_key")}
    totals |= {c: [] for c in ("views", *MEASURES, "completion_rate")}
    for platform, found in lived.own.items():
        account = made.account(platform, platform)
        for piece in found:
            ages = [(day, day - timedelta(days=1)) for day in looks if 0 < (day - piece.published.date()).days <= 90]
            for day, last in ages:
                _total(totals, piece, account, day, last)
            if ages:
                _content(contents, piece, account, ages[-1][0])
    made.put("contents", contents)
    made.put("content_snapshots", totals)


def _content(rows: dict[str, list[Any]], piece: pieces.Piece, account: str, day: date) -> None:
    form = "video" if "视频" in piece.form else "article" if piece.platform == "wechat_oa" else "image_text"
    told = {"platform": piece.platform, "account": account, "day": piece.published.date(), "form": form}
    told |= {"captured_at": _morning(day)}
    told |= {"source_key": key(piece), "title": piece.title, "published_at": piece.published - HOURS}
    for name, value in told.items():
        rows[name].append(value)


def _total(rows: dict[str, list[Any]], piece: pieces.Piece, account: str, day: date, last: date) -> None:
    told = {"platform": piece.platform, "account": account, "day": day, "captured_at": _morning(day)}
    told |= {"rank": day.toordinal(), "source_key": key(piece), "views": piece.views(last)}
    told |= {m: piece.total(m, last) for m in MEASURES}
    for name, value in {**told, "completion_rate": piece.completion}.items():
        rows[name].append(value)


def key(piece: pieces.Piece) -> str:
    """Return the id under which a piece is kept."""
    return f"{piece.platform}-{piece.number}"


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1)
