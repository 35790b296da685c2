"""How risky a text is, by rules that are data; a person may raise it, only a reviewer may lower it, with a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hongqiao.content.models import Piece
from hongqiao.content.production import settings
from hongqiao.errors import N_
from hongqiao.workspace.models import Brand

ORDER = (Piece.Risk.LOW, Piece.Risk.MIDDLE, Piece.Risk.HIGH)
LABELS = {
    "medical": N_("医疗功效"),
    "price": N_("价格促销"),
    "compare": N_("对比他人"),
    "lottery": N_("抽奖"),
    "celebrity": N_("明星代言"),
    "minor": N_("未成年人"),
    "crisis": N_("危机回应"),
}


@dataclass(frozen=True)
class Sign:
    """A word that raises the risk: of which kind, how grave, as written."""

    code: str
    risk: str
    word: str


def signs(brand: Brand, text: str) -> list[Sign]:
    """Return what in a text raises the risk, one a kind."""
    found = []
    for rule in settings.of(brand, "review")["risks"]:
        hit = _pattern("|".join([*map(re.escape, rule["terms"]), *rule["patterns"]])).search(text)
        if hit:
            found.append(Sign(rule["code"], rule["risk"], hit.group()))
    return found


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def by_rules(found: list[Sign]) -> str:
    """Return the gravest of some signs."""
    return max((s.risk for s in found), key=_rank, default=Piece.Risk.LOW)


def level(piece: Piece, found: list[Sign]) -> str:
    """Return how risky a piece is: what the rules say or a person set, whichever is graver.

    A reviewer's lower word holds for the kinds of signs they saw; a kind that comes later counts again.
    """
    rules, hand = by_rules(found), (piece.review or {}).get("risk") or {}
    if not hand:
        return rules
    if _rank(hand["level"]) >= _rank(hand["rules"]):
        return max(rules, hand["level"], key=_rank)
    later = [s for s in found if s.code not in hand["signs"]]
    return max(by_rules(later), hand["level"], key=_rank)


def lower(one: str, other: str) -> bool:
    """Return whether one level is lower than another."""
    return _rank(one) < _rank(other)


def _rank(value: str) -> int:
    return [str(one) for one in ORDER].index(str(value))


def kept(level: str, found: list[Sign], **more: Any) -> Mapping[str, Any]:
    """Return what a person set as the piece keeps it."""
    return {"level": level, "rules": str(by_rules(found)), "signs": [s.code for s in found], **more}
