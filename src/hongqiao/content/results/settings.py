"""The steps of the funnel and what counts as weak, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from hongqiao.content.production.settings import shipped
from hongqiao.methods.funnel import Bands


@dataclass(frozen=True)
class StepOf:
    """A step of the data: `metrics`, the first of which that is stated is meant; `action`: what answers a weak one."""

    code: str
    label: str
    metrics: tuple[str, ...]
    lower: bool
    judged: bool
    action: str


def data() -> dict[str, Any]:
    """Return knowledge/content/funnel.json."""
    return shipped("funnel")


def matching() -> dict[str, Any]:
    """Return knowledge/content/matching.json."""
    return shipped("matching")


def boosts() -> dict[str, Any]:
    """Return knowledge/content/boosts.json."""
    return shipped("boosts")


@cache
def steps() -> tuple[StepOf, ...]:
    """Return the steps in their order."""
    return tuple(
        StepOf(
            s["code"],
            s["label"],
            tuple(s["metrics"]),
            s.get("lower", False),
            s.get("judged", True),
            s.get("action", ""),
        )
        for s in data()["steps"]
    )


@cache
def codes() -> tuple[str, ...]:
    """Return every metric that a step may be stated by."""
    return tuple(dict.fromkeys(m for s in steps() for m in s.metrics))


@cache
def bands() -> Bands:
    """Return the percentiles of the bands and what counts as weak."""
    d = data()
    return Bands(tuple(d["cuts"]), d["peers"], d["weak"], d["part"])
