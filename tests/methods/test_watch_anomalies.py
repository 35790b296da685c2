"""Anomalies: what is found, what it is called, and how often it is found where there is nothing."""

import json
import time

import numpy as np
import pytest

from bench.worlds.daily import FIRST as WORLD_FIRST
from bench.worlds.daily import WARM, festivals, world
from hongqiao.methods.watch import BadSeries, WatchSettings, anomalies, baseline
from hongqiao.methods.watch.anomalies import step_up
from tests.methods.watch_cast import FIRST, quiet


@pytest.fixture(scope="module")
def brand():
    """84 quiet series over two years."""
    return baseline(world("count", range(120)).values, WORLD_FIRST, events=festivals())


def test_quiet_years_stay_within_the_stated_rates(brand):
    a = anomalies(brand, since=WARM)
    assert len(a.findings()) <= 3  # 1.04 a brand-year stated
    judged = np.isfinite(a.p_hint[:, WARM:])
    assert a.hint[:, WARM:].sum() / judged.sum() < 1.1 * brand.settings.hint_days / 365
    assert a.hint[:, WARM:].sum() / judged.sum() > 0.8 * brand.settings.hint_days / 365


def test_p_values_are_uniform_on_quiet_days(brand):
    p = anomalies(brand, since=WARM).p_hint[:, WARM:]
    for level in (0.5, 0.2, 0.1):
        assert abs(np.mean(p[np.isfinite(p)] <= level) / level - 1) < 0.12


def test_ten_quiet_weeks_of_a_brand_raise_no_alert():
    for seed in range(5):
        assert anomalies(baseline(quiet(50, 180, seed=seed), FIRST), since=110).findings() == []


def test_one_strange_day_is_a_spike():
    x = quiet(20, 200)
    x[3, 150] = np.round(x[3, 150] * 3)
    (found,) = anomalies(baseline(x, FIRST)).findings()
    assert (found.series, found.kind, found.direction, found.begins, found.last_marked) == (3, "spike", 1, 150, 150)
    assert found.change == pytest.approx(2, abs=0.5)
    assert json.loads(json.dumps(found.as_json()))["alerted"] == 150


def test_a_level_that_stays_is_a_shift_and_is_confirmed():
    x = quiet(20, 220)
    x[4, 150:] = np.round(x[4, 150:] * 0.6)
    found = anomalies(baseline(x, FIRST)).findings()
    assert [(f.series, f.kind, f.direction) for f in found] == [(4, "shift", -1)]
    assert found[0].begins == 150
    assert found[0].alerted <= 152
    assert found[0].confirmed
    assert found[0].change == pytest.approx(-0.4, abs=0.1)


def test_a_small_shift_adds_up_over_days():
    x = quiet(20, 220, spread=0.1)
    x[4, 150:] = np.round(x[4, 150:] * np.exp(0.22))
    a = anomalies(baseline(x, FIRST))
    assert a.hint[4, 150:153].any()
    found = [f for f in a.findings() if f.series == 4]
    assert found[0].kind == "shift"
    assert found[0].alerted <= 164


def test_a_slow_slide_is_found_as_drift_or_shift():
    x = quiet(10, 260, spread=0.1)
    x[2, 150:] = np.round(x[2, 150:] * np.exp(-0.015 * np.arange(110)))
    found = anomalies(baseline(x, FIRST)).findings()
    assert {f.series for f in found} == {2}
    assert found[0].direction == -1
    assert "spike" not in {f.kind for f in found}


def test_hints_come_only_when_asked_for(brand):
    a = anomalies(brand, since=WARM)
    hints = [f for f in a.findings(hints=True) if f.alerted is None]
    assert len(hints) > 500
    assert all(f.alerted is not None for f in a.findings())


def test_since_gives_the_same_marks_faster(brand):
    whole, part = anomalies(brand), anomalies(brand, since=700)
    for name in ("p_spike", "p_shift", "p_drift", "p_hint", "alert", "hint"):
        np.testing.assert_array_equal(getattr(whole, name)[:, 700:], getattr(part, name)[:, 700:])


def test_weights_give_totals_more_of_the_rate():
    p = np.array([[4e-5], [0.5], [0.9], [0.9]])
    assert step_up(p, np.ones(4), 1e-4).ravel().tolist() == [False, False, False, False]
    assert step_up(p, np.array([2.5, 0.5, 0.5, 0.5]), 1e-4).ravel().tolist() == [True, False, False, False]


def test_the_step_up_procedure_finds_more_where_more_is_true():
    p = np.array([[0.012, 0.012], [0.9, 0.013], [0.9, 0.014], [0.9, 0.9]])
    assert step_up(p, np.ones(4), 0.04).tolist() == [[False, True], [False, True], [False, True], [False, False]]


def test_weights_that_do_not_fit_are_refused(brand):
    for wrong in ([1.0], np.zeros(len(brand.values))):
        with pytest.raises(BadSeries):
            anomalies(brand, weights=wrong)


def test_a_higher_rate_finds_no_less(brand):
    loud = baseline(brand.values, WORLD_FIRST, events=festivals(), settings=WatchSettings(alerts_per_week=5))
    quiet_marks, loud_marks = anomalies(brand, since=WARM), anomalies(loud, since=WARM)
    assert not (quiet_marks.alert & ~loud_marks.alert).any()
    assert loud_marks.alert.sum() > quiet_marks.alert.sum()


def test_missing_days_never_alarm():
    x = quiet(30, 260, seed=7)
    gaps = np.random.default_rng(7).random(x.shape) < 0.3
    x[gaps] = np.nan
    a = anomalies(baseline(x, FIRST))
    assert not (a.alert | a.hint)[gaps].any()
    assert a.findings() == []


def test_two_years_of_two_hundred_series_take_a_second():
    x = quiet(200, 730)
    began = time.process_time()
    anomalies(baseline(x, FIRST), since=716)
    assert time.process_time() - began < 5
