"""The figures of the invented year, counted from the simulation and never from the files."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from .accounts import Account
from .days import END, START, N, index, months
from .files_douyin import MISSING
from .people import Event
from .pieces import Piece
from .shop import Order

Window = tuple[date, date]
ACCOUNT_METRICS = (
    "impressions", "views", "view_users", "likes", "comments", "shares", "favorites", "profile_visits", "followers_new",
    "followers_lost", "followers_net", "posts",
)  # fmt: skip
#: not in the account files of that platform, so nothing imported can equal it by day
NOT_IN_DAILY_FILES = {
    "douyin": ["favorites", "posts", "profile_visits"],
    "xiaohongshu": ["followers_total"],
    "wechat_oa": ["likes", "comments", "views"],
}


def windows() -> dict[str, Window]:
    """Calendar months (cut to the year), the last 7, 28 and 30 days, and the year."""
    found = {name: (first, last) for name, first, last in months()}
    for days in (7, 28, 30):
        found[f"last_{days}"] = (END - timedelta(days=days - 1), END)
    return found | {"year": (START, END)}


def yuan(cents: int) -> str:
    return f"{cents / 100:.2f}"


def account_truth(account: Account, name: str) -> dict:
    """Sums by window; `in_files` leaves out the days that no file holds."""
    result: dict = {
        "name": name,
        "followers_before": account.followers_before,
        "not_in_daily_files": NOT_IN_DAILY_FILES[account.platform],
        "windows": {},
    }
    skipped = {index(d) for d in MISSING} if account.platform == "douyin" else set()
    for key, (first, last) in windows().items():
        a, b = index(first), index(last) + 1
        own = {m: sum(account.days[m][a:b]) for m in ACCOUNT_METRICS if m in account.days}
        own["followers_total"] = account.days["followers_total"][b - 1]
        if any(a <= i < b for i in skipped):
            own["in_files"] = {
                m: sum(v for i, v in enumerate(account.days[m][a:b], a) if i not in skipped)
                for m in ACCOUNT_METRICS
                if m in account.days
            }
        if account.channels:
            own["view_users_by_channel"] = {c: sum(v[a:b]) for c, v in account.channels.items()}
        result["windows"][key] = own
    return result


def pieces_truth(pieces: list[Piece]) -> dict:
    """Totals of pieces by the month of publishing, as of the end of the year."""
    table: dict[str, dict[str, int]] = {}
    for key, (first, last) in windows().items():
        chosen = [p for p in pieces if first <= p.published.date() <= last]
        metrics = ("views", "likes", "comments", "shares", "favorites", "followers_gained")
        table[key] = {"published": len(chosen)} | {m: sum(p.total(m, END) for p in chosen) for m in metrics}
    return table


def _shop_cell(orders: list[Order]) -> dict:
    paid = [o for o in orders if o.paid]
    return {
        "orders": len(orders), "orders_paid": len(paid), "gross": yuan(sum(o.payable for o in orders)),
        "paid": yuan(sum(o.payable for o in paid)),
    }  # fmt: skip


def _split(orders: list[Order], key: Callable[[Order], str]) -> dict:
    groups: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        groups[key(order)].append(order)
    return {k: _shop_cell(v) for k, v in sorted(groups.items()) if k}


def shop_truth(orders: list[Order], name: str) -> dict:
    """Orders on the day of placing, refunds on the day of paying back."""
    lines = [line for order in orders for line in order.lines if line.refunded_at]
    result: dict = {"name": name, "windows": {}}
    for key, (first, last) in windows().items():
        chosen = [o for o in orders if first <= o.placed.date() <= last]
        back = [line.refund for line in lines if first <= line.refunded_at.date() <= last]  # type: ignore[union-attr]
        result["windows"][key] = _shop_cell(chosen) | {
            "lines": sum(len(o.lines) for o in chosen),
            "units": sum(line.quantity for o in chosen for line in o.lines),
            "refunds": len(back), "refund_amount": yuan(sum(back)),
            "by_traffic": _split(chosen, lambda o: o.traffic), "by_creator": _split(chosen, lambda o: o.creator),
        }  # fmt: skip
    return result


class Persons:
    """Identified persons: each one's purchases in order of time."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.bought: dict[str, list[datetime]] = defaultdict(list)
        for e in events:
            if e.event == "purchase":
                self.bought[e.person].append(e.ts)

    def within(self, person: str, first: datetime, last: datetime) -> bool:
        times = self.bought.get(person, [])
        k = bisect_left(times, first)
        return k < len(times) and times[k] <= last

    def first_of(self, events: Iterable[Event]) -> dict[str, datetime]:
        first: dict[str, datetime] = {}
        for e in events:
            first.setdefault(e.person, e.ts)
        return first

    def follow_to_purchase(self, events: list[Event], days: int = 30) -> dict[str, int]:
        """Persons who followed in the window; how many bought within `days` of that follow."""
        first = self.first_of(e for e in events if e.event == "follow")
        ripe = {p: t for p, t in first.items() if t.date() <= END - timedelta(days=days)}
        bought = {p for p, t in first.items() if self.within(p, t, t + timedelta(days=days))}
        return {
            "followed": len(first), "purchased_within_30d": len(bought), "followed_and_observed_30d": len(ripe),
            "of_them_purchased": len(bought & set(ripe)),
        }  # fmt: skip

    def channel(self, events: list[Event], last: date) -> dict[str, dict]:
        """By channel of the visit: visits, visitors, and who of them bought later in the window, anywhere."""
        found: dict[str, dict] = {}
        until = datetime(last.year, last.month, last.day) + timedelta(days=1, seconds=-1)
        for name in sorted({e.channel for e in events}):
            own = [e for e in events if e.channel == name]
            visits = [e for e in own if e.event == "visit"]
            orders = [e for e in own if e.event == "purchase"]
            first = self.first_of(visits)
            found[name] = {
                "visits": len(visits), "visitors": len(first), "purchases": len(orders),
                "purchasers": len({e.person for e in orders}), "revenue": yuan(sum(e.amount for e in orders)),
                "visitors_who_bought_later": sum(self.within(p, t, until) for p, t in first.items()),
            }  # fmt: skip
        return found

    def again(self, events: list[Event]) -> dict[str, int]:
        """Buyers of the window; with two or more purchases in it; and again within 30 and 90 days of their first."""
        counts: dict[str, list[datetime]] = defaultdict(list)
        for e in events:
            if e.event == "purchase":
                counts[e.person].append(e.ts)
        found = {"buyers": len(counts), "with_two_or_more": sum(len(t) >= 2 for t in counts.values())}
        for days in (30, 90):
            found[f"again_within_{days}d"] = sum(
                self.within(p, t[0] + timedelta(seconds=1), t[0] + timedelta(days=days)) for p, t in counts.items()
            )
        return found


