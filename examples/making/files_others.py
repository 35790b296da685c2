"""One or a few files of every other system, and the mentions. Not imported by the first issue."""

from datetime import date, timedelta

from .catalog import PRODUCTS, WHEN, WHO
from .days import END, TODAY, at, attention, days_between
from .dice import Dice
from .forms import Cell, Rows, text_csv, xlsx
from .shelf import Shelf
from .voices import Voice

BILIBILI = [
    "视频标题", "发布时间", "播放量", "游客播放占比", "粉丝观看率", "封标点击率", "粉丝点击率", "游客点击率",
    "3秒跳出率",
    "粉丝3秒跳出率", "游客3秒跳出率", "互动率", "粉丝互动率", "游客互动率", "涨粉量", "播转粉率", "取关量",
    "点赞量", "点赞率",
    "评论量", "评论率", "弹幕量", "弹幕率", "收藏量", "收藏率", "投币量", "投币率", "转发量", "转发率", "平均播放进度",
]  # fmt: skip
CHANNELS = [
    "视频描述", "视频ID", "发布时间", "完播率", "平均播放时长", "播放量", "推荐", "喜欢", "评论量", "分享量", "关注量",
    "转发聊天和朋友圈", "设为铃声", "设为状态", "设为朋友圈封面",
]  # fmt: skip
KUAISHOU = ["作品", "发布时间", "播放量", "完播率", "评论量", "点赞量", "收藏量", "涨粉量"]
ZHIHU_DAILY = ["日期", "阅读", "播放", "点赞", "喜欢", "评论", "收藏", "分享"]
ZHIHU_CONTENT = ["标题", "发布时间", "链接", "阅读", "点赞", "喜欢", "评论", "收藏", "分享"]
TOUTIAO = ["时间", "展现量", "粉丝展现量", "阅读(播放)量", "粉丝阅读(播放)量", "点赞量", "评论量"]
TOUTIAO_FANS = ["时间", "总粉丝数", "粉丝变化数", "新增粉丝数", "流失粉丝数", "活跃粉丝数", "总铁粉数"]
WEIBO = ["发布时间", "微博内容", "阅读数", "转评赞数", "转发数", "评论数", "点赞数", "URL"]
MENTIONS = ["时间", "来源", "内容", "作者", "链接", "点赞"]
MONTH = days_between(END - timedelta(days=29), END)


def _pct(value: float) -> str:
    return f"{value * 100:.1f}%"


def bilibili(shelf: Shelf) -> None:
    """Ten long videos compared, all 30 columns."""
    dice = Dice("bilibili")
    rows: list[list[Cell]] = [list(BILIBILI)]
    for k in range(10):
        plays = int(38_000 * dice.spread(0.7))
        day = END - timedelta(days=8 + 13 * k)
        like, reply, bullet, fav, coin, share = (int(plays * r * dice.spread(0.2)) for r in (
            0.05, 0.006, 0.011, 0.03, 0.018, 0.007))  # fmt: skip
        gain = int(plays * 0.009)
        acts = (like + reply + bullet + fav + coin + share) / plays
        shelf.tell(
            "bilibili.compare", views=plays, likes=like, comments=reply, danmaku=bullet, favorites=fav, coins=coin,
            shares=share, followers_gained=gain, pieces=1,
        )  # fmt: skip
        rows.append(
            [
                f"把{dice.of([p.name for p in PRODUCTS])}拆开看|{dice.of(WHO)}实验第{k + 1}期",
                f"{day:%Y年%m月%d日} 18:00:00", plays,
                _pct(0.62), _pct(0.21), f"{dice.between(2, 4.5):.1f}星", f"{dice.between(2, 4.5):.1f}星",
                f"{dice.between(2, 4.5):.1f}星", _pct(0.18), _pct(0.12), _pct(0.21), _pct(acts), _pct(acts * 1.6),
                _pct(acts * 0.7), gain, _pct(gain / plays), int(gain * 0.08), like, _pct(like / plays), reply,
                _pct(reply / plays), bullet, _pct(bullet / plays), fav, _pct(fav / plays), coin, _pct(coin / plays),
                share,
                _pct(share / plays), _pct(dice.between(0.3, 0.55)),
            ]
        )  # fmt: skip
    shelf.put(
        ("bilibili", "安澜护肤"),
        at(TODAY, 10, 0),
        "近期稿件对比.csv",
        text_csv(rows),
        "bilibili.compare",
        "B站 近期稿件对比",
    )


