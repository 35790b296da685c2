"""The room's thresholds, words and templates, as data: knowledge/audience/*.json, with a brand's differences."""

from __future__ import annotations

from typing import Any

from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand


def of(brand: Brand, name: str) -> dict[str, Any]:
    """Return knowledge/audience/<name>.json with a brand's differences (`Brand.settings["audience"][name]`)."""
    shipped = read(f"audience/{name}")
    own = ((brand.settings or {}).get("audience") or {}).get(name) or {}
    return shipped | {k: v for k, v in own.items() if k in shipped}
