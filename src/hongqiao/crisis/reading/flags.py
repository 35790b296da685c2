"""What a text tells of beside its complaint: death, harm, minors, data, an authority, the press (knowledge/crisis)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hongqiao.knowledge import opinions, read
from hongqiao.methods.opinion import Cue, Kinds, kinds_of


@cache
def words() -> Kinds:
    """Return the words by which flags are told."""
    return kinds_of(read("crisis/flags"))


def flags(folded: Sequence[str], chances: Sequence[float], threshold: float) -> list[list[Cue]]:
    """Return for each folded text a cue of every flag it has; `kind` of the cue is the flag."""
    return words().every(folded, chances, threshold)


def fold(texts: Sequence[str]) -> list[str]:
    """Return texts in one width, case and script, as the model reads them."""
    return opinions.model().fold(texts)
