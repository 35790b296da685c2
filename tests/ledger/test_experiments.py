"""Actions that are tried on a part of the pieces or the persons: what the other part says of them."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from hongqiao import warehouse
from hongqiao.ledger.measuring import judging, persons
from hongqiao.ledger.models import Action, Assignment
from hongqiao.warehouse import identity
from tests.ledger.measured import AB, HOLD, START, outcome, pieces, running
from tests.warehouse.conftest import take


def test_new_endings_that_are_shared_more_work(cast, house):
    arms = pieces(cast, {"a": 12, "b": 12}, mean=(0.036, 0.03))
    found = outcome(running(cast.owner, {**AB, "arms": arms}))
    assert (found["verdict"], found["n"], found["unit"]) == ("worked", 24, "percent")
    assert found["lo"] < 0.006 < found["hi"]


def test_a_few_pieces_are_too_small_and_alike_ones_span_zero(cast, house):
    arms = pieces(cast, {"a": 12, "b": 12})
    row = running(cast.owner, {**AB, "arms": {"a": arms["a"][:4], "b": arms["b"]}})
    assert outcome(row)["reason"] == "too_small"
    Action.objects.all().delete()
    assert outcome(running(cast.owner, {**AB, "arms": arms}))["reason"] == "interval_spans_zero"


def test_pieces_that_are_in_two_experiments_at_once_are_an_overlap(cast, house):
    arms = pieces(cast, {"a": 12, "b": 12}, mean=(0.036, 0.03))
    row = running(cast.owner, {**AB, "arms": arms})
    running(cast.owner, {**AB, "arms": {"a": arms["b"][:6], "b": arms["a"][:6]}})
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
