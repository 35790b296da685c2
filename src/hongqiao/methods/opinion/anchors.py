"""What a text must hold for an expression to match: one of a few short strings. Most expressions are never tried on
most texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hongqiao.methods.opinion.reading import BITS, columns

#: Anchors are as long as the model's runs, and a set of more than this many is worth less than none.
LONGEST, MOST = 3, 400


def anchors(expression: str) -> frozenset[str]:
    """Return strings of at most three characters of which every match holds one; empty where nothing can be said."""
    return _needed(list(parser.parse(expression)))


def _exact(item: Any) -> list[str] | None:
    """Return every string that a part of an expression stands for, None where they are not few."""
    op, value = item
    if op is ops.LITERAL:
        return [chr(value)]
    if op is ops.IN:
        return [chr(v) for o, v in value] if all(o is ops.LITERAL for o, _ in value) else None
    if op is ops.SUBPATTERN:
        return _exacts(value[-1])
    if op is ops.BRANCH:
        held = [_exacts(b) for b in value[1]]
        return None if None in held else [s for h in held if h for s in h]
    return None


def _exacts(items: Any) -> list[str] | None:
    held = [_exact(i) for i in items]
    if None in held:
        return None
    found = ["".join(p) for p in product(*(h for h in held if h is not None))]
    return found if len(found) <= MOST else None


def _needed(items: Sequence[Any]) -> frozenset[str]:
    """Return the best set of anchors of a sequence: the longest strings, then the fewest."""
    choices: list[frozenset[str]] = []
    runs = [""]
    for item in items:
        exact = _exact(item)
        if exact is not None and len(runs) * len(exact) <= MOST:
            runs = [a + b for a in runs for b in exact]
            continue
        choices += [frozenset(runs), _inside(item)]
        runs = [""]
    choices.append(frozenset(runs))
    useful = [frozenset(s[:LONGEST] for s in c) for c in choices if c and "" not in c and len(c) <= MOST]
    return max(useful, key=lambda c: (min(map(len, c)), -len(c)), default=frozenset())


def _inside(item: Any) -> frozenset[str]:
    op, value = item
    if op is ops.SUBPATTERN:
        return _needed(list(value[-1]))
    if op is ops.BRANCH:
        each = [_needed(list(b)) for b in value[1]]
        return frozenset().union(*each) if all(each) else frozenset()
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and value[0] >= 1:
        return _needed(list(value[2]))
    return frozenset()


class Finder:
    """Tells which of many expressions may match a text, by hashed runs: some too many, never one too few."""

    def __init__(self, expressions: Sequence[str]) -> None:
        self.always: list[int] = []
        self.of: dict[int, list[int]] = {}
        self.known = np.zeros(1 << BITS, bool)
        for number, expression in enumerate(expressions):
            found = anchors(expression)
            if not found:
                self.always.append(number)
            for one in found:
                column = int(columns([one])[0][0, len(one) - 1])
                self.of.setdefault(column, []).append(number)
                self.known[column] = True

    def candidates(self, folded: Sequence[str]) -> list[set[int]]:
        """Return for each folded text the expressions that may match it."""
        out = [set(self.always) for _ in folded]
        for i in range(0, len(folded), 1024):
            found, counts, starts = columns(folded[i : i + 1024])
            place, width = np.nonzero(self.known[found] & counts)
            text: NDArray[np.int64] = np.searchsorted(starts, place, side="right") - 1 + i
            for t, column in zip(text.tolist(), found[place, width].tolist(), strict=True):
                out[t].update(self.of[column])
        return out
