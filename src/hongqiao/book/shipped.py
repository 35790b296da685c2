"""What ships for the book: its first pillars, limits, kinds of products. `knowledge/content`."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _file(name: str) -> dict[str, Any]:
    return dict(json.loads(files("hongqiao.knowledge").joinpath(f"content/{name}.json").read_text("utf-8")))


def limits() -> dict[str, int]:
    """Return how long and how many: knowledge/content/book.json."""
    return dict(_file("book")["limits"])


def pillars() -> list[dict[str, Any]]:
    """Return the pillars that a book starts with."""
    return [dict(p) for p in _file("book")["pillars"]]


def kinds() -> dict[str, dict[str, Any]]:
    """Return kind of product → how its number is called and written, and what the law asks of it."""
    return dict(_file("products")["kinds"])


def looks_right(kind: str, filing: str) -> bool:
    """Whether a filing number is written as its register prints it; nothing is said of an empty one."""
    like = kinds().get(kind, {}).get("like", "")
    return not filing or not like or re.match(like, filing.replace("（示例）", "").strip()) is not None
