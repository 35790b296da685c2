"""What one judgement of everybody says in numbers: kept with its run, so that pages need not ask again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow.compute as pc

from hongqiao.audience.tiers.facts import People
from hongqiao.methods.tiers import Rules, rfm
from hongqiao.methods.tiers.placed import LOYAL, STAGES, TIERS, stages, tiers


def summary(people: People, rules: Rules) -> dict[str, Any]:
    """Return counts by tier, stage, class, and tier by channel; thresholds; the brand's interval between purchases."""
    tier = tiers(people.facts, rules)
    stage = stages(people.facts, rules, tier)
    scored = rfm.scores(people.facts, rules)
    return {
        "tiers": _counts(tier, TIERS),
        "stages": _counts(stage, STAGES),
        "classes": _classes(people, scored),
        "fixed": scored.fixed,
        "channels": _channels(people, tier),
        "funnel": _funnel(people, tier),
        "cycle_days": float(rules.cycle_days),
        "rules": asdict(rules),
        "buyers": int(people.facts.bought.sum()),
        "spent": round(float(people.spent[tier > 0].sum()), 2),
    }


def _counts(codes: Any, names: tuple[str, ...]) -> dict[str, int]:
    found = np.bincount(codes, minlength=len(names))
    return {name: int(n) for name, n in zip(names, found, strict=True) if name != "outside"}


def _funnel(people: People, tier: Any) -> dict[str, int]:
    """Return how far those who ever followed have come: followed, bought, bought again, loyal now."""
    there = people.followed
    bought = there & people.facts.bought
    steps = {
        "followed": there,
        "bought": bought,
        "again": bought & (people.orders > 1),
        "loyal": there & (tier == LOYAL),
    }
    return {name: int(which.sum()) for name, which in steps.items()}


def _classes(people: People, scored: rfm.Scores) -> dict[str, dict[str, float]]:
    """Return by class: persons, money of the window, mean days since the latest purchase."""
    found = {}
    for code, name in enumerate(rfm.CLASSES):
        here = scored.klass == code
        n = int(here.sum())
        money, since = people.facts.m[here], people.facts.r[here]
        found[name] = {
            "n": n, "money": round(float(money.sum()), 2), "since": round(float(since.mean()), 1) if n else 0.0
        }  # fmt: skip
    return found


def _channels(people: People, tier: Any) -> dict[str, dict[str, int]]:
    """Return channel of acquisition → tier → persons; "" where nobody said."""
    coded = pc.fill_null(people.channel, "").dictionary_encode()
    names = coded.dictionary.to_pylist()
    pairs = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64) * len(TIERS) + tier
    counts = np.bincount(pairs, minlength=len(names) * len(TIERS)).reshape(len(names), len(TIERS))
    return {n: _row(row) for n, row in sorted(zip(names, counts, strict=True), key=lambda p: -p[1][1:].sum())}


def _row(row: Any) -> dict[str, int]:
    return {t: int(n) for t, n in zip(TIERS, row, strict=True) if t != "outside"}
