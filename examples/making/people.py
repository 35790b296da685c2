"""Persons the brand knows: the member mini-program's own events, from first visit to buying again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .catalog import PRODUCTS
from .days import DAYS, END, N, appetite, at, attention, clock
from .dice import Dice
from .shop import HOURS, moment

#: share of new persons, and the chance that a first session ends in an order
CHANNELS = {
    "抖音主页": (0.25, 0.055), "小红书笔记": (0.23, 0.11), "公众号菜单": (0.15, 0.17), "公众号文章": (0.10, 0.10),
    "企微": (0.07, 0.25), "搜索": (0.11, 0.14), "巨量广告": (0.09, 0.07),
}  # fmt: skip
RETURNING = {"公众号菜单": 0.36, "企微": 0.30, "公众号文章": 0.14, "搜索": 0.14, "小红书笔记": 0.03, "抖音主页": 0.03}
LANDING = (date(2026, 9, 1), date(2026, 9, 30))  # H3b
CONTEST = (date(2026, 8, 15), date(2026, 8, 25))  # U2a
EARTH = (date(2026, 4, 18), date(2026, 4, 26))  # B1b


@dataclass(frozen=True)
class Event:
    """One row of the own events file; money in cents."""

    person: str
    event: str
    ts: datetime
    channel: str
    amount: int = 0
    content: str = ""
    order: str = ""


@dataclass
class Person:
    id: str
    channel: str
    first: datetime
    keen: float
    content: str = ""
    contest: bool = False


class Crowd:
    """Walks every person through the year."""

    def __init__(self) -> None:
        self.dice = Dice("own.people")
        self.events: list[Event] = []
        self.taken: set[tuple[str, str, datetime]] = set()
        self.orders = 0
        self.people: list[Person] = []

    def add(self, person: Person, event: str, ts: datetime, channel: str, **rest: object) -> datetime:
        """Record one event; two of a kind in one second are moved apart. What lies after the year is not recorded."""
        ts = ts.replace(microsecond=0)
        while (person.id, event, ts) in self.taken:
            ts += timedelta(seconds=1)
        self.taken.add((person.id, event, ts))
        if ts.date() <= END:
            self.events.append(Event(person.id, event, ts, channel, **rest))  # type: ignore[arg-type]
        return ts

    def odds(self, channel: str, day: date, content: str) -> float:
        """Chance of an order in a first session. D2b: from July 抖音 sinks while 小红书 rises."""
        base = CHANNELS[channel][1] * (0.8 + 0.2 * appetite(day))
        if channel == "抖音主页" and day >= date(2026, 7, 1):
            base *= 0.42
        if channel == "小红书笔记" and day >= date(2026, 7, 1):
            base *= 1.4
        if content == "落地页A-舒缓精华":
            base = 0.006
        if content == "达人-柚子酱Yuzu":
            base = 0.012
        return base

    def session(self, person: Person, ts: datetime, channel: str, odds: float) -> bool:
        """Visit, look, perhaps put into the cart, perhaps buy. Returns whether they bought."""
        dice = self.dice
        ts = self.add(person, "visit", ts, channel, content=person.content if ts == person.first else "")
        if person.content == "落地页A-舒缓精华" and ts == person.first and not dice.chance(0.12):
            return False  # H3b: gone before anything on the page was seen
        views = dice.whole(1, 2) if dice.chance(0.75) else 0
        for _ in range(views):
            ts = self.add(person, "view", ts + timedelta(seconds=dice.whole(10, 120)), channel)
        if not views or not dice.chance(min(0.9, odds * 1.7)):
            return False
        ts = self.add(person, "add_cart", ts + timedelta(seconds=dice.whole(5, 200)), channel)
        if not dice.chance(0.72):
            return False
        self.buy(person, ts + timedelta(seconds=dice.whole(20, 600)), channel)
        return True

    def buy(self, person: Person, ts: datetime, channel: str) -> None:
        """A purchase, and now and then its refund on a later day."""
        dice = self.dice
        product = dice.of(PRODUCTS)
        cents = product.price * 100 - (1000 if dice.chance(0.4) else 0)
        self.orders += 1
        number = f"AL{ts:%y%m%d}{self.orders:05d}"
        self.add(person, "purchase", ts, channel, amount=cents, order=number)
        if dice.chance(0.06):
            back = ts + timedelta(days=dice.between(2, 12))
            self.add(person, "refund", back, channel, amount=cents, order=number)

    def arrive(self, day: date, channel: str, content: str = "") -> None:
        """One new person: first session, sign-up, follow, then whatever the months bring."""
        dice = self.dice
        first = moment(dice, day, HOURS)
        keen = dice.spread(0.6) * (0.25 if content.startswith("落地页A") else 1.0)
        person = Person(f"p{len(self.people) + 1:05d}", channel, first, keen, content)
        self.people.append(person)
        bought = self.session(person, first, channel, self.odds(channel, day, content) * 1.6)
        ts = first + timedelta(seconds=dice.whole(30, 400))
        stays = 0.03 if content.startswith("落地页A") else 0.45
        if bought or dice.chance(stays):
            self.add(person, "sign_up", ts, channel)
        if dice.chance(0.04 if content.startswith("落地页A") else 0.52):
            followed = self.add(person, "follow", ts + timedelta(seconds=dice.whole(5, 90)), channel)
            self.nurture(person, followed)
            if dice.chance(0.14):
                self.add(person, "unfollow", followed + timedelta(days=dice.between(3, 120)), channel)
        if bought:
            self.again(person, first)

    def nurture(self, person: Person, followed: datetime) -> None:
        """Followers come back; each return may be the first order."""
        dice, when = self.dice, followed
        for _ in range(dice.count(1.9 * person.keen)):
            when = when + timedelta(days=dice.between(0.5, 24))
            channel = dice.pick(RETURNING)
            if self.session(person, when, channel, 0.11 * person.keen) and dice.chance(0.55):
                self.again(person, when)

    def again(self, person: Person, bought: datetime, boost: float = 1.0) -> None:
        """Repurchase: three in ten buy again, about six weeks later, and some of them go on."""
        dice, when, chance = self.dice, bought, 0.34 * boost
        while dice.chance(min(0.8, chance)):
            when = when + timedelta(days=44 * dice.spread(0.45))
            channel = dice.pick(RETURNING)
            ts = self.add(person, "visit", when, channel)
            self.buy(person, ts + timedelta(seconds=dice.whole(60, 900)), channel)
            chance = 0.5 * boost

    def contest(self) -> None:
        """U2a: 晒单抽正装, up to 300 takers among those who had bought; they buy again more often."""
        buyers = [e.person for e in self.events if e.event == "purchase" and e.ts.date() < CONTEST[0]]
        by_id, taken = {p.id: p for p in self.people}, 0
        for who in list(dict.fromkeys(reversed(buyers))):
            person = by_id[who]
            if taken >= 300:
                break
            if self.dice.chance(0.21):
                person.contest, taken = True, taken + 1
                day = CONTEST[0] + timedelta(days=self.dice.whole(0, 10))
                ts = at(day, *clock(self.dice.whole(9, 22) * 3600 + self.dice.whole(0, 3599)))
                self.add(person, "contest_join", ts, "企微", content="晒单抽正装")
                if self.dice.chance(0.22):
                    self.again(person, ts + timedelta(days=self.dice.between(-20, 5)), boost=2.3)

    def trade_in(self) -> None:
        """B1b: 旧瓶换新 around Earth Day; 180 members hand in empty bottles."""
        members = [e.person for e in self.events if e.event == "sign_up" and e.ts.date() < EARTH[0]]
        by_id = {p.id: p for p in self.people}
        chosen = list(dict.fromkeys(members))[::7][:180]
        for who in chosen:
            day = EARTH[0] + timedelta(days=self.dice.pick({0: 1, 1: 1, 2: 2, 3: 3, 4: 6, 5: 2, 6: 1, 7: 1, 8: 1}))
            ts = at(day, *clock(self.dice.whole(9, 21) * 3600 + self.dice.whole(0, 3599)))
            self.add(by_id[who], "trade_in", ts, "公众号菜单", content="地球日旧瓶换新")
            if self.dice.chance(0.3):
                self.buy(by_id[who], ts + timedelta(minutes=self.dice.whole(2, 50)), "公众号菜单")


def crowd() -> Crowd:
    """All persons and events of the year, in order of time."""
    world = Crowd()
    dice = world.dice
    for i, day in enumerate(DAYS):
        for _ in range(dice.count(20.5 * attention(day) * (1 + 0.3 * i / N))):
            channel = dice.pick({c: share for c, (share, _) in CHANNELS.items()})
            content = ""
            if channel == "巨量广告":
                content = "落地页B-清透防晒"
            if channel == "小红书笔记" and date(2026, 10, 12) <= day <= date(2026, 10, 25) and dice.chance(0.5):
                content = "达人-柚子酱Yuzu"
            world.arrive(day, channel, content)
        if LANDING[0] <= day <= LANDING[1]:
            for _ in range(dice.count(22)):
                world.arrive(day, "巨量广告", "落地页A-舒缓精华")
    world.contest()
    world.trade_in()
    world.events.sort(key=lambda e: (e.ts, e.person, e.event))
    return world
