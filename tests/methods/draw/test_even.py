"""Nobody wins oftener than their tickets say: ten thousand draws, seeds fixed. U2; bench/draw.py."""

import pytest

from bench.draw import stream


@pytest.mark.slow
@pytest.mark.parametrize("tickets", [[1] * 10, [1, 2, 3, 4, 1, 2, 3, 4, 1, 2]], ids=["one", "tickets"])
def test_ten_thousand_draws_are_even_for_firsts_and_for_pairs(tickets):
    first, pairs = stream(0, 10_000, tickets)
    assert first > 0.01
    assert pairs > 0.01


def test_a_draw_that_disfavours_somebody_would_be_found(monkeypatch):
    from bench import draw as bench

    fair = bench.draw.ranked

    def unfair(seed, entries, most):
        found = fair(seed, entries, len(entries))
        lost = found[0][1] == "p-03" and seed[0] < 128  # half of its chance is taken away
        return (found[1:] if lost else found)[:most]

    monkeypatch.setattr(bench.draw, "ranked", unfair)
    first, pairs = stream(0, 2_000, [1] * 10)
    assert first < 0.01
    assert pairs < 0.01
