"""Baselines: made from the past alone, robust, and honest about what they cannot judge."""

from datetime import date, timedelta

import numpy as np
import pytest

from hongqiao.methods.watch import STATUS, BadSeries, Event, WatchSettings, anomalies, baseline, join
from tests.methods.watch_cast import FIRST, quiet


def status(b, i, t):
    return STATUS[b.status[i, t]]


@pytest.mark.parametrize("kind", ["count", "rate", "level"])
def test_changing_the_future_changes_nothing_that_was_said_before(kind):
    x, n = quiet(4, 460), quiet(4, 460, mean=5000, seed=2)
    values = x / n if kind == "rate" else x
    other = values.copy()
    other[:, 430:] = other[:, 430:] * 0.3 if kind == "rate" else 7
    events = [Event("618", date(2025, 6, 16), date(2025, 6, 18)), Event("618", date(2026, 6, 1), date(2026, 6, 3))]
    made = [
        baseline(v, FIRST, kind=kind, denominators=n if kind == "rate" else None, events=events)
        for v in (values, other)
    ]
    for name in ("expected", "low", "high", "score", "status", "moved"):
        np.testing.assert_array_equal(getattr(made[0], name)[:, :430], getattr(made[1], name)[:, :430])
    marks = [anomalies(b) for b in made]
    for name in ("p_spike", "p_shift", "p_drift", "p_hint", "hint", "alert", "direction"):
        np.testing.assert_array_equal(getattr(marks[0], name)[:, :430], getattr(marks[1], name)[:, :430])


def test_cutting_the_future_off_changes_nothing_either():
    whole, cut = (anomalies(baseline(quiet(3, 300)[:, :days], FIRST)) for days in (300, 250))
    np.testing.assert_array_equal(whole.p_shift[:, :250], cut.p_shift)


def test_a_level_in_another_unit_has_the_same_scores():
    x = quiet()
    a, b = baseline(x - 900, FIRST, kind="level"), baseline((x - 900) * 250.0, FIRST, kind="level")
    np.testing.assert_allclose(a.score, b.score, rtol=1e-6)
    np.testing.assert_allclose(a.expected * 250, b.expected, rtol=1e-6)


def test_a_series_does_not_depend_on_those_beside_it():
    x = quiet(5)
    np.testing.assert_array_equal(baseline(x, FIRST).score[2], baseline(x[2], FIRST).score[0])


def test_the_weekly_season_is_learnt():
    b = baseline(quiet(20, 200, spread=0.05), FIRST)
    truth = 1000 * (1 + 0.2 * np.sin(np.arange(200) % 7))
    assert np.abs(b.expected[:, 120:] / truth[120:] - 1).mean() < 0.03


def test_the_interval_holds_as_many_quiet_days_as_it_says():
    x = quiet(60, 300)
    b = baseline(x, FIRST)
    inside = (x >= b.low) & (x <= b.high)
    assert 0.93 < inside[:, 60:].mean() < 0.97


def test_an_outlier_hardly_moves_what_is_expected():
    x = quiet(1, 200)
    y = x.copy()
    y[0, 150] *= 20
    a, b = baseline(x, FIRST), baseline(y, FIRST)
    assert abs(b.expected[0, 151] / a.expected[0, 151] - 1) < 0.05
    assert abs(b.expected[0, 157] / a.expected[0, 157] - 1) < 0.08  # the same weekday


def test_a_confirmed_shift_becomes_the_new_level():
    x = quiet(1, 200)
    x[0, 120:] = np.round(x[0, 120:] * 1.8)
    b = baseline(x, FIRST)
    moved = np.flatnonzero(b.moved[0])
    assert len(moved) == 1
    assert 127 <= moved[0] <= 136
    assert abs(b.score[0, moved[0] + 1 : moved[0] + 30].mean()) < 0.5


def test_a_short_history_is_stated_with_the_days_that_it_lacks():
    b = baseline(quiet(2, 20), FIRST)
    assert b.too_short.all()
    assert b.needed.tolist() == [8, 8]
    assert {status(b, i, t) for i in range(2) for t in range(20)} == {"too_short"}
    assert np.isnan(b.score).all()
    assert b.day(0, 19)["days_needed"] == 8


