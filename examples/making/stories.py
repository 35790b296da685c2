"""What was planted on purpose: the stories of the scenarios, and the imperfections of the files."""

from datetime import date, datetime, timedelta
from statistics import median

from . import files_douyin, files_wechat
from .accounts import AD_CUT, AD_LAG, Account
from .days import END, ROUNDS, START, index
from .files_ads import BLOGGERS, project_days
from .files_doudian import FULL_MONTH, TOTALS_IN, order_rows
from .people import CONTEST, EARTH, LANDING, Crowd
from .pieces import Piece
from .shop import LAUNCH_DAY, Order
from .truth import Persons, tiers, yuan
from .voices import ALLERGY, Voice, story_days

#: 达人 of 抖音 around 双11: exposure, money (云图)
EXPOSURES = {
    "大雯Vlog": (3_210_000, 120_000), "成分党老陈": (326_000, 21_000), "小满测评": (284_000, 17_500),
    "阿舟护肤日记": (198_000, 12_800), "油皮研究所": (151_000, 9_600),
}  # fmt: skip
Pieces = dict[str, list[Piece]]


def _named(piece: Piece) -> dict:
    return {
        "title": piece.title_on(END), "published": piece.published.isoformat(sep=" "), "views": piece.views(END),
    }  # fmt: skip


def _content(pieces: Pieces) -> dict:
    notes, works, articles = pieces["xiaohongshu"], pieces["douyin"], pieces["wechat_oa"]
    june = [p for p in notes if p.published.date() < date(2026, 7, 1) and p.published.date() >= date(2026, 6, 1)]
    c1a, c3b = [p for p in notes if p.story == "C1a"], [p for p in works if p.story == "C3b"]
    c3a, hit = next(p for p in articles if p.story == "C3a"), next(p for p in notes if p.story == "D2c")
    day1 = sorted(p.views(p.published.date() + timedelta(days=1)) for p in notes if p is not hit)
    videos = [p for p in works if p.story == "" and p.form != "图文"]
    return {
        "C1a": {
            "what": "小红书：6 月的油皮防晒实测明显好于同期其他笔记", "from": "2026-06-01", "to": "2026-06-30",
            "notes": [_named(p) for p in c1a], "median_views": median(p.views(END) for p in c1a),
            "median_views_of_other_june_notes": median(p.views(END) for p in june if p.story != "C1a"),
            "persona": "女性 25–35 油皮通勤", "where": ["xiaohongshu.notes", "xiaohongshu.note_detail"],
        },
        "C3a": {
            "what": "公众号：读的人很多，分享的人很少", **_named(c3a),
            "share_rate": round(c3a.total("shares", END) / c3a.views(END), 4),
            "median_share_rate_of_others": round(
                median(p.total("shares", END) / p.views(END) for p in articles if p is not c3a and p.views(END)), 4
            ),
            "where": ["wechat_oa.notified", "wechat_oa.article", "wechat_oa.traffic"],
        },
        "C3b": {
            "what": "抖音：《成分课堂》系列时长过长、开头铺垫，完播率低", "works": [_named(p) for p in c3b],
            "median_completion": round(median(p.completion for p in c3b), 4),
            "median_completion_of_other_videos": round(median(p.completion for p in videos), 4),
            "cause": "190–300 秒，以“大家好，今天给大家讲讲”开头；2 秒跳出率 0.58–0.68", "where": ["douyin.works"],
        },
        "D2c": {
            "what": "小红书：一篇笔记发布次日即起量", **_named(hit), "day": "2026-11-20",
            "views_at_end_of_day": {
                str(hit.published.date() + timedelta(days=k)): hit.views(hit.published.date() + timedelta(days=k))
                for k in range(3)
            },
            "percentile_95_of_day_1_views_of_other_notes": day1[int(len(day1) * 0.95)],
            "where": ["xiaohongshu.notes", "xiaohongshu.note_detail"],
        },
    }  # fmt: skip


