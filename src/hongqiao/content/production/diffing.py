"""What changed between two texts: line by line, inside a changed line word by word; a Chinese character is a word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["same", "gone", "new"]
Part = tuple[Op, str]
_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
MOST = 3000  # words of a line that are compared one by one; past it the line is shown as two


def lines(before: str, after: str) -> list[list[Part]]:
    """Return the lines of both texts in reading order, each in parts: the same, gone, new."""
    old, new = before.splitlines(), after.splitlines()
    found: list[list[Part]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [[("same", line)] for line in old[a:b]]
            continue
        pairs = min(b - a, d - c)
        found += [words(x, y) for x, y in zip(old[a : a + pairs], new[c : c + pairs], strict=True)]
        found += [[("gone", line)] for line in old[a + pairs : b]]
        found += [[("new", line)] for line in new[c + pairs : d]]
    return found


def words(before: str, after: str) -> list[Part]:
    """Return the parts of a changed line; lines with little in common are shown as one gone and one new."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    match = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > MOST or match.ratio() < 0.3:
        return [part for part in (("gone", before), ("new", after)) if part[1]]
    found: list[Part] = []
    for kind, a, b, c, d in match.get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(("gone", "".join(old[a:b])))
        if d > c:
            found.append(("new", "".join(new[c:d])))
    return found


def counts(diff: list[list[Part]]) -> tuple[int, int]:
    """Return how many characters went and how many came."""
    gone = sum(len(t.strip()) for line in diff for op, t in line if op == "gone")
    return gone, sum(len(t.strip()) for line in diff for op, t in line if op == "new")
