"""Claim: who looks every day at an experiment of equals is told of an effect no oftener than the stated level, and what
units did before the start narrows an interval as much as it should, at unmoved coverage.

Worlds of pieces (normal; log-normal, as views are) and of persons (5 % who buy; amounts that most do not spend). Looked
at: every piece from five an arm; persons every fiftieth. Seeds 0-799 were looked at while building, from 10000 on they
are reported. Prints JSON lines.

`python bench/experiment.py [--seeds 2000]`
"""

import argparse
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from hongqiao.methods.causal import experiment

LEVEL = 0.9
World = tuple[Callable[[Any, int], Any], range]
WORLDS: dict[str, World] = {
    "pieces, normal": (lambda rng, n: rng.normal(1, 1, n), range(5, 101)),
    "pieces, log-normal": (lambda rng, n: rng.lognormal(0, 1, n), range(5, 101)),
    "persons who buy, 5 %": (lambda rng, n: (rng.random(n) < 0.05) * 1.0, range(50, 3001, 50)),
    "amounts, 5 % spend": (lambda rng, n: (rng.random(n) < 0.05) * rng.lognormal(4, 0.8, n), range(50, 3001, 50)),
}


def outside(found: Any, truth: float = 0.0) -> bool:
    return isinstance(found, experiment.Lift) and not found.lo <= truth <= found.hi


def peeked(world: World, seeds: range) -> dict[str, float]:
    """Return the share of experiments of equals in which the last look told of an effect, and in which any did."""
    draw, looks = world
    told = dict.fromkeys(("once", "plain", "always_valid"), 0)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        a, b = draw(rng, looks[-1]), draw(rng, looks[-1])
        told["once"] += outside(experiment.compare(a, b, level=LEVEL))
        for name, peeking in (("plain", False), ("always_valid", True)):
            told[name] += any(outside(experiment.compare(a[:n], b[:n], level=LEVEL, peeking=peeking)) for n in looks)
    return {name: round(n / len(seeds), 4) for name, n in told.items()}


def adjusted(correlation: float, n: int, seeds: range) -> dict[str, float]:
    """Return by how much CUPED shrinks the variance at a correlation, what it should, and how often 90 % hold."""
    ratios, held = [], 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        before = rng.normal(size=2 * n)
        y = correlation * before + np.sqrt(1 - correlation**2) * rng.normal(size=2 * n)
        y[:n] += 0.3
        plain = experiment.compare(y[:n], y[n:], level=LEVEL)
        found = experiment.compare(y[:n], y[n:], level=LEVEL, before=(before[:n], before[n:]))
        assert isinstance(plain, experiment.Lift)
        assert isinstance(found, experiment.Lift)
        ratios.append((found.se / plain.se) ** 2)
        held += not outside(found, 0.3)
    return {
        "variance": round(float(np.mean(ratios)), 3),
        "ideal": round(1 - correlation**2, 3),
        "held": round(held / len(seeds), 3),
    }


def lines(seeds: range) -> Iterator[dict[str, Any]]:
    for name, world in WORLDS.items():
        yield {"looked": name, "seeds": len(seeds), "level": LEVEL, **peeked(world, seeds)}
    for correlation in (0.3, 0.6, 0.9):
        for n in (10, 200):
            yield {"cuped": correlation, "arm": n, "seeds": len(seeds), **adjusted(correlation, n, seeds)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=2000)
    given = parser.parse_args()
    for line in lines(range(10_000, 10_000 + given.seeds)):
        print(json.dumps({"bench": "experiment", **line}), flush=True)


if __name__ == "__main__":
    main()
