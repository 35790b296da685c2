"""What a vendor of text messages must do, and what it says of each message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True)
class Sms:
    """One message: `to` 11 digits, the vendor's approved template and its values, `mark` our own name for it."""

    to: str = field(repr=False)
    sign: str
    template: str
    values: Mapping[str, str]
    mark: str


@dataclass(frozen=True)
class Taken:
    """What the vendor said of one message: `code` and `said` are its own where it refused ("" where it took it)."""

    mark: str
    ids: Mapping[str, str] = field(default_factory=dict)
    pieces: int | None = None
    code: str = ""
    said: str = ""


@dataclass(frozen=True)
class Report:
    """What became of one message at its phone. `state`: waiting, delivered, failed."""

    ids: Mapping[str, str]
    state: str
    code: str = ""
    pieces: int | None = None


@dataclass(frozen=True)
class Reply:
    """What somebody answered by text message."""

    phone: str = field(repr=False)
    text: str
    sign: str = ""


class SmsSender(Protocol):
    """A vendor's connector for one brand. Raises PlatformError, Unreachable, NotSure for a whole call."""

    most: int  # how many alike go in one call

    def send(self, texts: Sequence[Sms]) -> list[Taken]:
        """Ask for messages of one template and one set of values; none of these vendors knows a key of ours."""
        ...

    def find(self, text: Sms, day: date) -> Report | None:
        """Return what became of a message that was asked for on a day; None where the vendor cannot say."""
        ...


def ordered(values: Mapping[str, str]) -> list[str]:
    """Return values by their places: "1", "2" … as numbers, other names by letter."""
    return [values[k] for k in sorted(values, key=lambda k: (0, int(k), "") if k.isdecimal() else (1, 0, k))]


def texts_of(found: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a vendor's push: a list of them, or one alone."""
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows[:500] if isinstance(row, Mapping)]
