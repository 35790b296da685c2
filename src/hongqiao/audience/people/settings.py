"""What member files call their columns, and the rules of identities: knowledge/audience/members.json."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from hongqiao.audience import settings
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand

NAME = "members"


def rules(brand: Brand) -> dict[str, Any]:
    """Return the numbers in force: those that ship with the brand's own over them."""
    shipped = read(f"audience/{NAME}")["rules"]
    own = settings.of(brand, NAME)["rules"]
    return {**shipped, **own}


def key_order() -> list[str]:
    """Return kinds of numbers, the one that facts carry first."""
    return list(read(f"audience/{NAME}")["key_order"])


def plain(text: object) -> str:
    """Return a header or a word as it is compared: no width, no case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", str(text)).lower().split())


@cache
def columns() -> dict[str, str]:
    """Return header → what it says."""
    return {plain(term): c["code"] for c in read(f"audience/{NAME}")["columns"] for term in (c["code"], *c["terms"])}


@cache
def answers() -> dict[str, bool]:
    """Return word → yes or no."""
    book = read(f"audience/{NAME}")
    return {plain(w): said for name, said in (("yes", True), ("no", False)) for w in book[name]}
