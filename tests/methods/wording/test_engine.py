"""What is read of a text, and what rules and guards make of it. C2."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongqiao.compliance import packs
from hongqiao.methods.wording import Guard, Term, check, compiled, engine, mended, sentence
from hongqiao.platforms import PLATFORMS

MOST = Term("most", "superlative", "block", "law", "很好", word="最好")
RULES = compiled(
    [MOST, Term("add", "divert", "block", "law", "", word="加微信", unguarded=True)],
    [Guard("denied", ("superlative",), before="不是"), Guard("sourced", ("superlative",), sentence="据", level="warn")],
    safe=["最好提前"],
    variants={"蕞": "最"},
    spellings={"zui": "最", "vx": "微信"},
)


def words(text, rules=RULES):
    return [(h.word, h.level) for h in check(text, rules)]


@pytest.mark.parametrize(
    "written",
    ["最好", "最 好", "最·好", "最\u200b好", "最️好", "蕞好", "zui好", "ZUI好", "ｚｕｉ好", "最*好", "最\u3000好"],
)
def test_a_word_is_found_however_it_is_written(written):
    text = f"这款{written}，回购"
    (hit,) = check(text, RULES)
    assert text[hit.start : hit.end] == hit.word == written
    assert hit.disguised == (written != "最好")


@pytest.mark.parametrize("text", ["最近好多人问", "质感最，好看", "最好提前一天", "最\n好", "azui好", "zuixin"])
def test_what_only_looks_like_it_is_no_hit(text):
    assert words(text) == []


def test_guards_clear_or_soften_and_some_words_know_none():
    assert words("不是最好，但够用") == []
    assert words("据某机构统计，口碑最好") == [("最好", "warn")]
    assert words("不是加vx，是别的") == [("加vx", "block")]


def test_of_overlapping_hits_the_graver_then_the_longer_stays():
    rules = compiled(
        [Term("a", "g", "warn", "l", "", word="第一品牌"), Term("b", "g", "block", "l", "", word="第一"), MOST]
    )
    assert words("第一品牌", rules) == [("第一", "block")]


def test_texts_are_mended_from_the_end_and_only_where_something_is_offered():
    text = "最好的，加微信，zui好"
    assert mended(text, check(text, RULES)) == "很好的，加微信，很好"
    assert mended(text, check(text, RULES), drop=True) == "很好的，，很好"


def test_rules_that_cannot_be_used_are_named():
    with pytest.raises(ValueError, match="most"):
        compiled([Term("most", "g", "block", "l", "", word="最")])
    with pytest.raises(ValueError, match="bad"):
        compiled([Term("bad", "g", "block", "l", "", pattern="(")])


@given(st.text(max_size=300))
def test_any_text_is_read_and_every_hit_is_where_it_says(text):
    hits = check(text, packs.rule_set())
    assert all(text[h.start : h.end] == h.word and h.word for h in hits)
    assert all(a.end <= b.start for a, b in zip(hits, hits[1:], strict=False))
    assert all(h.word in sentence(text, h.start, h.end) for h in hits)


def test_long_texts_take_a_time_that_grows_with_their_length_only():
    once, thrice = (
        min(_seconds("大家好，今天聊聊油皮怎么选防晒，看质地，看倍数。" * n) for _ in range(3)) for n in (400, 1200)
    )
    assert thrice < once * 8


def _seconds(text):
    start = time.process_time()
    check(text, packs.rule_set())
    return time.process_time() - start


def test_every_rule_that_ships_has_words_a_known_level_and_a_basis():
    bases = packs.bases()
    codes = [g["code"] for g in packs.groups()]
    assert len(codes) == len(set(codes))
    for g in packs.groups():
        assert g["level"] in ("block", "warn", "info")
        assert g["basis"] in bases
        assert g["label"]
        assert g.get("terms") or g.get("patterns"), g["code"]
    assert {i["code"] for i in packs.industries()} == set(packs.INDUSTRIES)


def test_what_the_files_name_is_there_and_no_guard_watches_over_nothing():
    guarded = {g["group"] for g in packs.groups() if not g.get("unguarded")}
    for guard in packs.guards():
        assert set(guard["groups"]) <= guarded, guard["code"]
    for g in packs.groups():
        assert set(g.get("platforms", ())) <= set(PLATFORMS), g["code"]
        assert set(g.get("industries", ())) <= set(packs.INDUSTRIES), g["code"]


def test_every_word_listed_as_hidden_is_one_of_a_rule_and_is_found():
    words = {w for g in packs.groups() for w in g.get("terms", ())}
    for word, hidden in packs.hidden().items():
        assert word in words or word.startswith("最"), word
        for one in hidden:
            assert check(f"推出{one}款就送", packs.rule_set()), one


def test_a_sentence_is_found_the_same_by_known_ends_and_by_looking():
    text = "甲乙。丙丁！" + "长" * 130 + "戊己\n庚" + "远" * 260 + "；尾"
    ends = [m.start() for m in engine._END.finditer(text)]
    for start in range(len(text) - 2):
        assert engine._around(text, ends, start, start + 2) == engine.sentence(text, start, start + 2)
