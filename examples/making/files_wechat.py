"""公众号后台: user growth (HTML named .xls), traffic (three tables side by side), articles, single articles."""

from datetime import date, datetime, timedelta

from .accounts import Account
from .days import TODAY, at, days_between, index
from .dice import Dice
from .forms import Cell, Rows, html, ole, xlsx
from .pieces import CHANNELS, Piece
from .shelf import WECHAT, Shelf

GROWTH = ["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"]
TRAFFIC = [
    ["日期", "渠道", "阅读人数"],
    ["日期", "分享人数", "跳转阅读原文人数", "微信收藏人数", "发表篇数"],
    ["传播渠道", "发表日期", "内容标题", "阅读人数", "阅读占比"],
]
NOTIFIED = [
    "内容标题", "发表时间", "总阅读人数", "总阅读次数", "总分享人数", "总分享次数", "阅读后关注人数", "送达人数",
    "公众号消息阅读次数", "送达阅读率", "首次分享次数", "分享产生阅读次数", "首次分享率", "每次分享带来阅读次数",
    "阅读完成率", "内容url",
]  # fmt: skip
SILENT = [h for h in NOTIFIED if h not in ("送达人数", "送达阅读率")]
NEWER = [
    "内容标题", "发表时间", "阅读人数", "分享人数", "阅读后关注人数", "送达人数", "送达阅读率", "阅读完成率", "内容url",
]  # fmt: skip

PERIODS = [
    (date(2025, 11, 23), date(2026, 1, 22)), (date(2026, 1, 23), date(2026, 3, 22)),
    (date(2026, 3, 23), date(2026, 5, 22)), (date(2026, 5, 23), date(2026, 7, 22)),
    (date(2026, 7, 23), date(2026, 9, 22)), (date(2026, 9, 23), date(2026, 11, 22)),
]  # fmt: skip
LATE_PERIOD = 3  # fetched four weeks after its end
LATE_ON = date(2026, 8, 20)


def captured(k: int) -> datetime:
    """When the files of a period were downloaded."""
    day = LATE_ON if k == LATE_PERIOD else PERIODS[k][1] + timedelta(days=1)
    return at(day, 9, 40)


def silent(piece: Piece) -> bool:
    """Published without notifying followers."""
    return piece.number % 13 == 5


def growth(shelf: Shelf, account: Account) -> None:
    """用户分析, two months a file, newest day first as the back end lists it."""
    for k, (first, last) in enumerate(PERIODS):
        rows: list[list[Cell]] = [GROWTH]
        for day in reversed(days_between(first, last)):
            i = index(day)
            names = ("followers_new", "followers_lost", "followers_net", "followers_total")
            rows.append([str(day), *(account.days[m][i] for m in names)])
        data = html("用户增长", rows)
        shelf.put(WECHAT, captured(k), "user_analysis.xls", data, "wechat_oa.user_growth", "公众号 用户增长")


def _channel_reads(piece: Piece, first: date, last: date) -> dict[str, int]:
    """Reading persons of one article by channel within a period; 全部 is not their sum."""
    dice = Dice(f"wechat.channels.{piece.number}")
    whole = piece.views(last) - piece.views(first - timedelta(days=1))
    return {"全部": whole} | {c: int(whole * share * dice.spread(0.2)) for c, share in CHANNELS.items()}


def traffic(shelf: Shelf, account: Account, pieces: list[Piece]) -> None:
    """内容分析: three tables side by side, data from the fourth row on."""
    for k, (first, last) in enumerate(PERIODS):
        days = days_between(first, last)
        left: list[list[Cell]] = []
        middle: list[list[Cell]] = []
        for day in days:
            i = index(day)
            left.append([str(day), "全部", account.days["view_users"][i]])
            left += [[str(day), c, values[i]] for c, values in account.channels.items()]
            middle.append([str(day), *(account.days[m][i] for m in ("shares", "jumps", "favorites", "posts"))])
        right: list[list[Cell]] = []
        for piece in (p for p in pieces if first <= p.published.date() <= last):
            reads = _channel_reads(piece, first, last)
            for channel, value in reads.items():
                share = f"{value / reads['全部']:.2%}" if reads["全部"] else "-"
                right.append([channel, f"{piece.published:%Y-%m-%d}", piece.title_on(last), value, share])
        data = ole({"New Sheet1": _beside(left, middle, right)})
        name = f"tendency_{first:%Y%m%d}_{last:%Y%m%d}.xls"
        when = captured(k) + timedelta(minutes=3)
        shelf.put(WECHAT, when, name, data, "wechat_oa.traffic", "公众号 流量数据明细（三表并排）")


