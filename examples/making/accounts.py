"""The three social accounts by day: attention, reactions, followers. Rows of numbers of length N, one a metric."""

from dataclasses import dataclass, field
from datetime import date

from .days import DAYS, N, attention, index
from .dice import Dice
from .pieces import CHANNELS, Piece, by_day

AD_CUT = date(2026, 11, 7)  # 抖音 spend halved from this day on
AD_LAG = 2  # days from the cut to its effect on followers


@dataclass
class Account:
    """Daily figures of one account; `days[metric][i]` belongs to DAYS[i]."""

    platform: str
    followers_before: int  # at the end of the day before the year
    days: dict[str, list[int]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)  # average watch time
    rates: dict[str, list[float]] = field(default_factory=dict)
    channels: dict[str, list[int]] = field(default_factory=dict)  # 公众号: reading persons by channel

    def finish(self) -> "Account":
        """Net and total followers from new and lost."""
        new, lost = self.days["followers_new"], self.days["followers_lost"]
        self.days["followers_net"] = [a - b for a, b in zip(new, lost, strict=True)]
        total, running = [], self.followers_before
        for net in self.days["followers_net"]:
            running += net
            total.append(running)
        self.days["followers_total"] = total
        return self


def ad_spend() -> list[float]:
    """抖音 follower ads in yuan a day: about 5,400, halved from AD_CUT on."""
    dice = Dice("douyin.ads")
    return [
        round(5400 * (0.5 if day >= AD_CUT else 1.0) * dice.spread(0.05) * (0.6 if attention(day) < 0.8 else 1), 2)
        for day in DAYS
    ]


def _backlog(dice: Dice, level: float, slope: float = 0.0) -> list[int]:
    """Views of what was published before the year began."""
    return [int(level * (1 + slope * i / N) * attention(day) * dice.spread(0.09)) for i, day in enumerate(DAYS)]


def _posts(account: Account, pieces: list[Piece]) -> None:
    for metric in ("posts", "posts_video", "posts_image"):
        account.days[metric] = [0] * N
    for piece in pieces:
        i = index(piece.published.date())
        account.days["posts"][i] += 1
        account.days["posts_video" if "视频" in piece.form else "posts_image"][i] += 1


def _react(account: Account, pieces: list[Piece], dice: Dice, rates: dict[str, float], backlog: list[int]) -> None:
    """Reactions: those of the pieces and those of what is older than the year."""
    for metric, rate in rates.items():
        own = by_day(pieces, metric)
        account.days[metric] = [a + int(b * rate * dice.spread(0.1)) for a, b in zip(own, backlog, strict=True)]


def douyin(pieces: list[Piece], spend: list[float]) -> Account:
    """抖音: new followers = from content + from ads, two days after the money."""
    dice = Dice("douyin.account")
    account = Account("douyin", 412_600)
    backlog = _backlog(dice, 26_000)
    views = [a + b for a, b in zip(by_day(pieces, "views"), backlog, strict=True)]
    account.days["views"] = views
    _react(
        account, pieces, dice,
        {"likes": 0.02, "comments": 0.0014, "shares": 0.002, "favorites": 0.003, "profile_visits": 0.01}, backlog,
    )  # fmt: skip
    _posts(account, pieces)
    new, lost, ctr = [], [], []
    for i, day in enumerate(DAYS):
        paid = spend[max(0, i - AD_LAG)] / 12.9
        new.append(dice.count(paid + 0.0012 * views[i] + 120 * attention(day)))
        lost.append(dice.count(95 + 0.08 * new[-1]))
        ctr.append(round(min(0.4, 0.13 * dice.spread(0.12)), 4))
    account.days |= {"followers_new": new, "followers_lost": lost}
    account.rates["cover_ctr"] = ctr
    return account.finish()


def xiaohongshu(pieces: list[Piece]) -> Account:
    """小红书: exposure, views and reactions; followers come from content."""
    dice = Dice("xiaohongshu.account")
    account = Account("xiaohongshu", 158_300)
    backlog = _backlog(dice, 13_000, slope=0.3)
    views = [a + b for a, b in zip(by_day(pieces, "views"), backlog, strict=True)]
    account.days["views"] = views
    _react(
        account, pieces, dice,
        {"likes": 0.026, "comments": 0.003, "favorites": 0.017, "shares": 0.004, "danmaku": 0.0002}, backlog,
    )  # fmt: skip
    _posts(account, pieces)
    ctr, completion = [], []
    for i, day in enumerate(DAYS):
        ctr.append(round(min(0.2, 0.122 * dice.spread(0.07)), 4))
        completion.append(round(0.27 * dice.spread(0.05), 4))
        account.seconds.append(round(16.5 * dice.spread(0.06), 1))
        visits = int(views[i] * 0.021 * dice.spread(0.06))
        new = dice.count(0.0045 * views[i] + 130 * attention(day) * (1 + 0.15 * i / N))
        for metric, value in (
            ("impressions", int(views[i] / ctr[-1])), ("profile_visits", visits), ("followers_new", min(new, visits)),
            ("followers_lost", dice.count(38 + 0.06 * new)), ("total_seconds", int(views[i] * account.seconds[-1])),
        ):  # fmt: skip
            account.days.setdefault(metric, []).append(value)
    account.rates |= {"cover_ctr": ctr, "completion_rate": completion}
    return account.finish()


def wechat(pieces: list[Piece]) -> Account:
    """公众号: reading persons (全部 is de-duplicated, so less than the sum of the channels)."""
    dice = Dice("wechat.account")
    account = Account("wechat_oa", 186_450)
    backlog = _backlog(dice, 1_650)
    own = by_day(pieces, "views")
    account.days["view_users"] = [int((a + b) * 0.96) for a, b in zip(own, backlog, strict=True)]
    for channel, share in CHANNELS.items():
        account.channels[channel] = [
            int((a + b) * share * dice.spread(0.08)) for a, b in zip(own, backlog, strict=True)
        ]
    _react(account, pieces, dice, {"shares": 0.025, "favorites": 0.01, "jumps": 0.015}, backlog)
    _posts(account, pieces)
    new, lost = [], []
    for i, day in enumerate(DAYS):
        new.append(dice.count(0.009 * account.days["view_users"][i] + 125 * attention(day)))
        lost.append(dice.count(52 + (34 if account.days["posts"][i] else 0)))
    account.days |= {"followers_new": new, "followers_lost": lost}
    return account.finish()
