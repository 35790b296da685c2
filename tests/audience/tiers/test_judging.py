"""People are placed by what they did, their moves are kept with the reason, and judging anew gives the same. U1."""

import random
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.models import Person, TierRun
from hongqiao.audience.tiers import facts, history, jobs, judging, settings, standing
from hongqiao.audience.tiers.days import Days
from hongqiao.knowledge import audiences
from hongqiao.methods.tiers import Facts
from hongqiao.methods.tiers.asking import facts_sql
from hongqiao.warehouse import identity

TODAY = timezone.localdate()
PAID = {"amount": "99"}


def at(days: int, hour: int = 10) -> str:
    return f"{TODAY - timedelta(days=days)}T{hour:02d}:00:00"


def stand(cast, said, person):
    return standing.of(warehouse.open(cast.brand.pk), [said.key(person)]).get(said.key(person))


def moves(cast, said, person):
    handle = warehouse.open(cast.brand.pk)
    rows = handle.current("tiers")
    mine = rows.filter(rows.person_key == said.key(person)).order_by("ts")
    return [(r["was"], r["tier"], r["why"]) for r in handle.fetch(mine).to_pylist()]


def through(cast):
    while (day := history.next_day(cast.brand)) is not None:
        judging.judge(cast.brand, day)


def test_a_follower_becomes_a_buyer_a_friend_of_the_house_and_falls_silent(cast, said):
    said(
        ("甲", "follow", at(170)),
        ("甲", "purchase", at(160), {"amount": "200"}),
        ("甲", "purchase", at(140), {"amount": "200"}),
        ("甲", "purchase", at(120), {"amount": "200"}),
    )
    through(cast)
    seen = moves(cast, said, "甲")
    assert [(was, tier) for was, tier, _ in dict.fromkeys(seen) if was != tier] == [
        (None, "potential"),
        ("potential", "active"),
        ("active", "loyal"),
        ("loyal", "lapsed"),
    ]
    whys = {(was, tier): why for was, tier, why in seen}
    assert whys[None, "potential"] == "new_follower"
    assert whys["potential", "active"] == "first_purchase"
    assert whys["active", "loyal"] == "bought_often"
    assert whys["loyal", "lapsed"] == "silent"


@pytest.mark.parametrize(
    ("person", "rows", "tier", "stage"),
    [
        ("关注者", [("follow", 5, {})], "potential", "potential"),
        ("新客", [("follow", 5, {}), ("purchase", 4, PAID)], "active", "new"),
        ("常客", [("purchase", d, PAID) for d in (200, 100, 10)], "loyal", "loyal"),
        ("退货", [("follow", 20, {}), ("purchase", 9, PAID), ("refund", 8, PAID)], "active", "active"),
        ("沉默", [("purchase", 60, PAID)], "active", "at_risk"),
        ("走了", [("purchase", 91, PAID)], "lapsed", "lapsed"),
        ("带友", [("follow", 3, {}), ("invite", 2, {})], "loyal", "loyal"),
    ],
)  # fmt: skip
def test_each_person_has_the_tier_that_the_rules_say(cast, said, person, rows, tier, stage):
    said(*((person, event, at(days), more) for event, days, more in rows))
    judging.judge(cast.brand)
    place = stand(cast, said, person)
    assert (place.tier, place.stage) == (tier, stage)


def test_a_purchase_moves_its_person_within_the_next_minute(cast, said):
    said(("甲", "follow", at(40)), ("乙", "follow", at(40)))
    through(cast)
    assert stand(cast, said, "甲").tier == "potential"
    said(("甲", "purchase", timezone.now().isoformat(), {"amount": "120"}))
    assert jobs._look(cast.brand) == 1
    place = stand(cast, said, "甲")
    assert (place.tier, place.stage, place.why) == ("active", "new", "first_purchase")
    assert stand(cast, said, "乙").tier == "potential"
    assert jobs._look(cast.brand) == 0


def test_a_purchase_under_a_merged_number_moves_whoever_it_is_within_the_next_minute(cast, said):
    said(("甲", "follow", at(40)), ("甲的手机", "follow", at(30)))
    through(cast)
    identity.merge_persons(cast.brand.pk, said.key("甲"), said.key("甲的手机"), who="test")
    said(("甲的手机", "purchase", timezone.now().isoformat(), {"amount": "120"}))
    assert jobs._look(cast.brand) == 1
    assert stand(cast, said, "甲").tier == "active"


def test_judging_anew_gives_the_same_moves(cast, said):
    rng = random.Random(7)
    people = [f"p{n}" for n in range(60)]
    kinds = ["follow", "view", "purchase"]
    when = [at(rng.randrange(1, 200), rng.randrange(23)) for _ in range(400)]
    said(*((rng.choice(people), rng.choice(kinds), ts, {"amount": "88"}) for ts in when))
    through(cast)
    first = {p: moves(cast, said, p) for p in people}
    history.clear(cast.brand)
    assert not any(moves(cast, said, p) for p in people)
    through(cast)
    assert {p: moves(cast, said, p) for p in people} == first
    assert TierRun.objects.filter(brand=cast.brand).count() > 20


def test_changed_thresholds_move_people_and_say_why(cast, said):
    said(("甲", "purchase", at(50), {"amount": "1"}), ("甲", "view", at(50)))
    judging.judge(cast.brand)
    assert stand(cast, said, "甲").tier == "active"
    cast.brand.settings = {**cast.brand.settings, "audience": {"tiers": {"lapsed_days": 40}}}
    cast.brand.save()
    judging.judge(cast.brand)
    place = stand(cast, said, "甲")
    assert (place.tier, place.why) == ("lapsed", "rules_changed")


