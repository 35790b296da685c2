"""The kit's data files, read once."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str, package: str = "hongqiao.platforms.kit") -> Any:
    """Return the parsed JSON file `name` of `package`. Callers must not change it."""
    return json.loads(files(package).joinpath(name).read_text(encoding="utf-8"))


def limits() -> dict[str, Any]:
    return load("limits.json")


def formats() -> dict[str, Any]:
    return load("formats.json")
