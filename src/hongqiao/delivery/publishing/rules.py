"""The rules of publishing as data, with a brand's differences."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from hongqiao.workspace.models import Brand


@cache
def rules() -> dict[str, Any]:
    """Return delivery/publishing/rules.json."""
    return _book("rules.json")


@cache
def places() -> dict[str, dict[str, Any]]:
    """Return what is known of each platform's pages: hosts, where one uploads, whether a page can be read."""
    return _book("places.json")["platforms"]


def pacing(brand: Brand, platform: str) -> dict[str, int]:
    """Return {gap_minutes, a_day} of an account of this platform: shipped, then what the brand changed."""
    shipped = rules()["pacing"]
    own = ((brand.settings or {}).get("publishing") or {}).get("pacing") or {}
    return {**shipped["default"], **shipped.get(platform, {}), **own.get("default", {}), **own.get(platform, {})}


def _book(name: str) -> Any:
    return json.loads(files("hongqiao.delivery.publishing").joinpath(name).read_text("utf-8"))
