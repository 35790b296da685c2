"""Where persons stand: everybody in one place, none better for having been silent longer, every move with a reason."""

import csv
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hongqiao import knowledge
from hongqiao.knowledge import audiences
from hongqiao.methods.tiers import Facts, moves, placed, rfm
from hongqiao.methods.tiers.facts import BadRules
from hongqiao.site.cli import main

RULES = audiences.tier_rules()
NOBODY = {"follows": False, "bought": False, "since_first": np.inf, "since_order": np.inf, "since_action": np.inf}
NOBODY |= {"actions": 0, "orders": 0, "brought": 0, "r": np.inf, "f": 0, "m": 0}


def people(*persons):
    """Return facts of persons who differ from nobody by what is given."""
    return Facts.of({f.name: np.array([{**NOBODY, **p}[f.name] for p in persons]) for f in fields(Facts)})


def where(rules=RULES, **person):
    facts = people(person)
    return placed.TIERS[placed.tiers(facts, rules)[0]], placed.STAGES[placed.stages(facts, rules)[0]]


def buyer(first, last, orders, **more):
    return {"bought": True, "since_first": first, "since_order": last, "since_action": last, "orders": orders,
            "r": last, "f": orders, "actions": orders if last <= 30 else 0, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("person", "tier", "stage"),
    [
        ({}, "outside", "outside"),
        ({"follows": True, "since_action": 3, "actions": 1}, "potential", "potential"),
        ({"follows": True, "since_action": 90, "actions": 0}, "potential", "potential"),
        ({"follows": True, "since_action": 91, "actions": 0}, "lapsed", "lapsed"),
        ({"follows": True, "since_action": 3, "actions": 2}, "active", "active"),
        (buyer(10, 10, 1), "active", "new"),
        (buyer(31, 31, 1), "active", "active"),
        (buyer(40, 5, 2), "active", "active"),
        (buyer(60, 60, 1), "active", "at_risk"),
        (buyer(200, 10, 3), "loyal", "loyal"),
        (buyer(20, 1, 3), "loyal", "loyal"),
        (buyer(200, 80, 3), "loyal", "at_risk"),
        (buyer(300, 91, 9), "lapsed", "lapsed"),
        (buyer(300, 91, 9, since_action=5, actions=1), "active", "active"),
        ({"follows": True, "since_action": 3, "actions": 1, "brought": 1}, "loyal", "loyal"),
        (buyer(300, 200, 1, brought=3), "lapsed", "lapsed"),
    ],
)
def test_each_kind_of_person_stands_where_the_growth_system_says(person, tier, stage):
    assert where(**person) == (tier, stage)


def test_a_brand_bought_rarely_may_wait_longer_and_its_own_interval_says_who_is_at_risk():
    rules = RULES.fitted(np.full(60, 80.0))
    assert (rules.at_risk_days, rules.lapsed_days) == (80, 90)
    assert where(rules, **buyer(60, 60, 1)) == ("active", "active")
    slow = replace(RULES, lapsed_by_cycle=True).fitted(np.full(60, 80.0))
    assert slow.lapsed_days == 160
    assert where(slow, **buyer(300, 150, 2)) == ("active", "at_risk")
    assert RULES.fitted(np.full(49, 80.0)) == RULES, "too few intervals"


@pytest.mark.parametrize(
    "bad",
    [{"lapsed_days": 30}, {"active_days": 0}, {"nonsense": 1}, {"money_table": [5, 4, 3, 2]}, {"loyal_orders": -1}],
)
def test_thresholds_that_cannot_be_are_named(bad):
    with pytest.raises(BadRules, match=next(iter(bad))):
        audiences.tier_rules(bad)


days = st.one_of(st.just(np.inf), st.integers(0, 400).map(float))
number = st.integers(0, 6)
person = st.fixed_dictionaries(
    {"follows": st.booleans(), "bought": st.booleans(), "since_first": days, "since_order": days, "since_action": days}
    | {"actions": number, "orders": number, "brought": number, "r": days, "f": number, "m": st.integers(-50, 9000)}
)
rules = st.builds(
    lambda active, more, k, n: replace(
        RULES, active_days=active, lapsed_days=active + more, loyal_orders=k, cycle_days=n),
    st.integers(1, 60), st.integers(1, 120), st.integers(1, 5), st.integers(1, 200),
)  # fmt: skip
BETTER = {"loyal": 3, "active": 2, "new": 2, "potential": 1, "at_risk": 1, "lapsed": 0}


