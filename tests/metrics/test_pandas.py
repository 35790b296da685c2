"""Figures equal an independent computation: random facts, counted again with pandas and nothing of ours."""

import random
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from hongqiao.metrics import Query, query
from tests.metrics.fake import PLATFORM, A, B, C, Fake, day

FIRST, DAYS = date(2026, 2, 20), 60
START, END = day("2026-02-25"), day("2026-04-10")


def maybe(dice: random.Random, value, chance: float = 0.2):
    return None if dice.random() < chance else value


def build(seed: int) -> Fake:
    dice, h = random.Random(seed), Fake()
    for account in (A, B):
        for n in range(DAYS):
            for captured in ("2026-05-01T01:00:00", "2026-05-02T01:00:00")[: dice.choice((0, 1, 1, 2))]:
                h.say(
                    "account_daily",
                    account,
                    captured,
                    day=FIRST + timedelta(days=n),
                    views=maybe(dice, dice.randrange(1000)),
                    likes=maybe(dice, dice.randrange(50)),
                    comments=maybe(dice, dice.randrange(20)),
                    shares=maybe(dice, dice.randrange(30)),
                    followers_new=maybe(dice, dice.randrange(9)),
                    followers_lost=maybe(dice, dice.randrange(9)),
                    completion_rate=maybe(dice, dice.random()),
                )
    for n in range(150):
        ts = datetime(2026, 2, 20) + timedelta(minutes=dice.randrange(DAYS * 1440))
        person, traffic = maybe(dice, f"p{dice.randrange(25)}"), maybe(dice, dice.choice("甲乙丙"))
        for captured in ("2026-05-01T01:00:00", "2026-05-03T01:00:00")[: dice.choice((1, 1, 2))]:
            paid = maybe(dice, f"{dice.randrange(1, 90000) / 100:.2f}", 0.3)
            more = {
                "person_key": person,
                "traffic": traffic,
                "gross": f"{dice.randrange(90000) / 100:.2f}",
                "paid": paid,
            }
            h.say("orders", C, captured, order_key=f"o{n}", ts=ts, currency="CNY", **more)
        if dice.random() < 0.3:
            later = ts + timedelta(hours=dice.randrange(800))
            h.say(
                "refunds",
                C,
                refund_key=f"r{n}",
                order_key=f"o{n}",
                ts=later,
                amount=f"{dice.randrange(5000) / 100:.2f}",
            )
    for n in range(400):
        ts = datetime(2026, 2, 20) + timedelta(minutes=dice.randrange(DAYS * 1440))
        kind = dice.choice(("visit", "visit", "follow", "purchase", "view", "unfollow"))
        who = maybe(dice, f"p{dice.randrange(25)}")
        h.say(
            "events", B, event_key=f"e{n}", event=kind, ts=ts, person_key=who, channel=maybe(dice, dice.choice("东西"))
        )
    for table, account in (("account_daily", A), ("account_daily", B), ("orders", C), ("refunds", C), ("events", B)):
        h.file(table, account, "2026-02-20", "2026-04-20", "2026-05-01T01:00:00")
    return h


def frame(h: Fake, table: str) -> pd.DataFrame:
    """Current rows by pandas: the last non-null of each column by key, ordered by capture."""
    key = {"account_daily": ["account", "day", "channel"], "orders": ["account", "order_key"]}.get(table)
    rows = pd.DataFrame(h.statements[table]).sort_values("rank", kind="stable")
    rows = rows.groupby(key, as_index=False, dropna=False).last() if key else rows
    for money in ("paid", "gross", "amount"):
        if money in rows:
            rows[money] = pd.to_numeric(rows[money])
    return rows


def inside(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows.day >= START) & (rows.day <= END)]


def number(value) -> float | None:
    return None if value is None else float(value)


SEEDS = pytest.mark.parametrize("seed", [1, 2, 3, 4])
ASKED = {"start": START, "end": END, "limit": None}


@SEEDS
def test_sums_and_rates_of_account_days(seed):
    h = build(seed)
    rows = inside(frame(h, "account_daily"))
    r = query(h, Query(("views", "interactions", "share_rate", "completion_rate"), ("week", "platform"), **ASKED))
    rows = rows.assign(week=[d - timedelta(days=d.weekday()) for d in rows.day])
    seen = 0
    for (week, platform), part in rows.groupby(["week", "platform"]):
        mine = next(x for x in r.rows if x["week"] == week and x["platform"] == platform)
        both = part.dropna(subset=["views", "shares"])
        rated = part.dropna(subset=["views", "completion_rate"])
        said = part[["likes", "comments", "shares"]]
        assert mine["views"] == (part.views.sum() if part.views.notna().any() else None)
        assert mine["interactions"] == (said.sum().sum() if said.notna().any().any() else None)
        assert mine["share_rate"] == (pytest.approx(both.shares.sum() / both.views.sum()) if both.views.sum() else None)
        expected = (rated.views * rated.completion_rate).sum() / rated.views.sum() if rated.views.sum() else None
        assert mine["completion_rate"] == (pytest.approx(expected) if expected is not None else None)
        seen += 1
    assert seen >= 10
    assert r.totals["views"] == rows.views.sum()


@SEEDS
def test_missing_days_are_the_days_without_a_statement(seed):
    h = build(seed)
    r = query(h, Query(("views",), **ASKED))
    rows = frame(h, "account_daily").dropna(subset=["views"])
    for account in (A, B):
        have = set(rows[rows.account == account].day)
        first = max(START, min(have))
        every = [first + timedelta(days=i) for i in range((END - first).days + 1)]
        mine = next(c for c in r.coverage if c["account"] == account)
        assert mine["missing"] == [d for d in every if d not in have]