def channels(shelf: Shelf) -> None:
    """视频号: 推荐 is the heart, 喜欢 the thumb; two snapshots four weeks apart."""
    for captured, count, grown in ((TODAY - timedelta(days=28), 14, 0.8), (TODAY, 18, 1.0)):
        dice = Dice("channels")
        rows: list[list[Cell]] = [list(CHANNELS)]
        for k in range(count):
            day = date(2026, 8, 7) + timedelta(days=6 * k)
            plays, title = int(9_600 * dice.spread(0.8) * grown), f"{dice.of(WHEN)}护肤小课堂\n第{k + 1}讲 #安澜护肤"
            rates = (0.013, 0.021, 0.002, 0.009, 0.004, 0.008)
            acts = [int(plays * r) for r in rates]
            if captured == TODAY:
                names = ("recommends", "likes", "comments", "shares", "followers_gained")
                shelf.tell("channels.videos", views=plays, pieces=1, **dict(zip(names, acts, strict=False)))
            rows.append(
                [
                    title, f"export/UzfAnlan{k:04d}", f"{day:%Y/%m/%d}", f"{dice.between(4, 18):.2f}%",
                    f"{dice.between(8, 22):.2f}秒", plays, *acts, 0, 0, 0,
                ]
            )  # fmt: skip
        shelf.put(
            ("channels", "安澜护肤"), at(captured, 10, 3), "动态数据明细.csv", text_csv(rows), "channels.videos",
            "视频号 动态数据明细",
        )  # fmt: skip


def smaller(shelf: Shelf) -> None:
    """快手, 知乎, 头条 and a hand-kept 微博 table."""
    dice = Dice("smaller")
    rows: list[list[Cell]] = [list(KUAISHOU)]
    for k in range(20):
        plays = int(16_000 * dice.spread(0.7))
        rates = (0.002, 0.024, 0.004, 0.0025)
        when = f"{END - timedelta(days=3 + 4 * k):%Y-%m-%d} 19:{k:02d}:00"
        names = ("comments", "likes", "favorites", "followers_gained")
        acts = dict(zip(names, (int(plays * r) for r in rates), strict=True))
        shelf.tell("kuaishou.works", views=plays, pieces=1, **acts)
        rows.append(
            [
                f"{dice.of(WHO)}的护肤日常{k + 1}",
                when,
                plays,
                _pct(dice.between(0.12, 0.3)),
                *(int(plays * r) for r in rates),
            ]
        )
    data = xlsx({"Sheet1": rows})
    who = ("kuaishou", "安澜护肤")
    shelf.put(
        who,
        at(TODAY, 10, 6),
        "作品列表明细.xlsx",
        data,
        "kuaishou.works",
        "快手 作品列表明细（表头部分核实）",
        verified=False,
    )
    rows = [list(ZHIHU_DAILY)]
    for day in MONTH:
        reads = int(2_300 * attention(day) * dice.spread(0.15))
        names = ("likes", "upvotes", "comments", "favorites", "shares")
        acts = dict(zip(names, (int(reads * r) for r in (0.018, 0.004, 0.003, 0.012, 0.002)), strict=True))
        shelf.tell("zhihu.daily", day, views=reads + int(reads * 0.08), **acts)
        rows.append(
            [str(day), reads, int(reads * 0.08), *(int(reads * r) for r in (0.018, 0.004, 0.003, 0.012, 0.002))]
        )
    shelf.put(
        ("zhihu", "安澜护肤"), at(TODAY, 10, 8), "日报表.xls", text_csv(rows), "zhihu.daily", "知乎 日报表（实为 csv）"
    )
    rows = [list(ZHIHU_CONTENT)]
    for k in range(12):
        reads = int(5_200 * dice.spread(0.8))
        when = f"{END - timedelta(days=5 + 9 * k):%Y-%m-%d} 10:20:00"
        link = f"https://zhuanlan.zhihu.com/p/70000{k:04d}"
        acts = dict(zip(names, (int(reads * r) for r in (0.02, 0.004, 0.004, 0.015, 0.002)), strict=True))
        shelf.tell("zhihu.content", views=reads, pieces=1, **acts)
        rows.append(
            [
                f"{dice.of(WHO)}如何选护肤品({k + 1})",
                when,
                link,
                reads,
                *(int(reads * r) for r in (0.02, 0.004, 0.004, 0.015, 0.002)),
            ]
        )
    shelf.put(("zhihu", "安澜护肤"), at(TODAY, 10, 9), "内容数据.csv", text_csv(rows), "zhihu.content", "知乎 内容数据")
    _toutiao(shelf, dice)
    rows = [list(WEIBO)]
    for k in range(30):
        reads, (a, b, c) = int(8_800 * dice.spread(0.6)), (dice.count(6), dice.count(11), dice.count(42))
        when = f"{END - timedelta(days=k):%Y-%m-%d} 12:3{k % 10}:00"
        rows.append(
            [when, f"{dice.of(WHEN)}护肤提醒 {k + 1}", reads, a + b + c, a, b, c, f"https://example.invalid/weibo/{k}"]
        )
    who = ("weibo", "安澜护肤")
    shelf.put(
        who,
        at(TODAY, 10, 12),
        "微博数据登记.csv",
        text_csv(rows),
        "weibo.own_table",
        "微博 自行登记表（无官方导出）",
        verified=False,
    )