@settings(deadline=None, max_examples=60)
@given(st.lists(person, min_size=1, max_size=40), rules)
def test_everybody_has_one_tier_and_the_stage_belongs_to_it(persons, rules):
    facts = people(*persons)
    tier, stage = placed.tiers(facts, rules), placed.stages(facts, rules)
    assert set(tier) <= set(range(5))
    fits = {"outside": {"outside"}, "potential": {"potential"}, "active": {"active", "new", "at_risk"}}
    fits |= {"loyal": {"loyal", "at_risk"}, "lapsed": {"lapsed"}}
    assert all(placed.STAGES[s] in fits[placed.TIERS[t]] for t, s in zip(tier, stage, strict=True))
    alone = [placed.tiers(people(p), rules)[0] for p in persons]
    assert alone == list(tier), "a tier hangs on nobody else"


@settings(deadline=None, max_examples=60)
@given(person, rules, st.integers(1, 300))
def test_who_is_silent_longer_never_stands_better(one, rules, later):
    after = one | {k: one[k] + later for k in ("since_first", "since_order", "since_action", "r")}
    (was, stage), (now, then) = where(rules, **one), where(rules, **after)
    if "outside" in (was, now):
        assert was == now
        return
    assert BETTER[now] <= BETTER[was]
    assert not (stage == "at_risk" and then in ("new", "active", "loyal"))
    assert not (stage == "lapsed" and then != "lapsed")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(person, person), min_size=1, max_size=30), rules)
def test_every_move_has_one_reason_and_the_matrix_counts_everybody(pairs, rules):
    before, after = (people(*side) for side in zip(*pairs, strict=True))
    found = moves.movement(before, after, rules)
    assert found.matrix.sum() == len(pairs)
    moved = {(i, j): int(found.matrix[i, j]) for i in range(5) for j in range(5) if i != j and found.matrix[i, j]}
    told = {(placed.TIERS.index(a), placed.TIERS.index(b)): sum(d.values()) for (a, b), d in found.drivers.items()}
    assert told == moved
    assert not {"stayed", "rules_changed"} & {d for one in found.drivers.values() for d in one}


def test_moves_are_told_by_what_moved_each():
    follower = {"follows": True, "since_action": 5, "actions": 1}
    silent = {"follows": True, "since_action": 120}
    steps = [
        ({}, follower, "new_follower"),
        (follower, follower | buyer(2, 2, 1), "first_purchase"),
        (follower, follower | {"actions": 4}, "interacted"),
        (follower | buyer(40, 20, 2), follower | buyer(50, 1, 3), "bought_often"),
        (follower | buyer(40, 20, 2), follower | buyer(50, 20, 2, brought=1), "brought_others"),
        (follower, silent, "silent"),
        (silent, follower, "came_back"),
        (buyer(300, 50, 3, actions=1), buyer(330, 80, 2), "cooled"),
        (buyer(20, 20, 1), follower, "gave_back"),
    ]
    found = moves.movement(people(*(a for a, _, _ in steps)), people(*(b for _, b, _ in steps)), RULES)
    assert [moves.DRIVERS[d] for d in found.driver] == [name for _, _, name in steps]
    with pytest.raises(ValueError, match="same persons"):
        moves.movement(people({}), people({}, {}), RULES)


def test_every_code_has_its_words():
    held = knowledge.read("audience/tiers")
    assert [t["code"] for t in held["tiers"]] == list(placed.TIERS[1:])
    assert [s["code"] for s in held["stages"]] == list(placed.STAGES[1:])
    assert {d["code"] for d in held["drivers"]} == set(moves.DRIVERS) - {"stayed"}
    assert {c["code"] for c in held["classes"]} == set(rfm.CLASSES)


