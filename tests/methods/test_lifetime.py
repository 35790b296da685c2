"""Who buys again: published answers, simulated truths, what cannot be told, and nothing seen before its day."""

import csv
import json
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import beta as beta_function
from scipy.special import hyp2f1

from bench.repurchase import simulated
from hongqiao.knowledge import audiences
from hongqiao.methods.lifetime import (
    Limits,
    Purchases,
    Refused,
    bgnbd,
    calibration,
    choosing,
    expected,
    logistic,
    spend,
)
from hongqiao.site.cli import main

CDNOW = bgnbd.Model(0.2426, 4.4135, 0.7929, 2.4258, {}, 0.0, 0, 0)


def table(path, *names):
    rows = list(csv.DictReader(path.open()))
    return [np.array([float(r[n]) for r in rows]) for n in names]


def test_cdnow_gives_the_published_parameters_and_purchases(shared):
    folder = shared / "data" / "economics"
    x, t_x, T = table(folder / "clv_cdnow" / "cdnow_customers_summary.csv", "frequency", "recency", "T")
    found = bgnbd.fit(x, t_x, T)
    assert [round(v, 3) for v in found.parameters.values()] == [0.243, 4.414, 0.793, 2.426]
    assert round(found.log_likelihood, 1) == -9582.4
    assert round(float(expected.purchases(found, x, t_x, T, 39).sum()), 2) == 1653.42
    x, money = table(folder / "clv_cdnow" / "cdnow_customers_summary_with_transactions.csv", "x", "zbar")
    worth = spend.fit(x, money)
    assert (round(worth.p, 2), round(worth.q, 2), round(worth.v, 2)) == (6.25, 3.74, 15.45)
    assert not worth.doubtful
    quick = table(folder / "clv_quickstart" / "clv_quickstart.csv", "frequency", "recency", "T")
    assert bgnbd.fit(*quick).log_likelihood == pytest.approx(found.log_likelihood, abs=0.01)


def test_donors_of_whom_hardly_anybody_is_told_to_leave_are_held_and_said_to_be(shared):
    donors = shared / "data" / "economics" / "clv_donations" / "donations.csv"
    x, t_x, T, n = table(donors, "frequency", "recency", "periods", "weights")
    found = bgnbd.fit(x, t_x, T, counts=n)
    assert found.held
    assert found.n == n.sum()
    assert (expected.purchases(found, x, t_x, T, 6) < 6.5).all()


def test_where_everybody_leaves_alike_the_expectation_stands_though_the_parameters_run_away():
    bought = regulars(3000, 2, dice=True)
    early = bought.histories(210)
    found = bgnbd.fit(early.x, early.t_x, early.T)
    assert found.held
    said = expected.purchases(found, early.x, early.t_x, early.T, 30).sum()
    assert said == pytest.approx(bought.bought(210, 420)[early.person].sum(), rel=0.15)


def test_cdnow_is_calibrated_and_says_by_how_much_it_expects_too_little(shared, tmp_path):
    data = tmp_path / "cdnow.csv"
    lines = (shared / "data" / "economics" / "clv_cdnow" / "cdnow_transactions.csv").read_text().splitlines()
    data.write_text("\n".join(["n,customer,date,cds,amount", *lines[1:]]))
    given = ["--train-until", "1997-09-30", "--horizon-weeks", "39"]
    assert main(["bench", "repurchase", "--data", str(data), "--out", str(tmp_path / "o.json"), *given]) == 0
    said = json.loads((tmp_path / "o.json").read_text())
    assert said["expected_total"] == pytest.approx(1653.41, abs=0.01)
    rows = list(csv.DictReader((tmp_path / "o.csv").open()))
    assert len(rows) == 2357
    assert sum(float(r["expected_purchases"]) for r in rows) == pytest.approx(said["expected_total"], abs=0.01)


def test_the_gradient_is_that_of_the_likelihood():
    x, t_x, T = simulated(400, seed=1)
    rows = bgnbd.grouped(x, t_x, T, np.ones(len(x)))
    slope, at = bgnbd.slope(rows), np.log([0.6, 5.0, 0.7, 2.0])
    numeric = [(slope(at + h)[0] - slope(at - h)[0]) / 2e-6 for h in np.eye(4) * 1e-6]
    assert slope(at)[1] == pytest.approx(numeric, abs=1e-7)
    money = np.random.default_rng(2).gamma(3, 10, len(x))
    slope, at = spend._slope(x[x > 0], money[x > 0]), np.log([2.0, 3.0, 20.0])
    numeric = [(slope(at + h)[0] - slope(at - h)[0]) / 2e-6 for h in np.eye(3) * 1e-6]
    assert slope(at)[1] == pytest.approx(numeric, abs=1e-6)