def _growth(accounts: dict[str, Account], spend: list[float], crowd: Crowd) -> dict:
    def week(key: str, first: date) -> int:
        a = index(first)
        return sum(accounts[key].days["followers_new"][a : a + 7])

    before, after = date(2026, 11, 2), date(2026, 11, 9)
    change = {k: week(k, after) - week(k, before) for k in accounts}
    fall = sum(change.values())

    def paid(first: date) -> float:
        i = index(first)
        return sum(spend[k - AD_LAG] for k in range(i, i + 7)) / 12.9

    persons, halves = Persons(crowd.events), {}
    for name, first, last in (("before", START, date(2026, 6, 30)), ("after", date(2026, 7, 1), END)):
        table = persons.channel([e for e in crowd.events if first <= e.ts.date() <= last], last)
        halves[name] = {
            c: {k: table[c][k] for k in ("visitors", "purchasers", "visitors_who_bought_later")}
            for c in ("抖音主页", "小红书笔记")
        }
    return {
        "D2a": {
            "what": "新增粉丝在 2026-11-09 起的一周下降，主要来自抖音",
            "cause": "抖音涨粉投放自 2026-11-07 起减半，两天后见效",
            "ad_cut_day": str(AD_CUT), "from": str(after), "to": "2026-11-15",
            "new_followers_before": {k: week(k, before) for k in accounts},
            "new_followers_after": {k: week(k, after) for k in accounts}, "change": change, "change_total": fall,
            "share_of_douyin": round(change["douyin"] / fall, 3),
            "expected_from_ads_before": round(paid(before)), "expected_from_ads_after": round(paid(after)),
            "ad_spend_week_before": round(sum(spend[index(date(2026, 10, 31)) : index(AD_CUT)]), 2),
            "ad_spend_week_after": round(sum(spend[index(AD_CUT) : index(AD_CUT) + 7]), 2),
            "where": ["douyin.daily", "oceanengine.project"],
        },
        "D2b": {
            "what": "可识别用户的转化：2026 年 7 月起抖音来源走低、小红书来源走高", "changed_on": "2026-07-01",
            "by_half": halves, "where": ["own.events"],
        },
    }  # fmt: skip


def _paid_media(orders: list[Order], crowd: Crowd, spend: list[float]) -> dict:
    first = END - timedelta(days=29)
    sold = {c: sum(1 for o in orders if o.creator == c and o.paid and o.placed.date() >= first) for c in EXPOSURES}
    projects: dict[str, list[float]] = {}
    for day, _, name, money, shown, clicks, hits, _deep in project_days(spend):
        if LANDING[0] <= day <= LANDING[1]:
            row = projects.setdefault(name, [0, 0, 0, 0])
            for k, value in enumerate((money, shown, clicks, hits)):
                row[k] = round(row[k] + value, 2)
    pages = {}
    for page in ("落地页A-舒缓精华", "落地页B-清透防晒"):
        people = {p.id for p in crowd.people if p.content == page and LANDING[0] <= p.first.date() <= LANDING[1]}
        own = [e for e in crowd.events if e.person in people and LANDING[0] <= e.ts.date() <= LANDING[1]]
        pages[page] = {
            k: len({e.person for e in own if e.event == k}) for k in ("visit", "view", "add_cart", "purchase")
        }
    names = ("yuan", "impressions", "clicks", "conversions")
    sent = {p.id for p in crowd.people if p.content == "达人-柚子酱Yuzu"}
    yuzu = {
        k: len({e.person for e in crowd.events if e.person in sent and e.event == k}) for k in ("visit", "purchase")
    }
    return {
        "H3a": {
            "what": "达人“大雯Vlog”曝光最高、成交最少；蒲公英的“柚子酱Yuzu”同样高曝光低互动", "from": str(first),
            "to": str(END),
            "creators": {c: {"impressions": a, "yuan": b, "orders_paid": sold[c]} for c, (a, b) in EXPOSURES.items()},
            "bloggers": {b[0]: {"impressions": b[3], "yuan": b[2], "component_clicks": b[6]} for b in BLOGGERS},
            "persons_sent_by_柚子酱Yuzu": yuzu,
            "where": ["doudian.orders", "xingtu.yuntu_report", "pugongying.notes", "own.events"],
        },
        "H3b": {
            "what": "落地页A-舒缓精华：点击正常，进页后几乎无人继续", "from": str(LANDING[0]), "to": str(LANDING[1]),
            "projects": {k: dict(zip(names, v, strict=True)) for k, v in projects.items()}, "persons_on_page": pages,
            "cause": "购买路径过长：进页 88% 未看到商品即离开", "where": ["oceanengine.project", "own.events"],
        },
    }  # fmt: skip


