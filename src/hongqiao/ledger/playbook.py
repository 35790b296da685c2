"""Templates of actions: data of the house, and what a brand changed of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.workspace.models import Brand


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    book = json.loads(files("hongqiao.ledger").joinpath("playbook.json").read_text("utf-8"))
    return {t["code"]: t for t in book["templates"]}


def of(brand: Brand | None) -> dict[str, dict[str, Any]]:
    """Return code → template with the brand's differences: {"code", "label", "room", "words", "due_days", "want",
    "measure"}. `Brand.settings["playbook"][code]` holds what a brand changed; `measure` is merged, all else replaced.
    """
    own: Mapping[str, Mapping[str, Any]] = (brand.settings or {}).get("playbook", {}) if brand else {}
    found = {}
    for code, kept in _shipped().items():
        change = own.get(code, {})
        measure = {"want": kept["want"], **kept["measure"], **change.get("measure", {})}
        found[code] = {**kept, **change, "measure": measure}
    return found


def label(code: str, title: str = "") -> str:
    """Return what an action is called: a person's own title, else its template's words."""
    if title:
        return title
    kept = _shipped().get(code)
    return _(kept["label"]) if kept else code
