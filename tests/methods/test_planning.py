"""What stands in the way of a calendar: each rule with a day on either side of its line."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hongqiao.methods import planning
from hongqiao.methods.planning import Slot

RULES = {"gap_minutes": 120, "ready": {"copy": 3, "review": 2, "approved": 1}}
TODAY = date(2026, 6, 10)
WEEK = {"hours": 40, "usable": 0.75, "over": 1.1}


def slot(key="a", days=10, minute=720, **more):
    told = {"platform": "xiaohongshu", "account": "x", "stage": "approved", **more}
    return Slot(key, TODAY + timedelta(days=days), minute, **told)


def said(*slots, solemn=None):
    return [(c.code, c.level) for c in planning.conflicts(slots, RULES, TODAY, solemn or {})]


def test_a_slot_of_yesterday_that_never_went_out_is_late_and_one_of_today_is_not():
    assert said(slot(days=-1)) == [("past", "block")]
    assert said(slot(days=0)) == []
    assert said(slot(days=-1, stage="published")) == []


def test_on_a_solemn_day_nothing_sells_and_the_rest_is_asked_about():
    day = {TODAY + timedelta(days=10): "国家公祭日"}
    assert said(slot(sells=True), solemn=day) == [("solemn", "block")]
    assert said(slot(), solemn=day) == [("solemn", "warn")]
    assert said(slot(days=11, sells=True), solemn=day) == []


def test_two_pieces_of_one_account_keep_two_hours_apart():
    assert said(slot(), slot("b", minute=839)) == [("close", "warn")]
    assert said(slot(), slot("b", minute=840)) == []
    assert said(slot(), slot("b", minute=721, account="y")) == []
    assert said(slot(minute=1430), slot("b", days=11, minute=20)) == [("close", "warn")]


def test_two_that_sell_do_not_follow_each_other():
    assert said(slot(sells=True), slot("b", days=12, sells=True)) == [("selling", "warn")]
    assert said(slot(sells=True), slot("c", days=11), slot("b", days=12, sells=True)) == []


def test_a_text_is_written_three_days_before_reviewed_two_and_approved_one():
    assert said(slot(days=3, stage="copy")) == []
    assert said(slot(days=2, stage="copy")) == [("unready", "warn")]
    assert said(slot(days=2, stage="making")) == []
    assert said(slot(days=1, stage="making")) == [("unready", "warn")]
    assert said(slot(days=1, stage="review")) == []
    assert said(slot(days=0, stage="review")) == [("unready", "warn")]
    assert said(slot(days=0, stage="scheduled")) == []


def test_a_pillar_is_held_against_its_share_of_the_month():
    found = planning.quotas([slot(pillar="a"), slot("b", pillar="a")], 10, {"a": 0.5, "b": 0.3})
    assert [(s.code, s.count, s.wanted) for s in found] == [("a", 2, 5), ("b", 0, 3)]
    assert planning.sell_share([]) is None
    assert planning.sell_share([slot(sells=True), slot("b")]) == 0.5


def test_hours_of_a_week_are_held_against_what_it_can_hold():
    monday = date(2026, 6, 8)
    found = planning.loads([("小林", monday, 20), ("小林", monday + timedelta(days=6), 13)], WEEK)
    assert found == {("小林", monday): (33, 1.1)}


def test_free_slots_skip_days_that_are_taken_and_days_of_the_week_that_are_not_asked_for():
    days = list(planning.free_slots(TODAY, TODAY + timedelta(days=6), ["12:00"], [4, 5], [slot(days=2)]))
    assert days == [(date(2026, 6, 13), 720)]


@given(st.integers(0, 40), st.integers(0, 40))
def test_spreading_takes_as_many_as_wanted_each_once_in_order(free, wanted):
    days = [(TODAY + timedelta(days=n), 720) for n in range(free)]
    found = planning.spread(days, wanted)
    assert len(found) == min(free, wanted)
    assert found == sorted(set(found))


@given(st.lists(st.tuples(st.integers(-3, 20), st.integers(0, 1439), st.booleans(), st.sampled_from(planning.ORDER))))
def test_every_conflict_names_pieces_that_are_there(rows):
    slots = [slot(str(i), d, m, sells=s, stage=g) for i, (d, m, s, g) in enumerate(rows)]
    keys = {s.key for s in slots}
    for c in planning.conflicts(slots, RULES, TODAY, {}):
        assert set(c.keys) <= keys
        assert c.level in ("block", "warn")
