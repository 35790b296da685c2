"""The thresholds of persons' tiers and of lifetimes, as they ship (audience/), with a brand's differences on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hongqiao.knowledge import read
from hongqiao.methods.lifetime import Limits
from hongqiao.methods.tiers import Rules


def tier_rules(changed: Mapping[str, Any] | None = None) -> Rules:
    """Return the rules that ship, with what is `changed`. Raises BadRules for what cannot be."""
    return Rules.of({**read("audience/tiers")["rules"], **(changed or {})})


def tier_words() -> dict[str, Sequence[str]]:
    """Return by what words events are told: follow, leave, order, refund, brought, sent."""
    return dict(read("audience/tiers")["events"])


def lifetime_limits(changed: Mapping[str, float] | None = None) -> Limits:
    """Return when a fit is trusted, as it ships, with what is `changed`."""
    return Limits(**{**read("audience/lifetime")["limits"], **(changed or {})})
