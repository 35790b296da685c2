"""A survey's figures and how surely they stand, held to known values and to simulated samples. U3."""

import numpy as np
import pytest

from hongqiao.knowledge import read
from hongqiao.methods import survey
from hongqiao.methods.survey import Answer, Unweighted, Weighted

RULES = read("audience/survey")


def test_margins_are_those_of_the_textbook_and_none_where_everybody_answered():
    assert survey.margin(384, level=0.95) == pytest.approx(0.05, abs=1e-4)
    assert survey.margin(100, share=0.2, level=0.95) == pytest.approx(1.96 * 0.04, abs=1e-4)
    assert survey.margin(278, population=1000, level=0.95) == pytest.approx(0.05, abs=1e-3)
    assert survey.margin(50, population=50, level=0.95) == 0
    assert survey.margin(1, population=1, level=0.95) == 0


def test_as_many_answers_as_needed_bring_the_margin_and_one_fewer_does_not():
    assert (survey.needed(0.05, level=0.95), survey.needed(0.05, population=1000, level=0.95)) == (385, 278)
    for population in (None, 60, 1000, 10**6):
        n = survey.needed(0.05, population=population, level=0.95)
        assert (
            survey.margin(n, population=population, level=0.95)
            <= 0.05
            < survey.margin(n - 1, population=population, level=0.95)
        )


@pytest.mark.parametrize(
    "asked",
    [
        lambda: survey.margin(0, level=0.95),
        lambda: survey.margin(11, population=10, level=0.95),
        lambda: survey.margin(10, share=1.1, level=0.95),
        lambda: survey.margin(10, level=1),
        lambda: survey.needed(0, level=0.95),
        lambda: survey.nps([], level=0.95),
        lambda: survey.nps([11], level=0.95),
        lambda: survey.nps([9.5], level=0.95),
        lambda: survey.nps([9], level=0.95, weights=[0]),
        lambda: survey.nps([9, 8], level=0.95, weights=[1]),
        lambda: survey.csat([0], level=0.95),
        lambda: survey.csat([], level=0.95),
        lambda: survey.rake([{"a": "x"}], {"a": {"x": 0.9}}, least=0.2, most=5),
        lambda: survey.rake([{"a": "x"}], {"a": {"x": 1.0}}, least=2, most=5),
    ],
)
def test_what_cannot_be_asked_is_refused(asked):
    with pytest.raises(ValueError, match="."):
        asked()


def people(*groups):
    return [{"sex": s, "age": a} for s, a, n in groups for _ in range(n)]


SAMPLE = people(("f", "young", 50), ("f", "old", 20), ("m", "young", 20), ("m", "old", 10))
QUOTAS = {"sex": {"f": 0.5, "m": 0.5}, "age": {"young": 0.6, "old": 0.4}}


def test_weights_bring_every_quota_at_once():
    found = survey.rake(SAMPLE, QUOTAS, **RULES["weight"])
    assert isinstance(found, Weighted)
    for variable, quota in QUOTAS.items():
        for group, share in quota.items():
            inside = [p[variable] == group for p in SAMPLE]
            assert found.weights[inside].sum() / found.weights.sum() == pytest.approx(share, abs=1e-6)
    assert found.weights.mean() == pytest.approx(1)
    assert 60 < found.effective < 100
    assert (found.off < 1e-6, found.clipped) == (True, 0)


def test_a_quota_that_the_limits_cannot_reach_is_said_to_be_missed():
    few = people(("f", "young", 99), ("m", "young", 1))
    found = survey.rake(few, {"sex": {"f": 0.5, "m": 0.5}}, least=0.2, most=5)
    assert isinstance(found, Weighted)
    assert found.weights.max() <= 5
    assert found.off > 0.4
    assert found.clipped >= 1


