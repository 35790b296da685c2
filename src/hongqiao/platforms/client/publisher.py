"""What a connector must do so that `delivery` can publish by it, once only and with proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol


@dataclass(frozen=True)
class Part:
    """A file that goes along: `name` is how the payload's HTML or lists call it."""

    name: str
    path: Path
    mime: str


@dataclass(frozen=True)
class Payload:
    """What is published: `body` as kept with the publication, `parts` the files it names. `mark` is its own key."""

    mark: str
    form: str
    body: Mapping[str, Any]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Submitted:
    """The platform took it; not yet proof that anybody can see it. `ids` is whatever finds it again."""

    ids: Mapping[str, str]


@dataclass(frozen=True)
class Status:
    """What the platform says of it now. `code` and `words` are its own where it failed."""

    state: Literal["submitted", "reviewing", "live", "failed"]
    address: str = ""
    code: str = ""
    words: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)


class Publisher(Protocol):
    """A platform's connector for one account. Errors are HongqiaoError; `again` says whether trying later can help."""

    def prepare(self, payload: Payload, done: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield (step, id) of each thing the platform took (pictures, draft), leaving out those in `done`."""
        ...

    def submit(self, payload: Payload, done: Mapping[str, str]) -> Submitted:
        """Ask for publication, once."""
        ...

    def find(self, payload: Payload, done: Mapping[str, str]) -> Submitted | None:
        """Return what an earlier `submit`, of which no answer was kept, came to; None where there was none."""
        ...

    def poll(self, ids: Mapping[str, str]) -> Status:
        """Return what became of it."""
        ...
