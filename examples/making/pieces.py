"""Posts and articles: each with the views of every day of its life, and what follows from them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate

from .catalog import DOUYIN_TITLES, PRODUCTS, THING, WECHAT_TITLES, WHEN, WHO, XHS_TITLES
from .days import DAYS, END, START, N, at, attention, clock, index
from .dice import Dice


@dataclass
class Piece:
    """One work, note or article. `daily` is views by day from the day of publishing to END."""

    platform: str
    number: int
    title: str
    published: datetime
    form: str
    seconds: int
    sku: str
    kind: str
    daily: list[int]
    rates: dict[str, float]
    completion: float = 0.2
    five: float = 0.4
    exit2: float = 0.35
    average: float = 10.0
    cover_ctr: float = 0.12
    renamed: tuple[date, str] | None = None  # from that day on the title is another
    deleted: date | None = None  # gone from lists downloaded on that day or later
    story: str = ""
    totals: list[int] = field(default_factory=list)

    def settle(self) -> "Piece":
        """Make the running totals once `daily` is final."""
        self.totals = list(accumulate(self.daily))
        return self

    def views(self, day: date) -> int:
        """Views since publishing, up to the end of `day`."""
        k = (day - self.published.date()).days
        if k < 0:
            return 0
        return self.totals[min(k, len(self.totals) - 1)] if self.totals else 0

    def total(self, metric: str, day: date) -> int:
        """The same for a metric that follows views; never falls, so days are whole numbers too."""
        if metric == "views":
            return self.views(day)
        return int(self.rates.get(metric, 0.0) * self.views(day) + 1e-9)

    def on(self, metric: str, day: date) -> int:
        """What one day added."""
        return self.total(metric, day) - self.total(metric, day - timedelta(days=1))

    def title_on(self, day: date) -> str:
        return self.renamed[1] if self.renamed and day >= self.renamed[0] else self.title


def curve(platform: str, dice: Dice, published: datetime) -> list[float]:
    """Share of the first 120 days' views that falls on each day; the first day is cut by the hour."""
    left = 1 - (published.hour + published.minute / 60) / 24
    shape = {"douyin": (2.6, 0.02), "xiaohongshu": (5.5, 0.10), "wechat_oa": (1.3, 0.015)}[platform]
    decay, tail = shape[0] * dice.spread(0.2), shape[1]
    weights = [2.718281828 ** (-k / decay) + tail * 2.718281828 ** (-k / 45) for k in range(120)]
    weights[0] *= 0.35 + 0.65 * left
    whole = sum(weights)
    return [w / whole for w in weights]


def live(piece: Piece, total: float, dice: Dice) -> Piece:
    """Spread `total` views over the days of the piece's life."""
    first = piece.published.date()
    for k, share in enumerate(curve(piece.platform, dice, piece.published)):
        day = first + timedelta(days=k)
        if day > END:
            break
        piece.daily.append(int(total * share * attention(day) * dice.spread(0.12)))
    return piece.settle()


def _words(template: str, sku: str, dice: Dice) -> str:
    return template.format(who=dice.of(WHO), when=dice.of(WHEN), thing=dice.of(THING[sku]), n=dice.whole(3, 9))


def _slots(platform: str, dice: Dice) -> list[datetime]:
    """When the account publishes."""
    plan = {"douyin": 5.0, "xiaohongshu": 4.6}.get(platform)
    hours = {"douyin": (12, 18, 19, 20, 21), "xiaohongshu": (8, 12, 13, 19, 20, 21)}
    found = []
    for day in DAYS:
        if plan is None:
            go = day.weekday() in (1, 4)  # 公众号: Tuesday and Friday
            hour = 20 if day.weekday() == 4 else 12
        else:
            go = dice.chance(plan / 7 * (0.5 if date(2026, 2, 13) <= day <= date(2026, 2, 22) else 1))
            hour = dice.of(hours[platform])
        second = dice.whole(0, 3500)
        if go:
            h, m, s = clock(hour * 3600 + second)
            found.append(at(day, h, m, s))
    return found


def _sku(dice: Dice, day: date) -> str:
    weights = {p.sku: p.weight * (2.4 if p.sku == "FS50" and 4 <= day.month <= 7 else 1) for p in PRODUCTS}
    return dice.pick(weights)


