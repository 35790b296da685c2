"""The bytes of a draw: each text of the format has one spelling, so that anybody gets the same hashes. U2.

Lines end in one LF, the last too; UTF-8; parts of a line are parted by one TAB. See docs/draws.md.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping

from hongqiao.methods.draw.beacon import beacon_text
from hongqiao.methods.draw.model import ENTRIES, HEX, ID, TEXT, TICKETS, Listed, Plan, Refused, moment

FORMAT = "hongqiao-draw/1"
SECRET = 32  # bytes


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def commitment(secret: bytes) -> str:
    """Return what binds the organiser to a secret of 32 bytes without telling it. A secret serves one draw."""
    if len(secret) != SECRET:
        raise Refused("bad_secret", bytes=len(secret))
    return sha256(secret)


def plan_bytes(plan: Plan) -> bytes:
    """Return the text whose hash is published at opening."""
    beacon = plan.beacon
    rows: list[tuple[str, ...]] = [
        (FORMAT, "plan"),
        ("draw", plan.draw),
        ("terms", plan.terms),
        ("commitment", plan.commitment),
        ("opens", moment(plan.opens)),
        ("closes", moment(plan.closes)),
        ("beacon", moment(beacon.due), beacon.chain, str(beacon.round), beacon.source),
        ("tickets", "yes" if plan.tickets else "no"),
        ("alternates", str(plan.alternates)),
        *(("prize", p.code, str(p.count), p.name) for p in plan.prizes),
    ]
    return _text(rows)


def list_bytes(plan_hash: str, listed: Listed) -> bytes:
    """Return the text whose hash, H1, is published at close: before the beacon can be known."""
    head = [
        (FORMAT, "entries"),
        ("plan", plan_hash),
        ("excluded", str(listed.excluded), listed.excluded_hash),
        ("count", str(len(listed.entries))),
    ]
    return _text([*head, *((entry, str(tickets)) for entry, tickets in listed.entries)])


def listed(entries: Iterable[tuple[str, int]], plan: Plan, *, excluded: Mapping[str, str] | None = None) -> Listed:
    """Return the list of a draw from (id, tickets), those `excluded` (id → why, a code) taken out first.

    Of who is excluded without an entry nothing is kept. Raises Refused: bad_id, duplicate, bad_tickets, empty.
    """
    seen: dict[str, int] = {}
    for entry, tickets in entries:
        if not ID.fullmatch(entry):
            raise Refused("bad_id", value=entry[:TEXT])
        if entry in seen:
            raise Refused("duplicate", entry=entry)
        if type(tickets) is not int or not 1 <= tickets <= (TICKETS if plan.tickets else 1):
            raise Refused("bad_tickets", entry=entry, tickets=tickets)
        seen[entry] = tickets
    out = excluded or {}
    left = _ordered(e for e in seen if e not in out)
    if not 1 <= len(left) <= ENTRIES:
        raise Refused("empty" if not left else "bad_count", count=len(left))
    gone = _ordered(e for e in seen if e in out)
    return Listed(tuple((e, seen[e]) for e in left), len(gone), sha256(_text([(e, _why(out[e])) for e in gone])))


def final_seed(secret: bytes, list_hash: str, beacon: str) -> bytes:
    """Return HMAC-SHA256(secret, H1 as 32 bytes ‖ beacon as UTF-8)."""
    if not HEX.fullmatch(list_hash):
        raise Refused("bad_hash", value=list_hash[:TEXT])
    return hmac.digest(secret, bytes.fromhex(list_hash) + beacon_text(beacon).encode(), "sha256")


def _ordered(ids: Iterable[str]) -> list[str]:
    """The order of the list decides nothing; it only has to be the same for everybody."""
    return sorted(ids, key=lambda e: sha256(e.encode()))


def _why(code: str) -> str:
    if not ID.fullmatch(code):
        raise Refused("bad_id", value=code[:TEXT])
    return code


def _text(rows: Iterable[tuple[str, ...]]) -> bytes:
    return "".join("\t".join(row) + "\n" for row in rows).encode()