def test_the_portable_form_says_what_the_statement_says(cast, said):
    rng = random.Random(3)
    names = ["follow", "unfollow", "view", "purchase", "refund", "invite", "push_sent"]
    when = [at(rng.randrange(0, 420), rng.randrange(24)) for _ in range(900)]
    rows = [(f"p{rng.randrange(40)}", rng.choice(names), ts, rng.choice([50, 80, 120])) for ts in when]
    said(*((p, e, ts, {"amount": str(m), "event_key": f"e{n}"}) for n, (p, e, ts, m) in enumerate(rows)))
    rules, words = settings.rules(cast.brand), audiences.tier_words()
    mine = facts.people(warehouse.open(cast.brand.pk), TODAY, rules, words)
    table = pa.table(
        {
            "person": [said.key(p) for p, *_ in rows],
            "event": [r[1] for r in rows],
            "ts": [datetime.fromisoformat(r[2]) for r in rows],
            "amount": [float(r[3]) for r in rows],
        }
    )
    con = duckdb.connect()
    con.register("rows", table)
    asked = con.execute(facts_sql(rules, "rows", words), {"as_of": datetime.combine(TODAY, datetime.max.time())})
    theirs = asked.to_arrow_table() if hasattr(asked, "to_arrow_table") else asked.arrow().read_all()
    columns = {name: theirs[name].to_numpy() for name in theirs.column_names if name != "person"}
    other = Facts.of(columns)
    order = np.argsort(theirs["person"].to_pylist())
    own = np.argsort(mine.keys.to_pylist())
    for name in Facts.__dataclass_fields__:
        assert np.array_equal(getattr(mine.facts, name)[own], getattr(other, name)[order]), name


def test_facts_of_many_days_read_once_are_those_asked_for_each_day(cast, said, monkeypatch):
    rng = random.Random(5)
    names = ["follow", "unfollow", "view", "purchase", "purchase", "refund", "invite", "push_sent"]
    rows = [
        (f"p{rng.randrange(50)}", rng.choice(names), f"{at(rng.randrange(0, 430), rng.randrange(24))[:-2]}{n % 60:02d}")
        for n in range(1200)
    ]
    more = [{"amount": str(rng.choice([50, 80, -30])), "channel": rng.choice([None, "抖音", "小红书"])} for _ in rows]
    said(*((*row, extra) for row, extra in zip(rows, more, strict=True)))
    Person.objects.create(brand=cast.brand, key=said.key("p7"), no_profile=True)
    rules, words, handle = settings.rules(cast.brand), audiences.tier_words(), warehouse.open(cast.brand.pk)
    read = Days.read(handle, words)
    assert read.version == handle.version
    for back in (500, 400, 190, 30, 3, 0):
        day = TODAY - timedelta(days=back)
        once, asked = read.people(day, rules), facts.people(handle, day, rules, words)
        own, other = np.argsort(once.keys.to_pylist()), np.argsort(asked.keys.to_pylist())
        assert len(once) == len(asked)
        assert once.keys.take(pa.array(own)).equals(asked.keys.take(pa.array(other)))
        assert once.channel.take(pa.array(own)).equals(asked.channel.take(pa.array(other)))
        for name in Facts.__dataclass_fields__:
            assert np.allclose(getattr(once.facts, name)[own], getattr(asked.facts, name)[other]), (back, name)
        monkeypatch.setattr(facts, "FEW", 1)
        some = facts.people(handle, day, rules, words, keys=asked.keys.to_pylist()[:5])
        assert set(some.keys.to_pylist()) == set(asked.keys.to_pylist()[:5])
        for name in ("every", "orders", "spent", "followed"):
            assert np.allclose(getattr(once, name)[own], getattr(asked, name)[other], equal_nan=True), (back, name)


def test_weeks_judged_together_leave_the_moves_that_each_week_alone_leaves(cast, said):
    rng = random.Random(11)
    kinds = ["follow", "view", "purchase", "refund"]
    when = [at(rng.randrange(1, 200), rng.randrange(23)) for _ in range(500)]
    people = [f"p{n}" for n in range(40)]
    said(*((rng.choice(people), rng.choice(kinds), ts, {"amount": "88"}) for ts in when))
    through(cast)
    alone = {p: moves(cast, said, p) for p in people}
    sums = list(TierRun.objects.order_by("day").values_list("day", "judged", "moved", "summary"))
    history.clear(cast.brand)
    together = judging.Judging(cast.brand, many=True)
    assert together.days is not None
    while (day := history.next_day(cast.brand)) is not None:
        together.judge(day)
    assert {p: moves(cast, said, p) for p in people} == alone
    assert list(TierRun.objects.order_by("day").values_list("day", "judged", "moved", "summary")) == sums
    assert jobs._look(cast.brand) == 0


def test_a_file_that_tells_of_earlier_days_makes_those_weeks_be_judged_anew(cast, said):
    said(("甲", "purchase", at(10), {"amount": "9"}))
    through(cast)
    assert history.told_since(cast.brand, TierRun.objects.latest("day").facts) == ([], None)
    assert history.first_day(cast.brand) == TODAY - timedelta(days=10)
    assert isinstance(history.first_day(cast.brand), date)
