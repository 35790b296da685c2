"""What earns points and what levels give: knowledge/audience/growth.json with a brand's differences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hongqiao.audience import settings
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand

NAME = "growth"
#: kinds of points that make a level
EARNED = ("purchase", "refund", "sign_up", "review", "invite")


@dataclass(frozen=True)
class Level:
    """`least`: points of the window from which on it begins."""

    code: str
    label: str
    least: int


def book(brand: Brand) -> dict[str, Any]:
    """Return the numbers in force: rules, levels, benefits, events."""
    shipped, own = read(f"audience/{NAME}"), own_of(brand)
    least = own.get("least") or {}
    levels = [row | {"least": least.get(row["code"], row["least"])} for row in shipped["levels"]]
    return {
        "rules": {**shipped["rules"], **(own.get("rules") or {})},
        "levels": sorted(levels, key=lambda r: r["least"]),
        "benefits": settings.of(brand, NAME)["benefits"],
        "events": settings.of(brand, NAME)["events"],
    }


def own_of(brand: Brand) -> dict[str, Any]:
    """Return only what the brand changed: {"rules": {…}, "least": {level: points}}."""
    return dict(((brand.settings or {}).get("audience") or {}).get(NAME) or {})


def levels(brand: Brand) -> list[Level]:
    """Return the levels, the lowest first."""
    return [Level(r["code"], r["label"], int(r["least"])) for r in book(brand)["levels"]]


def level_of(found: list[Level], points: int) -> Level:
    """Return the level of so many points of the window."""
    return next((level for level in reversed(found) if points >= level.least), found[0])


def digest(held: Mapping[str, Any]) -> str:
    """Return what names these rules."""
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:16]
