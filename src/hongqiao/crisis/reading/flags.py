"""What a text tells of beside its complaint: death, harm, minors, data, an authority, the press (knowledge/crisis)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from hongqiao.knowledge import opinions, read
from hongqiao.methods.opinion import Cue, Kinds, Opinion, kinds_of

#: An undenied report of these is against us, whatever words it is told in.
HARM = frozenset({"death", "injury", "data_leak"})


@dataclass(frozen=True)
class Told:
    """What a text is read as once its flags are known."""

    kind: str
    negative: bool


@cache
def words() -> Kinds:
    """Return the words by which flags are told."""
    return kinds_of(read("crisis/flags"))


def flags(folded: Sequence[str], chances: Sequence[float], threshold: float) -> list[list[Cue]]:
    """Return for each folded text a cue of every flag it has; `kind` of the cue is the flag."""
    return words().every(folded, chances, threshold)


def told(opinion: Opinion, cues: Sequence[Cue]) -> Told:
    """Return an opinion as the text's flags change it: harm is against us."""
    return Told(opinion.kind, opinion.negative or not HARM.isdisjoint(c.kind for c in cues))


def fold(texts: Sequence[str]) -> list[str]:
    """Return texts in one width, case and script, as the model reads them."""
    return opinions.model().fold(texts)
