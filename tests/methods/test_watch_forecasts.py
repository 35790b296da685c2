"""Forecasts: intervals that hold, goals on their way, and refusals."""

import json
from datetime import timedelta

import numpy as np
import pytest

from hongqiao.methods.watch import BadSeries, Event, forecast, pace
from tests.methods.watch_cast import FIRST, quiet


def day(t):
    return FIRST + timedelta(days=t)


def test_intervals_hold_as_many_days_and_totals_as_they_say():
    x = quiet(80, 228)
    f = forecast(x[:, :200], FIRST, 28)
    ahead = x[:, 200:]
    assert 0.86 < ((ahead >= f.low) & (ahead <= f.high)).mean() < 0.95
    assert ((ahead.sum(axis=1) >= f.total_low) & (ahead.sum(axis=1) <= f.total_high)).mean() > 0.82


def test_it_is_nearer_than_last_week_repeated():
    x = quiet(40, 228)
    f = forecast(x[:, :200], FIRST, 28)
    naive = np.tile(x[:, 193:200], 4)
    assert np.abs(x[:, 200:] - f.expected).mean() < 0.85 * np.abs(x[:, 200:] - naive).mean()


def test_the_same_data_give_the_same_forecast():
    a, b = (forecast(quiet(2), FIRST, 14) for _ in range(2))
    np.testing.assert_array_equal(a.total_high, b.total_high)


def test_too_short_a_history_is_refused_with_the_days_that_it_lacks():
    f = forecast(quiet(1, 40), FIRST, 60)
    assert f.needed.tolist() == [20]
    assert np.isnan(f.expected).all()
    assert forecast(quiet(1, 20), FIRST, 7).needed.tolist() == [8]


def test_a_festival_ahead_counts_as_it_did_before():
    x = quiet(1, 460)
    x[0, 90:93] *= 3
    known = [Event("618", day(90), day(92)), Event("618", day(465), day(467))]
    f = forecast(x, FIRST, 14, events=known)
    assert f.expected[0, 6] > 2 * f.expected[0, 1]
    unseen = forecast(x, FIRST, 14, events=[Event("new", day(465), day(467))])
    assert (unseen.high - unseen.low)[0, 6] > 3 * (unseen.high - unseen.low)[0, 1]


def test_a_goal_on_its_way():
    x = quiet(1, 200)[0]
    p = pace(x, FIRST, (day(190), day(219)), 30_000)
    assert p.time_share == pytest.approx(10 / 30)
    assert p.done == x[190:].sum()
    assert p.low < p.expected < p.high
    assert 27_000 < p.expected < 34_000
    assert 0 < p.chance < 1
    assert pace(x, FIRST, (day(190), day(219)), 60_000).chance == 0
    assert json.loads(json.dumps(p.as_json()))["refused"] == ""


def test_days_without_data_count_as_expected_and_are_told():
    x = quiet(1, 200)[0]
    gaps = x.copy()
    gaps[192:195] = np.nan
    whole, holed = (pace(v, FIRST, (day(190), day(219)), 30_000) for v in (x, gaps))
    assert holed.missing == 3
    assert holed.done < whole.done
    assert abs(holed.expected / whole.expected - 1) < 0.05


def test_a_period_that_is_over_is_what_it_was():
    x = quiet(1, 200)[0]
    p = pace(x, FIRST, (day(150), day(179)), 1.0)
    assert (p.time_share, p.expected, p.low, p.high, p.chance) == (1.0, x[150:180].sum(), p.done, p.done, 1.0)


def test_a_goal_with_too_little_behind_it_is_refused():
    p = pace(quiet(1, 12)[0], FIRST, (day(0), day(29)), 30_000)
    assert (p.refused, p.needed, p.expected) == ("too_short", 16 + 2, None) or (p.refused, p.needed) == (
        "too_short",
        16,
    )


def test_a_target_of_zero_has_no_share():
    assert pace(quiet(1, 100)[0], FIRST, (day(90), day(120)), 0.0).done_share is None


@pytest.mark.parametrize("horizon", [0, 400])
def test_a_horizon_out_of_range_is_refused(horizon):
    with pytest.raises(BadSeries):
        forecast(quiet(), FIRST, horizon)


def test_a_period_that_does_not_fit_is_refused():
    x = quiet(1, 100)[0]
    for period in ((day(50), day(40)), (day(120), day(130)), (day(-5), day(20))):
        with pytest.raises(BadSeries):
            pace(x, FIRST, period, 1.0)
    with pytest.raises(BadSeries):
        pace(x, FIRST, (day(50), day(120)), 1.0, kind="rate")


def test_empty_and_constant_series_are_forecast_or_refused():
    f = forecast(np.stack([np.zeros(100), np.full(100, np.nan)]), FIRST, 7)
    assert f.expected[0].max() < 1
    assert f.needed[1] == 28
    level = forecast(np.full((1, 100), 5.0), FIRST, 7, kind="level")
    assert level.low[0] == pytest.approx(np.full(7, 5.0))
