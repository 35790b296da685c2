"""When, how often and in which form users are reached: knowledge/audience/reaching.json with a brand's differences."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand


def shipped() -> dict[str, Any]:
    """Return what ships, for what no brand may change: sizes of sets, pauses between tries."""
    return read("audience/reaching")


def of(brand: Brand) -> dict[str, Any]:
    """Return the rules in force for a brand."""
    own = ((brand.settings or {}).get("audience") or {}).get("reaching") or {}
    return shipped() | {k: v for k, v in own.items() if k in shipped()}


def opens(rules: dict[str, Any], at: datetime) -> datetime:
    """Return `at` where it lies in the hours in which people may be reached, else when those begin next."""
    zone = ZoneInfo(rules["zone"])
    local = at.astimezone(zone)
    first, last = (time.fromisoformat(rules["hours"][k]) for k in ("from", "to"))
    if first <= local.time() < last:
        return at
    day = local.date() if local.time() < first else local.date() + timedelta(days=1)
    return datetime.combine(day, first, zone)
