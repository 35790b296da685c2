"""Chance that is the same on every machine: only `random()` of the standard library, which Python keeps stable."""

import hashlib
import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

SEED = "anlan-2026"
T = TypeVar("T")


class Dice:
    """One named stream, so that a change in one part of the world does not move the others."""

    def __init__(self, name: str, seed: str = SEED) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:8], "big")).random

    def unit(self) -> float:
        """Uniform in [0, 1)."""
        return self._random()

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """Uniform integer, both ends included."""
        return low + int(self._random() * (high - low + 1))

    def chance(self, p: float) -> bool:
        return self._random() < p

    def normal(self, mean: float = 0.0, sigma: float = 1.0) -> float:
        """Box-Muller; the second value is thrown away to keep the stream simple."""
        radius = math.sqrt(-2 * math.log(1 - self._random()))
        return mean + sigma * radius * math.cos(2 * math.pi * self._random())

    def spread(self, sigma: float) -> float:
        """A log-normal factor with median 1."""
        return math.exp(self.normal(0, sigma))

    def count(self, mean: float) -> int:
        """Poisson; its normal approximation above 40."""
        if mean <= 0:
            return 0
        if mean > 40:
            return max(0, round(self.normal(mean, math.sqrt(mean))))
        limit, k, product = math.exp(-mean), 0, self._random()
        while product > limit:
            k += 1
            product *= self._random()
        return k

    def of(self, things: Sequence[T]) -> T:
        return things[int(self._random() * len(things))]

    def pick(self, weights: Mapping[T, float]) -> T:
        """One key, with chance in proportion to its weight."""
        x = self._random() * sum(weights.values())
        for key, weight in weights.items():
            x -= weight
            if x < 0:
                return key
        return next(reversed(list(weights)))
