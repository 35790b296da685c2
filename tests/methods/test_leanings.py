"""Of what a text speaks where no cue says so: the model's arithmetic, and the file that ships."""

import numpy as np
import pytest

from hongqiao.knowledge import opinions
from hongqiao.methods.opinion import leanings


def made(pairs, kinds):
    """A model of which these characters alone say something."""
    weights = np.zeros((1 << leanings.WIDTH, len(kinds)))
    for letter, kind in pairs:
        found, counts, _starts = leanings.columns([letter])
        weights[leanings.narrow(found)[counts][0], kinds.index(kind)] = 4.0
    return leanings.unpacked(leanings.packed(kinds, weights, np.zeros(len(kinds)), "made"))


def test_a_text_leans_to_the_kind_of_its_runs_and_says_how_surely():
    model = made([("漏", "quality.damaged"), ("慢", "logistics.slow")], ["quality.damaged", "logistics.slow", ""])
    (kind, sure), (other, _sure) = model.of(["漏", "慢"])
    assert (kind, other) == ("quality.damaged", "logistics.slow")
    assert 0.9 < sure <= 1


def test_the_first_level_decides_before_the_second():
    kinds = ["quality.damaged", "quality.spoiled", "logistics.slow", ""]
    model = made([("漏", "quality.damaged"), ("漏", "quality.spoiled"), ("漏", "logistics.slow")], kinds)
    kind, sure = model.of(["漏"])[0]
    assert kind.startswith("quality.")
    assert sure == pytest.approx(2 * model.chances(["漏"])[0, 2], rel=1e-6)


def test_each_text_is_read_by_itself_however_many_come_and_whatever_they_hold():
    model = opinions.leanings()
    texts = ["快递太慢了", "", "😀", "a" * 3000, "漏液了怎么办"] * 150
    together = model.chances(texts)
    assert np.allclose(together.sum(1), 1)
    for n, text in enumerate(texts[:5]):
        assert np.allclose(model.chances([text])[0], together[n])
        assert np.allclose(together[n], together[n + 5 * 149])
    assert model.of([]) == []


def test_a_file_that_is_no_model_is_refused():
    data = leanings.packed(["a", ""], np.ones((8, 2)), np.zeros(2), "short")
    with pytest.raises(ValueError, match="layout"):
        leanings.unpacked(data)
