"""The rules themselves: each person has exactly one tier and one stage."""

from __future__ import annotations

from typing import Any

from hongqiao.methods.tiers.facts import Facts, Rules

#: by code number; outside: neither follows nor ever bought or acted
TIERS = ("outside", "potential", "active", "loyal", "lapsed")
OUTSIDE, POTENTIAL, ACTIVE, LOYAL, LAPSED = range(5)
STAGES = ("outside", "potential", "new", "active", "loyal", "at_risk", "lapsed")
_STAGE_OF = (0, 1, 3, 4, 6)
NEW, AT_RISK = 2, 5


def often(facts: Facts, rules: Rules) -> Any:
    """Tell who buys often."""
    return facts.bought & (facts.orders >= rules.loyal_orders) & (facts.since_order <= rules.loyal_recent)


def brings(facts: Facts, rules: Rules) -> Any:
    """Tell who brings others."""
    return facts.brought >= rules.loyal_brought


def outside(facts: Facts) -> Any:
    """Tell who has nothing to do with the brand (any more)."""
    import numpy as np

    return ~facts.follows & ~facts.bought & ~np.isfinite(facts.since_action)


def tiers(facts: Facts, rules: Rules) -> Any:
    """Return each person's tier (a place in TIERS). In this order: outside; lapsed, with or without a purchase; loyal;
    potential, unless they interact regularly; all others are active."""
    import numpy as np

    tier = np.full(len(facts), ACTIVE, np.int8)
    tier[~facts.bought & (facts.actions < rules.active_actions)] = POTENTIAL
    tier[often(facts, rules) | brings(facts, rules)] = LOYAL
    tier[facts.since_action > rules.lapsed_days] = LAPSED
    tier[outside(facts)] = OUTSIDE
    return tier


def stages(facts: Facts, rules: Rules, tier: Any = None) -> Any:
    """Return each person's stage (a place in STAGES): the tier, but a buyer silent for more than the brand's interval
    is at risk, and an active one whose first order is recent is new."""
    import numpy as np

    tier = tiers(facts, rules) if tier is None else tier
    stage = np.array(_STAGE_OF, np.int8)[tier]
    stage[(tier == ACTIVE) & facts.bought & (facts.since_first <= rules.new_days)] = NEW
    silent = facts.bought & (facts.since_action > rules.at_risk_days)
    stage[silent & ((tier == ACTIVE) | (tier == LOYAL))] = AT_RISK
    return stage
