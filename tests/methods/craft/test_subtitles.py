"""Subtitles of a shot table: short lines, in order, none over another."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hongqiao.methods.craft import Shot, subtitles

TEXT = st.text(st.sampled_from("油皮夏天防晒八小时，。！ab 3\n"), max_size=60)
SHOTS = st.lists(st.builds(Shot, st.floats(0, 600), st.floats(0, 600), TEXT, TEXT), max_size=12)


@given(SHOTS, st.integers(4, 20))
def test_lines_are_short_and_no_subtitle_stands_over_another(shots, most):
    found = list(subtitles.cues(shots, most=most, rate=4.2))
    assert all(0 < len(c.text) <= most for c in found)
    assert all("\n" not in c.text for c in found)
    assert all(c.start <= c.end for c in found)
    assert all(a.end <= b.start + 1e-6 for a, b in zip(found, found[1:], strict=False))


@given(TEXT, st.integers(4, 20))
def test_parting_a_text_loses_no_letter(text, most):
    plain = re.compile(r"\s")
    assert plain.sub("", "".join(subtitles.lines(text, most))) == plain.sub("", text)


def test_a_table_becomes_a_file_that_editors_open():
    shots = [Shot(0, 3, "油皮夏天别再涂错防晒"), Shot(3, 8, "我连着测了八小时，额头中午就开始泛油", "连测 8 小时")]
    assert subtitles.srt(subtitles.cues(shots, most=15, rate=4.2)) == (
        "1\n00:00:00,000 --> 00:00:03,000\n油皮夏天别再涂错防晒\n\n2\n00:00:03,000 --> 00:00:08,000\n连测 8 小时\n"
    )


def test_a_row_without_times_takes_as_long_as_it_takes_to_say():
    assert subtitles.seconds("油皮夏天别再涂错防晒", 4) == 2.5
    (one,) = subtitles.cues([Shot(0, 0, "油皮夏天别再涂错防晒")], most=15, rate=4)
    assert (one.start, one.end) == (0, 2.5)
