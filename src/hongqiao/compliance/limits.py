"""The limits of checking as data."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def limits() -> dict[str, Any]:
    """Return compliance/limits.json."""
    return dict(json.loads(files("hongqiao.compliance").joinpath("limits.json").read_text("utf-8")))
