"""抖店: orders, their lines, and what came back."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .catalog import BY_SKU, CREATORS, LAUNCH, PRODUCTS, Product
from .days import DAYS, N, appetite, at, clock
from .dice import Dice

TRAFFIC = {
    "自营直播": 0.27, "自营短视频": 0.16, "达人带货": 0.20, "商品卡": 0.19, "搜索": 0.12, "店铺主页": 0.06,
}  # fmt: skip
HOURS = [1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 4, 4.5, 5, 5.5, 4.5, 4, 4, 4, 4, 5, 7, 9, 9.5, 7, 3]
LAUNCH_DAY = date(2026, 6, 16)


@dataclass
class Line:
    """One thing in an order; money in cents."""

    number: str
    product: Product
    quantity: int
    payable: int
    platform_discount: int
    shop_discount: int
    refund: int = 0
    refunded_at: datetime | None = None


@dataclass
class Order:
    number: str
    placed: datetime
    paid: datetime | None
    shipped: datetime | None
    finished: datetime | None
    traffic: str
    creator: str
    secret: str  # what the platform shows in place of the buyer
    lines: list[Line] = field(default_factory=list)
    story: str = ""

    @property
    def payable(self) -> int:
        return sum(line.payable for line in self.lines)


def moment(dice: Dice, day: date, hours: list[float] | None = None) -> datetime:
    """A second of the day, evenings most."""
    hour = dice.pick(dict(enumerate(hours or HOURS)))
    return at(day, *clock(hour * 3600 + dice.whole(0, 3599)))


def _number(dice: Dice, placed: datetime, used: set[str]) -> str:
    """19 digits that begin as the platform's do and rise with time."""
    while True:
        base = 6917_0000_0000_000_0000 + int((placed - datetime(2025, 11, 1)).total_seconds()) * 10_000_000
        number = str(base + dice.whole(0, 9_999_999))
        if number not in used:
            used.add(number)
            return number


def _lines(dice: Dice, order: Order, weights: dict[str, float]) -> None:
    """One line mostly; each pays its own part, so that the lines add up to the order."""
    count = dice.pick({1: 0.86, 2: 0.115, 3: 0.025})
    skus: list[str] = []
    while len(skus) < count:
        sku = dice.pick(weights)
        if sku not in skus:
            skus.append(sku)
    festive = appetite(order.placed.date()) > 1.3
    for k, sku in enumerate(skus):
        product = BY_SKU[sku]
        quantity = dice.pick({1: 0.9, 2: 0.09, 3: 0.01})
        full = product.price * 100 * quantity
        shop = int(full * (0.12 if festive else 0.05)) // 100 * 100 if dice.chance(0.8) else 0
        platform = 1500 if festive and full >= 20_000 and dice.chance(0.6) else 0
        number = order.number if k == 0 else str(int(order.number) + k)
        order.lines.append(Line(number, product, quantity, full - shop - platform, platform, shop))


def _refunds(dice: Dice, order: Order, rate: float) -> None:
    """About 7.5 % of paid orders; mostly one whole line, some in part."""
    if order.paid is None or not dice.chance(rate):
        return
    unshipped = dice.chance(0.25) and len(order.lines) == 1
    days = dice.between(0.1, 1.5) if unshipped else dice.between(3, 16)
    when = order.paid + timedelta(days=days)
    line = dice.of(order.lines)
    line.refund = line.payable if dice.chance(0.9) else line.payable // 200 * 100
    line.refunded_at = when.replace(microsecond=0)
    if unshipped:
        order.shipped = order.finished = None


def _order(dice: Dice, placed: datetime, traffic: str, used: set[str], weights: dict[str, float]) -> Order:
    creator = dice.pick(CREATORS) if traffic == "达人带货" else ""
    paid = placed + timedelta(seconds=dice.whole(6, 900)) if dice.chance(0.945) else None
    shipped = paid + timedelta(hours=dice.between(8, 44)) if paid else None
    if placed.date() == date(2026, 11, 11) and shipped:  # U3c: the warehouse falls behind after 双11
        shipped += timedelta(days=dice.between(2.5, 4.5))
    finished = shipped + timedelta(days=dice.between(4, 12)) if shipped else None
    secret = "".join(dice.of("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMN23456789") for _ in range(3))
    order = Order(
        _number(dice, placed, used), placed, paid,
        shipped.replace(microsecond=0) if shipped else None, finished.replace(microsecond=0) if finished else None,
        traffic, creator, secret,
    )  # fmt: skip
    _lines(dice, order, weights)
    return order


def orders() -> list[Order]:
    """Every order placed in the year, in order of time. About 10,500."""
    dice, used, found = Dice("doudian.orders"), set(), []
    for i, day in enumerate(DAYS):
        weights = {p.sku: p.weight * (2.2 if p.sku == "FS50" and 4 <= day.month <= 8 else 1.0) for p in PRODUCTS} | (
            {LAUNCH.sku: 0.55} if day >= LAUNCH_DAY else {}
        )
        mean = 20.8 * appetite(day) * (1 + 0.25 * i / N)
        for _ in range(dice.count(mean)):
            order = _order(dice, moment(dice, day), dice.pick(TRAFFIC), used, weights)
            _refunds(dice, order, 0.078)
            found.append(order)
    found += launch(used)
    return sorted(found, key=lambda o: (o.placed, o.number))


def launch(used: set[str]) -> list[Order]:
    """B1a: live on 2026-06-16 from 20:00 to 22:00, the new cream at 299 instead of 369 until the end."""
    dice, found = Dice("doudian.launch"), []
    for _ in range(230):
        placed = at(LAUNCH_DAY, *clock(20 * 3600 + 7199 * dice.unit()))
        order = _order(dice, placed, "自营直播", used, {LAUNCH.sku: 1.0, "JM12": 0.0001, "MM05": 0.0001})
        order.lines = order.lines[:1]
        line = order.lines[0]
        line.product, line.quantity, line.platform_discount, line.shop_discount = LAUNCH, 1, 0, 7000
        line.payable, order.story = 29_900, "B1a"
        _refunds(dice, order, 0.06)
        found.append(order)
    return found
