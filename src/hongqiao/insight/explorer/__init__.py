"""指标探索: pick figures, cut, filter and compare them; keep the view, pin it, note a day. Serves D2."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def data(name: str) -> dict[str, Any]:
    """Return the data file `name` (without .json) beside the code."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))


def limit(name: str) -> int:
    """Return one of limits.json."""
    return int(data("limits")[name])