def _toutiao(shelf: Shelf, dice: Dice) -> None:
    """头条: the first data row is 累计 and must not be added."""
    rows: list[list[Cell]] = []
    fans, total = [], 31_800
    for day in MONTH:
        shown = int(52_000 * attention(day) * dice.spread(0.2))
        reads, new, lost = int(shown * 0.06), dice.count(38), dice.count(17)
        total += new - lost
        likes, comments = int(reads * 0.02), int(reads * 0.004)
        shelf.tell("toutiao.trend", day, impressions=shown, views=reads, likes=likes, comments=comments)
        shelf.tell("toutiao.fans", day, followers_net=new - lost, followers_new=new, followers_lost=lost)
        rows.append([str(day), shown, int(shown * 0.1), reads, int(reads * 0.2), int(reads * 0.02), int(reads * 0.004)])
        fans.append([str(day), total, new - lost, new, lost, int(total * 0.06), int(total * 0.01)])
    sums: list[Cell] = ["累计", *(sum(int(str(r[c])) for r in rows) for c in range(1, 7))]
    who, span = ("toutiao", "安澜护肤"), f"{MONTH[0]:%Y%m%d}_{MONTH[-1]:%Y%m%d}"
    data = xlsx({"Sheet1": [TOUTIAO, sums, *rows]})
    shelf.put(who, at(TODAY, 10, 10), f"数据趋势_{span}.xlsx", data, "toutiao.trend", "头条 数据趋势（首行累计）")
    data = xlsx({"Sheet1": [TOUTIAO_FANS, *fans]})
    shelf.put(who, at(TODAY, 10, 11), f"粉丝趋势_{span}.xlsx", data, "toutiao.fans", "头条 粉丝趋势")


def mentions(shelf: Shelf, found: list[Voice]) -> None:
    """What was said, by quarter; the last file was made on the morning of 2026-11-23."""
    ends = [date(2026, 2, 28), date(2026, 5, 31), date(2026, 8, 31), END]
    first = date(2025, 11, 23)
    for last in ends:
        rows: Rows = [
            MENTIONS,
            *(
                [f"{v.ts:%Y-%m-%d %H:%M:%S}", v.source, v.text, v.author, f"https://example.invalid/s/{k}", v.likes]
                for k, v in enumerate(found)
                if first <= v.ts.date() <= last
            ),
        ]
        name = f"mentions_{first:%Y%m%d}_{last:%Y%m%d}.csv"
        when = at(last + timedelta(days=1), 8, 30)
        shelf.put(("mentions", "舆情与评论"), when, name, text_csv(rows), "mentions.table", "评论与提及（自有简表）")
        first = last + timedelta(days=1)