def douyin() -> list[Piece]:
    """About 260 works; every seventh is pictures and text."""
    dice, found = Dice("douyin.works"), []
    for i, when in enumerate(_slots("douyin", dice)):
        kind = dice.pick({"口播": 0.4, "场景": 0.25, "测评": 0.25, "直播预热": 0.1})
        sku = _sku(dice, when.date())
        form = dice.pick({"1min以下视频": 0.55, "1-3min视频": 0.28, "图文": 0.17})
        seconds = {"1min以下视频": dice.whole(16, 58), "1-3min视频": dice.whole(62, 170), "图文": 0}[form]
        base = {"1min以下视频": 0.27, "1-3min视频": 0.16, "图文": 0.34}[form]
        completion = min(0.7, base * dice.spread(0.25))
        piece = Piece(
            "douyin", i, _words(dice.of(DOUYIN_TITLES[kind]), sku, dice), when, form, seconds, sku, kind, [],
            {
                "likes": 0.021 * dice.spread(0.4), "comments": 0.0016 * dice.spread(0.5),
                "shares": 0.0022 * dice.spread(0.5), "favorites": 0.0035 * dice.spread(0.5),
                "profile_visits": 0.011 * dice.spread(0.3), "followers_gained": 0.0021 * dice.spread(0.4),
            },
            completion=completion, five=min(0.9, completion + dice.between(0.15, 0.3)),
            exit2=min(0.8, dice.between(0.25, 0.42)), cover_ctr=dice.between(0.08, 0.2),
            average=(seconds or 9) * min(0.9, completion + dice.between(0.08, 0.2)),
        )  # fmt: skip
        _douyin_stories(piece, dice)
        found.append(live(piece, 62_000 * dice.spread(1.0), dice))
    return found


def _douyin_stories(piece: Piece, dice: Dice) -> None:
    """C3b: a weekly series of long lessons from August to October that nobody finishes."""
    day = piece.published.date()
    if date(2026, 8, 3) <= day <= date(2026, 10, 18) and piece.form == "1-3min视频" and dice.chance(0.75):
        piece.story, piece.kind = "C3b", "成分课堂"
        piece.title = f"成分课堂|大家好,今天给大家讲讲{dice.of(THING[piece.sku])}的配方逻辑 #成分课堂\n完整版看合集"
        piece.seconds, piece.form = dice.whole(190, 300), "3-5min视频"
        piece.completion = dice.between(0.025, 0.05)
        piece.five, piece.exit2 = dice.between(0.16, 0.22), dice.between(0.58, 0.68)
        piece.average = piece.seconds * dice.between(0.05, 0.09)


def xiaohongshu() -> list[Piece]:
    """About 240 notes; one in four is a video."""
    dice, found = Dice("xiaohongshu.notes"), []
    for i, when in enumerate(_slots("xiaohongshu", dice)):
        kind = dice.pick({"干货": 0.4, "测评": 0.3, "生活": 0.2, "活动": 0.1})
        sku = _sku(dice, when.date())
        form = "视频" if dice.chance(0.26) else "图文"
        rate = 0.012 if kind == "活动" else 0.03
        piece = Piece(
            "xiaohongshu", i, _words(dice.of(XHS_TITLES[kind]), sku, dice)[:20], when, form,
            dice.whole(30, 180) if form == "视频" else 0, sku, kind, [],
            {
                "likes": rate * dice.spread(0.35), "comments": rate * 0.12 * dice.spread(0.4),
                "favorites": rate * (0.9 if kind == "干货" else 0.5) * dice.spread(0.35),
                "shares": rate * 0.15 * dice.spread(0.4), "followers_gained": 0.0052 * dice.spread(0.35),
                "danmaku": 0.0012 * dice.spread(0.5) if form == "视频" else 0.0,
            },
            completion=dice.between(0.18, 0.35), exit2=dice.between(0.25, 0.4),
            cover_ctr=dice.between(0.085, 0.17), average=dice.between(9, 26),
        )  # fmt: skip
        _xhs_story(piece, dice)
        found.append(live(piece, 29_000 * dice.spread(0.9) * (3.4 if piece.story == "C1a" else 1), dice))
    found.append(_early_hit(dice, len(found)))
    _steady(found, "xiaohongshu")
    return found


