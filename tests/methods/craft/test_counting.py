"""How long a text is by each platform's way, and near-copies by what they share. C01, C05, C18."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongqiao.methods import similarity
from hongqiao.methods.craft import read
from hongqiao.methods.craft.counting import emoji, length
from hongqiao.methods.craft.prose import number


@pytest.mark.parametrize(
    ("text", "characters", "han"),
    [
        ("虹桥", 2, 2),
        ("ab", 2, 1),
        ("abc", 3, 2),
        ("👩‍👩‍👧防晒", 3, 3),
        ("👍🏽", 1, 1),
        ("🇨🇳", 1, 1),
        ("e\u0301", 1, 1),
        ("防\u200b晒", 2, 2),
        ("", 0, 0),
    ],
)
def test_a_character_is_what_the_eye_sees(text, characters, han):
    assert length(text) == characters
    assert length(text, {"unit": "汉字"}) == han


def test_emoji_are_counted_as_they_are_seen():
    assert len(emoji("👩‍👩‍👧好👍🏽用✨")) == 3


@given(st.text(max_size=60))
def test_any_text_has_a_length_and_parts_that_stand_where_they_say(text):
    assert 0 <= length(text) <= len(text)
    prose = read(text)
    assert all(text[p.start : p.end] == p.text for p in (*prose.paragraphs, *prose.sentences))


@pytest.mark.parametrize(
    ("text", "n"), [("3", 3), ("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("两", 2), ("百", None), ("", None)]
)
def test_numbers_of_points_are_read_in_both_ways(text, n):
    assert number(text) == n


def test_a_near_copy_is_found_and_another_text_is_not():
    said = "上周六在海边补了三次防晒，鼻子还是晒红了，这支泵头出不干净。"
    moved = "这支泵头出不干净。上周六在海边补了三次防晒，鼻子还是晒红了！"
    assert similarity.nearest(said, ["全不相干的另一篇，讲的是羽绒服怎么洗才不结块。", moved], 0.6) == (
        1,
        pytest.approx(0.84, abs=0.1),
    )
    assert similarity.nearest(said, ["全不相干的另一篇，讲的是羽绒服怎么洗才不结块。"], 0.6) is None
    assert similarity.nearest("", ["", "x"], 0.6) is None
    assert similarity.jaccard(said, said) == 1.0
