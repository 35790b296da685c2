"""Only what differs is kept, and what is kept makes the list again."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hongqiao.crisis import differences

SHIPPED = [{"code": c, "words": c, "minutes": n} for n, c in enumerate("abcd")]
row = st.fixed_dictionaries(
    {"code": st.sampled_from([*"abcd", "own-1", "own-2"]), "words": st.sampled_from(["a", "b", "x"])},
    optional={"minutes": st.integers(0, 3), "proof": st.booleans()},
)


def whole(one):
    """A row as a form sends it: a shipped one has all its fields."""
    return next((dict(r) for r in SHIPPED if r["code"] == one["code"]), {"minutes": 0}) | one


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(row, max_size=6, unique_by=lambda r: r["code"]))
def test_what_differs_makes_the_list_again(rows):
    wanted = [whole(r) for r in rows]
    made = differences.applied(SHIPPED, differences.of(SHIPPED, wanted))
    blank = {"proof": False}
    assert [blank | r for r in made] == [blank | r for r in wanted]


def test_what_is_as_it_ships_is_not_kept():
    assert differences.of(SHIPPED, [dict(r) for r in SHIPPED]) == {}
    own = differences.of(SHIPPED, [SHIPPED[0], SHIPPED[1] | {"minutes": 9, "proof": False}, *SHIPPED[2:]])
    assert own == {"changed": {"b": {"minutes": 9}}}


def test_a_row_that_ships_later_reaches_a_brand_that_changed_its_list():
    own = differences.of(SHIPPED, [SHIPPED[1], SHIPPED[0], SHIPPED[3]])
    later = [*SHIPPED, {"code": "e", "words": "e", "minutes": 4}]
    assert [r["code"] for r in differences.applied(later, own)] == ["b", "a", "d", "e"]


def test_groups_are_merged_inside_and_strange_names_left_out():
    assert differences.merged({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 5}, "x": 1}) == {
        "a": {"b": 5, "c": 2},
        "d": 3,
    }
