"""One line of what was typed: what every room's titles, names and reasons are cleaned by."""

import pytest

from hongqiao.workspace.lines import one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 早八\n 防晒\t不搓泥  ", "早八 防晒 不搓泥"),
        ("a\x00b", "ab"),
        ("a \x01 b", "a b"),
        ("全角\u3000空格", "全角 空格"),
        ("半个\ud83d字", "半个字"),
        (None, ""),
        (0, "0"),
        ("   ", ""),
    ],
)
def test_a_text_becomes_one_line_that_a_row_can_hold(typed, kept):
    assert one_line(typed) == kept
    assert one_line(one_line(typed)) == kept
