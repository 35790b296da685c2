"""The room's thresholds and playbooks, as data: knowledge/crisis/*.json, with a brand's differences."""

from __future__ import annotations

from typing import Any

from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand


def of(brand: Brand, name: str) -> dict[str, Any]:
    """Return knowledge/crisis/<name>.json with a brand's differences (`Brand.settings["crisis"][name]`) key by key."""
    shipped = read(f"crisis/{name}")
    own = ((brand.settings or {}).get("crisis") or {}).get(name) or {}
    return shipped | {k: v for k, v in own.items() if k in shipped}