def test_groups_that_are_missing_or_not_named_are_told_not_guessed():
    limits = RULES["weight"]
    assert survey.rake([], QUOTAS, **limits) == Unweighted("none")
    women = [p for p in SAMPLE if p["sex"] == "f"]
    assert survey.rake(women, QUOTAS, **limits) == Unweighted("nobody", "sex", "m")
    assert survey.rake([*SAMPLE, {"sex": "f"}], QUOTAS, **limits) == Unweighted("unknown", "age", "")


def test_the_score_is_promoters_less_detractors_and_never_sure_of_few():
    value, lo, hi = survey.nps([10] * 5 + [8] * 3 + [0, 6], level=0.95)
    assert value == pytest.approx(30)
    assert lo < 30 < hi
    value, lo, hi = survey.nps([10] * 5, level=0.95)
    assert (value, hi) == (100, 100)
    assert lo < 70
    weighted = survey.nps([10, 0], level=0.95, weights=[3, 1])
    assert weighted[0] == pytest.approx(50)


@pytest.mark.parametrize("shares", [(0.5, 0.3, 0.2), (0.8, 0.15, 0.05), (0.1, 0.2, 0.7)])
@pytest.mark.parametrize("n", [20, 200])
def test_the_scores_interval_holds_the_truth_as_often_as_it_says(shares, n):
    rng = np.random.default_rng(5)
    drawn = rng.choice([10, 8, 3], size=(1500, n), p=shares)
    truth = 100 * (shares[0] - shares[2])
    held = np.mean([lo <= truth <= hi for _v, lo, hi in (survey.nps(s.tolist(), level=0.95) for s in drawn)])
    assert 0.925 < held < 0.985, held


def test_satisfaction_is_the_share_of_fours_and_fives():
    value, lo, hi = survey.csat([5, 4, 3, 1], level=0.95)
    assert value == 0.5
    assert (round(lo, 3), round(hi, 3)) == (0.15, 0.85)


def test_hasty_inattentive_and_repeated_answers_do_not_count():
    answers = [
        Answer(100, who="a"),
        Answer(120, passed=False, who="b"),
        Answer(19, who="c"),
        Answer(32, who="d"),  # under a third of the median
        Answer(110, who="a"),
        Answer(None, who="e"),
        Answer(90),
        Answer(95),
        Answer(130, who="b"),  # the first of this person did not count
    ]
    limits = {"least_seconds": RULES["least_seconds"], "least_share": 0.36}
    kept, out = survey.usable(answers, **limits)
    assert kept == [0, 5, 6, 7, 8]
    assert out == {"inattentive": 1, "hasty": 2, "repeated": 1}
    assert survey.usable([], **limits) == ([], {})


def test_open_answers_of_nearly_the_same_words_are_one_group():
    texts = ["希望出小一点的规格", "希望出小一点的规格！", "包装太容易漏了", " ", "希望能出小一点的规格", "快递太慢"]
    groups, rest = survey.grouped(texts, least=3)
    assert [g.places for g in groups] == [(0, 1, 4)]
    assert rest == [2, 5]
    assert survey.grouped(["", " "], least=3) == ([], [])


def test_satisfaction_is_weighted_as_the_recommendation_is():
    # by hand: weights 0.5, 0.5, 0.5, 2.5 are worth 16 / 7 answers; 1.5 of 4 are content; Wilson with z = 1.959964
    told = survey.csat([5, 5, 4, 1], level=0.95, weights=[0.5, 0.5, 0.5, 2.5])
    assert told == pytest.approx((0.375, 0.06211, 0.84463), abs=1e-4)
    assert survey.csat([5, 4, 3, 1], level=0.95, weights=[3] * 4) == pytest.approx(
        survey.csat([5, 4, 3, 1], level=0.95)
    )
    for figure, scores in ((survey.csat, [5, 1]), (survey.nps, [10, 1])):
        for wrong in ([1], [1, -1], [0, 0]):
            with pytest.raises(ValueError, match="weight an answer"):
                figure(scores, level=0.95, weights=wrong)
