"""The value that nobody knows at close: typed by two persons, or a round of drand. U2; docs/draws.md.

drand (League of Entropy) publishes a round every few seconds; its randomness is the SHA-256 of a threshold signature.
The signature itself (BLS) is not verified here: whoever doubts a value asks any of drand's servers for the round.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime

from hongqiao.methods.draw.model import TEXT, Beacon, Refused, checked_text


def beacon_text(value: str) -> str:
    """Return a beacon's value as the format writes it: NFKC, runs of blanks as one, none at the edges."""
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    try:
        return checked_text(text)
    except Refused as error:
        raise Refused("bad_beacon", value=text[:TEXT]) from error


def agreed(first: tuple[str, str], second: tuple[str, str]) -> str:
    """Return the value that two persons typed, each as (person, value). Raises Refused: one_person, beacon_differs."""
    if first[0] == second[0]:
        raise Refused("one_person")
    one, other = beacon_text(first[1]), beacon_text(second[1])
    if one != other:
        raise Refused("beacon_differs", first=one, second=other)
    return one


def drand_value(signature: str) -> str:
    """Return the randomness of a drand round, which is the SHA-256 of its signature (hexadecimal)."""
    try:
        return hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    except ValueError as error:
        raise Refused("bad_beacon", value=signature[:TEXT]) from error


def drand(chain: str, genesis: int, period: int, after: datetime) -> Beacon:
    """Return the first round of a chain that is due after a moment. genesis: Unix seconds of round 1; period: s."""
    number = max(0, int(after.timestamp()) - genesis) // period + 2
    due = datetime.fromtimestamp(genesis + (number - 1) * period, UTC)
    return Beacon(f"drand {chain[:8]} {number}", due, chain, number)
