"""The score of a drill: a perfect one, an empty one, and each part on its own."""

from dataclasses import replace

import pytest

from hongqiao.knowledge import read
from hongqiao.methods.crisis.drill import Drill, score, total

BOOK = read("crisis/drills")
EXPECT = BOOK["scenarios"][0]["expect"]
BEST = Drill(
    found=5, level="II", answered=50, first_due=120, steps=(8, 8), statement="concern", flaws=0, signed=True,
    answers=["请停用并就医，凭就诊单联系我们", "可以退货退款"], lessons={"what": "a", "why": "b", "change": "c"},
)  # fmt: skip
EMPTY = Drill(found=None, level="", answered=None, first_due=120)


def part(drill, code):
    return next(p for p in score(drill, EXPECT, BOOK) if p.code == code)


def test_the_points_make_a_hundred():
    assert sum(BOOK["points"].values()) == 100


def test_a_perfect_drill_has_a_hundred_and_an_empty_one_none():
    assert total(score(BEST, EXPECT, BOOK)) == 100
    assert total(score(EMPTY, EXPECT, BOOK)) == 0


@pytest.mark.parametrize(("minutes", "got"), [(15, 15), (16, 7), (60, 7), (61, 0)])
def test_found_late_counts_half_and_too_late_nothing(minutes, got):
    assert part(replace(BEST, found=minutes), "found").got == got


@pytest.mark.parametrize(("level", "got"), [("II", 15), ("I", 7), ("III", 7), ("IV", 0), ("", 0)])
def test_a_level_off_counts_half(level, got):
    assert part(replace(BEST, level=level), "graded").got == got


def test_time_is_half_the_first_answer_and_half_the_steps():
    assert part(replace(BEST, answered=121), "in_time").got == 12
    assert part(replace(BEST, answered=None), "in_time").why == "not_answered"
    assert part(replace(BEST, steps=(4, 8)), "in_time").got == 19
    assert part(replace(BEST, steps=(0, 0)), "in_time").got == 12


def test_a_statement_counts_by_its_flaws_signature_and_kind():
    assert part(replace(BEST, signed=False), "statement").got == 15
    assert part(replace(BEST, statement="clarify"), "statement").got == 10
    assert part(replace(BEST, flaws=2), "statement").got == 4
    assert part(replace(BEST, flaws=9), "statement").got == 0
    assert part(replace(BEST, flaws=None), "statement").why == "no_statement"


def test_answers_count_by_what_customer_service_can_say():
    assert part(replace(BEST, answers=["请停用"]), "answers").got == 3


def test_a_review_counts_by_its_parts():
    assert part(replace(BEST, lessons={"what": "a", "why": " "}), "review").got == 5
