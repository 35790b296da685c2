"""What a score is made from, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

PARTS = ("relevance", "fit", "timing", "spread", "use", "difference", "cost", "risk")


@dataclass(frozen=True)
class Whom:
    """A persona, as far as a topic is held against it. `words`: how they speak; `scenes`, `needs` likewise."""

    name: str
    words: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Idea:
    """What a topic says of itself. `text`: pain and claim; `hours`: of work, None where nobody said."""

    title: str
    text: str = ""
    claim: str = ""
    platforms: tuple[str, ...] = ()
    form: str = ""
    hours: float | None = None
    proven: bool = False  # it names evidence for its claim
    selling: bool = False  # its pillar sells

    @property
    def all(self) -> str:
        return f"{self.title}\n{self.text}\n{self.claim}"


@dataclass(frozen=True)
class Moment:
    """A node, a season or a launch that a topic belongs to."""

    label: str
    first: date
    last: date
    prep: date
    words: tuple[str, ...] = ()
    solemn: bool = False


@dataclass(frozen=True)
class Near:
    """A piece or topic that is like this one, and how much (0 to 1)."""

    title: str
    share: float
    own: bool = True


@dataclass(frozen=True)
class Evidence:
    """What is known around an idea on a day.

    `mentions`: comments, tickets, searches that speak of it in `mentions_days`; `place`: its place among the needs most
    spoken of, 0 for none; `claims`: how many claims of its product are in force.
    """

    today: date
    whom: Whom | None = None
    mentions: int = 0
    place: int = 0
    pillar: str = ""
    product: str = ""
    claims: int = 0
    own_words: tuple[str, ...] = ()
    moment: Moment | None = None
    hot_hours: float | None = None  # until the topic is cold; None: it is not hot
    near: tuple[Near, ...] = ()
    renews: str = ""  # the own piece that it takes up again; `near` is without it: like that one it should be
    exclusive: bool = False  # own figures, own people: nobody else has them
    lines: tuple[tuple[str, tuple[str, ...]], ...] = ()  # red lines: (what, words)
    claims_held: tuple[str, ...] = ()  # claims in force, of all products


@dataclass(frozen=True)
class Part:
    """One part of a score. `why` is a code, `params` fill its words, which are made where it is shown."""

    level: int
    why: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Score:
    """total: 0 to 100, the weighted mean of levels out of 5; parts: in the order of PARTS."""

    total: float
    parts: Mapping[str, Part]