def _beside(*tables: list[list[Cell]]) -> Rows:
    """Columns 1-3, 5-9 and 11-15, with an empty column between."""
    titles = ["数据趋势明细", "其他数据明细", "传播渠道明细"]
    rows: list[list[Cell]] = [[], [], []]
    for headers, title in zip(TRAFFIC, titles, strict=True):
        rows[0] += [title, *[None] * len(headers)]
        rows[1] += [None] * (len(headers) + 1)
        rows[2] += [*headers, None]
    for i in range(max(len(t) for t in tables)):
        row: list[Cell] = []
        for headers, table in zip(TRAFFIC, tables, strict=True):
            row += [*(table[i] if i < len(table) else [None] * len(headers)), None]
        rows.append(row)
    return rows


def article(piece: Piece, day: date, account: Account) -> dict[str, Cell]:
    """All columns of one article, counted over the first seven days."""
    until = min(day, piece.published.date() + timedelta(days=6))
    reads = piece.views(until)
    sharers = piece.total("shares", until)
    shares, delivered = int(sharers * 1.18), int(account.days["followers_total"][index(piece.published.date())] * 0.97)
    opened = int(reads * 0.46)
    first, born = int(sharers * 0.62), int(reads * 0.22)
    p = piece.published
    return {
        "内容标题": piece.title_on(day), "发表时间": f"{p:%Y%m%d}", "总阅读人数": reads,
        "总阅读次数": int(reads * 1.34),
        "总分享人数": sharers, "总分享次数": shares, "阅读后关注人数": piece.total("followers_gained", until),
        "送达人数": delivered, "公众号消息阅读次数": opened, "送达阅读率": round(opened / delivered, 4),
        "首次分享次数": first, "分享产生阅读次数": born, "首次分享率": round(first / max(1, opened), 4),
        "每次分享带来阅读次数": round(born / max(1, shares), 2), "阅读完成率": round(piece.completion, 4),
        "内容url": f"http://mp.weixin.qq.com/s?__biz=MzAnlanHuFu==&mid=26500{p:%m%d}{piece.number:03d}&idx=1",
        "阅读人数": reads, "分享人数": sharers,
    }  # fmt: skip


def articles(shelf: Shelf, pieces: list[Piece], account: Account) -> None:
    """已通知内容 and 未开启通知内容 of the last two months; the newer nine columns since September."""
    mondays = [TODAY - timedelta(days=28 * k) for k in range(12, -1, -1)]
    for k, monday in enumerate(mondays):
        day = monday - timedelta(days=1)
        recent = [p for p in pieces if 0 <= (day - p.published.date()).days < 60]
        told = [article(p, day, account) for p in recent if not silent(p)]
        rows: Rows = [NOTIFIED, *([a[h] for h in NOTIFIED] for a in told)]
        if k % 3 == 2:
            name, data = "已通知内容.xlsx", xlsx({"Sheet1": rows})
        else:
            name, data = "已通知内容.xls", ole({"Sheet1": rows})
        shelf.put(WECHAT, at(monday, 9, 50), name, data, "wechat_oa.notified", "公众号 已通知内容")
        if k in (6, 12):
            untold = [article(p, day, account) for p in pieces if silent(p) and p.published.date() <= day]
            data = ole({"Sheet1": [SILENT, *([a[h] for h in SILENT] for a in untold)]})
            shelf.put(
                WECHAT, at(monday, 9, 51), "未开启通知内容.xls", data, "wechat_oa.silent", "公众号 未开启通知内容"
            )
        if k in (11, 12):
            newer: list[list[Cell]] = [["内容数据"], [None], list(NEWER), *([a[h] for h in NEWER] for a in told)]
            name = f"total_{day - timedelta(days=59):%Y%m%d}_{day:%Y%m%d}.xls"
            data = ole({"New Sheet1": newer})
            shelf.put(WECHAT, at(monday, 9, 52), name, data, "wechat_oa.content", "公众号 内容数据（新版，仅人数）")


