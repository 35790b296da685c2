"""The sums that a change is explained on: what is missing is no zero, what does not add up is left out."""

from datetime import date
from types import SimpleNamespace

from hongqiao.insight.leaves import Leaves

BEFORE, AFTER = (date(2026, 4, 1), date(2026, 4, 7)), (date(2026, 4, 8), date(2026, 4, 14))
VIEWS = {BEFORE: {"douyin": 100, "wechat": None, "xiaohongshu": 40}, AFTER: {"douyin": 50, "wechat": None}}


def stated(codes, by, where, start, end, **more):
    """Views by platform; the cut by account states half of them."""
    figures = VIEWS[start, end]
    whole = sum(v or 0 for v in figures.values())
    if not by:
        return SimpleNamespace(rows=[{codes[0]: whole}])
    if "account" in by:
        return SimpleNamespace(rows=[{"platform": "douyin", "account": "a", codes[0]: whole / 2}])
    return SimpleNamespace(rows=[{"platform": p, codes[0]: v} for p, v in figures.items()])


def leaves():
    return Leaves(stated, ("views",), {}, (BEFORE, AFTER))


def test_a_platform_that_states_nothing_in_both_windows_is_no_zero():
    assert leaves().by(("platform",)) == {("douyin",): [100.0, 50.0], ("xiaohongshu",): [40.0, 0.0]}
    assert [s.where for s in leaves().explained(("platform",)).by_dim["platform"]] == [
        (("platform", "douyin"),),
        (("platform", "xiaohongshu"),),
    ]


def test_a_cut_that_loses_figures_is_left_out_and_so_is_one_too_many():
    assert leaves().additive(("platform", "account")) == (("platform",), ("account",))
    assert leaves().additive(("platform",), most=0) == ((), ("platform",))


def test_one_value_explains_nothing():
    assert leaves().explained(()) is None
