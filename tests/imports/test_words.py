"""Every code that the floors below give has words here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hongqiao import platforms
from hongqiao.imports.words import OURS, note_words, problem_words, why_words
from hongqiao.platforms.words import NOTES, PROBLEMS, REASONS

SRC = Path(__file__).resolve().parents[2] / "src" / "hongqiao"


def calls(folder: str, name: str, place: int) -> Iterator[str]:
    """The constant texts passed at one place to every call of a name below a folder."""
    for path in (SRC / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == name and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                yield str(node.args[place].value)  # type: ignore[attr-defined]


def test_every_problem_code_that_platforms_and_warehouse_give_has_words():
    codes = {*calls("platforms", "Problem", 2), *calls("warehouse", "Problem", 2), *PROBLEMS}
    assert {"required", "same_second_other_title", "ragged_row", "not_a_date"} <= codes, (
        "the search finds what is there"
    )
    for code in codes:
        assert problem_words({"code": code}) != code, code


def test_every_problem_code_of_an_event_has_words():
    codes = set(calls("imports/services", "say", 0))
    assert {"missing_value", "in_future", "bad_currency"} <= codes
    for code in codes:
        assert problem_words({"code": code}) != code, code


def test_every_note_that_platforms_say_has_words():
    said = (
        set(calls("platforms", "say", 0))
        | {code for one in platforms.LAYOUTS.values() for code in one.note.split()}
        | set(NOTES)
    )
    assert {"header_only", "not_recognised", "several_fit"} <= said
    for code in said:
        assert note_words(code) != code, code


def test_every_reason_for_a_moment_has_words():
    for code in (*REASONS, "upload_time", "person"):
        assert why_words(code) != code, code


def test_a_problem_reads_as_a_sentence_with_its_column_and_value():
    said = problem_words({"code": "not_a_number", "column": "播放量", "value": "很多"})
    assert said == "「播放量」不是数字：“很多”"
    assert problem_words({"code": "ragged_row", "column": "", "value": ""}) == "这一行的列数与表头不一致"
    assert problem_words({"code": "of_next_year", "column": "", "value": ""}) == "of_next_year"
    assert not (set(OURS) & set(PROBLEMS)), "one place a code"