def test_grouping_changes_nothing_and_counts_are_persons():
    x, t_x, T = simulated(3000, seed=2, days=True)
    rows = bgnbd.grouped(x, t_x, T, np.ones(len(x)))
    assert rows.n.sum() + rows.n0.sum() == len(x)
    assert len(rows.n0) < (x == 0).sum()
    plain = bgnbd.fit(x, t_x, T)
    same = bgnbd.fit(*(v[:1500] for v in (x, t_x, T)), counts=np.full(1500, 2))
    twice = bgnbd.fit(*(np.r_[v[:1500], v[:1500]] for v in (x, t_x, T)))
    assert same.parameters == pytest.approx(twice.parameters, rel=1e-4)
    assert same.log_likelihood == pytest.approx(twice.log_likelihood)
    assert plain.n == 3000


def test_the_truth_is_found_within_its_errors():
    x, t_x, T = simulated(45_000, seed=3)
    found = bgnbd.fit(x, t_x, T)
    for name, truth in {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 2.5}.items():
        assert abs(found.parameters[name] - truth) < 4 * found.errors[name], name


def published(m, x, t_x, T, t):
    """Fader, Hardie & Lee 2005, equation 10."""
    z = t / (m.alpha + T + t)
    first = 1 - ((m.alpha + T) / (m.alpha + T + t)) ** (m.r + x) * hyp2f1(m.r + x, m.b + x, m.a + m.b + x - 1, z)
    gone = (m.a / (m.b + x - 1)) * ((m.alpha + T) / (m.alpha + t_x)) ** (m.r + x) if x > 0 else 0.0
    return (m.a + m.b + x - 1) / (m.a - 1) * first / (1 + gone)


@pytest.mark.parametrize(
    ("x", "t_x", "T", "t"), [(0, 0, 30, 39), (2, 30.43, 38.86, 39), (29, 37, 38, 10), (1, 2, 5, 52)]
)
def test_expected_purchases_are_those_of_the_published_formula(x, t_x, T, t):
    found = expected.purchases(CDNOW, [x], [t_x], [T], t)[0]
    assert found == pytest.approx(published(CDNOW, x, t_x, T, t), rel=1e-9)


@pytest.mark.parametrize("a", [0.05, 0.999999, 1.0, 3.0])
@pytest.mark.parametrize(("x", "T", "t"), [(0, 0.0, 4.0), (3, 10.0, 500.0), (800, 52.0, 52.0), (5000, 520.0, 520.0)])
def test_expected_purchases_hold_where_the_published_formula_breaks_down(a, x, T, t):
    m = bgnbd.Model(0.5, 5.0, a, 2.5, {}, 0.0, 0, 0)
    u, left = t / (m.alpha + T), m.b + x

    def rate(p):
        return -math.expm1(-(m.r + x) * math.log1p(u * p)) / p * (1 - p) ** (left - 1)

    def lowered(q):  # p = q^(1/a): the density's pole at nothing is gone
        p = q ** (1 / a)
        return rate(p) / a if p > 1e-300 else (m.r + x) * u / a

    top = min(1.0, (60 / left) ** a)
    whole = quad(lowered, 0, top, limit=500, epsabs=0, epsrel=1e-11)[0]
    truth = whole / beta_function(a, left)
    assert expected._while_there(m, [x], [T], t)[0] == pytest.approx(truth, rel=1e-7)


def test_a_newcomer_is_somebody_seen_today_and_nothing_ahead_is_nothing():
    assert expected.of_newcomer(CDNOW, 39)[0] == pytest.approx(expected.purchases(CDNOW, [0], [0], [0], 39)[0])
    weeks = expected.of_newcomer(CDNOW, [1, 10, 100, 1000])
    assert (np.diff(weeks) > 0).all()
    assert expected.purchases(CDNOW, [3], [4], [9], 0)[0] == 0