def single(shelf: Shelf, piece: Piece, account: Account, when: datetime) -> None:
    """单篇详情: sections of labels and values, then the trend by day and channel."""
    day = when.date() - timedelta(days=1)
    a = article(piece, day, account)
    reads = piece.views(day)
    trend: list[list[Cell]] = [["日期", "传播渠道", "阅读人数", "分享人数"]]
    for d in days_between(piece.published.date(), min(day, piece.published.date() + timedelta(days=29))):
        trend.append([str(d), "全部", piece.on("views", d), piece.on("shares", d)])
        for channel, share in list(CHANNELS.items())[:3]:
            trend.append([str(d), channel, int(piece.on("views", d) * share), int(piece.on("shares", d) * share)])
    rows: Rows = [
        ["内容标题", piece.title_on(day)], ["数据概况"], ["阅读(人)", reads], ["阅读(次)", int(reads * 1.34)],
        ["平均停留时长(秒)", round(piece.average)], ["完读率", f"{piece.completion:.2%}"],
        ["阅读后关注(人)", piece.total("followers_gained", day)], ["分享(人)", piece.total("shares", day)],
        ["分享(次)", int(piece.total("shares", day) * 1.18)], ["在看", piece.total("recommends", day)],
        ["点赞", piece.total("likes", day)], ["收藏(人)", piece.total("favorites", day)],
        ["评论(条)", piece.total("comments", day)], ["赞赏(分)", 0], [None], ["阅读转化"], ["送达人数", a["送达人数"]],
        ["公众号消息阅读人数", int(reads * 0.41)], ["公众号消息阅读次数", int(reads * 0.46)],
        ["首次分享人数", int(piece.total("shares", day) * 0.6)], ["首次分享次数", a["首次分享次数"]], [None],
        ["推荐转化"],
        ["总分享人数", piece.total("shares", day)], ["总分享次数", int(piece.total("shares", day) * 1.18)],
        ["分享产生的阅读人数", int(reads * 0.18)], ["分享产生的阅读次数", int(reads * 0.22)], [None], ["数据趋势明细"],
        *trend, [None], ["性别分布"], ["性别", "占比"], ["女", "86.40%"], ["男", "13.10%"], ["未知", "0.50%"], [None],
        ["年龄分布"], ["年龄", "占比"], ["18-25岁", "24.80%"], ["26-35岁", "51.30%"], ["36-45岁", "18.20%"],
        ["46岁以上", "5.70%"], [None], ["地域分布"], ["地域", "占比"], ["广东", "14.20%"], ["浙江", "11.90%"],
        ["江苏", "10.60%"], ["上海", "10.10%"],
    ]  # fmt: skip
    name = f"{piece.title_on(day)}.xls".replace("|", "").replace("?", "")
    shelf.put(WECHAT, when, name, ole({"Sheet1": rows}), "wechat_oa.article", "公众号 单篇详情")


def all_files(shelf: Shelf, account: Account, pieces: list[Piece]) -> None:
    growth(shelf, account)
    traffic(shelf, account, pieces)
    articles(shelf, pieces, account)
    hit = next(p for p in pieces if p.story == "C3a")
    others = [p for p in pieces if not p.story]
    single(shelf, hit, account, at(hit.published.date() + timedelta(days=31), 10, 5))
    single(shelf, others[40], account, at(others[40].published.date() + timedelta(days=31), 10, 5))
    single(shelf, others[90], account, at(others[90].published.date() + timedelta(days=10), 10, 5))
