"""Rules of craft on the open half of the labelled fragments: none of those that hold misses, few speak wrongly."""

import json
from pathlib import Path

import pytest

from hongqiao import knowledge
from hongqiao.methods import craft
from tests.methods.craft import halves

FOLDER = Path(knowledge.__file__).parent / "craft"


def file(name):
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


KNOW = craft.known(file("thresholds"), file("cues"))
OPEN = [r for r in halves.rows() if not halves.unseen(r["id"]) and r["asks"] in halves.RULES]


def speaks(row):
    return any(f.rule in halves.RULES[row["asks"]] for f in craft.check(halves.draft(row), KNOW))


@pytest.mark.parametrize("row", [r for r in OPEN if r["faulty"]], ids=lambda r: r["id"])
def test_a_fault_of_the_open_half_is_found(row):
    assert speaks(row)


def test_sound_fragments_of_the_open_half_are_left_alone_but_for_one_whose_conclusion_uses_other_words():
    assert [r["id"] for r in OPEN if not r["faulty"] and speaks(r)] == ["jump-20"]


def test_every_rule_that_speaks_is_one_that_is_written_down_with_level_and_basis():
    ruled = file("rules")
    codes = {r["code"] for r in ruled["rules"]}
    assert len(codes) == len(ruled["rules"])
    said = {f.rule for r in halves.rows() for f in craft.check(halves.draft(r), KNOW)}
    assert said <= codes


def test_what_is_read_from_cues_says_that_it_is_a_heuristic():
    heuristic = {r["code"] for r in file("rules")["rules"] if r.get("heuristic")}
    found = [f for r in halves.rows() for f in craft.check(halves.draft(r), KNOW)]
    assert {f.rule for f in found if f.heuristic} <= heuristic
    assert all(f.heuristic for f in found if f.rule in heuristic)
