"""Which strategy a crisis calls for: the decision table of situational crisis communication theory (Coombs 2007). X2.

cluster (who is held responsible) × history × prior reputation × whether it is true → strategy; 54 cells, all decided.
Harm changes no strategy, but what must be said first and what is forbidden. Codes only: knowledge/crisis/scct.json has
their words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Cluster = Literal["victim", "accidental", "preventable"]
Reputation = Literal["good", "neutral", "bad"]
Truth = Literal["true", "false", "unknown"]
Strategy = Literal["inform", "deny", "diminish", "rebuild"]

CLUSTERS: tuple[Cluster, ...] = get_args(Cluster)
REPUTATIONS: tuple[Reputation, ...] = get_args(Reputation)
TRUTHS: tuple[Truth, ...] = get_args(Truth)
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

#: Always, before anything of the strategy: how people protect themselves, then that one cares and what is done.
FIRST = ("instruct", "adjust")
_STATEMENT: dict[Strategy, str] = {
    "inform": "concern",
    "deny": "clarify",
    "diminish": "progress",
    "rebuild": "apology",
}
_FORBIDDEN: dict[Strategy, tuple[str, ...]] = {
    "inform": ("speculate", "deny", "admit"),
    "deny": ("mix", "apologise_for_false"),
    "diminish": ("mix", "deny"),
    "rebuild": ("mix", "deny", "excuse"),
}


@dataclass(frozen=True)
class Crisis:
    """What is entered. `harm`: somebody was hurt, in body, purse or data."""

    cluster: Cluster
    history: bool
    reputation: Reputation
    truth: Truth
    harm: bool = False


@dataclass(frozen=True)
class Choice:
    """What follows. `statements`: the structures that fit, the first one first; `reason`: the row of the table."""

    strategy: Strategy
    reason: str
    statements: tuple[str, ...]
    supplements: tuple[str, ...]
    forbidden: tuple[str, ...]
    first: tuple[str, ...] = FIRST


def choose(crisis: Crisis) -> Choice:
    """Return what a crisis calls for. Raises ValueError for a value that is not of the table."""
    _known(crisis)
    strategy, reason = _row(crisis)
    return Choice(
        strategy, reason, _statements(crisis, strategy), _supplements(crisis, strategy), _no(crisis, strategy)
    )


def _known(crisis: Crisis) -> None:
    if crisis.cluster not in CLUSTERS or crisis.reputation not in REPUTATIONS or crisis.truth not in TRUTHS:
        raise ValueError(f"not of the table: {crisis}")


def _row(crisis: Crisis) -> tuple[Strategy, str]:
    """Return strategy and the row that says so. What is not true is denied, what is not known only informed about."""
    burdened = crisis.history or crisis.reputation == "bad"
    if crisis.truth == "false":
        return "deny", "rumour"
    if crisis.truth == "unknown":
        return "inform", "unclear"
    if crisis.cluster == "preventable":
        return "rebuild", "preventable"
    if crisis.cluster == "accidental":
        return ("rebuild", "accident_again") if burdened else ("diminish", "accident")
    return ("diminish", "victim_again") if burdened else ("inform", "victim")


def _statements(crisis: Crisis, strategy: Strategy) -> tuple[str, ...]:
    recall = ("recall",) if strategy == "rebuild" and crisis.harm else ()
    return (_STATEMENT[strategy], *recall, *(("progress",) if strategy != "diminish" else ()))


def _supplements(crisis: Crisis, strategy: Strategy) -> tuple[str, ...]:
    found = []
    if strategy == "rebuild" or (crisis.harm and strategy != "deny"):
        found.append("compensate")
    if crisis.cluster == "victim" and strategy in ("inform", "diminish") and crisis.truth == "true":
        found.append("victimage")
    if crisis.truth == "unknown":
        found += ["rebuild_if_true" if _if_true(crisis) == "rebuild" else "", "deny_if_false"]
    if crisis.reputation == "good" and strategy != "inform":
        found.append("bolster")
    return tuple(f for f in found if f)


def _if_true(crisis: Crisis) -> Strategy:
    return _row(Crisis(crisis.cluster, crisis.history, crisis.reputation, "true", crisis.harm))[0]


def _no(crisis: Crisis, strategy: Strategy) -> tuple[str, ...]:
    hurt = ("diagnose", "excuse") if crisis.harm else ()
    return tuple(dict.fromkeys((*_FORBIDDEN[strategy], "attack_without_proof", "bolster_alone", *hurt)))
