"""抖音创作者中心: one xlsx a metric, and the list of works."""

from datetime import date, datetime, timedelta

from .accounts import Account
from .days import ROUNDS, START, at, days_between, index
from .forms import xlsx
from .pieces import Piece
from .shelf import DOUYIN, Shelf

METRICS = {
    "播放量": "views", "作品点赞": "likes", "作品评论": "comments", "作品分享": "shares", "净增粉丝": "followers_net",
    "取关粉丝": "followers_lost", "总粉丝量": "followers_total",
}  # fmt: skip
RARE = {"主页访问": "profile_visits", "封面点击率": "cover_ctr"}  # only in the last three rounds

WORKS = [
    "作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "5s完播率", "2s跳出率", "平均播放时长", "点赞量",
    "分享量", "评论量", "收藏量", "主页访问量", "粉丝增量",
]  # fmt: skip
WORKS_16 = [*WORKS[:7], "封面点击率", *WORKS[7:]]
NEW_COLUMN = "搜索播放占比"  # not in any documented layout: must be kept, not understood

LATE_FOR = date(2026, 3, 16)  # the person was away: the round of this Monday came four days later
CAME = date(2026, 3, 20)
MISSING = [date(2026, 2, 16), date(2026, 2, 17)]
PARTIAL = date(2026, 8, 31)
PARTIAL_SHARE = 0.56
CORRECTED_IN = date(2026, 9, 28)
DUPLICATE_OF = date(2026, 7, 6)


def rounds() -> list[datetime]:
    """When 抖音 was downloaded."""
    return [at(CAME, 9, 32) if d == LATE_FOR else at(d, 15, 20) if d == PARTIAL else at(d, 9, 4) for d in ROUNDS]


def window(captured: datetime) -> tuple[date, date]:
    """Thirty days; the file of the partial day was made in the afternoon and holds that day too."""
    last = captured.date() if captured.date() == PARTIAL else captured.date() - timedelta(days=1)
    return max(START, last - timedelta(days=29)), last


def stated(account: Account, metric: str, day: date, captured: datetime) -> int:
    """The value as that file gives it: less on the day that was not over."""
    i = index(day)
    if day != PARTIAL or captured.date() != PARTIAL:
        return account.days[metric][i]
    if metric == "followers_total":
        return account.days[metric][i - 1] + int(account.days["followers_net"][i] * PARTIAL_SHARE)
    return int(account.days[metric][i] * PARTIAL_SHARE)


def daily(shelf: Shelf, account: Account) -> None:
    """账号数据总览, every round."""
    for captured in rounds():
        first, last = window(captured)
        days = days_between(first, last)
        names = METRICS | (RARE if captured.date() >= ROUNDS[-3] else {})
        for k, (header, metric) in enumerate(names.items()):
            if metric == "cover_ctr":
                rows = [[str(d), f"{account.rates[metric][index(d)]:.2%}"] for d in days]
            else:
                rows = [[str(d), stated(account, metric, d, captured)] for d in days]
            data = xlsx({"Sheet1": [["日期", header], *rows]})
            when = captured + timedelta(seconds=17 * k)
            shelf.put(
                DOUYIN, when, f"账号数据总览_{header}.xlsx", data, "douyin.daily", "抖音 账号数据总览（一指标一文件）"
            )
            if captured.date() == DUPLICATE_OF and metric == "views":
                name = f"账号数据总览_{header} (1).xlsx"
                shelf.put(DOUYIN, when, name, data, "douyin.daily", "抖音 账号数据总览（一指标一文件）")


def corrected(pieces: list[Piece]) -> tuple[Piece, int, int]:
    """The work whose plays fall: what 08-31 stated, and the lower value that 09-28 states."""
    work = next(p for p in pieces if date(2026, 8, 6) <= p.published.date() <= date(2026, 8, 24) and not p.story)
    right = work.views(CORRECTED_IN - timedelta(days=1))
    return work, right + 1234, right


def work_row(piece: Piece, day: date, views: int | None = None) -> dict[str, str]:
    """One line of the list, as text, with totals up to the end of `day`."""
    total = {m: piece.total(m, day) for m in ("likes", "shares", "comments", "favorites", "profile_visits")}
    still = piece.form == "图文"
    return {
        "作品名称": piece.title_on(day), "发布时间": f"{piece.published:%Y-%m-%d %H:%M:%S}", "体裁": piece.form,
        "审核状态": "公开", "播放量": str(piece.views(day) if views is None else views),
        "完播率": f"{piece.completion:.6f}", "5s完播率": f"{piece.five:.6f}",
        "封面点击率": "-" if still else f"{piece.cover_ctr:.6f}", "2s跳出率": f"{piece.exit2:.6f}",
        "平均播放时长": f"{piece.average:.6f}", "点赞量": str(total["likes"]), "分享量": str(total["shares"]),
        "评论量": str(total["comments"]), "收藏量": str(total["favorites"]),
        "主页访问量": str(total["profile_visits"]),
        "粉丝增量": str(piece.total("followers_gained", day) - (2 if piece.number % 9 == 0 else 0)),
        NEW_COLUMN: f"{0.04 + piece.number % 13 / 100:.6f}",
    }  # fmt: skip


def works(shelf: Shelf, pieces: list[Piece]) -> None:
    """投稿列表 of the last 90 days, every round; newest first."""
    wrong, too_high, _ = corrected(pieces)
    for captured in rounds():
        day = captured.date() - timedelta(days=1)
        headers = WORKS if captured.date() < date(2026, 6, 1) else WORKS_16
        if captured.date() == ROUNDS[-1]:
            headers = [*headers, NEW_COLUMN]
        rows: list[list[str]] = []
        for piece in sorted(pieces, key=lambda p: p.published, reverse=True):
            age = (day - piece.published.date()).days
            gone = piece.deleted and captured.date() >= piece.deleted
            if 0 <= age < 90 and not gone:
                views = too_high if piece is wrong and captured.date() == PARTIAL else None
                row = work_row(piece, day, views)
                rows.append([row[h] for h in headers])
        data = xlsx({"Sheet1": [headers, *rows]})
        when = captured + timedelta(minutes=6)
        shelf.put(DOUYIN, when, "作品列表.xlsx", data, "douyin.works", "抖音 作品列表")
