"""Taking off early: against the account's own pieces at the same age."""

import json

import numpy as np
import pytest

from hongqiao.methods.watch import BadSeries, Curve, WatchSettings, early


def peers(n=20, ages=(6, 24, 72, 168), seed=1):
    rng = np.random.default_rng(seed)
    return [Curve(ages, size * (1 - np.exp(-np.array(ages) / 40))) for size in np.exp(rng.normal(8, 0.5, n))]


def at(age, others):
    return float(np.median([c.totals[c.ages.index(age)] for c in others]))


def test_a_piece_far_above_its_peers_takes_off():
    others = peers()
    found = early(Curve([6, 24], [2000, 4 * at(24, others)]), others)
    assert found.verdict == "early"
    assert found.multiple == pytest.approx(4)
    assert found.percentile > 0.95
    assert found.n == 20
    assert json.loads(json.dumps(found.as_json()))["verdict"] == "early"


def test_a_piece_far_below_stays_behind_and_one_between_is_usual():
    others = peers()
    assert early(Curve([24], [0.2 * at(24, others)]), others).verdict == "falling"
    assert early(Curve([24], [1.1 * at(24, others)]), others).verdict == "usual"


def test_peers_are_read_between_two_looks_but_never_beyond():
    others = peers()
    found = early(Curve([48], [100.0]), others)
    low, high = at(24, others), at(72, others)
    assert low < found.median < high
    assert early(Curve([3], [100.0]), others).verdict == "too_few"
    assert early(Curve([300], [100.0]), others).verdict == "too_few"


def test_looks_that_lie_too_far_apart_say_nothing_of_the_time_between():
    sparse = peers(ages=(6, 168))
    found = early(Curve([24], [100.0]), sparse)
    assert (found.verdict, found.n, found.needed, found.percentile) == ("too_few", 0, 10, None)


def test_the_percentile_is_bracketed_by_the_looks_on_both_sides():
    others = peers()
    found = early(Curve([48], [1.05 * at(24, others)]), others)
    assert found.percentile_low <= found.percentile <= found.percentile_high
    assert found.percentile_low < found.percentile_high


def test_too_few_peers_is_said_with_how_many_more_it_takes():
    found = early(Curve([24], [9999.0]), peers(7))
    assert (found.verdict, found.n, found.needed) == ("too_few", 7, 3)
    assert early(Curve([24], [9999.0]), peers(7), WatchSettings(peers=5, early_share=0.8)).verdict == "early"


def test_few_are_not_called_many():
    tiny = [Curve([24], [k % 3]) for k in range(20)]
    assert early(Curve([24], [4]), tiny).verdict == "usual"
    assert early(Curve([24], [40]), tiny).verdict == "early"


def test_about_one_usual_piece_in_ten_at_most_is_called_early():
    calls = 0
    for seed in range(300):
        *others, one = peers(21, seed=seed)
        calls += early(Curve(one.ages[:2], one.totals[:2]), others).verdict == "early"
    assert 0.02 < calls / 300 < 0.12


def test_a_total_that_fell_is_read_as_the_correction_that_it_is():
    others = [Curve([6, 24, 48], [900, 500, 600]) for _ in range(12)]
    assert early(Curve([6], [500.0]), others).percentile == 0.5


def test_peers_with_nothing_and_net_values_below_zero_are_taken():
    assert early(Curve([24], [50]), [Curve([24], [0])] * 12).multiple is None
    net = [Curve([12, 24], [-5.0, -2.0 + k]) for k in range(12)]
    assert early(Curve([18], [0.0]), net).n == 12


@pytest.mark.parametrize(
    "curve", [Curve([], []), Curve([0], [1]), Curve([24, 6], [1, 2]), Curve([6], [1, 2]), Curve([6], [float("nan")])]
)
def test_a_curve_that_is_none_is_refused(curve):
    with pytest.raises(BadSeries):
        early(curve, peers())
