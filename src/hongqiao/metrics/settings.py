"""Thresholds and windows of the metrics, read once from the data files beside this module (each with source and
date).
"""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def data(name: str) -> dict[str, Any]:
    """Return the data file `name` (without .json) as a dict."""
    return json.loads((Path(__file__).parent / "data" / f"{name}.json").read_text(encoding="utf-8"))
