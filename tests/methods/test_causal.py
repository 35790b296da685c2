"""Effects against published answers, simulated truths, and input that no method should believe."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.effect import cases, world
from hongqiao.methods.causal import Effect, Refused, did, experiment, pooling, structural, synthetic, verdicts
from hongqiao.site.cli import main


def test_the_published_cases_are_met_within_a_quarter_sd_and_their_widths_within_15_percent(shared):
    for name, y, x, start, effect, sd in cases():
        found = structural.effect(y, x, start, level=0.95)
        assert abs(found.effect - effect) <= 0.25 * sd, name
        assert 0.85 <= found.sd / sd <= 1.15, name


def test_a_case_that_wandered_before_the_start_is_said_to(shared):
    holds = {name: structural.effect(y, x, start).checks["holds"] for name, y, x, start, *_ in cases()}
    assert holds == {"arma": True, "comparison": True, "volks": False}


def test_false_positives_and_coverage_are_as_stated_on_a_few_hundred_runs():
    false = covered = 0
    for seed in range(200):
        found = structural.effect(*world(seed, 0.02, 0.0), level=0.95)
        false += found.safe_lo > 0 or found.safe_hi < 0
        found = structural.effect(*world(seed, 0.02, 0.0, effect=1.0), level=0.9)
        covered += found.safe_lo <= 1.0 <= found.safe_hi
    assert false <= 200 * 0.09
    assert covered >= 200 * 0.85


def test_gaps_are_carried_and_too_many_are_refused():
    y, x, start = world(7, 0.02, 0.0, effect=3.0)
    full = structural.effect(y, x, start)
    y[[5, 20, 40, 95]] = np.nan
    x[[3, 30], 0] = np.nan
    holes = structural.effect(y, x, start)
    assert abs(holes.effect - full.effect) < full.sd
    assert holes.n == 87
    y[60:90] = np.nan
    assert structural.effect(y, x, start) == Refused("missing_days", {"before": 33, "after": 1})


@pytest.mark.parametrize(
    ("y", "start", "reason"),
    [
        (np.ones(60), 40, "constant"),
        (np.arange(60.0), 5, "too_short"),
        (np.arange(60.0), 0, "bad_start"),
        (np.arange(60.0), 60, "bad_start"),
        (np.full(60, np.nan), 40, "no_after"),
        (np.r_[np.arange(40.0), np.full(20, np.nan)], 40, "no_after"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_reason(y, start, reason):
    assert structural.effect(y, None, start).reason == reason


def test_controls_of_another_length_are_refused_and_dead_ones_dropped():
    y, x, start = world(3, 0.0, 0.0)
    assert structural.effect(y, x[:-1], start).reason == "length_mismatch"
    dead = np.column_stack([x, np.ones(len(y)), np.full(len(y), np.nan)])
    assert structural.effect(y, dead, start).checks["controls_dropped"] == 2
    assert structural.effect(y, dead, start).effect == pytest.approx(structural.effect(y, x, start).effect)


def test_a_weekly_season_is_no_effect():
    week = np.tile([0, 0, 0, 0, 0, 9.0, 9.0], 20)
    y = 100 + week + np.random.default_rng(1).normal(0, 1, 140)
    found = structural.effect(y, None, 138, season=7)  # two days of the weekend alone
    assert abs(found.effect) < 3
    assert structural.effect(y, None, 138).effect > 3


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 1e6), st.floats(-1e6, 1e6), st.integers(0, 50))
def test_units_and_offsets_change_nothing_but_the_units(scale, shift, seed):
    y, x, start = world(seed, 0.02, 0.0)
    one, two = structural.effect(y, x, start), structural.effect(y * scale + shift, x * 3 - 2, start)
    assert isinstance(one, Effect)
    assert two.effect == pytest.approx(one.effect * scale, rel=1e-3, abs=1e-3 * one.sd * scale)
    assert two.sd == pytest.approx(one.sd * scale, rel=1e-3)


def test_what_comes_after_does_not_change_what_was_expected():
    y, x, start = world(5, 0.02, 0.0)
    before = structural.expected(y, x, start)
    y[start:] += 100
    assert np.allclose(before, structural.expected(y, x, start))
    assert before.shape == (28, 3)


def test_synthetic_control_meets_the_published_answer(shared):
    with (shared / "data" / "economics" / "synth_prop99" / "california_prop99.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = [k for k in rows[0] if k not in ("Year", "California")]
    y, x = np.array([float(r["California"]) for r in rows]), np.array([[float(r[k]) for k in names] for r in rows])
    found = synthetic.control(y, x, sum(int(r["Year"]) <= 1988 for r in rows))
    assert found.effect == pytest.approx(-19.51, abs=0.02)
    assert (found.rank, found.units) == (3, 39)
    assert found.fit_error == pytest.approx(1.656, abs=0.002)
    assert sum(found.weights) == pytest.approx(1)


def test_synthetic_control_finds_the_weights_it_was_made_of_and_refuses_what_it_cannot_fit():
    rng = np.random.default_rng(2)
    donors = np.cumsum(rng.normal(size=(40, 8)), 0)
    y = donors @ np.array([0.5, 0.5, 0, 0, 0, 0, 0, 0]) + rng.normal(0, 1e-3, 40)
    y[30:] += 4
    found = synthetic.control(y, donors, 30)
    assert found.weights[:2] == pytest.approx((0.5, 0.5), abs=0.01)
    assert found.effect == pytest.approx(4, abs=0.05)
    assert synthetic.control(y + 1000, donors, 30).reason == "poor_fit"
    assert synthetic.control(y, donors[:, :2], 30).reason == "few_donors"
    assert synthetic.control(y, donors, 3).reason == "too_short"
    donors[2, 2] = np.nan
    assert synthetic.control(y, donors, 30).reason == "missing_days"


def test_difference_in_differences_finds_an_effect_and_refuses_trends_that_parted_before():
    rng = np.random.default_rng(4)
    acted = np.arange(12) < 5
    table = rng.normal(size=(24, 12)) + rng.normal(size=12) * 5
    table[16:, acted] += 2
    found = did.effect(table, acted, 16)
    assert found.lo < 2 < found.hi
    assert found.lo > 0
    table[:, acted] += np.arange(24)[:, None] * 0.5
    assert did.effect(table, acted, 16).reason == "pre_trend"
    assert did.effect(table, np.arange(12) < 1, 16).reason == "too_few_slices"
    assert did.effect(table, acted, 2).reason == "too_short"
    assert did.effect(np.zeros((24, 12)), acted, 16).reason == "constant"


def test_an_experiment_meets_the_published_answer(shared):
    with (shared / "data" / "economics" / "uplift_hillstrom" / "hillstrom_mens_vs_control.csv").open() as file:
        rows = list(csv.DictReader(file))
    mail = [r["segment"] == "Mens E-Mail" for r in rows]
    for name, lift, se in (("visit", 0.07659, 0.00339), ("conversion", 0.00681, 0.00092), ("spend", 0.770, 0.145)):
        v = np.array([float(r[name]) for r in rows])
        found = experiment.compare(v[mail], v[~np.array(mail)])
        assert found.lift == pytest.approx(lift, abs=6e-4), name
        assert found.se == pytest.approx(se, rel=0.01), name


def test_looking_every_day_is_paid_for():
    rng = np.random.default_rng(0)
    false = 0
    for _ in range(100):
        a, b = rng.normal(size=600), rng.normal(size=600)
        looks = [experiment.compare(a[:n], b[:n], peeking=True) for n in range(50, 601, 50)]
        false += any(one.lo > 0 or one.hi < 0 for one in looks)
    assert false <= 5


def test_a_covariate_from_before_narrows_the_interval_and_moves_no_truth():
    rng = np.random.default_rng(3)
    before = rng.normal(size=2000) * 3
    y = before + rng.normal(size=2000)
    y[:1000] += 0.2
    plain = experiment.compare(y[:1000], y[1000:])
    better = experiment.compare(y[:1000], y[1000:], before=(before[:1000], before[1000:]))
    assert better.se < plain.se / 2
    assert better.lo < 0.2 < better.hi


def test_a_ratio_of_sums_is_not_a_mean_of_ratios():
    views, shares = np.array([10.0, 1000, 20, 500]), np.array([9.0, 10, 18, 5])
    found = experiment.ratio((shares, views), (shares, views))
    assert found.control == pytest.approx(shares.sum() / views.sum())
    assert found.lift == 0
    assert experiment.ratio(([1], [0]), (shares, views)).reason == "too_few"


def test_how_many_it_takes_agrees_with_what_that_many_can_show():
    n = experiment.needed(10.0, 1.0)
    assert experiment.detectable(10.0, n) == pytest.approx(1.0, rel=0.01)
    assert experiment.needed_rate(0.03, 0.006) > experiment.needed_rate(0.03, 0.02)
    with pytest.raises(ValueError, match="zero"):
        experiment.needed(1.0, 0.0)


def test_small_acts_of_one_kind_are_told_together_and_three_are_the_least():
    found = pooling.pool([1.0, 2.0, 3.0, 1.5], [0.5, 0.4, 0.6, 0.5])
    assert found.lo < found.mean < found.hi
    assert found.new_lo < found.lo
    assert pooling.pool([1.0, 2.0], [1.0, 1.0]) == Refused("too_few", {"n": 2, "least": 3})
    assert pooling.pool([1.0, np.nan, 2.0, 3.0], [1, 1, 0, 1]).reason == "too_few"
    share, lo, hi = pooling.rate(6, 9)
    assert lo < share < hi


@pytest.mark.parametrize(
    ("lo", "hi", "more", "said"),
    [
        (1, 3, {}, ("worked", "")),
        (-3, -1, {}, ("did_not", "")),
        (-3, -1, {"want": "down"}, ("worked", "")),
        (-1, 3, {}, ("cannot_tell", "interval_spans_zero")),
        (-1, 0.5, {"smallest": 1.0}, ("did_not", "")),
        (1, 3, {"reason": "no_controls"}, ("cannot_tell", "no_controls")),
    ],
)
def test_an_interval_speaks_for_itself(lo, hi, more, said):
    found = verdicts.verdict(lo, hi, **more)
    assert (found.verdict, found.reason) == said


def test_the_command_answers_and_refuses_by_name(tmp_path, capsys):
    y, x, start = world(1, 0.02, 0.0, effect=4.0)
    rows = [
        f"2026-{1 + i // 28:02d}-{1 + i % 28:02d},{a},{b[0]},{b[1]}" for i, (a, b) in enumerate(zip(y, x, strict=True))
    ]
    data, out = tmp_path / "d.csv", tmp_path / "o.json"
    data.write_text("\n".join(["date,y,x1,x2", *rows]))
    first = rows[start].split(",")[0]
    assert main(["bench", "effect", "--data", str(data), "--out", str(out), "--start", first]) == 0
    said = json.loads(out.read_text())
    assert said["verdict"] == "worked"
    assert abs(said["effect"] - 4) < 4 * said["sd"]
    assert json.loads(capsys.readouterr().out)["rows"] == 118
    assert main(["bench", "effect", "--data", str(data), "--out", str(out), "--start", "2026-01-02"]) == 0
    assert json.loads(out.read_text())["refused"] == "too_short"
    data.write_text("day,y\n2026-01-01,1\n")
    assert main(["bench", "effect", "--data", str(data), "--out", str(out), "--start", first]) == 2
    assert "date" in capsys.readouterr().err


def test_the_experiment_command_compares_one_group_with_the_control(tmp_path, capsys):
    rng = np.random.default_rng(0)
    rows = [f"{'a' if i % 2 else 'c'},{rng.normal() + i % 2:.4f},x" for i in range(400)]
    data, out = tmp_path / "d.csv", tmp_path / "o.json"
    data.write_text("\n".join(["group,spend,segment", *rows]))
    assert main(["bench", "experiment", "--data", str(data), "--out", str(out), "--control", "c"]) == 0
    said = json.loads(out.read_text())["outcomes"]
    assert list(said) == ["spend"]
    assert said["spend"]["lo"] < 1 < said["spend"]["hi"]
    assert main(["bench", "experiment", "--data", str(data), "--out", str(out), "--control", "z"]) == 2
    capsys.readouterr()
