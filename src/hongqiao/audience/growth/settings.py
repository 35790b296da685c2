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
        "benefits": [one for one in benefits(brand) if not one["off"]],
        "events": settings.of(brand, NAME)["events"],
    }


def benefits(brand: Brand) -> list[dict[str, Any]]:
    """Return every benefit, the brand's own after those that ship, those that were stopped too.

    A brand keeps differences by code: {code: {label, level, tiers, period, cost, stock, off}}. `tiers`: none is
    everybody; `stock`: None is without end.
    """
    own = own_of(brand).get("benefits") or {}
    shipped = {row["code"]: row for row in read(f"audience/{NAME}")["benefits"]}
    blank: dict[str, Any] = {"tiers": [], "stock": None, "off": False}
    return [
        {**blank, **shipped.get(code, {}), **own.get(code, {}), "code": code, "own": code in own,
         "shipped": code in shipped}
        for code in dict.fromkeys([*shipped, *own])
    ]  # fmt: skip


def own_of(brand: Brand) -> dict[str, Any]:
    """Return only what the brand changed: {"rules": {…}, "least": {level: points}, "benefits": {code: {…}}}."""
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
