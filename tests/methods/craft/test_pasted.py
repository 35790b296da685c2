"""Shot tables as people paste them: lines with times, cells from a sheet, bare lines of a script."""

import pytest

from hongqiao.methods.craft import Shot, shots


def test_lines_with_times_and_cells_become_shots():
    text = "0-3s 别再这样洗了！ | 缩成一团的围巾 | 别再这样洗\n00:03-00:08 左边是我洗坏的"
    assert shots(text, 4.5) == (
        Shot(0, 3, "别再这样洗了！", "别再这样洗", "缩成一团的围巾"),
        Shot(3, 8, "左边是我洗坏的"),
    )


def test_a_line_without_times_lasts_as_long_as_it_takes_to_say():
    made = shots("九个字的一句台词呀\n（特写：水盆）再来一句九个字的词", 4.5)
    assert [(s.start, s.end) for s in made] == [(0, 2), (2, 4)]
    assert made[1].picture == "特写：水盆"


def test_columns_of_a_sheet_are_followed_by_their_names():
    text = (
        "序号\t时间\t景别\t画面\t台词\t字幕\n1\t0-3秒\t近景\t挥手\t大家好\t\n2\t3-9秒\t全景\t铺床\t先看水洗标\t水洗标"
    )
    made = shots(text, 4.5)
    assert made[0] == Shot(0, 3, "大家好", "", "挥手", "近景")
    assert (made[1].line, made[1].subtitle, made[1].end) == ("先看水洗标", "水洗标", 9)


@pytest.mark.parametrize("text", ["", "\n\n", "|", "0-", "99:99-1:1 |||", "镜头1：\t\t", "3-1 倒着走"])
def test_odd_lines_are_taken_as_they_are(text):
    assert all(s.end >= s.start for s in shots(text, 4.5))
