"""Recovery after an incident, reckoned by hand where it can be."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hongqiao.methods.crisis.recovery import Day, Rule, recovery

BEGINS = date(2026, 11, 22)


def days(before: list[tuple[int, int]], after: list[tuple[int, int] | None]) -> list[Day]:
    first = BEGINS - timedelta(days=len(before))
    told = [Day(first + timedelta(days=n), t, g) for n, (t, g) in enumerate(before)]
    return told + [Day(BEGINS + timedelta(days=n), *x) for n, x in enumerate(after) if x is not None]


USUAL = [(10, 1)] * 30


def test_the_band_is_the_time_before_reckoned_by_hand():
    found = recovery(days(USUAL, [(10, 1)]), BEGINS)
    band = found.band
    assert band is not None
    assert band.mean == pytest.approx(0.8)  # 300 mentions, 30 negative: (270 − 30) / 300
    # seven-day values never move, so chance sets the edge: 2·√(0.1·0.9/70)
    assert band.low == pytest.approx(0.8 - 2 * (0.09 / 70) ** 0.5)
    assert (band.days, band.mentions, band.a_day) == (30, 300, 10)


def test_a_crisis_that_goes_away_is_recovered_on_the_third_day_inside():
    after = [(60, 50), (40, 30), (20, 10), *[(10, 1)] * 12]
    found = recovery(days(USUAL, after), BEGINS)
    assert found.peak == BEGINS
    assert found.half_life == 2  # 50 over the usual, 30 the next day, 10 the day after: half is 25
    assert found.recovered is not None
    inside = [p.day for p in found.points if p.inside]
    assert found.recovered == inside[2]
    # the window that holds a bad day is out: day 2's leaves the seven days on day 9
    assert inside[0] == BEGINS + timedelta(days=9)


def test_what_stays_bad_is_not_recovered_however_quiet_it_is():
    found = recovery(days(USUAL, [(60, 50), *[(8, 6)] * 40]), BEGINS)
    assert found.recovered is None


def test_good_words_in_a_flood_are_not_recovered_before_the_flood_is_over():
    found = recovery(days(USUAL, [(50, 3)] * 20), BEGINS)
    assert found.recovered is None


def test_days_on_which_nobody_listened_break_the_row():
    good: list[tuple[int, int] | None] = [(10, 1)] * 2
    found = recovery(days(USUAL, [*good, None, *good, None, (10, 1)]), BEGINS)
    assert found.recovered is None
    assert [p.inside for p in found.points] == [True, True, None, True, True, None, True]


@pytest.mark.parametrize("before", [[], [(10, 1)] * 13, [(1, 0)] * 30])
def test_too_little_before_is_said_rather_than_guessed(before):
    assert recovery(days(before, [(5, 5)]), BEGINS).few == "before"


def test_nothing_heard_since_is_said():
    assert recovery(days(USUAL, []), BEGINS).few == "after"


def test_a_spotless_past_still_leaves_room_for_chance():
    found = recovery(days([(10, 0)] * 30, [(10, 0)] * 5), BEGINS)
    assert found.band is not None
    assert found.band.low < 1
    assert found.recovered == BEGINS + timedelta(days=2)


def test_days_out_of_order_are_refused():
    with pytest.raises(ValueError, match="order"):
        recovery([Day(BEGINS, 1, 0), Day(BEGINS, 1, 0)], BEGINS)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is slow, not wrong
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=30, max_size=30),
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=40),
)
def test_whatever_was_said_the_answer_is_in_range(before, after):
    def sane(rows):
        return [(t, min(t, g)) for t, g in rows]

    found = recovery(days(sane(before), sane(after)), BEGINS, Rule(hold=2))
    assert found.few or len(found.points) == len(after)
    assert all(p.value is None or -1 <= p.value <= 1 for p in found.points)
    if found.recovered:
        index = (found.recovered - BEGINS).days
        assert all(p.inside for p in found.points[index - 1 : index + 1])
