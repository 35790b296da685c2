"""Titles as keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongqiao.methods.titles import normalise


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  早安\n\n上海 ", "早安 上海"),
        ("\u200b新品\u200d首发\ufeff", "新品首发"),
        ("ＡＢＣ　１２３", "ABC 123"),
        ("第①波", "第1波"),
        (None, ""),
        ("Hello", "Hello"),
    ],
)
def test_the_same_title_comes_out_the_same_however_it_was_spaced(raw, expected):
    assert normalise(raw) == expected


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)
