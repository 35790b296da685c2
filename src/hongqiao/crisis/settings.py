"""The room's thresholds and playbooks, as data: knowledge/crisis/*.json, with a brand's differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from hongqiao.crisis import differences
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand

ROWS = "rows"


def own(brand: Brand, name: str) -> dict[str, Any]:
    """Return what the brand changed of knowledge/crisis/<name>.json, as it is kept."""
    return dict(((brand.settings or {}).get("crisis") or {}).get(name) or {})


def of(brand: Brand, name: str) -> dict[str, Any]:
    """Return knowledge/crisis/<name>.json with a brand's differences (`Brand.settings["crisis"][name]`): values key by
    key, the lists of `lists` row by row (under "rows")."""
    return with_own(name, own(brand, name))


def with_own(name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return knowledge/crisis/<name>.json with differences."""
    shipped = read(f"crisis/{name}")
    if not changes:
        return shipped
    found = deepcopy(differences.merged(shipped, changes))
    rows = changes.get(ROWS) or {}
    for key, holder, field in lists(name, found):
        if rows.get(key):
            holder[field] = differences.applied(holder[field], rows[key])
    return found


def lists(name: str, book: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the lists of a file that a brand changes row by row: (key, what holds the list, under which name)."""
    if name == "playbooks":
        yield "base", book, "base"
        for one in book["playbooks"]:
            yield one["code"], one, "steps"
    elif name == "telling":
        for level in book["levels"]:
            yield level, book["levels"], level
    elif name == "statements":
        for kind, one in book["kinds"].items():
            yield kind, one, "sections"
        yield "words", book, "words"
    elif field := {"roles": "roles", "duties": "duties", "repair": "plan", "grave": "natures"}.get(name):
        yield field, book, field


def rows_of(name: str, book: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return one of the lists. Raises KeyError for one that the file does not have."""
    return next(holder[field] for k, holder, field in lists(name, book) if k == key)
