"""The workspace's limits, read once from the data file beside this module."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def limits() -> dict[str, Any]:
    """Return limits.json: seconds, counts and days by name."""
    return json.loads(files(__package__).joinpath("limits.json").read_text("utf-8"))
