"""The evidence of a draw as one JSON file that anybody can check with `verify_draw.py`. U2; docs/draws.md.

Nothing in it names a person: ids are opaque, who is excluded is a count and a hash.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

from hongqiao.methods.draw.beacon import beacon_text, drand_value
from hongqiao.methods.draw.canonical import FORMAT, list_bytes, plan_bytes, sha256
from hongqiao.methods.draw.drawing import draw, settle
from hongqiao.methods.draw.model import Listed, Place, Plan, Refused, moment


def at_opening(plan: Plan, terms: str) -> dict[str, Any]:
    """Return what is published before the first entry. Raises Refused: bad_hash where the plan is of other terms."""
    if sha256(terms.encode()) != plan.terms:
        raise Refused("bad_hash", value=plan.terms)
    return {"format": FORMAT, "plan": _plan(plan), "terms": terms, "plan_hash": sha256(plan_bytes(plan))}


def at_close(plan: Plan, listed: Listed) -> dict[str, Any]:
    """Return what is published at close, before the beacon is due. `entries_hash` is H1."""
    return {
        "entries": [list(e) for e in listed.entries],
        "excluded": {"count": listed.excluded, "hash": listed.excluded_hash},
        "entries_hash": sha256(list_bytes(sha256(plan_bytes(plan)), listed)),
    }


def pack(
    plan: Plan,
    terms: str,
    listed: Listed,
    secret: bytes,
    beacon: str,
    *,
    listed_at: datetime,
    drawn_at: datetime,
    signature: str = "",
    forfeits: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the whole evidence, the draw made anew from what it holds.

    beacon: the value both persons typed, or drand's randomness, then with the round's `signature`. Raises Refused:
    times where the list was not published between close and the beacon, or the draw came before it; bad_beacon.
    """
    due = moment(plan.beacon.due)
    if not moment(plan.closes) <= moment(listed_at) < due <= moment(drawn_at):
        raise Refused("times", closes=moment(plan.closes), listed=moment(listed_at), due=due, drawn=moment(drawn_at))
    value = beacon_text(beacon)
    if plan.beacon.chain and drand_value(signature) != value:
        raise Refused("bad_beacon", value=value)
    result = draw(plan, listed, secret, value)
    return {
        **at_opening(plan, terms),
        **at_close(plan, listed),
        "listed": moment(listed_at),
        "secret": secret.hex(),
        "beacon": {"value": value, "signature": signature},
        "seed": result.seed,
        "drawn": moment(drawn_at),
        "winners": [_place(p) for p in result.winners],
        "alternates": [_place(p) for p in result.alternates],
        "void": [{"prize": prize, "count": count} for prize, count in result.void],
        "forfeits": list(forfeits),
        "awards": [vars(a) for a in settle(result, forfeits)],
    }


def dumps(evidence: Mapping[str, Any]) -> str:
    """Return the evidence as text, the same for the same evidence."""
    return json.dumps(evidence, ensure_ascii=False, indent=1) + "\n"


def verifier() -> str:
    """Return the text of the script that is offered for download beside the evidence."""
    return files(__package__).joinpath("verify_draw.py").read_text("utf-8")


def _plan(plan: Plan) -> dict[str, Any]:
    beacon = plan.beacon
    return {
        "draw": plan.draw,
        "terms": plan.terms,
        "commitment": plan.commitment,
        "opens": moment(plan.opens),
        "closes": moment(plan.closes),
        "beacon": {"due": moment(beacon.due), "chain": beacon.chain, "round": beacon.round, "source": beacon.source},
        "tickets": plan.tickets,
        "alternates": plan.alternates,
        "prizes": [vars(p) for p in plan.prizes],
    }


def _place(place: Place) -> dict[str, Any]:
    return dict(vars(place))
