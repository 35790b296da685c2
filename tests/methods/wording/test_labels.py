"""The labelled sentences are sound themselves: what they claim is in the text, and no file leaks into another."""

import csv
import json
import re
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("labelled_*.csv"))
COLUMNS = ["id", "text", "platform", "industry", "hits", "kind", "why"]
LEVELS = {"block", "warn"}
GROUPS = {
    *("superlative", "national", "medical_claim", "cosmetic_claim", "food_claim", "guarantee", "superstition"),
    *("fake_scarcity", "price", "lottery", "inducement", "diversion", "finance_promise", "education_promise"),
    *("minor", "comparison", "discrimination", "privacy", "ad_label", "ai_label"),
}
PLATFORMS = {"", "wechat_oa", "douyin", "xiaohongshu", "bilibili", "weibo", "channels", "zhihu"}
INDUSTRIES = {"", "cosmetics", "food", "medical", "health_food", "education", "finance", "general"}
# The least and the greatest share of a file that each kind may take.
SHARES = {
    "hit": (0.36, 0.45),
    "homophone": (0.06, 0.10),
    "split": (0.04, 0.08),
    "exemption": (0.09, 0.16),
    "self": (0.02, 0.06),
    "negation": (0.06, 0.10),
    "quote": (0.03, 0.07),
    "name": (0.03, 0.07),
    "ordinary": (0.10, 0.16),
    "hard": (0.02, 0.08),
}
# The file to build with is longer, its sentences shorter, and more of it is faulty.
MORE = HERE / "labelled_more.csv"
MORE_SHARES = SHARES | {
    "hit": (0.45, 0.56),
    "exemption": (0.06, 0.12),
    "negation": (0.04, 0.08),
    "name": (0.02, 0.05),
    "ordinary": (0.06, 0.12),
}
MORE_STOPPED = (0.58, 0.66)
ALWAYS_FAULTY = {"hit", "homophone", "split"}
ALWAYS_CLEAN = {"exemption", "self", "negation", "quote", "name", "ordinary"}
NEAR_COPY = 0.6

Row = dict[str, Any]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        assert reader.fieldnames == COLUMNS
        return [row | {"hits": json.loads(row["hits"])} for row in reader]


def bigrams(text: str) -> set[str]:
    return {a + b for a, b in pairwise(re.sub(r"\W", "", text))}


def likeness(left: set[str], right: set[str]) -> float:
    return len(left & right) / len(left | right)


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def rows(request: pytest.FixtureRequest) -> list[Row]:
    return rows_of(request.param)


def test_every_labelled_text_stands_in_its_sentence_as_written(rows: list[Row]) -> None:
    missing = [(row["id"], hit["text"]) for row in rows for hit in row["hits"] if hit["text"] not in row["text"]]
    assert missing == []


def test_levels_groups_platforms_and_industries_are_of_the_list(rows: list[Row]) -> None:
    for row in rows:
        assert row["platform"] in PLATFORMS, row["id"]
        assert row["industry"] in INDUSTRIES, row["id"]
        for hit in row["hits"]:
            assert set(hit) == {"text", "level", "group"}, row["id"]
            assert hit["level"] in LEVELS, row["id"]
            assert hit["group"] in GROUPS, row["id"]


def test_a_faulty_kind_has_hits_and_a_clean_kind_has_none(rows: list[Row]) -> None:
    assert [row["id"] for row in rows if row["kind"] in ALWAYS_FAULTY and not row["hits"]] == []
    assert [row["id"] for row in rows if row["kind"] in ALWAYS_CLEAN and row["hits"]] == []


def test_labelled_spans_of_one_sentence_do_not_overlap(rows: list[Row]) -> None:
    for row in rows:
        spans = [
            range(found.start(), found.end())
            for hit in row["hits"]
            for found in re.finditer(re.escape(hit["text"]), row["text"])
        ]
        assert all(set(a).isdisjoint(b) for a, b in combinations(spans, 2)), row["id"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_long_enough_and_keeps_the_mix(path: Path) -> None:
    shares, least_rows = (MORE_SHARES, 450) if path == MORE else (SHARES, 260)
    rows = rows_of(path)
    assert len(rows) >= least_rows
    counts = Counter(row["kind"] for row in rows)
    assert set(counts) == set(shares)
    for kind, (least, most) in shares.items():
        assert least <= counts[kind] / len(rows) <= most, kind


def test_the_file_to_build_with_is_short_sentences_three_in_five_of_them_stopped() -> None:
    rows = rows_of(MORE)
    assert [row["id"] for row in rows if len(row["text"]) > 80] == []
    stopped = sum(any(hit["level"] == "block" for hit in row["hits"]) for row in rows)
    assert MORE_STOPPED[0] <= stopped / len(rows) <= MORE_STOPPED[1]


def test_no_sentence_of_the_file_to_build_with_stands_whole_inside_another() -> None:
    bare = [(row["id"], re.sub(r"\W", "", row["text"])) for path in FILES for row in rows_of(path)]
    inside = [(a, b) for a, left in bare for b, right in bare if a != b and a[0] == "m" and left in right]
    assert inside == []


def test_each_file_asks_about_every_group(rows: list[Row]) -> None:
    assert {hit["group"] for row in rows for hit in row["hits"]} == GROUPS


def test_every_row_gives_its_reason_and_a_sensible_length(rows: list[Row]) -> None:
    for row in rows:
        most = 400 if row["kind"] == "hard" else 120
        assert 12 <= len(row["text"]) <= most, row["id"]
        assert row["why"].strip(), row["id"]


def test_no_identifier_and_no_near_copy_of_a_sentence_appears_twice() -> None:
    everything = [row for path in FILES for row in rows_of(path)]
    assert len({row["id"] for row in everything}) == len(everything)
    grams = [(row["id"], bigrams(row["text"])) for row in everything]
    copies = [(a, b) for (a, left), (b, right) in combinations(grams, 2) if likeness(left, right) >= NEAR_COPY]
    assert copies == []
