"""The lucky draw that anybody can verify: commitment, list, beacon, order, evidence. U2; docs/draws.md."""

from hongqiao.methods.draw.beacon import agreed, beacon_text, drand, drand_value
from hongqiao.methods.draw.canonical import (
    commitment,
    final_seed,
    list_bytes,
    listed,
    plan_bytes,
    sha256,
)
from hongqiao.methods.draw.drawing import draw, key, ranked, settle
from hongqiao.methods.draw.model import Award, Beacon, Listed, Place, Plan, Prize, Refused, Result, moment
from hongqiao.methods.draw.pack import at_close, at_opening, dumps, pack, verifier

__all__ = [
    "Award",
    "Beacon",
    "Listed",
    "Place",
    "Plan",
    "Prize",
    "Refused",
    "Result",
    "agreed",
    "at_close",
    "at_opening",
    "beacon_text",
    "commitment",
    "draw",
    "drand",
    "drand_value",
    "dumps",
    "final_seed",
    "key",
    "list_bytes",
    "listed",
    "moment",
    "pack",
    "plan_bytes",
    "ranked",
    "sha256",
    "settle",
    "verifier",
]
