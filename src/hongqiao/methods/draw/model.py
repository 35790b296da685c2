"""What a lucky draw is made of: the plan that is fixed at opening, the list that is fixed at close, the result. U2.

The protocol is told byte by byte in docs/draws.md. An entry is one person under an opaque public id; nothing here knows
who that is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

#: An id is told alike by every language and every keyboard.
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
HEX = re.compile(r"[0-9a-f]{64}")
#: Bounds of the format, so that a list can be read anywhere; a brand's own limits are in knowledge/audience/draws.json.
TEXT, PRIZES, COUNT, TICKETS, ENTRIES = 200, 100, 100_000, 10_000, 5_000_000


class Refused(ValueError):
    """What cannot be drawn, by code; `params` name what it is about. The room has the words.

    bad_id, duplicate, empty, bad_tickets, bad_prize, bad_count, bad_text, bad_hash, bad_time, times, bad_secret,
    secret_differs, bad_beacon, beacon_differs, one_person, bad_chain, unknown
    """

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}" if params else code)


def moment(at: datetime) -> str:
    """Return a moment as the format writes it, UTC to the second: 2026-12-01T04:00:00Z. Refuses one without a zone."""
    if at.tzinfo is None:
        raise Refused("bad_time", value=at.isoformat())
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def checked_text(text: str, *, empty: bool = False) -> str:
    """Return a text that fits a line of the format; refuses control characters, edges of blanks, too long, empty."""
    if not (text or empty) or len(text) > TEXT or text != text.strip() or not all(c.isprintable() for c in text):
        raise Refused("bad_text", value=text[:TEXT])
    return text


@dataclass(frozen=True)
class Prize:
    """So many of one prize; in a plan the first is drawn first."""

    code: str
    count: int
    name: str = ""

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.code):
            raise Refused("bad_id", value=self.code[:TEXT])
        if not 1 <= self.count <= COUNT:
            raise Refused("bad_prize", prize=self.code, count=self.count)
        checked_text(self.name, empty=True)


@dataclass(frozen=True)
class Beacon:
    """What nobody knows at close, named beforehand: `source` says what it is, where it stands and how it is written.

    due: when it can be known at the earliest. chain and round: of a drand beacon, else empty.
    """

    source: str
    due: datetime
    chain: str = ""
    round: int = 0

    def __post_init__(self) -> None:
        checked_text(self.source)
        moment(self.due)
        if bool(self.chain) != bool(self.round) or self.round < 0 or (self.chain and not HEX.fullmatch(self.chain)):
            raise Refused("bad_chain", chain=self.chain[:TEXT], round=self.round)


@dataclass(frozen=True)
class Plan:
    """All that is fixed and published before the first entry. terms: SHA-256 of the published terms; commitment: of
    the secret; tickets: whether entries may hold more than one; alternates: how many stand by in order."""

    draw: str
    terms: str
    commitment: str
    opens: datetime
    closes: datetime
    beacon: Beacon
    prizes: tuple[Prize, ...]
    alternates: int = 0
    tickets: bool = False

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.draw):
            raise Refused("bad_id", value=self.draw[:TEXT])
        for value in (self.terms, self.commitment):
            if not HEX.fullmatch(value):
                raise Refused("bad_hash", value=value[:TEXT])
        if not moment(self.opens) < moment(self.closes) < moment(self.beacon.due):
            raise Refused("times", opens=moment(self.opens), closes=moment(self.closes), due=moment(self.beacon.due))
        codes = [p.code for p in self.prizes]
        if not 1 <= len(codes) <= PRIZES or len(set(codes)) < len(codes):
            raise Refused("bad_prize", prize=",".join(codes[:PRIZES]))
        if not 0 <= self.alternates <= COUNT:
            raise Refused("bad_count", count=self.alternates)


@dataclass(frozen=True)
class Listed:
    """Who takes part, in canonical order as (id, tickets), and of how many it was said beforehand that they do not."""

    entries: tuple[tuple[str, int], ...]
    excluded: int
    excluded_hash: str


@dataclass(frozen=True)
class Place:
    """Who stands where: rank from 1; prize "" for an alternate; key: what the order was made by, hexadecimal."""

    rank: int
    prize: str
    entry: str
    key: str


@dataclass(frozen=True)
class Result:
    """What was drawn. void: (prize, how many) for which there was nobody."""

    seed: str
    winners: tuple[Place, ...]
    alternates: tuple[Place, ...]
    void: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Award:
    """Who gets a prize in the end; `instead`: of whom an alternate steps in, else "". entry "": nobody is left."""

    rank: int
    prize: str
    entry: str
    instead: str = ""
