"""What is grave by nature needs no burst: one mention is enough. The natures ship as knowledge/crisis/grave.json."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from hongqiao.methods.bursts.settings import BadBursts


@dataclass(frozen=True)
class Grave:
    """A nature. label: Chinese source text; floor: the level, I to IV, that an incident of it has at least.
    always: grave though nothing bad is said; words: one of them in the text is enough.
    """

    code: str
    label: str
    kinds: frozenset[str]
    flags: frozenset[str]
    floor: str
    always: bool
    words: tuple[str, ...] = ()

    @classmethod
    def all_of(cls, data: Mapping[str, Any]) -> tuple[Self, ...]:
        """Return the natures of the data that ships, gravest first."""
        return tuple(
            cls(
                n["code"],
                n["label"],
                frozenset(n["kinds"]),
                frozenset(n["flags"]),
                n["floor"],
                n["always"],
                tuple(n.get("words") or ()),
            )
            for n in data["natures"]
        )


def grave(
    natures: Sequence[Grave], kind: str, flags: Collection[str] = (), *, negative: bool = True, text: str = ""
) -> Grave | None:
    """Return the gravest nature of a mention of this kind whose text tells of these flags, None for an ordinary one.

    A mention that is not negative (thanks, praise, denial) is grave only where an authority or the press speaks. Raises
    BadBursts for a flag of no nature, so that a misspelt one is not silence.
    """
    known = frozenset[str]().union(*(n.flags for n in natures))
    for flag in flags:
        if flag not in known:
            raise BadBursts(what="flag", detail=flag)
    for nature in natures:
        told = kind in nature.kinds or not nature.flags.isdisjoint(flags) or any(w in text for w in nature.words)
        if told and (negative or nature.always):
            return nature
    return None