def test_who_has_been_silent_longer_is_less_likely_there():
    chance = expected.alive(CDNOW, [4] * 4, [10, 20, 30, 38], [38] * 4)
    assert (np.diff(chance) > 0).all()
    assert expected.alive(CDNOW, [0], [0], [38])[0] == 1
    assert (expected.alive(CDNOW, [5000, 200], [1, 500], [500, 500]) >= 0).all()
    again = expected.again(CDNOW, [4], [30], [38], 20)[0]
    assert 0 < again < expected.alive(CDNOW, [4], [30], [38])[0]


def test_a_fit_that_cannot_be_trusted_is_refused_with_its_reason():
    x, t_x, T = simulated(300, seed=4)
    again = int((x > 0).sum())
    found = bgnbd.fit(x, t_x, T, limits=Limits(repeat_buyers=again + 1))
    assert found == Refused("too_few_repeat_buyers", {"repeat_buyers": again, "least": again + 1})
    for bad, what in ((([-1.0], [0.0], [5.0]), "x"), (([1.0], [6.0], [5.0]), "t_x"), (([0.0], [1.0], [5.0]), "t_x"),
                      (([1.5], [1.0], [5.0]), "x"), (([1.0], [np.nan], [5.0]), "not_a_number"),
                      (([1.0, 1.0], [1.0], [5.0]), "length")):  # fmt: skip
        assert bgnbd.fit(*bad) == Refused("bad_history", {"what": what})
    forever = np.full(500, 10.0), np.full(500, 39.5), np.full(500, 40.0)
    assert bgnbd.fit(*forever).held
    assert spend.fit(x, np.zeros(len(x))).reason == "too_few_repeat_buyers"
    assert bgnbd.fit([], [], []).reason == "too_few_repeat_buyers"


def test_money_that_goes_with_frequency_is_doubtful_and_a_mean_that_does_not_exist_is_none():
    rng = np.random.default_rng(5)
    x = rng.integers(1, 12, 2000).astype(float)
    rate = rng.gamma(4, 1 / 60, 2000)
    money = rng.gamma(3 * x) / rate / x
    found = spend.fit(x, money)
    assert not found.doubtful
    assert found.mean == pytest.approx(60, rel=0.1)
    drawn = spend.worth(found, [1, 50, 0], [200, 200, 0])
    assert found.mean < drawn[0] < drawn[1] < 200
    assert drawn[2] == pytest.approx(found.mean)
    assert spend.fit(x, money * x**2).doubtful
    wild = rng.gamma(3 * x) / rng.gamma(0.5, 1, 2000) / x
    assert spend.fit(x, wild).reason == "no_mean"


def test_purchases_of_a_day_are_one_and_what_was_given_back_is_none():
    day = ["2026-01-01", "2026-01-01", "2026-01-15", "2026-01-15", "2026-01-29", "2026-01-03", "2026-01-04"]
    bought = Purchases.of(["a"] * 5 + ["b", "c"], day, [10, 5, 30, -10, 40, 7, -7])
    end = int(np.datetime64("2026-02-05").astype(int))
    h = bought.histories(end)
    assert list(bought.names[h.person]) == ["a", "b"]
    assert (list(h.x), list(h.t_x), list(h.T)) == ([2, 0], [4, 0], [5, pytest.approx(33 / 7)])
    assert list(h.money) == [30, 0]
    assert list(h.first) == [15, 7]
    assert bought.stray == 1
    back = Purchases.of(["a", "a", "a"], [0, 7, 9], [10, 20, -20]).histories(14)
    assert list(back.x) == [0]
    early = bought.histories(int(np.datetime64("2026-01-20").astype(int)))
    assert list(early.x) == [1, 0]
    assert list(bought.bought(end - 14, end)) == [1, 0, 0]
    assert len(Purchases.of([], [], []).histories(5)) == 0


def test_calibration_tells_groups_and_the_bias_in_all():
    x, said, was = [0, 0, 1, 9], [0.1, 0.3, 1.0, 5.0], [0, 1, 1, 6]
    found = calibration.told(x, said, was, parts=2)
    assert found.bias == pytest.approx(6.4 / 8 - 1)
    assert [(g.low, g.high, g.n, g.actual) for g in found.by_frequency] == [(0, 0, 2, 0.5), (1, 1, 1, 1), (7, 9, 1, 6)]
    assert [(g.n, g.predicted) for g in found.by_decile] == [(2, pytest.approx(0.2)), (2, 3.0)]
    assert calibration.told([0], [0.5], [0]).bias is None