def test_fewer_than_fifty_buyers_are_scored_by_the_fixed_table():
    some = [
        buyer(300, r, f, m=m)
        for r, f, m in ((30, 20, 5000), (31, 15, 3000), (61, 10, 1000), (91, 5, 500), (181, 4, 499))
    ]
    found = rfm.scores(people(*some, {"follows": True}), RULES)
    assert found.fixed
    for scores in (found.r, found.f, found.m):
        assert list(scores) == [5, 4, 3, 2, 1, 0]
    assert [rfm.CLASSES[k] if k >= 0 else "" for k in found.klass] == ["HHH", "HHH", "LLL", "LLL", "LLL", ""]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 365), st.integers(1, 4), st.integers(-20, 50)), min_size=50, max_size=120))
def test_equals_get_equal_scores_and_better_ones_never_lower(rows):
    found = rfm.scores(people(*(buyer(365, r, f, m=m) for r, f, m in rows)), RULES)
    assert not found.fixed
    for values, scores in ((-np.array([r[0] for r in rows]), found.r), (np.array([r[2] for r in rows]), found.m)):
        order = np.lexsort((scores, values))
        assert (np.diff(scores[order]) >= 0).all()
        assert all(len(set(scores[values == v])) == 1 for v in values)


def test_a_million_persons_are_placed_in_about_a_second():
    import time

    rng = np.random.default_rng(0)
    n = 1_000_000
    since = rng.integers(0, 400, n).astype(float)
    columns = {"follows": rng.random(n) < 0.8, "bought": rng.random(n) < 0.5, "since_first": since + 50}
    columns |= {"since_order": since, "since_action": since, "actions": rng.integers(0, 9, n), "brought": since < 2}
    columns |= {"orders": rng.integers(0, 6, n), "r": since, "f": rng.integers(0, 6, n), "m": rng.normal(300, 90, n)}
    facts = Facts.of(columns)
    began = time.process_time()
    placed.stages(facts, RULES, placed.tiers(facts, RULES))
    rfm.scores(facts, RULES)
    assert time.process_time() - began < 3, "measured 0.5 to 0.9"


EVENTS = """person,ts,event,amount,secret
new,2026-10-20 09:00:00,purchase,80,x
fan,2026-10-30,follow,,x
gone,2026-07-01,purchase,50,x
edge,2026-08-02 23:59:59,purchase,50,x
often,2026-05-01,purchase,10,x
often,2026-08-01,购买,10,x
often,2026-10-31 23:30:00,order,10,x
back,2026-10-01,purchase,100,x
back,2026-10-05,refund,100,x
left,2026-05-01,unfollow,,x
mute,2026-06-01,follow,,x
mute,2026-10-30,push_sent,,x
later,2026-11-01,purchase,99,x
"""


def bench(tmp_path, text, suffix=".csv", as_of="2026-10-31"):
    data, out = tmp_path / f"events{suffix}", tmp_path / "out.csv"
    data.write_text(text, "utf-8")
    status = main(["bench", "tiers", "--data", str(data), "--out", str(out), "--as-of", as_of])
    return status, out


def test_the_bench_places_everybody_of_a_file_and_sees_nothing_after_its_day(tmp_path, capsys):
    status, out = bench(tmp_path, EVENTS)
    assert status == 0
    told = {r["person"]: r for r in csv.DictReader(out.open())}
    assert {k: (r["tier"], r["stage"]) for k, r in told.items()} == {
        "new": ("active", "new"),
        "fan": ("potential", "potential"),
        "gone": ("lapsed", "lapsed"),
        "edge": ("active", "at_risk"),
        "often": ("loyal", "loyal"),
        "back": ("potential", "potential"),
        "left": ("outside", "outside"),
        "mute": ("lapsed", "lapsed"),
    }
    assert (told["often"]["r"], told["often"]["f"], told["often"]["m"]) == ("5", "1", "1")
    assert told["back"]["f"] == told["fan"]["r"] == "0"
    assert capsys.readouterr().out.startswith('{"bench": "tiers", "rows": 12')


def test_the_bench_names_what_is_missing_or_cannot_be_read(tmp_path, capsys):
    assert bench(tmp_path, "person,ts,event\na,2026-01-01,view\n")[0] == 2
    assert "amount" in capsys.readouterr().err
    assert bench(tmp_path, "person,ts,event,amount\na,yesterday,view,\n")[0] == 2
    assert "yesterday" in capsys.readouterr().err
    assert bench(tmp_path, EVENTS, as_of="soon")[0] == 2
    assert bench(tmp_path, "nothing of the kind", suffix=".parquet")[0] == 2
