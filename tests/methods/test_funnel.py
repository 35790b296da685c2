"""A piece's funnel against its own account's earlier pieces."""

from hypothesis import given
from hypothesis import strategies as st

from hongqiao.methods.funnel import Bands, funnel, median, rank

PEERS = {"open": [0.05, 0.06, 0.07, 0.08, 0.09] * 3, "finish": [0.2, 0.25, 0.3, 0.35, 0.4] * 3, "share": [0.01] * 15}
figures = st.floats(0, 1e6, allow_nan=False)


def test_the_weak_link_is_the_step_far_below_its_own_median():
    found = funnel({"open": 0.08, "finish": 0.05, "share": 0.01}, PEERS)
    assert found.weak == "finish"
    assert [s.band for s in found.steps] == [4, 0, 3]


def test_of_two_equally_low_steps_the_first_is_the_weak_link():
    assert funnel({"open": 0.01, "finish": 0.01}, PEERS).weak == "open"


def test_where_all_is_as_usual_there_is_no_weak_link():
    assert funnel({"open": 0.07, "finish": 0.3, "share": 0.01}, PEERS).weak == ""


def test_a_low_rank_close_to_the_median_is_not_called_weak():
    assert funnel({"open": 0.0699}, {"open": [0.07] * 15}).weak == ""


def test_with_too_few_earlier_pieces_nothing_is_said():
    found = funnel({"open": 0.01}, {"open": [0.07] * 9})
    assert not found.known
    assert (found.steps[0].percentile, found.steps[0].n, found.steps[0].median) == (None, 9, 0.07)


def test_what_a_platform_does_not_state_is_no_zero():
    step = funnel({"open": None}, PEERS).steps[0]
    assert (step.value, step.percentile, step.weak) == (None, None, False)


def test_leaving_early_is_better_the_lower_it_is():
    peers = {"exit": [0.3, 0.32, 0.34, 0.36, 0.38] * 3}
    assert funnel({"exit": 0.6}, peers, lower=frozenset({"exit"})).weak == "exit"
    assert funnel({"exit": 0.1}, peers, lower=frozenset({"exit"})).steps[0].percentile == 1


def test_what_is_not_judged_is_never_the_weak_link():
    assert funnel({"views": 1, "open": 0.07}, {"views": [100] * 15, **PEERS}, judged=frozenset({"open"})).weak == ""


@given(st.lists(figures, min_size=1, max_size=60), figures)
def test_a_rank_is_a_share_and_more_is_never_lower(past, value):
    ordered = sorted(past)
    assert 0 <= rank(value, ordered) <= rank(value + 1, ordered) <= 1
    assert min(past) <= median(ordered) <= max(past)


@given(st.dictionaries(st.sampled_from("abcd"), figures), st.lists(figures, min_size=10, max_size=40))
def test_a_weak_link_is_one_of_its_steps_and_lies_low(values, past):
    found = funnel(values, dict.fromkeys(values, past), Bands())
    weak = [s for s in found.steps if s.code == found.weak]
    assert bool(weak) == bool(found.weak)
    assert all(s.percentile is not None and s.percentile <= Bands().weak for s in weak)