def events_truth(events: list[Event], name: str) -> dict:
    """Everything of the own events file, by window."""
    persons, result = Persons(events), {"name": name, "windows": {}}
    for key, (first, last) in windows().items():
        chosen = [e for e in events if first <= e.ts.date() <= last]
        kinds: dict[str, int] = defaultdict(int)
        for e in chosen:
            kinds[e.event] += 1
        money = {k: yuan(sum(e.amount for e in chosen if e.event == k)) for k in ("purchase", "refund")}
        result["windows"][key] = {
            "events": dict(sorted(kinds.items())), "persons": len({e.person for e in chosen}),
            "visitors": len({e.person for e in chosen if e.event == "visit"}),
            "revenue": money["purchase"], "refund_amount": money["refund"],
            "by_channel": persons.channel(chosen, last), "follow_to_purchase": persons.follow_to_purchase(chosen),
            "repurchase": persons.again(chosen),
        }  # fmt: skip
    return result


def tiers(events: list[Event]) -> dict[str, int]:
    """U1 on the last day: lapsed (nothing for 90 days), else loyal (3 purchases in 365 days), active (1 or more),
    else potential (followed or signed up, never bought); persons who only looked are in none."""
    last: dict[str, date] = {}
    bought: dict[str, int] = defaultdict(int)
    joined: set[str] = set()
    for e in events:
        if e.event not in ("unfollow", "refund"):
            last[e.person] = e.ts.date()
        bought[e.person] += e.event == "purchase"
        if e.event in ("follow", "sign_up"):
            joined.add(e.person)
    found = dict.fromkeys(("potential", "active", "loyal", "lapsed", "only_looked"), 0)
    for person, day in last.items():
        if person not in joined and not bought[person]:
            found["only_looked"] += 1
        elif (END - day).days > 90:
            found["lapsed"] += 1
        else:
            found["loyal" if bought[person] >= 3 else "active" if bought[person] else "potential"] += 1
    return found


def daily_truth(accounts: dict[str, Account], orders: list[Order]) -> dict:
    """Day by day, for tests that look at one day: rows of length N from first_day on."""
    placed, refunds = [0] * N, [0] * N
    for order in orders:
        placed[index(order.placed.date())] += 1
        for line in order.lines:
            if line.refunded_at and line.refunded_at.date() <= END:
                refunds[index(line.refunded_at.date())] += line.refund
    keep = ("views", "view_users", "followers_new", "followers_lost", "followers_total", "likes")
    table = {k: {m: a.days[m] for m in keep if m in a.days} for k, a in accounts.items()}
    return table | {"doudian": {"orders": placed, "refund_amount": [yuan(r) for r in refunds]}}


def others_truth(told: dict[str, list[tuple[date | None, dict[str, float]]]]) -> dict:
    """Sums of what the files of every other system say: by window where rows have a day, else "all" (as of the
    last download). Money and counts alike are numbers; two decimals."""
    found: dict[str, dict] = {}
    for layout, rows in sorted(told.items()):
        dated = all(day for day, _ in rows)
        spans: dict[str, Window | None] = {"all": None, **(windows() if dated else {})}
        found[layout] = {key: _summed(rows, span) for key, span in spans.items()}
    return found


def _summed(rows: list[tuple[date | None, dict[str, float]]], span: Window | None) -> dict[str, float]:
    sums: dict[str, float] = {}
    for day, said in rows:
        if span is None or (day is not None and span[0] <= day <= span[1]):
            for name, value in said.items():
                sums[name] = sums.get(name, 0) + value
    return {k: round(v, 2) if isinstance(v, float) else v for k, v in sums.items()}
