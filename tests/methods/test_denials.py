"""A complaint that is denied is none; one that only looks denied stays one. Labelled before anything was done."""

import csv
import time
from pathlib import Path

import pytest

from hongqiao.knowledge import opinions

FILE = Path(__file__).parent / "data" / "opinion_denials.csv"


def rows(half: str = "") -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [r for r in csv.DictReader(file) if half in ("", r["half"])]


def p(text: str) -> float:
    return opinions.judge().read([text])[0].p


def test_the_sentences_are_different_and_half_of_them_are_hard_in_both_halves():
    assert len({r["text"] for r in rows()}) == len(rows()) >= 60
    for half in ("seen", "unseen"):
        some = rows(half)
        assert sum(r["hard"] == "1" for r in some) * 2 >= len(some)
        assert 0 < sum(r["neg"] == "1" for r in some) < len(some)


@pytest.mark.parametrize(("half", "precision", "recall"), [("seen", 0.95, 0.95), ("unseen", 0.9, 0.75)])
def test_most_that_is_negative_is_told_and_praise_that_denies_is_not(half, precision, recall):
    some = rows(half)
    said = [o.negative for o in opinions.judge().read([r["text"] for r in some])]
    right = sum(s and r["neg"] == "1" for s, r in zip(said, some, strict=True))
    assert right / sum(said) >= precision
    assert right / sum(r["neg"] == "1" for r in some) >= recall
    assert not any(s for s, r in zip(said, some, strict=True) if r["neg"] == r["hard"] == "0")


@pytest.mark.parametrize(
    "text",
    ["洁面洗完不紧绷", "没有不舒服", "不再发烫发痒", "零刺激", "没有以前那种拔干的感觉", "一颗痘没长", "洗完不緊繃"],
)
def test_what_is_denied_is_read_as_well_said(text):
    (one,) = opinions.judge().read([text])
    assert not one.negative


@pytest.mark.parametrize(
    "text",
    ["不但紧绷还起皮", "没用三天就紧绷", "一点都不好用", "没有一次不紧绷", "不紧绷才怪", "不紧绷，但是起了一脸痘"],
)
def test_what_only_looks_denied_is_negative(text):
    (one,) = opinions.judge().read([text])
    assert one.negative


def test_only_the_denied_complaint_is_taken_out():
    denials = opinions.denials()
    assert denials.without(["洗完不紧绷,也没有异味,漏液"]) == ["洗完舒服,也舒服,漏液"]
    assert denials.without(["洗完不紧绷,就是有异味,不漏液"]) == ["洗完,就是有异味,舒服"]
    for text in ("", "不", "没有一次不紧绷", "没想到这么紧绷", "说好的不紧绷呢", "不干净", "没红包"):
        assert opinions.denials().without([text]) == [text]


def test_a_brands_own_rows_teach_on_what_is_read():
    judge = opinions.judge()
    taught = judge.taught(["洗完不紧绷"] * 3, [True] * 3)
    assert taught.read(["洗完不紧绷"])[0].p > judge.read(["洗完不紧绷"])[0].p


@pytest.mark.parametrize("text", ["不" * 50_000, "不会再" * 20_000, "没有" * 20_000 + "紧绷", "紧绷没" * 20_000])
def test_long_runs_of_denials_are_read_quickly(text):
    started = time.process_time()
    assert 0 < p(text) < 1
    assert time.process_time() - started < 1
