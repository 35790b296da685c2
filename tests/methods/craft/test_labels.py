"""The labelled fragments are sound themselves: asked of a list, in pairs, half of them kept unseen."""

from collections import Counter

from tests.methods.craft import halves

CODES = {
    *("jump", "dangling", "no_evidence", "contradiction", "repeat", "promise", "appeal"),
    *("no_hook", "no_scene", "no_testimony", "share_reward", "no_cta", "many_cta", "typo"),
}


def test_every_fragment_asks_one_known_question_and_has_something_to_judge() -> None:
    rows = halves.rows()
    assert len(rows) >= 120
    assert len({r["id"] for r in rows}) == len(rows)
    assert {r["asks"] for r in rows} == CODES
    assert all(isinstance(r["faulty"], bool) and (r.get("text") or r.get("shots")) for r in rows)


def test_of_every_question_as_many_fragments_are_sound_as_faulty() -> None:
    count = Counter((r["asks"], r["faulty"]) for r in halves.rows())
    assert all(abs(count[code, True] - count[code, False]) <= 1 for code in CODES)


def test_about_half_of_the_fragments_is_unseen() -> None:
    rows = halves.rows()
    assert 0.4 <= sum(halves.unseen(r["id"]) for r in rows) / len(rows) <= 0.6
