"""Two rivals' lists of notes, as somebody who tends such an account would have downloaded them. Neither exists."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from .days import END, TODAY, at
from .dice import Dice
from .files_xiaohongshu import BANNER, NOTES
from .forms import Cell, Rows, xlsx
from .shelf import Shelf

#: name → what it writes about; titles are filled with one of each
RIVALS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "澄屿护肤（虚构竞品）": (
        ("男士洁面", "颈霜", "唇膜", "手霜", "身体乳"),
        (
            *("{thing}到底值不值得买", "{thing}三种质地一次讲清", "换季{thing}怎么挑"),
            *("一张表看懂{thing}成分", "{thing}空瓶记 第{n}期"),
        ),
    ),
    "木棉实验室（虚构竞品）": (
        ("晚霜", "香水小样", "发膜", "护甲油", "定妆喷雾"),
        (
            *("实验室开箱：{thing}是怎么做出来的", "{thing}用了 28 天，缺点也写", "办公室抽屉里的{thing}"),
            *("{thing}合集避坑", "问了 {n} 个人怎么用{thing}"),
        ),
    ),
}  # fmt: skip
NOTES_EACH = 25  # each thing in each title once
DAYS_APART = 4


def lists(shelf: Shelf) -> None:
    """One list of notes a rival, with totals up to the last day."""
    for k, name in enumerate(RIVALS):
        data = xlsx({"Sheet1": [[BANNER] * len(NOTES), NOTES, *rows(name)]}, {"Sheet1": ["A1:M1"]})
        shelf.put(
            ("xiaohongshu", name), at(TODAY, 10, 5 + k), f"{name[:2]}_笔记列表明细表.xlsx", data, "xiaohongshu.notes",
            "小红书 笔记列表明细表",
        )  # fmt: skip


def rows(name: str) -> Rows:
    """Its notes, newest first."""
    dice = Dice(f"rivals.{name}")
    return [_row(dice, name, n) for n in range(NOTES_EACH)]


def _row(dice: Dice, name: str, n: int) -> list[Cell]:
    things, titles = RIVALS[name]
    title = titles[n % len(titles)].format(thing=things[(n * 2 + n // len(titles)) % len(things)], n=NOTES_EACH - n)
    out = datetime(END.year, END.month, END.day, dice.whole(8, 21), dice.whole(0, 59), dice.whole(0, 59))
    out -= timedelta(days=1 + DAYS_APART * n)
    rate = round(min(0.2, 0.11 * dice.spread(0.1)), 4)
    views = int(5200 * dice.spread(0.7))
    acts = [dice.count(views * share) for share in (0.03, 0.003, 0.018, 0.004, 0.004)]
    return [
        title, f"{out:%Y年%m月%d日%H时%M分%S秒}", dice.pick({"图文": 3, "视频": 1}), int(views / rate), views, rate,
        *acts, round(14 * dice.spread(0.2), 1), dice.count(views * 0.0002),
    ]  # fmt: skip
