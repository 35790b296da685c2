"""What comments are about, by the words they say, and which of them ask something (C3).

Words name a subject, not a feeling: "没有过敏" and "过敏了" are both about allergy. How people feel about it is another
question, that no list of words answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Groups:
    """topics: code → places of the comments about it, those with any, the most first; asking, rest: places."""

    topics: dict[str, tuple[int, ...]]
    asking: tuple[int, ...]
    rest: tuple[int, ...]


def groups(texts: Sequence[str], topics: Mapping[str, Sequence[str]], asking: Sequence[str]) -> Groups:
    """Return what each comment is about (several things perhaps), which ask, and which say none of the words."""
    low = [t.lower() for t in texts]
    found = {
        code: tuple(n for n, t in enumerate(low) if any(w.lower() in t for w in words))
        for code, words in topics.items()
    }
    asked = tuple(n for n, t in enumerate(low) if any(w in t for w in asking))
    known = {n for places in found.values() for n in places} | set(asked)
    ordered = sorted(((c, p) for c, p in found.items() if p), key=lambda g: -len(g[1]))
    return Groups(dict(ordered), asked, tuple(n for n in range(len(low)) if n not in known))
