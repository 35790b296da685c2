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
def _file() -> dict[str, Any]:
    return json.loads(files("hongqiao.ledger").joinpath("playbook.json").read_text("utf-8"))


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    return {t["code"]: t for t in _file()["templates"]}


def of(brand: Brand | None) -> dict[str, dict[str, Any]]:
    """Return code → template with the brand's differences: {"code", "label", "room", "words", "due_days", "want",
    "measure", "expected"}. `Brand.settings["playbook"][code]` holds what a brand changed; `measure` is merged,
    all else replaced.
    """
    own: Mapping[str, Mapping[str, Any]] = (brand.settings or {}).get("playbook", {}) if brand else {}
    found = {}
    for code, kept in _shipped().items():
        change = own.get(code, {})
        measure = {"want": kept["want"], **kept["measure"], **change.get("measure", {})}
        found[code] = {"expected": None, **kept, **change, "measure": measure}
    return found


def book_source() -> str:
    """Return where the shipped templates come from, and of which day they are."""
    return _("业内常用做法；天数和判断方式是本项目的建议（%(day)s）") % {"day": _file()["date"]}


def expected(kept: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the effect that the brand itself expects of a kind of action, where it is measured by the same figure."""
    own, metric = kept.get("expected"), plan.get("metric", "")
    if not own or metric != kept["measure"].get("metric"):
        return None
    low, high = own["low"], own["high"]
    return {"metric": metric, "unit": "percent", "low": low, "mid": (low + high) / 2, "high": high, "reason": "brand"}


def label(code: str, title: str = "") -> str:
    """Return what an action is called: a person's own title, else its template's words."""
    if title:
        return title
    kept = _shipped().get(code)
    return _(kept["label"]) if kept else code
