"""The rules of topics as data, with a brand's differences, and the weights in force."""

from __future__ import annotations

from typing import Any

from hongqiao.content.models import TopicWeights
from hongqiao.content.production import settings
from hongqiao.workspace.models import Brand


def shipped(name: str = "topics") -> dict[str, Any]:
    """Return knowledge/content/<name>.json."""
    return settings.shipped(name)


def rules(brand: Brand) -> dict[str, Any]:
    """Return the rules with what the brand changed in `Brand.settings["content"]["topics"]`, key by key."""
    return settings.of(brand, "topics")


def limits() -> dict[str, int]:
    """Return how long and how many."""
    return dict(shipped()["limits"])


def in_force(brand: Brand) -> TopicWeights:
    """Return the weights in force; those that ship where nobody has chosen any."""
    found = TopicWeights.objects.filter(brand=brand).order_by("-id").first()
    preset = shipped()["preset"]
    return found or TopicWeights(brand=brand, version=0, preset=preset, parts=presets()[preset]["parts"])


def presets() -> dict[str, dict[str, Any]]:
    """Return code → {label, parts} of the sets of weights that ship."""
    return dict(shipped()["weights"])
