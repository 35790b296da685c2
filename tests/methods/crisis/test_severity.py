"""How grave an incident is: the table by hand, and what holds for any numbers."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hongqiao.knowledge import read
from hongqiao.methods.crisis.severity import (
    LEVELS,
    BadSeverity,
    Numbers,
    Table,
    graver,
    gravest,
    lightest,
    look,
    settled,
)

DATA = read("crisis/severity")
TABLE = Table.of(DATA)
NUMBERS = st.builds(
    Numbers,
    negative=st.floats(0, 5000),
    usual=st.floats(0, 200),
    total=st.floats(0, 8000),
    followers=st.integers(0, 10**7),
    reach=st.integers(0, 10**8),
    platforms=st.integers(0, 6),
    press=st.integers(0, 9),
    hot=st.none() | st.integers(1, 50),
    persons=st.dictionaries(st.sampled_from(["allergy", "quality", "price"]), st.integers(0, 30)),
)
LOOKS = st.lists(st.tuples(st.integers(0, 600), st.sampled_from(["", *LEVELS])), max_size=30).map(sorted)


@pytest.mark.parametrize(
    ("numbers", "columns", "level"),
    [
        # 30 an hour where 8 are usual: 3.75 times and at least 20 → IV; of 60 mentions a half, at least 20 of them → IV
        (Numbers(negative=30, usual=8, total=60), {"volume": "IV", "share": "IV"}, "IV"),
        # 19 where hardly any are usual: held against 5, so 3.8 times, but fewer than 20
        (Numbers(negative=19, usual=0.2, total=19), {"volume": "", "share": ""}, ""),
        # 120 where 30 are usual: four times and at least 100 → III; of 300 it is 40 %, no share but IV's
        (Numbers(negative=120, usual=30, total=300), {"volume": "III", "share": "IV"}, "III"),
        # 120 where 40 are usual: three times only
        (Numbers(negative=120, usual=40, total=1000), {"volume": "IV", "share": ""}, "IV"),
        (Numbers(negative=600, usual=70, total=990), {"volume": "II", "share": "II"}, "II"),
        (Numbers(negative=2100, usual=140, total=2500), {"volume": "I", "share": "I"}, "I"),
        (Numbers(negative=1, total=1, followers=100_000), {"reach": "III", "share": ""}, "III"),
        (Numbers(negative=8, total=50, platforms=2), {"reach": "III"}, "III"),
        (Numbers(reach=1_200_000), {"reach": "II"}, "II"),
        (Numbers(hot=34), {"reach": "II"}, "II"),
        (Numbers(hot=7), {"reach": "I"}, "I"),
        (Numbers(marks=("executive",)), {"nature": "II"}, "II"),
        (Numbers(marks=("central",)), {"nature": "I"}, "I"),
        (Numbers(persons={"allergy": 2}), {"nature": ""}, ""),
        (Numbers(persons={"allergy": 3}), {"nature": "III"}, "III"),
        (Numbers(persons={"price": 90}), {"nature": ""}, ""),
    ],
)
def test_the_table_says_of_a_window_what_is_reckoned_by_hand(numbers, columns, level):
    found = look(TABLE, numbers)
    assert found.level == level
    assert {name: found.columns[name] for name in columns} == columns


def test_the_parts_of_a_look_suffice_to_recompute_it():
    found = look(TABLE, Numbers(negative=120, usual=30, total=300, platforms=2))
    kept = {k: v for k, v in found.parts.items() if k not in ("times", "share")}
    again = look(TABLE, Numbers(**kept | {"marks": tuple(kept["marks"])}))
    assert (again.level, again.columns) == (found.level, found.columns)
    assert (found.parts["times"], found.parts["share"]) == (4.0, 0.4)


@settings(max_examples=200, deadline=None)
@given(NUMBERS, st.floats(0, 3000), st.integers(0, 10**7))
def test_more_of_anything_bad_is_never_less_grave(numbers, more, followers):
    worse = Numbers(
        negative=numbers.negative + more,
        usual=numbers.usual,
        total=numbers.total + more,
        followers=numbers.followers + followers,
        reach=numbers.reach + followers,
        platforms=numbers.platforms + 1,
        press=numbers.press + 1,
        hot=numbers.hot,
        persons={k: v + 1 for k, v in numbers.persons.items()},
    )
    before, after = look(TABLE, numbers).level, look(TABLE, worse).level
    assert after == before or graver(after, before)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(LEVELS), LOOKS, st.sampled_from(LEVELS))
def test_a_level_is_never_below_its_floor_and_never_beyond_what_was_seen(level, looks, floor):
    found = settled(TABLE, level, looks, floor=floor)
    assert found in LEVELS
    assert not graver(floor, found)
    assert not graver(found, gravest([level, floor, *(x for _at, x in looks)]))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(LEVELS), LOOKS)
def test_settling_twice_on_the_same_looks_is_settling_once(level, looks):
    once = settled(TABLE, level, looks)
    assert settled(TABLE, once, looks) == once


def test_one_hit_does_not_raise_and_two_do():
    assert settled(TABLE, "IV", [(0, "II")]) == "IV"
    assert settled(TABLE, "IV", [(0, "II"), (15, "III")]) == "III"
    assert settled(TABLE, "IV", [(0, "II"), (15, "")]) == "IV"
    assert settled(TABLE, "IV", [(0, "I"), (15, ""), (30, "II"), (45, "II")]) == "II"


def test_it_falls_after_two_whole_windows_below_and_not_over_a_gap():
    below = [(t, "IV") for t in range(15, 136, 15)]
    assert settled(TABLE, "II", [(0, "II"), *below[:7]]) == "II"
    assert settled(TABLE, "II", [(0, "II"), *below]) == "IV"
    assert settled(TABLE, "II", [(0, "II"), (300, "")]) == "II"
    assert settled(TABLE, "II", [(0, "II"), *below], floor="III") == "III"


def test_the_floor_holds_without_any_look():
    assert settled(TABLE, "IV", [], floor="II") == "II"


def test_terms_are_of_the_level_and_of_a_nature_that_cannot_wait():
    assert TABLE.terms("II") == (120, 240)
    assert TABLE.terms("IV") == (1440, 1440)
    assert TABLE.terms("IV", "reaction") == (60, 1440)
    assert TABLE.terms("I", "reaction") == (60, 120)


def test_order_of_levels():
    assert gravest(["III", "", "IV"]) == "III"
    assert gravest([]) == ""
    assert lightest(["I", "III"]) == "III"
    assert lightest(["I", ""]) == ""
    assert graver("I", "")
    assert graver("II", "III")
    assert not graver("II", "II")
    assert not graver("", "IV")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("levels", "II", "times"), -1),
        (("levels", "II", "share"), 1.5),
        (("levels", "II", "times"), "8"),
        (("levels", "II", "negative"), float("nan")),
        (("levels", "I", "negative"), 10),
        (("levels", "I", "first_minutes"), 9999),
        (("hits",), 0),
        (("baseline_least",), 0),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(place, value):
    data = copy.deepcopy(DATA)
    held = data
    for name in place[:-1]:
        held = held[name]
    held[place[-1]] = value
    with pytest.raises(BadSeverity):
        Table.of(data)
