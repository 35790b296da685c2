"""Two versions against each other: sizes, intervals, and what chance alone does to them. C3."""

import math

import numpy as np
import pytest

from hongqiao.methods import split
from hongqiao.methods.causal import verdicts
from hongqiao.methods.split import Arm


def test_the_interval_is_that_of_newcombes_paper():
    found = split.compare(Arm(48, 80), Arm(56, 70), level=0.95, even=False)
    assert [round(v, 4) for v in found.gap] == [0.2, 0.0524, 0.3339]
    assert found.relative == pytest.approx(1 / 3)
    zero = split.compare(Arm(0, 10), Arm(10, 10), level=0.95, even=False)
    assert (round(zero.gap[1], 4), zero.gap[2], zero.relative) == (0.6075, 1.0, None)


def test_the_planned_size_sees_the_planned_lift_and_takes_chance_for_a_lift_as_seldom_as_the_level_says():
    usual, lift, level, power = 0.06, 0.02, 0.9, 0.8
    n = split.needed(usual, lift, level=level, power=power)
    assert 1800 < n < 2400
    draw, runs = np.random.default_rng(7), 3000

    def won(b: float) -> float:
        hits = zip(draw.binomial(n, usual, runs), draw.binomial(n, b, runs), strict=True)
        gaps = (split.compare(Arm(int(x), n), Arm(int(y), n), level=level, even=True).gap for x, y in hits)
        return sum(verdicts.verdict(lo, hi, smallest=lift).verdict == verdicts.WORKED for _g, lo, hi in gaps) / runs

    assert won(usual) < 0.06
    assert 0.77 < won(usual + lift) < 0.9


def test_intervals_hold_the_truth_as_often_as_they_say_for_small_rates_too():
    draw, runs, n = np.random.default_rng(11), 3000, 400
    for pa, pb in ((0.01, 0.01), (0.01, 0.04), (0.3, 0.35)):
        hits = zip(draw.binomial(n, pa, runs), draw.binomial(n, pb, runs), strict=True)
        found = [split.compare(Arm(int(x), n), Arm(int(y), n), level=0.9, even=True).gap for x, y in hits]
        held = sum(lo <= pb - pa <= hi for _g, lo, hi in found) / runs
        assert 0.87 < held < 0.97, (pa, pb, held)


def test_smaller_lifts_and_more_power_take_more():
    def size(lift, power=0.8):
        return split.needed(0.05, lift, level=0.9, power=power)

    assert size(0.01) > 3 * size(0.02)
    assert size(0.01, 0.9) > size(0.01)
    assert size(-0.01) < size(0.01)


def test_arms_that_were_to_be_even_and_are_not_speak_against_the_split():
    even = split.compare(Arm(50, 1000), Arm(60, 1020), level=0.9, even=True)
    uneven = split.compare(Arm(50, 1000), Arm(60, 1300), level=0.9, even=True)
    assert even.uneven > 0.5
    assert uneven.uneven < 1e-6
    assert split.compare(Arm(50, 1000), Arm(60, 1300), level=0.9, even=False).uneven is None


@pytest.mark.parametrize(("hits", "base"), [(-1, 5), (6, 5), (0, 0)])
def test_counts_that_cannot_be_are_refused(hits, base):
    with pytest.raises(ValueError, match="hits"):
        Arm(hits, base)


NOTHING = [(0, 0.1), (1, 0.1), (0.95, 0.1), (0.05, -0.05), (0.05, 0), (math.nan, 0.1)]


@pytest.mark.parametrize(("usual", "lift"), NOTHING)
def test_a_plan_without_a_rate_or_a_lift_has_no_size(usual, lift):
    with pytest.raises(ValueError, match="0 and 1"):
        split.needed(usual, lift, level=0.9, power=0.8)