def test_days_without_data_count_as_no_history():
    x = quiet(1, 40)
    x[0, :20] = np.nan
    assert baseline(x, FIRST).needed.tolist() == [8]


def test_missing_and_partial_days_are_not_judged_and_not_learnt_from():
    x = quiet(1, 120)
    x[0, 100] = np.nan
    late = np.zeros(120, dtype=bool)
    late[118:] = True
    y = x.copy()
    y[0, 118:] = 3  # half a day's data
    a, b = baseline(x, FIRST, partial=late), baseline(y, FIRST, partial=late)
    assert status(b, 0, 100) == "missing"
    assert [status(b, 0, t) for t in (118, 119)] == ["partial", "partial"]
    assert not (anomalies(b).alert | anomalies(b).hint)[0, [100, 118, 119]].any()
    np.testing.assert_array_equal(a.expected, b.expected)


def test_a_break_starts_the_level_again_and_says_so():
    x = quiet(2, 200)
    x[0, 150:] *= 5
    b = baseline(x, FIRST, breaks={0: [FIRST + timedelta(days=150)]})
    assert [status(b, 0, t) for t in (149, 150, 156, 157)] == ["judged", "restarted", "restarted", "judged"]
    assert status(b, 1, 150) == "judged"
    assert not anomalies(b).alert[0].any()
    assert b.expected[0, 160] > 3000
    late = baseline(x[:, :153], FIRST, breaks={0: [FIRST + timedelta(days=150)]})
    assert late.needed.tolist() == [4, 0]


def test_a_long_gap_is_a_break():
    x = quiet(1, 200)
    x[0, 100:140] = np.nan
    x[0, 140:] *= 3
    b = baseline(x, FIRST)
    assert status(b, 0, 140) == "restarted"
    assert not anomalies(b).alert.any()


def test_small_denominators_widen_the_interval():
    rng = np.random.default_rng(3)
    n = np.full((1, 120), 5000.0)
    n[0, 110], n[0, 111] = 40, 0
    x = rng.binomial(n.astype(int), 0.1) / np.maximum(n, 1)
    x[0, 110] = 0.2
    b = baseline(x, FIRST, kind="rate", denominators=n)
    width = (b.high - b.low)[0]
    assert width[110] > 3 * width[109]
    assert abs(b.score[0, 110]) < 3
    assert status(b, 0, 111) == "missing"


def test_a_ratio_above_one_is_taken_too():
    rng = np.random.default_rng(4)
    spend = np.exp(rng.normal(8, 0.5, (1, 150)))
    b = baseline(rng.normal(3, 0.3, (1, 150)), FIRST, kind="rate", denominators=spend)
    assert 2.5 < b.expected[0, 149] < 3.5
    assert np.isfinite(b.score[0, 60:]).all()


def test_a_festival_not_seen_before_is_no_alarm_and_the_next_is_expected():
    x = quiet(1, 520, spread=0.08)
    first, second = FIRST + timedelta(days=90), FIRST + timedelta(days=470)
    for start in (90, 470):
        x[0, start : start + 3] = np.round(x[0, start : start + 3] * 3)
    events = [Event("618", d, d + timedelta(days=2)) for d in (first, second)]
    b = baseline(x, FIRST, events=events)
    assert status(b, 0, 91) == "event"
    assert not anomalies(b).alert.any()
    assert b.expected[0, 91] < 1500
    assert b.expected[0, 471] > 2300
    assert (b.high / b.low)[0, 471] < 0.5 * (b.high / b.low)[0, 91]
    unknown = baseline(x, FIRST)
    assert anomalies(unknown).alert[0, 90:93].any()


