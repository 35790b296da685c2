"""How pieces are worked on, as data: knowledge/content/production.json, with a brand's differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand


def shipped(name: str) -> dict[str, Any]:
    """Return knowledge/content/<name>.json."""
    return read(f"content/{name}")


def of(brand: Brand, name: str = "production") -> dict[str, Any]:
    """Return a file of knowledge with what the brand changed in `Brand.settings["content"][name]`, key by key."""
    own = ((brand.settings or {}).get("content") or {}).get(name) or {}
    return shipped(name) | {k: v for k, v in own.items() if k in shipped(name)}


def keep(brand: Brand, name: str, changed: Mapping[str, Any]) -> None:
    """Keep what a brand, locked by the caller, changed in a file of knowledge; what it changed before stays."""
    content = dict((brand.settings or {}).get("content") or {})
    content[name] = {**(content.get(name) or {}), **changed}
    brand.settings = {**(brand.settings or {}), "content": content}
    brand.save_next("settings")


def letters(name: str) -> int:
    """Return how long a text of this kind may be."""
    found: int = shipped("production")["letters"][name]
    return found
