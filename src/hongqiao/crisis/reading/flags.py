"""What a text tells of beside its complaint: death, harm, minors, data, an authority, the press (knowledge/crisis)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hongqiao.knowledge import opinions, read
from hongqiao.methods.opinion import Cue, Kinds, Opinion, kinds_of

#: An undenied report of these is against us, whatever words it is told in.
HARM = frozenset({"death", "injury", "data_leak"})
#: So is one of these kinds where it is told outright: somebody's body that reacted, a call on everybody to turn away.
OUTRIGHT = frozenset({"allergy", "malicious"})


@dataclass(frozen=True)
class Told:
    """What a text is read as once its flags are known."""

    kind: str
    negative: bool


@cache
def words() -> Kinds:
    """Return the words by which flags are told; a flag that is a kind of complaint as well has that one's cues too."""
    data, shared = read("crisis/flags"), read("opinion/kinds")
    kinds = {code: {**flag, **_with(flag, shared["kinds"].get(code, {}))} for code, flag in data["kinds"].items()}
    harmless = [*data["harmless"], *shared["harmless"]]
    return kinds_of({**data, "kinds": kinds, "harmless": harmless, "outright": shared["outright"]})


def _with(flag: dict[str, Any], kind: dict[str, Any]) -> dict[str, list[str]]:
    return {how: [*flag.get(how, ()), *kind.get(how, ())] for how in ("outright", "sure")}


def flags(folded: Sequence[str], chances: Sequence[float], threshold: float) -> list[list[Cue]]:
    """Return for each folded text a cue of every flag it has; `kind` of the cue is the flag."""
    return words().every(folded, chances, threshold)


def told(opinion: Opinion, cues: Sequence[Cue]) -> Told:
    """Return an opinion as the room takes it: harm is against us, and so is what says it outright."""
    harm = not HARM.isdisjoint(c.kind for c in cues) or (opinion.outright and opinion.kind in OUTRIGHT)
    return Told(opinion.kind, opinion.negative or harm)


def fold(texts: Sequence[str]) -> list[str]:
    """Return texts in one width, case and script, as the model reads them."""
    return opinions.model().fold(texts)
