"""The limits of delivery as data."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def limits() -> dict[str, Any]:
    """Return delivery/limits.json."""
    return json.loads(files("hongqiao.delivery").joinpath("limits.json").read_text("utf-8"))
