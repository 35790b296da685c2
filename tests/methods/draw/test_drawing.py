"""The draw itself: who wins depends on list, secret and beacon, and on nothing else. U2."""

import hashlib
import hmac
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from hongqiao.methods import draw
from hongqiao.methods.draw import Refused
from tests.methods.draw.cast import BEACON, ENTRIES, NOON, PLAN, SECRET, STAFF, TERMS, evidence, listed, plan


def refused(code, call, *args, **kwargs):
    with pytest.raises(Refused) as told:
        call(*args, **kwargs)
    assert told.value.code == code
    return told.value.params


def test_the_texts_that_are_hashed_are_written_as_the_format_says():
    assert draw.plan_bytes(PLAN).decode() == (
        "hongqiao-draw/1\tplan\n"
        "draw\td-1\n"
        f"terms\t{hashlib.sha256(TERMS.encode()).hexdigest()}\n"
        "commitment\t630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd\n"
        "opens\t2026-11-24T04:00:00Z\n"
        "closes\t2026-12-01T04:00:00Z\n"
        "beacon\t2026-12-02T07:00:00Z\t\t0\t上证指数 2026-12-02 收盘，两位小数，无千分位\n"
        "tickets\tno\n"
        "alternates\t3\n"
        "prize\tfirst\t1\t正装礼盒\n"
        "prize\tsecond\t2\t小样套装\n"
    )
    head, *rows = draw.list_bytes("0" * 64, listed()).decode().splitlines()
    assert head == "hongqiao-draw/1\tentries"
    assert rows[:3] == [
        "plan\t" + "0" * 64,
        "excluded\t1\t" + hashlib.sha256(b"p-99\tstaff\n").hexdigest(),
        "count\t12",
    ]
    assert rows[3:] == [f"{e}\t1" for e in sorted((f"p-{n:02}" for n in range(12)), key=_sha)]


def _sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_seed_and_winners_are_plain_hmacs():
    result = draw.draw(PLAN, listed(), SECRET, BEACON)
    h1 = hashlib.sha256(draw.list_bytes(draw.sha256(draw.plan_bytes(PLAN)), listed())).digest()
    seed = hmac.new(SECRET, h1 + b"3876.37", "sha256").digest()
    keys = sorted((hmac.new(seed, e.encode(), "sha256").hexdigest(), e) for e, _t in ENTRIES if e not in STAFF)
    assert result.seed == seed.hex()
    assert [(p.key, p.entry) for p in result.winners + result.alternates] == keys[:6]
    assert [p.prize for p in result.winners] == ["first", "second", "second"]
    assert [p.rank for p in result.winners + result.alternates] == [1, 2, 3, 4, 5, 6]
    assert len({p.entry for p in result.winners + result.alternates}) == 6
    assert result.void == ()


def test_the_order_in_which_entries_came_decides_nothing():
    mixed = ENTRIES[:]
    random.Random(3).shuffle(mixed)
    assert listed(mixed) == listed()


def test_list_secret_beacon_and_plan_each_change_the_seed():
    def seed(of=PLAN, entries=None, secret=SECRET, beacon=BEACON):
        return draw.draw(of, listed(entries, of), secret, beacon).seed

    other = bytes(32)
    seeds = [
        seed(),
        seed(entries=ENTRIES[1:]),
        seed(beacon="3876.38"),
        seed(of=plan(commitment=draw.commitment(other)), secret=other),
        seed(of=plan(prizes=PLAN.prizes[::-1])),
        seed(of=plan(alternates=2)),
        draw.draw(PLAN, listed(excluded={"p-99": "blacklist"}), SECRET, BEACON).seed,
    ]
    assert len(set(seeds)) == len(seeds)


def test_whoever_is_excluded_is_out_before_the_list_is_hashed():
    assert "p-99" not in dict(listed().entries)
    assert (listed().excluded, listed(excluded={"p-98": "staff", **STAFF}).excluded) == (1, 1)
    assert listed().excluded_hash == listed(excluded={"p-98": "staff", **STAFF}).excluded_hash
    assert listed(excluded={}).excluded_hash == hashlib.sha256(b"").hexdigest()


def test_prizes_for_which_nobody_is_left_are_void_and_said_to_be():
    result = draw.draw(PLAN, listed(ENTRIES[:2]), SECRET, BEACON)
    assert [p.prize for p in result.winners] == ["first", "second"]
    assert (result.alternates, result.void) == ((), (("second", 1),))
    one = draw.draw(plan(prizes=PLAN.prizes[::-1]), listed(ENTRIES[:1]), SECRET, BEACON)
    assert one.void == (("second", 1), ("first", 1))


