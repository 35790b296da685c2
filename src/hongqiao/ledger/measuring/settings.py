"""The numbers of measuring, read once from the data files beside this module."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


def _read(name: str) -> dict[str, Any]:
    return json.loads(files("hongqiao.ledger.measuring").joinpath(name).read_text("utf-8"))


@cache
def numbers() -> dict[str, Any]:
    """Return measuring.json."""
    return _read("measuring.json")


@cache
def shipped_changes() -> list[dict[str, Any]]:
    """Return the days on which a platform changed what it counts: {"platform", "metrics", "day", "source"}."""
    return list(_read("definitions.json")["changes"])
