"""Actions that are tried on a part of the pieces or the persons: what the other part says of them."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from hongqiao import warehouse
from hongqiao.errors import NotAllowed, NotFound
from hongqiao.ledger import services
from hongqiao.ledger.measuring import arms, judging, persons
from hongqiao.ledger.models import Action, Assignment
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.services.actions import NotNow
from hongqiao.ledger.services.kit import WrongState
from hongqiao.ledger.services.outcomes import NoExperiment
from hongqiao.warehouse import identity
from hongqiao.workspace import services as workspace
from tests.ledger.house import made
from tests.ledger.measured import AB, HOLD, PLAN, START, outcome, pieces, running
from tests.ledger.test_api import Program
from tests.warehouse.conftest import Keys, take


def test_new_endings_that_are_shared_more_work(cast, house):
    there = pieces(cast, {"a": 12, "b": 12}, mean=(0.036, 0.03))
    found = outcome(running(cast.owner, {**AB, "arms": there}))
    assert (found["verdict"], found["n"], found["unit"]) == ("worked", 24, "percent")
    assert found["lo"] < 0.006 < found["hi"]


def test_a_few_pieces_are_too_small_and_alike_ones_span_zero(cast, house):
    there = pieces(cast, {"a": 12, "b": 12})
    row = running(cast.owner, {**AB, "arms": {"a": there["a"][:4], "b": there["b"]}})
    assert outcome(row)["reason"] == "too_small"
    Action.objects.all().delete()
    assert outcome(running(cast.owner, {**AB, "arms": there}))["reason"] == "interval_spans_zero"


def test_pieces_that_are_in_two_experiments_at_once_are_an_overlap(cast, house):
    there = pieces(cast, {"a": 12, "b": 12}, mean=(0.036, 0.03))
    row = running(cast.owner, {**AB, "arms": there})
    running(cast.owner, {**AB, "arms": {"a": there["b"][:6], "b": there["a"][:6]}})
    assert outcome(row)["reason"] == "overlap"


# Persons


def events(cast, people=600, *, lift=0.0, base=0.1, seed=5, plan=HOLD):
    """Persons who visited before the start; in the window they buy, those who are reached with a lift."""
    rng = random.Random(seed)
    keys = [f"person-{n}" for n in range(people)]
    rows = [{"event": "visit", "ts": datetime(2026, 3, 10, 4), "person": k, "event_key": f"v{k}"} for k in keys]
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "platform": "own", "zone": "Asia/Shanghai"}
    take("events", rows, **about)
    handle = warehouse.open(cast.brand.pk)
    known = {r["event_key"]: r["person_key"] for r in handle.fetch(handle.current("events")).to_pylist()}
    bought = []
    for k in keys:
        arm = persons.arm_of(plan["seed"], known[f"v{k}"], plan["share"])
        if rng.random() < base + (lift if arm == "treat" else 0):
            fields = {"amount": Decimal(100), "currency": "CNY", "event_key": f"p{k}", "person": k}
            bought.append({"event": "purchase", "ts": datetime(2026, 4, 5, 4), **fields})
    last = {"event": "visit", "ts": datetime(2026, 4, 15, 4), "person": "late", "event_key": "late"}
    take("events", [*bought, last], captured_at=datetime(2026, 4, 16, 4), **about)
    return known


def test_a_hold_out_is_drawn_before_the_start_kept_and_can_be_checked(cast, house):
    events(cast)
    row = running(cast.owner, HOLD)
    kept = dict(Assignment.objects.filter(action=row).values_list("person_key", "arm"))
    assert len(kept) == 600  # who came after the start is in no arm
    assert kept == {k: persons.arm_of("s1", k, 0.3) for k in kept}
    assert row.measure["drawn"]["hold"] == sum(a == "hold" for a in kept.values())


def test_the_lift_over_the_hold_out_is_measured(cast, house):
    events(cast, lift=0.25)
    found = outcome(running(cast.owner, HOLD))
    assert (found["verdict"], found["unit"], found["n"]) == ("worked", "percent", 600)
    assert found["lo"] < 0.25 < found["hi"]
    amount = {**HOLD, "metric": "amount"}
    Action.objects.all().delete()
    assert outcome(running(cast.owner, amount))["effect"] == pytest.approx(found["effect"] * 100)


def test_no_lift_spans_zero_and_events_that_have_not_come_are_waited_for(cast, house):
    events(cast)
    row = running(cast.owner, HOLD)
    assert outcome(row)["reason"] == "interval_spans_zero"
    Action.objects.all().delete()
    late = running(cast.owner, HOLD, START + timedelta(days=10))
    assert isinstance(outcome(late, late.measure_on), judging.Waiting)
    assert outcome(late, late.measure_on + timedelta(days=8))["reason"] == "missing_days"


def test_too_few_people_are_refused_before_anything_starts(cast, house):
    events(cast, people=80)
    with pytest.raises(persons.TooFewPeople):
        running(cast.owner, HOLD)
    assert Action.objects.get().state == "planned"
    assert not Assignment.objects.exists()


def test_merged_persons_count_once_and_one_in_both_arms_is_left_out(cast, house):
    events(cast, lift=0.25)
    row = running(cast.owner, HOLD)
    by = {}
    for key, arm in Assignment.objects.filter(action=row).values_list("person_key", "arm"):
        by.setdefault(arm, []).append(key)
    identity.merge_persons(cast.brand.pk, by["treat"][0], by["treat"][1], "t")
    identity.merge_persons(cast.brand.pk, by["treat"][2], by["hold"][0], "t")
    found = outcome(row)
    assert found["n"] == 600 - 1 - 2
    assert found["details"]["in_both"] == 1


# Looks before the day, and what is known from before the start


def aa(seed, worth=0.0, n=40):
    """Two arms of pieces alike but for what one is worth, in the order they come."""
    rng = np.random.default_rng(seed)
    return rng.normal(worth, 1, n), rng.normal(0, 1, n)


def first_look_that_tells(row, looks, *, peeking):
    """Return whether any look at a growing pair of arms says something but 数据不足."""
    for arm, control in looks:
        blank = [np.full(len(x), np.nan) for x in (arm, control)]
        found = arms._compared(row, None, (arm, control), blank, {}, peeking)
        if found["verdict"] != "cannot_tell":
            return True
    return False


def test_an_experiment_of_equals_that_is_looked_at_after_every_piece_stays_within_its_rate(cast, house, monkeypatch):
    monkeypatch.setattr(arms, "looked_before", lambda action, handle: False)
    row = made(cast.owner, measure={**AB, "want": "up"})
    told = {True: 0, False: 0}
    for seed in range(150):
        a, b = aa(seed)
        looks = [(a[:n], b[:n]) for n in range(5, 41)]
        for peeking in told:
            told[peeking] += first_look_that_tells(row, looks, peeking=peeking)
    assert told[True] / 150 <= 0.1  # the stated level of 90 %
    assert told[False] / 150 > 0.25  # what the plain interval would have done


def test_a_strong_effect_is_seen_before_the_day_and_ending_there_closes_it_by_that_interval(cast, house):
    there = pieces(cast, {"a": 20, "b": 20}, mean=(0.045, 0.03))
    today = today_of(cast.brand)
    row = running(cast.owner, {**AB, "arms": there}, today)
    handle = warehouse.open(cast.brand.pk)
    now = judging.interim(row, handle, today)
    assert (now["verdict"], now["details"]["peeking"]) == ("worked", True)
    assert not row.outcomes.exists()
    ended = services.conclude_action(actor=cast.owner, action_id=row.pk, seen=row.version)
    assert (ended.state, ended.measure_on, ended.measure["early"]) == ("done", today, str(today))
    found = outcome(ended, today)
    assert (found["lo"], found["hi"], found["end"]) == (now["lo"], now["hi"], today)
    plan = {**AB, "arms": {"a": there["a"][:10], "b": there["b"]}}
    with pytest.raises(NotNow):  # what is chosen now is chosen knowing how it went
        services.change_action(actor=cast.owner, action_id=row.pk, seen=None, measure=plan)
    fresh = services.reopen_action(actor=cast.owner, action_id=_cancelled(cast, row).pk, seen=None)
    assert "early" not in fresh.measure


def _cancelled(cast, row):
    return services.cancel_action(actor=cast.owner, action_id=row.pk, seen=None)


def test_the_planned_look_is_plain_and_one_more_on_newer_facts_pays_for_having_looked(cast, house):
    there = pieces(cast, {"a": 20, "b": 20}, mean=(0.036, 0.03))
    row = running(cast.owner, {**AB, "arms": there})
    first = outcome(row)
    assert first["details"]["peeking"] is False
    services.keep_outcome(action_id=row.pk, version=row.version, found=first)
    assert outcome(row)["lo"] == first["lo"]  # the same facts say the same
    pieces(cast, {"a": 20, "b": 20}, seed=4, mean=(0.036, 0.03))
    second = outcome(row)
    assert second["details"]["peeking"] is True
    assert second["hi"] - second["lo"] > 1.2 * (first["hi"] - first["lo"])


def test_only_an_experiment_that_runs_can_be_ended_early_and_only_by_who_judges(cast, house):
    row = running(cast.owner, PLAN, today_of(cast.brand))
    with pytest.raises(NoExperiment):
        services.conclude_action(actor=cast.owner, action_id=row.pk, seen=None)
    planned = made(cast.owner, measure=AB)
    assert judging.interim(planned, warehouse.open(cast.brand.pk), START) is None
    with pytest.raises(WrongState):
        services.conclude_action(actor=cast.owner, action_id=planned.pk, seen=None)
    with pytest.raises(NotAllowed):
        services.conclude_action(actor=cast.editor, action_id=planned.pk, seen=None)
    with pytest.raises(NotFound):
        services.conclude_action(actor=cast.stranger, action_id=planned.pk, seen=None)


def test_what_persons_spent_before_the_start_narrows_the_interval_and_moves_no_truth(cast, house):
    spenders(cast, lift=30)
    found = outcome(running(cast.owner, {**HOLD, "metric": "amount"}))
    assert found["details"]["cuped"]["variance"] < 0.4
    assert found["lo"] < 30 < found["hi"]
    assert found["verdict"] == "worked"


def spenders(cast, people=300, lift=0.0, seed=8):
    """Persons who spend about as much in the window as they did before it, those who are reached a little more."""
    rng = random.Random(seed)
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "platform": "own", "zone": "Asia/Shanghai"}
    usual = {f"person-{n}": rng.randrange(50, 500) for n in range(people)}

    def order(k, n, day, amount):
        fields = {"event": "purchase", "amount": Decimal(amount), "currency": "CNY", "person": k}
        return {**fields, "ts": datetime(2026, *day, 4), "event_key": f"{n}{k}"}

    take("events", [order(k, "b", (3, 25), v) for k, v in usual.items()], **about)
    handle = warehouse.open(cast.brand.pk)
    known = {r["event_key"][1:]: r["person_key"] for r in handle.fetch(handle.current("events")).to_pylist()}
    reached = {k for k in usual if persons.arm_of("s1", known[k], 0.3) == "treat"}
    spent = {k: v + rng.randrange(-30, 31) + (lift if k in reached else 0) for k, v in usual.items()}
    after = [order(k, "a", (4, 5), v) for k, v in spent.items()]
    last = {"event": "visit", "ts": datetime(2026, 4, 15, 4), "person": "late", "event_key": "late"}
    take("events", [*after, last], captured_at=datetime(2026, 4, 16, 4), **about)


def test_pieces_are_held_against_what_their_own_account_had_before_the_start(cast, house):
    """Two accounts, one of them shared five times as much: their difference is no noise of the experiment."""
    other = workspace.create_account(actor=cast.owner, platform="douyin", name="second")
    there = {"a": [], "b": []}
    for n_account, (account, level) in enumerate(((cast.account, 0.01), (other, 0.05))):
        rng = np.random.default_rng(n_account)
        rows, snaps = [], []
        for n in range(30):
            key, before = f"{n_account}-{n:02d}", n < 10
            arm = "ab"[n % 2]
            when = datetime(2026, 3, 2 + n) if before else datetime(2026, 4, 2, n % 20, n)
            rate = rng.normal(level, 0.002) + (0.003 if arm == "a" and not before else 0)
            rows.append({"source_key": key, "form": "video", "title": key, "published_at": when})
            snaps.append({"source_key": key, "day": date(2026, 4, 20), "views": 10_000, "shares": int(1e4 * rate)})
            if not before:
                there[arm].append(key)
        about = {"brand_id": cast.brand.pk, "account_id": account.pk, "captured_at": datetime(2026, 4, 20, 4)}
        take("contents", rows, **about)
        take("content_snapshots", snaps, **about)
    found = outcome(running(cast.owner, {**AB, "arms": there}))
    assert found["details"]["cuped"]["known"] == 40
    assert found["details"]["cuped"]["variance"] < 0.1
    assert found["verdict"] == "worked"
    assert found["lo"] < 0.003 < found["hi"]


def test_the_page_and_the_interface_show_how_it_stands_and_end_it_early(cast, house):
    there = pieces(cast, {"a": 20, "b": 20}, mean=(0.045, 0.03))
    row = running(cast.owner, {**AB, "arms": there}, today_of(cast.brand))
    web = cast.client(cast.owner)
    url = f"/b/{cast.brand.slug}/ledger/actions/{row.pk}/"
    page = web.get(url).content.decode()
    assert "不再等到复盘日" in page
    assert "区间按随时可看计算" in page
    found = Program(cast.owner).get(f"/actions/{row.pk}/interim").json()["found"]
    assert (found["verdict"], found["n"]) == ("worked", 40)
    assert cast.client(cast.stranger).get(url).status_code == 404
    assert Program(cast.stranger).get(f"/actions/{row.pk}/interim").status_code == 404
    web.post(url, {"act": "conclude", "id": row.pk, "seen": row.version})
    row.refresh_from_db()
    assert row.measure["early"] == str(today_of(cast.brand))
    assert "不再等到复盘日" not in web.get(url).content.decode()
    assert Program(cast.owner).get(f"/actions/{row.pk}/interim").json() == {"found": None}


def test_imported_orders_are_purchases_too_and_what_an_event_also_tells_counts_once(cast, house):
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "platform": "doudian", "zone": "Asia/Shanghai"}
    at, late = datetime(2026, 4, 5, 4), datetime(2026, 4, 16, 4)
    order = {"ts": at, "paid": Decimal(60), "status": "paid", "currency": "CNY"}
    orders = [order | {"order_key": f"o{k}", "person": k} for k in "abc"]
    take("orders", [*orders, order | {"order_key": "x", "person": "d", "paid": None, "status": "closed"}], **about)
    own = [{"event": "purchase", "ts": at, "person": k, "amount": Decimal(60), "order_key": f"o{k}"} for k in "ae"]
    take("events", [*own, {"event": "visit", "ts": late, "person": "f"}], captured_at=late, **about)
    handle = warehouse.open(cast.brand.pk)
    keys = dict(zip("abcdef", Keys().hash(list("abcdef")), strict=True))
    people, day = {"treat": list(keys.values())}, date(2026, 4, 5)
    assert persons.values(handle, "amount", people, day, day)["treat"].tolist() == [60, 60, 60, 0, 60, 0]
    assert persons.values(handle, "purchase", people, day, day)["treat"].tolist() == [1, 1, 1, 0, 1, 0]
    assert persons.own_values(handle, "purchase", dict.fromkeys(keys.values(), day), 3)[keys["b"]] == 1.0
    # orders have come up to the 5th only: later days have not been seen, unless orders came never since
    assert persons.last_day(handle) == day
    assert persons.last_day(handle, date(2026, 4, 6)) == date(2026, 4, 16)
