"""The limits of the import room: data, and what a brand changed of them."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from hongqiao.workspace.models import Brand


@cache
def _defaults() -> dict[str, Any]:
    return json.loads(files("hongqiao.imports").joinpath("limits.json").read_text("utf-8"))


def limits_of(brand: Brand | None) -> dict[str, Any]:
    """Return the limits in force for a brand; the house's own without one."""
    changed = (brand.settings or {}).get("imports", {}) if brand else {}
    return {**_defaults(), **changed}
