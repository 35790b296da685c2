"""Negative mentions against all mentions: the excess over the usual share, so that much talk alone is no burst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp, isfinite
from typing import Any

from hongqiao.methods.bursts.series import Seen, Watcher
from hongqiao.methods.bursts.settings import BadBursts, BurstSettings

_PRIOR = (2.0, 20.0)  # negative and all mentions before any were heard: one in ten
_DAYS = 7.0  # over which the usual share is followed
_CUT = 3.0  # a row's share teaches no more than so many times the usual


class ShareWatcher:
    """The state of one pair of series. Only rises alarm."""

    def __init__(self, settings: BurstSettings | None = None) -> None:
        self.watcher = Watcher(replace(settings or BurstSettings(), falls=False))
        self.negative, self.total = 0.0, 0.0

    @property
    def share(self) -> float:
        """The usual share of negative mentions, 0–1."""
        return min((self.negative + _PRIOR[0]) / (self.total + _PRIOR[1]), 1.0)

    def step(self, at: float, negative: float, total: float) -> Seen:
        """Take the counts of one moment; negatives beyond the total, or no numbers, are left out and score 0."""
        if not (isfinite(negative) and isfinite(total) and 0 <= negative <= total):
            return self.watcher.step(at, float("nan"))
        usual, before = self.share, self.watcher.at
        seen = self.watcher.step(at, negative, usual * total)
        if self.watcher.at != before:
            keep = exp(-min(max(at - before, 0.0), 1440.0) / (1440 * _DAYS))
            self.negative = keep * self.negative + min(negative, max(_CUT * usual * total, 1.0))
            self.total = keep * self.total + total
        return seen

    def settle(self) -> None:
        """As of `Watcher`."""
        self.watcher.settle()

    def to_json(self) -> dict[str, Any]:
        """Return the state as plain JSON."""
        return {"negative": self.negative, "total": self.total, "watcher": self.watcher.to_json()}

    @classmethod
    def of_json(cls, state: Mapping[str, Any], settings: BurstSettings | None = None) -> ShareWatcher:
        """Go on from a state. Raises BadBursts where it is damaged."""
        made = cls(settings)
        for name in ("negative", "total"):
            value = state.get(name)
            if not isinstance(value, int | float) or not isfinite(value) or value < 0:
                raise BadBursts(what="state", detail=name)
            setattr(made, name, float(value))
        made.watcher = Watcher.of_json(state.get("watcher") or {}, made.watcher.settings)
        return made