def test_last_years_movement_of_the_level_is_expected_in_part():
    t = np.arange(800)
    year = np.exp(0.5 * np.sin(2 * np.pi * t / 364))
    x = np.round(quiet(8, 800, spread=0.05) * year)
    truth = 1000 * (1 + 0.2 * np.sin(t % 7)) * year
    made = [baseline(x, FIRST, settings=WatchSettings(yearly_history=h)) for h in (400, 10_000)]
    with_year, without = (np.abs(b.expected / truth - 1)[:, 500:].mean() for b in made)
    assert with_year < 0.9 * without


@pytest.mark.parametrize("value", [0.0, 5.0, np.nan])
@pytest.mark.parametrize("kind", ["count", "rate", "level"])
def test_constant_and_empty_series_raise_nothing(kind, value):
    x = np.full((2, 150), value)
    b = baseline(x, FIRST, kind=kind, denominators=np.full((2, 150), 100.0) if kind == "rate" else None)
    assert not anomalies(b).alert.any()
    assert anomalies(b).findings(hints=True) == []


def test_a_constant_series_that_begins_to_move_is_followed():
    x = np.full((1, 200), 5.0)
    x[0, 100:] = 5 + np.random.default_rng(1).normal(size=100)
    b = baseline(x, FIRST, kind="level")
    assert status(b, 0, 99) == "no_scale"
    assert status(b, 0, 199) == "judged"
    assert abs(np.nanstd(b.score[0, 150:]) - 1) < 0.4


def test_one_sale_after_many_days_of_none_is_no_alarm():
    x = np.zeros((1, 150))
    x[0, 140] = 1
    assert not anomalies(baseline(x, FIRST)).alert.any()


def test_net_values_below_zero_are_taken():
    rng = np.random.default_rng(5)
    x = rng.poisson(30, (3, 200)) - rng.poisson(32, (3, 200)).astype(float)
    b = baseline(x, FIRST)
    assert (b.low[:, 100:] < 0).all()
    few = baseline(rng.poisson(1, (1, 100)).astype(float), FIRST)
    assert few.low[0, 50:].min() == 0
    assert 0.7 < np.nanstd(b.score[:, 60:]) < 1.3


def test_blocks_of_several_kinds_are_judged_together():
    n = np.full((2, 150), 4000.0)
    rates = np.random.default_rng(6).binomial(4000, 0.1, (2, 150)) / n
    counts = baseline(quiet(3, 150), FIRST)
    both = join(counts, baseline(rates, FIRST, kind="rate", denominators=n))
    np.testing.assert_array_equal(both.score[:3], counts.score)
    assert anomalies(both).alert.shape == (5, 150)
    with pytest.raises(BadSeries):
        join(counts, baseline(quiet(3, 149), FIRST))


def test_no_days_at_all_is_an_empty_answer():
    b = baseline(np.zeros((2, 0)), FIRST)
    assert b.needed.tolist() == [28, 28]
    assert anomalies(b).findings() == []


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"values": np.zeros((2, 2, 2))}, "shape"),
        ({"values": [[1.0, np.inf]]}, "infinite"),
        ({"kind": "money"}, "kind"),
        ({"kind": "rate", "denominators": np.ones((1, 3))}, "denominators"),
        ({"partial": [True]}, "partial"),
        ({"breaks": {7: [FIRST]}}, "breaks"),
        ({"events": [Event("a", FIRST, FIRST - timedelta(days=1))]}, "event"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(wrong, what):
    with pytest.raises(BadSeries) as error:
        baseline(**({"values": quiet(2, 30), "first_day": FIRST} | wrong))
    assert error.value.params["what"] == what


def test_settings_of_a_brand_come_from_json_and_are_checked():
    s = WatchSettings.of({"alerts_per_week": 1, "min_history": 42.0, "runs": [2, 7]})
    assert (s.alerts_per_week, s.min_history, s.runs) == (1.0, 42, (2, 7))
    for wrong in (
        {"nonsense": 1},
        {"min_history": 3.5},
        {"interval": 1.0},
        {"alerts_per_week": -1},
        {"runs": []},
        {"peers": True},
    ):
        with pytest.raises(BadSeries):
            WatchSettings.of(wrong)
