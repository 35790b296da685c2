"""Of what feedback speaks: labelled sentences, the tree as data, what people teach."""

import csv
import re
from pathlib import Path

import pytest

from hongqiao.audience.feedback import classifying, kinds
from hongqiao.audience.inbox import services
from hongqiao.knowledge import opinions
from hongqiao.workspace.models import Brand
from tests.audience.kit import heard

HALVES = ("seen", "unseen", "free", "later", "last")


def sentences(half):
    """Sentences of the hand that wrote the rules; those of another hand (`fresh.csv`) are `open` and `blind`."""
    name = "sentences.csv" if half in HALVES else "fresh.csv"
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return [r for r in csv.DictReader(file) if r["half"] == half]


def scored(rows, said):
    """Return (right, said, there) of the first level."""
    pairs = [(r["kind"].partition(".")[0], s.kind.partition(".")[0]) for r, s in zip(rows, said, strict=True)]
    right = sum(1 for wanted, got in pairs if wanted and wanted == got)
    return right, sum(1 for _w, g in pairs if g), sum(1 for w, _g in pairs if w)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("half", "precision", "recall"),
    [
        *(("seen", 0.95, 1.0), ("unseen", 0.9, 0.95), ("free", 0.9, 0.9), ("later", 0.9, 0.9), ("last", 0.9, 0.8)),
        *(("open", 0.85, 0.75), ("blind", 0.85, 0.75)),
    ],
)
def test_kinds_are_told_of_the_labelled_sentences_as_well_as_the_page_says(half, precision, recall):
    rows = sentences(half)
    right, said, there = scored(rows, classifying.read(Brand(settings={}), [r["text"] for r in rows]))
    assert right / said >= precision
    assert right / there >= recall


def test_there_are_sentences_enough_and_each_has_a_kind_of_the_tree():
    rows = [r for half in HALVES for r in sentences(half)]
    assert len(rows) >= 120
    assert {r["kind"] for r in rows} - {""} <= set(kinds.entries())


def test_the_tree_is_that_of_the_trade_and_its_words_compile():
    labels = {tree["label"] for tree in kinds.book()["kinds"].values()}
    assert labels == {
        *("产品质量", "物流", "售后退款", "价格活动", "服务态度", "内容/广告投诉"),
        *("隐私/账号", "安全/人身伤害", "建议", "表扬", "合作"),
    }
    for entry in kinds.entries().values():
        for expression in (*entry["sure"], *entry["likely"]):
            re.compile(expression)
    assert set(opinions.leanings().kinds) == {*kinds.entries(), ""}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "grave"),
    [
        ("再不处理我就打12315", "regulator"),
        ("你好，我是晚报记者，想采访一下", "press"),
        ("孩子误食后送医院了", "safety"),
        ("包装漏了", ""),
        ("", ""),
        ("\U0001f600" * 3, ""),
    ],
)
def test_what_is_grave_whatever_its_kind(text, grave):
    assert classifying.read(Brand(settings={}), [text])[0].grave == grave


@pytest.mark.django_db
def test_a_denied_complaint_is_none():
    texts = ["用了两周没有过敏，很稳定", "不搓泥", "没有漏液"]
    assert [r.kind.partition(".")[0] for r in classifying.read(Brand(settings={}), texts)] != ["quality"] * 3
    assert all(kinds.group_of(r.kind) != "quality" for r in classifying.read(Brand(settings={}), texts))


@pytest.mark.django_db
def test_where_no_rule_speaks_the_model_does_and_says_how_surely_but_never_lightly_of_harm():
    said = classifying.read(
        Brand(settings={}), ["打开箱子一股子香味 心想完了 果然水乳流得到处都是", "今天天气不错", "伤"]
    )
    assert (said[0].rule, said[0].kind, said[0].model) == ("", "quality.damaged", "quality.damaged")
    assert said[0].sure >= kinds.book()["leaning"]["least"]
    assert (said[1].kind, said[1].sure) == ("", 0.0)
    assert said[2].kind != "safety.injury"


@pytest.mark.django_db
def test_a_brand_adds_words_of_its_own(cast):
    text = "这瓶子有脾气"
    assert classifying.read(cast.brand, [text])[0].rule == ""
    cast.brand.settings = {"audience": {"feedback": {"more": {"quality.damaged": ["有脾气"], "no.such": ["x"]}}}}
    assert classifying.read(cast.brand, [text])[0].rule == "quality.damaged"


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_what_a_person_corrects_is_learnt_for_nearly_the_same_words_and_no_others(cast):
    text = "你们这个快乐星球的盒子太大啦，放不进抽屉"
    (thread,) = heard(cast.brand, text)
    assert thread.kind != "suggest.packaging"
    services.judge(actor=cast.editor, thread_id=thread.pk, seen=thread.version, kind="suggest.packaging")
    (again, other) = heard(cast.brand, text.replace("啦", "了"), "今天天气不错")
    assert (again.kind, again.read["learnt"]) == ("suggest.packaging", "suggest.packaging")
    assert other.kind == ""
    # another brand learns nothing of it
    assert classifying.read(cast.stranger.brand, [text])[0].learnt == ""
