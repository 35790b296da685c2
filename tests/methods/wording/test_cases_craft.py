"""The craft cases are sound themselves: every fault points into its text, and every fault has a mended counterpart."""

import json
from pathlib import Path
from typing import Any

import pytest

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases_craft.json").read_text("utf-8"))
BY_ID = {case["id"]: case for case in CASES}
FAULTY = [case for case in CASES if case["verdict"] == "faulty"]
SOUND = [case for case in CASES if case["verdict"] == "sound"]
CODES = {
    *("jump", "dangling", "no_evidence", "contradiction"),
    *("no_hook", "no_scene", "no_testimony", "share_reward"),
}


def words_of(case: dict[str, Any]) -> str:
    if case["form"] != "video":
        return str(case["text"])
    return "\n".join(shot[part] for shot in case["shots"] for part in ("picture", "line", "caption"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_is_as_long_as_real_copy(case: dict[str, Any]) -> None:
    assert 300 <= len(words_of(case)) <= 900
    assert case["title"]
    assert case["platform"] in {"wechat_oa", "douyin", "xiaohongshu", "zhihu"}


@pytest.mark.parametrize("case", FAULTY, ids=lambda case: case["id"])
def test_every_fault_points_at_one_place_and_says_what_is_wrong(case: dict[str, Any]) -> None:
    assert case["faults"]
    for fault in case["faults"]:
        assert fault["code"] in CODES
        assert words_of(case).count(fault["where"]) == 1, fault["where"]
        assert fault["say"]


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case["id"])
def test_a_sound_case_mends_a_faulty_one_and_keeps_none_of_its_faults(case: dict[str, Any]) -> None:
    assert case["faults"] == []
    mended = BY_ID[case["mends"]]
    assert mended["form"] == case["form"]
    assert mended["platform"] == case["platform"]
    assert [fault["where"] for fault in mended["faults"] if fault["where"] in words_of(case)] == []


def test_each_faulty_case_is_mended_once_and_all_codes_are_asked() -> None:
    assert len(FAULTY) == len(SOUND) == 6
    assert sorted(case["mends"] for case in SOUND) == sorted(case["id"] for case in FAULTY)
    assert {fault["code"] for case in FAULTY for fault in case["faults"]} == CODES


@pytest.mark.parametrize("case", [case for case in CASES if case["form"] == "video"], ids=lambda case: case["id"])
def test_the_shots_of_a_video_follow_each_other_without_a_gap(case: dict[str, Any]) -> None:
    shots = case["shots"]
    assert shots[0]["start"] == 0
    assert all(shot["start"] < shot["end"] for shot in shots)
    assert all(left["end"] == right["start"] for left, right in zip(shots, shots[1:], strict=False))
