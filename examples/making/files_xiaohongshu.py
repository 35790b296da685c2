"""小红书创作中心: the list of notes, four account files a round, and details of single notes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from .accounts import Account
from .days import END, ROUNDS, START, at, days_between, index
from .dice import Dice
from .forms import Cell, Rows, xlsx
from .pieces import Piece
from .shelf import XHS, Shelf

BANNER = "最多导出排序后前1000条笔记"
NOTES = [
    "笔记标题", "首次发布时间", "体裁", "曝光", "观看量", "封面点击率", "点赞", "评论", "收藏", "涨粉", "分享",
    "人均观看时长", "弹幕",
]  # fmt: skip
SUMS = {
    "观看": ("账号总体观看数据", {"曝光": "impressions", "观看": "views"}),
    "互动": ("账号总体互动数据", {"点赞": "likes", "评论": "comments", "收藏": "favorites", "分享": "shares"}),
    "涨粉": (
        "账号总体涨粉数据",
        {
            "净涨粉": "followers_net",
            "新增关注": "followers_new",
            "取消关注": "followers_lost",
            "主页访客": "profile_visits",
        },
    ),
    "发布": ("账号总体发布数据", {"总发布": "posts", "发布视频": "posts_video", "发布图文": "posts_image"}),
}


def dated(day: date) -> str:
    return f"{day:%Y年%m月%d日}"


def _change(now: float, before: float | None) -> Cell:
    return "-" if not before else round((now - before) / before * 100, 1)


def _sum(account: Account, metric: str, days: list[date]) -> int:
    return sum(account.days[metric][index(d)] for d in days)


def _overall(rows: list[tuple[str, float, float | None]]) -> list[list[Cell]]:
    """指标 | 数值, each followed by its change on the thirty days before."""
    table: list[list[Cell]] = [["指标", "数值"]]
    for label, now, before in rows:
        table += [[label, now], [f"{label.split('(')[0]}环比(%)", _change(now, before)]]
    return table


def _means(account: Account, days: list[date]) -> dict[str, float]:
    """What is not a sum: click rate, seconds, completion, visits that became followers."""
    if not days:
        return {}
    views = _sum(account, "views", days)
    visits = _sum(account, "profile_visits", days)
    return {
        "封面点击率(%)": round(100 * views / _sum(account, "impressions", days), 1),
        "平均观看时长(s)": round(_sum(account, "total_seconds", days) / views, 1),
        "总完播率(%)": round(100 * sum(account.rates["completion_rate"][index(d)] for d in days) / len(days), 1),
        "主页转粉率(%)": round(100 * _sum(account, "followers_new", days) / visits, 1),
    }


def _trend(days: list[date], values: Sequence[Cell]) -> list[list[Cell]]:
    return [["日期", "数值"], *([dated(d), v] for d, v in zip(days, values, strict=True))]


def account_file(account: Account, kind: str, days: list[date], before: list[date]) -> bytes:
    """One of the four 近30日 workbooks."""
    name, metrics = SUMS[kind]
    rows: list[tuple[str, float, float | None]] = [
        (label, _sum(account, m, days), _sum(account, m, before) if before else None) for label, m in metrics.items()
    ]
    now, old = _means(account, days), _means(account, before)
    extra = {"观看": ["封面点击率(%)", "平均观看时长(s)", "总完播率(%)"], "涨粉": ["主页转粉率(%)"]}.get(kind, [])
    rows += [(label, now[label], old.get(label)) for label in extra]
    sheets: dict[str, Rows] = {name: _overall(rows)}
    for label, metric in metrics.items():
        sheets[f"{label}趋势"] = _trend(days, [account.days[metric][index(d)] for d in days])
    if kind == "观看":
        sheets["封面点击率趋势"] = _trend(days, [account.rates["cover_ctr"][index(d)] for d in days])
        sheets["平均观看时长趋势"] = _trend(days, [account.seconds[index(d)] for d in days])
        sheets["观看总时长趋势"] = _trend(days, [account.days["total_seconds"][index(d)] for d in days])
        sheets["视频完播率趋势"] = _trend(days, [account.rates["completion_rate"][index(d)] for d in days])
    if kind == "涨粉":
        new, visits = account.days["followers_new"], account.days["profile_visits"]
        sheets["主页转粉率趋势"] = _trend(days, [round(new[index(d)] / visits[index(d)], 4) for d in days])
    return xlsx(sheets)


def note_row(piece: Piece, day: date) -> list[Cell]:
    """One line of 笔记列表明细表 with totals up to the end of `day`."""
    views = piece.views(day)
    p = piece.published
    return [
        piece.title_on(day), f"{p:%Y年%m月%d日%H时%M分%S秒}", piece.form, int(views / piece.cover_ctr), views,
        round(piece.cover_ctr, 4), *(piece.total(m, day) for m in ("likes", "comments", "favorites")),
        piece.total("followers_gained", day), piece.total("shares", day), round(piece.average, 1),
        piece.total("danmaku", day),
    ]  # fmt: skip


def note_list(shelf: Shelf, pieces: list[Piece], captured: datetime) -> None:
    """All notes so far, newest first, under the banner of row 1."""
    day = captured.date() - timedelta(days=1)
    chosen = sorted((p for p in pieces if p.published.date() <= day), key=lambda p: p.published, reverse=True)
    rows: Rows = [[BANNER] * len(NOTES), NOTES, *(note_row(p, day) for p in chosen)]
    data = xlsx({"Sheet1": rows}, {"Sheet1": [f"A1:M{1}"]})
    shelf.put(XHS, captured, "笔记列表明细表.xlsx", data, "xiaohongshu.notes", "小红书 笔记列表明细表")


SERIES = {"观看数": "views", "点赞数": "likes", "评论数": "comments", "收藏数": "favorites", "分享数": "shares"}


def _series(piece: Piece, days: list[date]) -> list[list[Cell]]:
    """What each day added."""
    rows: list[list[Cell]] = [["时间", *SERIES]]
    return rows + [[f"{d.year}年{d.month}月{d.day}日", *(piece.on(m, d) for m in SERIES.values())] for d in days]


def _hours(piece: Piece, day: date) -> list[list[Cell]]:
    """Views of the first 48 hours, cut at the end of `day`; the hours of a day add up to the day."""
    dice = Dice(f"xiaohongshu.detail.{piece.number}")
    rows: list[list[Cell]] = [["时间", "观看数"]]
    start = piece.published.replace(minute=0, second=0)
    for k in range(3):
        d = start.date() + timedelta(days=k)
        if d > day:
            break
        hours = range(start.hour if k == 0 else 0, 24)
        weights = [dice.spread(0.15) * (0.2 if h < 7 else 1) for h in hours]
        done, whole = 0.0, piece.on("views", d)
        for h, w in zip(hours, weights, strict=True):
            value = int(whole * (done + w) / sum(weights)) - int(whole * done / sum(weights))
            done += w
            if len(rows) <= 48:
                rows.append([f"{d.year}年{d.month}月{d.day}日{h}时", value])
    return rows


def detail(shelf: Shelf, piece: Piece, captured: datetime) -> None:
    """<title>-数据明细表.xlsx: totals, then days and hours."""
    day = captured.date() - timedelta(days=1)
    views = piece.views(day)
    days = days_between(piece.published.date(), day)
    base: list[list[Cell]] = [
        ["指标", "数值"], ["曝光数", int(views / piece.cover_ctr)], ["观看数", views],
        ["封面点击率(%)", round(piece.cover_ctr * 100, 1)], ["平均观看时长(s)", round(piece.average, 1)],
        ["完播率(%)", round(piece.completion * 100, 1) if piece.form == "视频" else "-"],
        ["2秒退出率(%)", round(piece.exit2 * 100, 1)], ["涨粉数", piece.total("followers_gained", day)],
    ]  # fmt: skip
    acts: list[list[Cell]] = [["指标", "数值"]]
    for label, metric in (("点赞数", "likes"), ("评论数", "comments"), ("收藏数", "favorites"), ("分享数", "shares")):
        acts.append([label, piece.total(metric, day)])
    acts.append(["弹幕数", piece.total("danmaku", day)])
    sheets: dict[str, Rows] = {
        "基础数据总览": base, "互动数据总览": acts, "按天趋势": _series(piece, days), "按小时趋势": _hours(piece, day),
    }  # fmt: skip
    title = piece.title_on(day).replace("|", "")
    name = f"{title}-数据明细表.xlsx"
    shelf.put(XHS, captured, name, xlsx(sheets), "xiaohongshu.note_detail", "小红书 单篇笔记数据明细表")


def all_files(shelf: Shelf, account: Account, pieces: list[Piece]) -> None:
    """Every round, the two mornings of the early hit, and three single notes."""
    for monday in ROUNDS:
        last = monday - timedelta(days=1)
        days = days_between(last - timedelta(days=29), last)
        first_before = last - timedelta(days=59)
        before = days_between(first_before, last - timedelta(days=30)) if first_before >= START else []
        for k, kind in enumerate(SUMS):
            data = account_file(account, kind, days, before)
            shelf.put(
                XHS, at(monday, 9, 20, 11 * k), f"近30日{kind}数据.xlsx", data, "xiaohongshu.account",
                f"小红书 近30日{kind}数据",
            )  # fmt: skip
        note_list(shelf, pieces, at(monday, 9, 24))
    for day in (END - timedelta(days=1), END):
        note_list(shelf, pieces, at(day, 9, 15))
    best = sorted((p for p in pieces if p.story == "C1a"), key=lambda p: -p.views(END))[:2]
    for k, piece in enumerate(best):
        detail(shelf, piece, at(date(2026, 7, 6), 9, 30 + k))
    detail(shelf, next(p for p in pieces if p.story == "D2c"), at(ROUNDS[-1], 9, 30))