@pytest.mark.parametrize(
    ("code", "entries"),
    [
        ("duplicate", [("a", 1), ("b", 1), ("a", 1)]),
        ("empty", []),
        ("empty", [("p-99", 1)]),
        ("bad_id", [("138 1234", 1)]),
        ("bad_id", [("", 1)]),
        ("bad_id", [("a" * 65, 1)]),
        ("bad_id", [("a\tb", 1)]),
        ("bad_id", [("甲", 1)]),
        ("bad_id", [("a\n", 1)]),
        ("bad_tickets", [("a", 2)]),
        ("bad_tickets", [("a", 0)]),
        ("bad_tickets", [("a", True)]),
        ("bad_tickets", [("a", 1.0)]),
    ],
)
def test_a_list_that_cannot_be_drawn_from_is_refused(code, entries):
    refused(code, listed, entries)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("bad_id", {"draw": "抽奖"}),
        ("bad_hash", {"terms": "A" * 64}),
        ("bad_hash", {"commitment": ""}),
        ("bad_time", {"closes": datetime(2026, 12, 1)}),
        ("times", {"closes": PLAN.opens}),
        ("times", {"closes": PLAN.beacon.due}),
        ("bad_prize", {"prizes": ()}),
        ("bad_prize", {"prizes": (draw.Prize("a", 1), draw.Prize("a", 2))}),
        ("bad_count", {"alternates": -1}),
    ],
)
def test_a_plan_that_proves_nothing_is_refused(code, changed):
    refused(code, plan, **changed)


def test_prizes_and_beacons_that_cannot_be_written_are_refused():
    refused("bad_prize", draw.Prize, "a", 0)
    refused("bad_id", draw.Prize, "一等奖", 1)
    refused("bad_text", draw.Prize, "a", 1, "礼盒\t大")
    refused("bad_text", draw.Beacon, "", NOON)
    refused("bad_chain", draw.Beacon, "drand", NOON, "ab", 3)
    refused("bad_chain", draw.Beacon, "drand", NOON, "a" * 64, 0)


def test_a_secret_that_is_not_the_one_committed_to_is_refused():
    refused("secret_differs", draw.draw, PLAN, listed(), bytes(32), BEACON)
    refused("bad_secret", draw.commitment, b"short")


def test_two_persons_type_the_beacon_and_must_agree():
    assert draw.agreed(("lin", " ３８７６.37 "), ("wu", "3876.37")) == "3876.37"
    assert refused("beacon_differs", draw.agreed, ("lin", "3876.37"), ("wu", "3,876.37"))["second"] == "3,876.37"
    refused("one_person", draw.agreed, ("lin", "1"), ("lin", "1"))
    refused("bad_beacon", draw.agreed, ("lin", " "), ("wu", " "))
    refused("bad_beacon", draw.draw, PLAN, listed(), SECRET, "\x00")


def test_a_round_of_drand_is_the_first_after_the_moment_and_its_value_the_hash_of_its_signature():
    # round 1 of the default chain, as its servers give it
    signature = (
        "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b101"
        "04990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655"
    )
    assert draw.drand_value(signature) == "101297f1ca7dc44ef6088d94ad5fb7ba03455dc33d53ddb412bbc4564ed986ec"
    refused("bad_beacon", draw.drand_value, "xy")
    genesis, period = 1692803367, 3
    first = draw.drand("5" * 64, genesis, period, datetime.fromtimestamp(genesis - 9, UTC))
    assert (first.round, first.due.timestamp()) == (2, genesis + 3)
    for seconds in (0, 1, 2, 3, 100, 10**8):
        after = datetime.fromtimestamp(genesis + seconds, UTC)
        beacon = draw.drand("5" * 64, genesis, period, after)
        assert after < beacon.due <= after + timedelta(seconds=period)
        assert beacon.due.timestamp() == genesis + (beacon.round - 1) * period


def test_evidence_is_refused_where_the_list_was_published_too_late_or_the_draw_too_early():
    due = PLAN.beacon.due
    refused("times", evidence, listed_at=due)
    refused("times", evidence, listed_at=NOON - timedelta(seconds=1))
    refused("times", evidence, drawn_at=due - timedelta(seconds=1))
    refused("bad_hash", draw.at_opening, PLAN, TERMS + " ")


def test_alternates_step_in_in_the_order_in_which_places_fall_free():
    result = draw.draw(PLAN, listed(), SECRET, BEACON)
    first, second, third = (p.entry for p in result.winners)
    a, b, c = (p.entry for p in result.alternates)

    def got(*forfeits):
        return [award.entry for award in draw.settle(result, forfeits)]

    assert got() == [first, second, third]
    assert got(third) == [first, second, a]
    assert got(third, first) == [b, second, a]  # who stepped in stays where they are
    assert got(a, third) == [first, second, b]
    assert got(third, a) == [first, second, b]
    assert got(first, second, third, a) == ["", b, c]
    assert draw.settle(result, [first])[0].instead == first
    refused("duplicate", draw.settle, result, [first, first])
    refused("unknown", draw.settle, result, ["p-99"])


def test_with_tickets_the_key_is_the_smallest_of_as_many():
    seed = bytes(32)
    each = [hmac.new(seed, name, "sha256").hexdigest() for name in (b"a", b"a#2", b"a#3")]
    assert [draw.key(seed, "a", n) for n in (1, 2, 3)] == [each[0], min(each[:2]), min(each)]
    of = plan(tickets=True)
    result = draw.draw(of, listed([("a", 50), ("b", 1), ("c", 3), ("d", 2)], of), SECRET, BEACON)
    assert len({p.entry for p in result.winners + result.alternates}) == 4


def test_three_tickets_win_three_times_as_often_as_one():
    entries = (("a", 3), ("b", 1))
    seeds = (hashlib.sha256(b"%d" % n).digest() for n in range(4000))
    won = Counter(draw.ranked(s, entries, 1)[0][1] for s in seeds)
    assert abs(won["a"] / 4000 - 0.75) < 4 * (0.75 * 0.25 / 4000) ** 0.5