def _opinion(voices: list[Voice], orders: list[Order]) -> dict:
    titles = {
        "X1a": "小红书：舒缓精华批次 B2610 过敏", "X1b": "新闻：防晒实测值低于标称", "X1c": "抖音：深夜刷评，句式雷同",
        "U3a": "洁面泵头漏液", "U3b": "希望出小规格", "U3c": "双11 后发货慢",
    }  # fmt: skip
    found: dict = {}
    for key, what in titles.items():
        first, last, count = story_days(voices, key)
        sources = sorted({v.source for v in voices if v.story == key})
        found[key] = {"what": what, "from": str(first), "to": str(last), "count": count, "sources": sources}
        found[key]["where"] = ["mentions.table"]
    first_heard = min(v.ts for v in voices if v.story == "X1a")
    found["X1a"] |= {
        "product": "舒缓精华", "batch": "B2610", "first_at": first_heard.isoformat(sep=" "),
        "texts_naming_batch": sum("B2610" in t for t in ALLERGY),
        "trap": "平日有“没有过敏”“不刺痛”的好评，只看词会误报",
    }  # fmt: skip
    late = [o for o in orders if o.placed.date() == date(2026, 11, 11) and o.paid and o.shipped]
    slow = sum((o.shipped - o.paid) > timedelta(hours=48) for o in late)  # type: ignore[operator]
    found["U3c"] |= {
        "orders_of_2026-11-11_with_shipping": len(late), "of_them_later_than_48h": slow,
        "where": ["mentions.table", "doudian.orders"],
    }  # fmt: skip
    return found


def _users(crowd: Crowd, orders: list[Order]) -> dict:
    takers = {p.id for p in crowd.people if p.contest}
    start, after = datetime(2026, 8, 15), datetime(2026, 8, 26)
    before = {e.person for e in crowd.events if e.event == "purchase" and e.ts < start}
    later = {e.person for e in crowd.events if e.event == "purchase" and e.ts >= after}
    others = before - takers
    live = [o for o in orders if o.story == "B1a"]
    trade = [e for e in crowd.events if e.event == "trade_in"]
    return {
        "U1": {"what": "2026-11-22 的用户分层（规则见 examples/README.md）", "tiers": tiers(crowd.events),
        "where": ["own.events"]},
        "U2a": {
            "what": "晒单抽正装：参加者之后更常复购", "from": str(CONTEST[0]), "to": str(CONTEST[1]),
            "takers": len(takers),
            "takers_bought_after": len(takers & later), "buyers_who_did_not_take_part": len(others),
            "of_them_bought_after": len(others & later), "bought_after_means": "2026-08-26 至 2026-11-22 有购买",
            "caution": "参加与否由人自选：差别不全是活动的作用", "where": ["own.events"],
        },
        "B1a": {
            "what": "618 直播首发海藻修护面霜，20–22 点限时 299 元（平时 369 元）", "day": str(LAUNCH_DAY),
            "orders_added": len(live),
            "paid_added": yuan(sum(o.payable for o in live if o.paid)),
            "orders_that_day": sum(o.placed.date() == LAUNCH_DAY for o in orders), "where": ["doudian.orders"],
        },
        "B1b": {
            "what": "地球日旧瓶换新", "from": str(EARTH[0]), "to": str(EARTH[1]),
            "members": len({e.person for e in trade}),
            "on_earth_day": sum(e.ts.date() == date(2026, 4, 22) for e in trade), "where": ["own.events"],
        },
    }  # fmt: skip


