"""Flags of made sentences, half of them counted only: as often right as docs/crisis.md says."""

import csv
from pathlib import Path

import pytest

from hongqiao.crisis.reading import flags
from hongqiao.knowledge import opinions
from tests.crisis.reading.sentences import SEEN, UNSEEN

POSTS = Path(__file__).parents[2] / "methods" / "data" / "opinion_posts.csv"


def counted(rows):
    """Return (precision, recall) of flags over labelled sentences."""
    judge, texts = opinions.judge(), [text for text, _ in rows]
    chances = [one.p for one in judge.read(texts)]
    found = [{c.kind for c in cues} for cues in flags.flags(flags.fold(texts), chances, judge.threshold)]
    hits = sum(len(had & true) for had, (_, true) in zip(found, rows, strict=True))
    return hits / sum(map(len, found)), hits / sum(len(true) for _, true in rows)


@pytest.mark.parametrize(("rows", "least"), [(SEEN, 0.98), (UNSEEN, 0.95)], ids=["seen", "unseen"])
def test_flags_are_as_often_right_as_the_page_says(rows, least):
    assert len(SEEN) + len(UNSEEN) >= 80
    precision, recall = counted(rows)
    assert precision >= least
    assert recall >= least


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_posts_alarm_as_a_reaction_or_the_press_where_they_are_one_and_hardly_elsewhere(half):
    with POSTS.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["half"] == half]
    judge, texts = opinions.judge(), [r["text"] for r in rows]
    read = judge.read(texts)
    cues = flags.flags(flags.fold(texts), [o.p for o in read], judge.threshold)
    told = [flags.told(o, c) for o, c in zip(read, cues, strict=True)]
    reacted = {n for n, t in enumerate(told) if t.kind == "allergy" and t.negative}
    truly = {n for n, r in enumerate(rows) if r["kind"] == "allergy"}
    assert reacted <= truly
    assert len(reacted) >= 0.8 * len(truly)
    spoke = {n for n, c in enumerate(cues) if "press" in {f.kind for f in c}}
    assert spoke == {n for n, r in enumerate(rows) if r["kind"] == "press"}


def test_a_flag_says_by_which_words_and_script_and_width_do_not_matter():
    texts = ["用了之後休克，送急診搶救", "記者致電品牌方，截至發稿未獲回應", "１２３１５已受理"]
    found = flags.flags(flags.fold(texts), [0.9, 0.1, 0.1], 0.35)
    assert [{c.kind for c in cues} for cues in found] == [{"injury"}, {"press"}, {"regulator"}]
    assert all(c.words for cues in found for c in cues)
