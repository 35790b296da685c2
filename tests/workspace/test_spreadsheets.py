"""Tables to take away: no text is ever a formula, figures stay figures, a sheet and a cell have an end."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongqiao.workspace import spreadsheets
from hongqiao.workspace.views import kit


def as_csv(rows, heads=("a",)):
    text = "".join(spreadsheets.csv_lines(list(heads), rows))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def as_xlsx(rows, heads=("a",)):
    book = openpyxl.load_workbook(io.BytesIO(spreadsheets.xlsx(list(heads), rows)))
    return list(book.active.iter_rows())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1+1", "=cmd|' /C calc'!A0"])
def test_what_begins_like_a_formula_is_shown_and_not_run(text):
    assert as_csv([[text]])[1] == ["'" + text]
    assert as_csv([["x"]], heads=[text])[0] == ["'" + text]
    (cell,) = as_xlsx([[text]])[1]
    assert cell.data_type != "f"


@given(st.text(max_size=20))
def test_no_text_at_all_begins_a_formula(text):
    (row,) = as_csv([[text]])[1:] or [[""]]
    if row:
        assert not row[0].lstrip(" ").startswith(spreadsheets.STARTERS)


def test_figures_days_and_nothing_stay_what_they_are():
    row = [-5, -0.25, Decimal("285.0000"), Decimal("1E+3"), Decimal("0.125"), None, True, date(2026, 6, 1)]
    row.append(datetime(2026, 6, 1, 8, 5))
    assert as_csv([row], heads="a" * 9)[1] == [
        *("-5", "-0.25", "285.00", "1000.00", "0.125", "", "True", "2026-06-01"),
        "2026-06-01 08:05:00",
    ]
    cells = [c.value for c in as_xlsx([row], heads="a" * 9)[1]]
    assert cells[:6] == [-5, -0.25, 285.0, 1000.0, 0.125, None]


def test_control_letters_and_endless_texts_do_not_break_a_sheet():
    rows = as_xlsx([["bell\x07"], ["x" * 40_000], ["=A1"], [None], [1]])
    assert [r[0].value for r in rows] == ["a", "bell ", "x" * spreadsheets.CELL_LETTERS, "=A1", None, 1]


def test_more_rows_than_a_sheet_holds_are_refused_in_words(monkeypatch):
    monkeypatch.setattr(spreadsheets, "SHEET_ROWS", 3)
    with pytest.raises(spreadsheets.TooManyRows):
        kit.table_file("xlsx", "x.xlsx", ["a"], [[1], [2], [3]])
    assert len(as_csv([[n] for n in range(9)])) == 10


def test_a_long_csv_goes_out_in_pieces_and_a_name_in_chinese_is_kept(monkeypatch):
    monkeypatch.setattr(spreadsheets, "CHUNK", 10)
    answer = kit.table_file("csv", "导入记录.csv", ["名称"], (["一" * 20] for _n in range(3)))
    pieces = list(answer.streaming_content)
    assert len(pieces) > 2
    assert b"".join(pieces).decode("utf-8-sig").splitlines() == ["名称", *["一" * 20] * 3]
    assert "UTF-8''%E5%AF%BC" in answer["Content-Disposition"]
