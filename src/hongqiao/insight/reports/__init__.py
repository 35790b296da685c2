"""Reports: one document from one version of the facts, written as page, PDF, picture, slides, sheet or card (D2)."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def thresholds() -> dict[str, Any]:
    """Return reports/thresholds.json."""
    return json.loads(files("hongqiao.insight.reports").joinpath("thresholds.json").read_text("utf-8"))
