"""What ships for the book: its first pillars, limits, kinds of products. `knowledge/content`."""

import re
from typing import Any

from hongqiao.knowledge import read


def limits() -> dict[str, int]:
    """Return how long and how many: knowledge/content/book.json."""
    return dict(read("content/book")["limits"])


def pillars() -> list[dict[str, Any]]:
    """Return the pillars that a book starts with."""
    return [dict(p) for p in read("content/book")["pillars"]]


def kinds() -> dict[str, dict[str, Any]]:
    """Return kind of product → how its number is called and written, and what the law asks of it."""
    return dict(read("content/products")["kinds"])


def looks_right(kind: str, filing: str) -> bool:
    """Whether a filing number is written as its register prints it; nothing is said of an empty one."""
    like = kinds().get(kind, {}).get("like", "")
    return not filing or not like or re.match(like, filing.replace("（示例）", "").strip()) is not None
