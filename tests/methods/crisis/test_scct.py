"""The decision table: all of its cells, and what never happens in any of them."""

from itertools import product

import pytest

from hongqiao.knowledge import read
from hongqiao.methods.crisis import scct
from hongqiao.methods.crisis.scct import CLUSTERS, REPUTATIONS, TRUTHS, Crisis, choose

CELLS = list(product(CLUSTERS, (False, True), REPUTATIONS, TRUTHS))
#: what is true: cluster → strategy without and with a burden (history, or a bad reputation)
TRUE = {"victim": ("inform", "diminish"), "accidental": ("diminish", "rebuild"), "preventable": ("rebuild", "rebuild")}


def test_the_table_has_54_cells():
    assert len(CELLS) == 54


@pytest.mark.parametrize(("cluster", "history", "reputation", "truth"), CELLS)
@pytest.mark.parametrize("harm", [False, True])
def test_every_cell_is_decided_as_the_theory_says(cluster, history, reputation, truth, harm):
    found = choose(Crisis(cluster, history, reputation, truth, harm))
    burdened = history or reputation == "bad"
    wanted = {"false": "deny", "unknown": "inform"}.get(truth, TRUE[cluster][burdened])
    assert found.strategy == wanted
    assert found.first == ("instruct", "adjust")
    assert {"attack_without_proof", "bolster_alone"} <= set(found.forbidden)
    assert ("diagnose" in found.forbidden) == harm
    assert "excuse" in found.forbidden if harm or wanted == "rebuild" else "excuse" not in found.forbidden
    assert ("apology" in found.statements) == (wanted == "rebuild")
    assert ("recall" in found.statements) == (wanted == "rebuild" and harm)


@pytest.mark.parametrize(("cluster", "history", "reputation", "truth"), CELLS)
def test_denial_is_never_mixed_with_apology(cluster, history, reputation, truth):
    found = choose(Crisis(cluster, history, reputation, truth))
    if found.strategy == "deny":
        assert found.statements[0] == "clarify"
        assert {"mix", "apologise_for_false"} <= set(found.forbidden)
        assert "compensate" not in found.supplements
    if found.strategy in ("rebuild", "diminish"):
        assert "deny" in found.forbidden


def test_what_is_unclear_says_what_follows_once_it_is_known():
    found = choose(Crisis("preventable", False, "good", "unknown"))
    assert found.statements[0] == "concern"
    assert {"rebuild_if_true", "deny_if_false"} <= set(found.supplements)
    assert {"admit", "speculate"} <= set(found.forbidden)
    assert "rebuild_if_true" not in choose(Crisis("victim", False, "good", "unknown")).supplements


def test_bolstering_is_only_ever_a_supplement():
    assert "bolster" in choose(Crisis("preventable", False, "good", "true")).supplements
    assert "bolster" not in choose(Crisis("preventable", False, "bad", "true")).supplements


@pytest.mark.parametrize("wrong", [{"cluster": "x"}, {"reputation": "x"}, {"truth": "x"}])
def test_what_is_not_of_the_table_is_refused(wrong):
    given = {"cluster": "victim", "history": False, "reputation": "good", "truth": "true"} | wrong
    with pytest.raises(ValueError, match="not of the table"):
        choose(Crisis(**given))


def test_every_code_has_its_words():
    book = read("crisis/scct")
    known = {
        name: {r["code"] for r in book[name]} for name in ("strategies", "first", "supplements", "forbidden", "reasons")
    }
    for cell in CELLS:
        for harm in (False, True):
            found = choose(Crisis(*cell, harm))
            assert found.strategy in known["strategies"]
            assert found.reason in known["reasons"]
            assert set(found.first) <= known["first"]
            assert set(found.supplements) <= known["supplements"]
            assert set(found.forbidden) <= known["forbidden"]
    assert known["strategies"] == set(scct.STRATEGIES)