@SEEDS
def test_orders_refunds_and_repurchases(seed):
    h = build(seed)
    everything = frame(h, "orders")
    rows, refunds = inside(everything), inside(frame(h, "refunds"))
    asked = (
        "orders",
        "gmv",
        "paid",
        "refunded",
        "net_paid",
        "refund_rate",
        "buyers",
        "repurchase_rate",
        "repurchase_30d",
    )
    totals = query(h, Query(asked, **ASKED)).totals
    assert totals["orders"] == len(rows)
    assert float(totals["gmv"]) == pytest.approx(rows.gross.sum())
    assert float(totals["paid"]) == pytest.approx(rows.paid.sum())
    assert float(totals["refunded"]) == pytest.approx(refunds.amount.sum())
    assert float(totals["net_paid"]) == pytest.approx(rows.paid.sum() - refunds.amount.sum())
    assert totals["refund_rate"] == pytest.approx(refunds.amount.sum() / rows.paid.sum())
    known = rows[(rows.paid > 0) & rows.person_key.notna()]
    counts = known.groupby("person_key").size()
    assert totals["buyers"] == len(counts)
    assert totals["repurchase_rate"] == pytest.approx((counts >= 2).mean())
    bought = everything[(everything.paid > 0) & everything.person_key.notna()].sort_values("ts")
    again = 0
    for person, part in known.groupby("person_key"):
        first = part.ts.min()
        times = bought[bought.person_key == person].ts
        again += int(((times > first) & (times <= first + timedelta(days=30))).any())
    assert totals["repurchase_30d"] == pytest.approx(again / len(counts))


@SEEDS
def test_orders_by_traffic_and_month_with_unstated_traffic_as_its_own_cell(seed):
    h = build(seed)
    rows = inside(frame(h, "orders"))
    rows = rows.assign(month=[d.replace(day=1) for d in rows.day])
    r = query(h, Query(("orders", "gmv", "buyers"), ("month", "traffic"), **ASKED))
    mine = {(x["month"], x["traffic"]): x for x in r.rows if x["orders"]}
    theirs = rows.groupby(["month", "traffic"], dropna=False)
    assert len(mine) == theirs.ngroups
    for (month, traffic), part in theirs:
        cell = mine[(month, None if pd.isna(traffic) else traffic)]
        assert cell["orders"] == len(part)
        assert float(cell["gmv"]) == pytest.approx(part.gross.sum())
        assert cell["buyers"] == part[(part.paid > 0)].person_key.nunique()


@SEEDS
def test_persons_of_events_their_retention_and_what_they_bought(seed):
    h = build(seed)
    events = frame(h, "events")
    known = events[events.person_key.notna()]
    asked = ("persons_active", "persons_new", "retention_1d", "retention_7d", "follow_purchase", "identified_events")
    totals = query(h, Query(asked, **ASKED)).totals
    assert totals["persons_active"] == inside(known).person_key.nunique()
    assert totals["identified_events"] == pytest.approx(inside(events).person_key.notna().mean())
    active = known[known.event != "unfollow"]
    first = active.groupby("person_key").day.min()
    new = first[(first >= START) & (first <= END)]
    assert totals["persons_new"] == len(new)
    days = set(zip(active.person_key, active.day, strict=True))
    for n in (1, 7):
        due = [(p, d) for p, d in new.items() if d + timedelta(days=n) <= day("2026-04-20")]
        came = [(p, d + timedelta(days=n)) in days for p, d in due]
        assert totals[f"retention_{n}d"] == (pytest.approx(sum(came) / len(came)) if came else None)
    orders = frame(h, "orders")
    orders = orders[(orders.paid > 0) & orders.person_key.notna()]
    bought = pd.concat([orders[["person_key", "ts"]], known[known.event == "purchase"][["person_key", "ts"]]])
    follows = inside(known[known.event == "follow"]).groupby("person_key").ts.min()
    hits = [
        ((bought.person_key == p) & (bought.ts >= t) & (bought.ts <= t + timedelta(days=30))).any()
        for p, t in follows.items()
    ]
    assert totals["follow_purchase"] == pytest.approx(sum(hits) / len(hits))


@SEEDS
def test_a_cut_adds_up_to_its_total_and_a_limit_changes_no_total(seed):
    h = build(seed)
    whole = query(h, Query(("orders", "gmv"), ("day", "traffic", "platform"), **ASKED))
    few = query(
        h, Query(("orders", "gmv"), ("day", "traffic", "platform"), start=START, end=END, limit=3, order="-gmv")
    )
    assert sum(x["orders"] or 0 for x in whole.rows) == whole.totals["orders"]
    assert few.totals == whole.totals
    ranked = sorted((number(x["gmv"]) for x in whole.rows if x["gmv"] is not None), reverse=True)
    assert [number(x["gmv"]) for x in few.rows] == ranked[:3]


def test_random_facts_hold_what_the_tests_are_about():
    h = build(1)
    refunds, orders = frame(h, "refunds"), frame(h, "orders").set_index("order_key")
    assert any(r.day != orders.loc[r.order_key].day for r in refunds.itertuples())
    assert len(h.statements["orders"]) > len(orders)
    assert orders.person_key.isna().any()
    assert PLATFORM[A] != PLATFORM[B]