def regulars(n, seed, end=420, dice=False):
    """Persons who buy by the clock (or by dice, as the model has it), each at their own interval, until they leave."""
    rng = np.random.default_rng(seed)
    start, every, leave = rng.integers(0, 200, n), rng.gamma(4, 10, n) + 5, rng.beta(0.6, 3, n)
    who, day, there, at = [np.arange(n)], [start], np.arange(n), start.astype(float)
    for _ in range(80):
        at[there] += every[there] * (rng.exponential(size=len(there)) if dice else 1)
        there = there[(rng.random(len(there)) >= leave[there]) & (at[there] <= end)]
        who.append(there)
        day.append(at[there].astype(int))
    return Purchases.of(np.concatenate(who), np.concatenate(day))


def test_what_persons_do_is_used_only_where_it_tells_repurchase_better():
    strict = choosing.choose(regulars(1500, 1), 420, 20)
    assert (strict.method, strict.reason) == ("logistic", "better")
    assert strict.difference < -1.6 * strict.error
    persons, chance = choosing.probabilities(strict, regulars(1500, 1), 420)
    assert len(persons) == len(chance) == 1500
    assert ((chance >= 0) & (chance <= 1)).all()
    for one in strict.trials:
        assert sum(line.n for line in one.reliability) == strict.n
        assert one.skill == pytest.approx(1 - one.brier / one.base)


def test_a_history_without_an_earlier_window_stays_with_the_model():
    short = choosing.choose(regulars(3000, 2, dice=True), 420, 225)
    assert (short.method, short.reason, short.difference) == ("bgnbd", "too_short", None)
    assert [one.method for one in short.trials] == ["bgnbd"]
    assert isinstance(choosing.choose(Purchases.of([1, 2], [3, 4]), 9, 3), Refused)


def test_newtons_method_finds_the_optimum_and_bears_a_feature_that_does_not_vary():
    rng = np.random.default_rng(7)
    features = np.column_stack([rng.normal(size=(4000, 6)), np.ones(4000)])
    chance = 1 / (1 + np.exp(1 - features[:, 0]))
    found = logistic.fit(features, rng.random(4000) < chance)
    assert np.abs(found.probabilities(features) - chance).mean() < 0.03


def test_the_limits_that_ship_are_taken_and_may_be_changed():
    assert audiences.lifetime_limits() == Limits()
    assert audiences.lifetime_limits({"repeat_buyers": 30}).repeat_buyers == 30


def bench(tmp_path, rows, *more, until="2026-06-30"):
    data, out = tmp_path / "buys.csv", tmp_path / "out.json"
    data.write_text("\n".join(rows) + "\n", "utf-8")
    given = ["--train-until", until, "--horizon-weeks", "10", *more]
    return main(["bench", "repurchase", "--data", str(data), "--out", str(out), *given]), out


def test_the_bench_refuses_with_its_reason_and_names_what_is_missing(tmp_path, capsys):
    status, out = bench(tmp_path, ["customer,date,amount", "a,2026-01-01,5", "a,2026/02/01,5", "b,20260301,"])
    assert status == 0
    assert json.loads(out.read_text())["refused"] == "too_few_repeat_buyers"
    assert bench(tmp_path, ["customer,date", "a,2026-01-01"])[0] == 2
    assert "amount" in capsys.readouterr().err
    assert bench(tmp_path, ["customer,date,amount", "a,soon,5"])[0] == 2
    assert bench(tmp_path, ["customer,date,amount", "a,2026-01-01,5"], until="one day")[0] == 2


def test_the_bench_sees_nothing_after_its_day(tmp_path):
    rng = np.random.default_rng(8)
    first, rows = np.datetime64("2026-01-01"), []
    for k in range(900):
        at, slow, leave = int(rng.integers(0, 60)), 1 / rng.gamma(0.8, 1 / 40), rng.beta(0.9, 2.5)
        while at < 300:
            rows.append(f"c{k},{first + at},{rng.gamma(3, 20):.2f}")
            at = at + 1 + int(rng.exponential(min(slow, 9e3))) if rng.random() > leave else 999
    said = [json.loads(bench(tmp_path, ["customer,date,amount", *some])[1].read_text())
            for some in (rows, [r for r in rows if r.split(",")[1] <= "2026-06-30"])]  # fmt: skip
    assert said[0] == said[1]
    assert said[0]["expected_total"] > 0