def _xhs_story(piece: Piece, dice: Dice) -> None:
    """C1a: in June, sunscreen for oily skin is what people want."""
    if piece.published.month == 6 and piece.published.year == 2026 and piece.sku == "FS50":
        piece.story, piece.kind = "C1a", "测评"
        piece.title = dice.of(
            ["油皮防晒实测|{n}小时不搓泥", "大油皮夏天防晒,{n}款横评", "油皮通勤防晒,第{n}天真实反馈"]
        ).format(n=dice.whole(3, 12))
        piece.rates["favorites"] *= 1.9
        piece.cover_ctr = dice.between(0.17, 0.21)


def _early_hit(dice: Dice, number: int) -> Piece:
    """D2c: published 2026-11-20 19:30, far above everything else by the next morning."""
    when = datetime(2026, 11, 20, 19, 30, 12)
    rates = {
        "likes": 0.052, "comments": 0.0071, "favorites": 0.061, "shares": 0.0083, "followers_gained": 0.0092,
        "danmaku": 0.0,
    }  # fmt: skip
    return Piece(
        "xiaohongshu", number, "通勤党早八护肤,3步出门不卡粉", when, "图文", 0, "SY15", "干货", [9_840, 41_260, 58_930],
        rates, cover_ctr=0.214, average=24.6, story="D2c",
    ).settle()  # fmt: skip


def _steady(pieces: list[Piece], platform: str) -> None:
    """No two notes of one minute with one title: the list has no ids."""
    seen: set[tuple[str, datetime]] = set()
    for piece in pieces:
        key = (piece.title, piece.published)
        if key in seen:
            raise ValueError(f"{platform}: two pieces cannot be told apart: {key}")
        seen.add(key)


CHANNELS = {
    "公众号消息": 0.46, "聊天会话": 0.12, "朋友圈": 0.12, "公众号主页": 0.06, "搜一搜": 0.09, "推荐": 0.15,
    "朋友在看": 0.02, "其他": 0.04,
}  # fmt: skip


def wechat() -> list[Piece]:
    """104 articles. Views are persons; times are 1.34 of them."""
    dice, found = Dice("wechat.articles"), []
    for i, when in enumerate(_slots("wechat_oa", dice)):
        sku = _sku(dice, when.date())
        share = 0.034 * dice.spread(0.3)
        piece = Piece(
            "wechat_oa", i, _words(dice.of(WECHAT_TITLES), sku, dice), when, "图文", 0, sku, "文章", [],
            {
                "shares": share, "favorites": 0.012 * dice.spread(0.4), "jumps": 0.02 * dice.spread(0.5),
                "followers_gained": 0.006 * dice.spread(0.4), "likes": 0.011 * dice.spread(0.3),
                "recommends": 0.006 * dice.spread(0.3), "comments": 0.0022 * dice.spread(0.4),
            },
            completion=dice.between(0.38, 0.62), average=dice.between(48, 130),
        )  # fmt: skip
        total = 11_500 * dice.spread(0.42)
        if when.date() == date(2026, 9, 15):  # C3a: read by many, passed on by few
            piece.title, piece.story = "我们为什么把实验室搬到海边", "C3a"
            piece.rates["shares"], total = 0.0042, 58_000
        found.append(live(piece, total, dice))
    return found


def all_pieces() -> dict[str, list[Piece]]:
    """Every piece of the year by platform, with the deliberate imperfections marked."""
    pieces = {"douyin": douyin(), "xiaohongshu": xiaohongshu(), "wechat_oa": wechat()}
    note = next(p for p in pieces["xiaohongshu"] if p.published.date() >= date(2026, 6, 22) and not p.story)
    note.renamed = (date(2026, 7, 20), f"【更新】{note.title}"[:20])
    work = next(p for p in pieces["douyin"] if p.published.date() >= date(2026, 4, 20) and p.form != "图文")
    work.deleted = date(2026, 5, 20)
    return pieces


def by_day(pieces: list[Piece], metric: str) -> list[int]:
    """What all pieces added on each day of the year, shape (N,)."""
    days = [0] * N
    for piece in pieces:
        first = index(piece.published.date())
        before = 0
        for k in range(len(piece.daily)):
            now = piece.total(metric, START + timedelta(days=first + k))
            days[first + k] += now - before
            before = now
    return days
