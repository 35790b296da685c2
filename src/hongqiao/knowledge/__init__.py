"""What ships as data: rules, words, limits, days, each with its source."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read(name: str) -> dict[str, Any]:
    """Return <name>.json of this folder, read once a process."""
    return dict(json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8")))