def stories(
    pieces: Pieces,
    accounts: dict[str, Account],
    spend: list[float],
    orders: list[Order],
    crowd: Crowd,
    voices: list[Voice],
) -> dict:
    """Every planted story by the id of its scenario: dates, numbers, cause, and the layouts that show it."""
    return (
        _content(pieces) | _growth(accounts, spend, crowd) | _paid_media(orders, crowd, spend)
        | _opinion(voices, orders) | _users(crowd, orders)
    )  # fmt: skip


def imperfections(pieces: Pieces, accounts: dict[str, Account], orders: list[Order]) -> dict:
    """What is wrong with the files on purpose, and what is right."""
    work, high, right = files_douyin.corrected(pieces["douyin"])
    deleted = next(p for p in pieces["douyin"] if p.deleted)
    renamed = next(p for p in pieces["xiaohongshu"] if p.renamed)
    partial, i = files_douyin.PARTIAL, index(files_douyin.PARTIAL)
    metrics = ("views", "likes", "comments", "shares", "followers_net", "followers_lost")
    own = accounts["douyin"].days
    captured = datetime.combine(partial, datetime.min.time())
    last_seen = max(d for d in ROUNDS if deleted.deleted and d < deleted.deleted) - timedelta(days=1)
    return {
        "missing_days": {"platform": "douyin", "days": [str(d) for d in files_douyin.MISSING],
        "metrics": "账号数据总览全部"},
        "partial_day": {
            "platform": "douyin", "day": str(partial), "captured_at": f"{partial}T15:20:00",
            "restated_by": "2026-09-28",
            "stated_first": {m: files_douyin.stated(accounts["douyin"], m, partial, captured) for m in metrics},
            "right": {m: own[m][i] for m in metrics},
        },
        "late_file": {
            "platform": "wechat_oa", "layouts": ["wechat_oa.user_growth", "wechat_oa.traffic"],
            "period": [str(d) for d in files_wechat.PERIODS[files_wechat.LATE_PERIOD]],
            "captured_on": str(files_wechat.LATE_ON), "expected_on": "2026-07-23",
        },
        "duplicate_file": {"day": str(files_douyin.DUPLICATE_OF), "file": "账号数据总览_播放量 (1).xlsx",
        "same_as": "账号数据总览_播放量.xlsx"},
        "edited_title": {
            "platform": "xiaohongshu", "published": renamed.published.isoformat(sep=" "), "before": renamed.title,
            "after": renamed.title_on(END), "from": str(renamed.renamed[0]) if renamed.renamed else "",
        },
        "deleted_work": {
            "platform": "douyin", **_named(deleted), "gone_from": str(deleted.deleted), "last_listed_on": "2026-05-11",
            "views_when_last_listed": deleted.views(last_seen),
        },
        "correction": {
            "platform": "douyin", **_named(work), "stated_on_2026-08-31": high, "stated_on_2026-09-28": right,
            "fall": high - right,
        },
        "new_column": {"platform": "douyin", "layout": "douyin.works", "captured_on": "2026-11-23",
        "header": files_douyin.NEW_COLUMN},
        "totals_row": {"platform": "doudian", "layout": "doudian.settlement", "months": f"{TOTALS_IN} 与次月",
        "label": "合计"},
        "settlement_with_income": {"platform": "doudian", "month": FULL_MONTH},
        "order_rows": sum(len(order_rows(o, datetime(2026, 11, 23))) for o in orders),
    }  # fmt: skip
