"""The ledger's limits and short lists, read once from the data files beside this module."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


def _read(name: str) -> dict[str, Any]:
    return json.loads(files("hongqiao.ledger").joinpath(name).read_text("utf-8"))


@cache
def limits() -> dict[str, Any]:
    """Return limits.json: lengths, counts, days and hours by name."""
    return _read("limits.json")


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Return the short list of reasons for not doing something: code → {"code", "label", "of"}."""
    return {r["code"]: r for r in _read("reasons.json")["reasons"]}
