"""The thresholds in force for a brand, and the words of knowledge/audience/tiers.json."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from hongqiao.errors import N_
from hongqiao.knowledge import audiences, read
from hongqiao.methods.tiers import Rules
from hongqiao.workspace.models import Brand

NO_PROFILE = "no_profile"  # why somebody left the tiers by no rule: they, or the law, said so


def rules(brand: Brand) -> Rules:
    """Return the brand's thresholds: those that ship with its own over them."""
    return audiences.tier_rules(own(brand))


def own(brand: Brand) -> dict[str, Any]:
    """Return only what the brand changed."""
    return dict(((brand.settings or {}).get("audience") or {}).get("tiers") or {})


def book() -> dict[str, Any]:
    """Return the file as it ships."""
    return read("audience/tiers")


def labels(group: str) -> dict[str, str]:
    """Return code → msgid of `tiers`, `stages`, `drivers` or `classes`."""
    found = {row["code"]: row["label"] for row in book()[group]}
    return found | {NO_PROFILE: N_("不做画像")} if group == "drivers" else found


def digest(held: Rules) -> str:
    """Return what names these thresholds in a move and a run."""
    return hashlib.sha256(json.dumps(asdict(held), sort_keys=True).encode()).hexdigest()[:16]
