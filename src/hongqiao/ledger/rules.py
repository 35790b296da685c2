"""How a rule is declared, in every room the same: what it watches, when it speaks, what it proposes. Serves D2.

A room's `rules.py` registers its rules; a plugin's are found by `ledger.plugins`.
Thresholds are data: each has a source and a date, and a brand keeps differences only (`Brand.settings["rules"]`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hongqiao.errors import N_, Invalid
from hongqiao.metrics import Query, Result
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand


class BadSetting(Invalid):
    code = "bad_rule_setting"
    message = N_("“%(name)s”的值不对：%(value)s")
    next_step = N_("可填 %(low)s 到 %(high)s 之间的数")


@dataclass(frozen=True)
class Setting:
    """A threshold: its value as shipped, its bounds, its unit, and where the value comes from."""

    value: float
    label: str
    unit: str = "number"
    low: float = 0.0
    high: float = 1e9
    source: str = ""
    date: str = ""

    @property
    def sign(self) -> str:
        """ "%" where people read and type it in percent, while a share is kept."""
        return "%" if self.unit in ("percent", "ratio") else ""

    def typed(self, value: float) -> str:
        """Return a value as a person types it, without its sign."""
        return f"{round(value * (100 if self.sign else 1), 8):g}"


@dataclass(frozen=True)
class Statement:
    """One sentence of evidence: a code of the rule's words, its parameters, and the question that gives its rows."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    cite: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """An action of the playbook that fits: for what, with which effect, measured how."""

    action: str
    params: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] | None = None
    measure: Mapping[str, Any] = field(default_factory=dict)
    cost: Decimal | None = None
    due_days: int | None = None


@dataclass(frozen=True)
class Raised:
    """What a rule found. The same thing found again has the same key."""

    key: str
    variant: str
    kind: str
    day: date
    severity: int = 2
    subject: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: Sequence[Statement] = ()
    proposals: Sequence[Proposal] = ()
    cares: Sequence[str] = ()  # permissions, roles, "member:<key>"


@dataclass
class Look:
    """What a rule may see: one brand's facts at one version, on one day. `shared` is kept for the whole run."""

    brand: Brand
    handle: Any
    day: date
    settings: Mapping[str, float] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)

    def ask(
        self,
        codes: Sequence[str],
        by: Sequence[str] = (),
        where: Mapping[str, Any] | None = None,
        start: date | None = None,
        end: date | None = None,
        **more: Any,
    ) -> Result:
        """Ask the dictionary; raises what `metrics.query` raises."""
        more = {"limit": None, **more}
        return figures.answer(self.handle, Query(tuple(codes), tuple(by), dict(where or {}), start, end, **more))


@dataclass(frozen=True)
class Rule:
    """A rule. `finding` and `evidence` are words by variant and code, with named parameters."""

    code: str
    room: str
    kind: str
    label: str
    watches: str
    speaks: str
    finding: Mapping[str, str]
    evidence: Mapping[str, str]
    detect: Callable[[Look], Iterable[Raised]]
    actions: tuple[str, ...] = ()
    measured: str = ""
    settings: Mapping[str, Setting] = field(default_factory=dict)


_RULES: dict[str, Rule] = {}


def register(*rules: Rule) -> None:
    """Say that a room has rules."""
    for rule in rules:
        _RULES[rule.code] = rule


def all_rules() -> dict[str, Rule]:
    """Return every rule of the house and of its plugins by code."""
    from hongqiao.ledger import plugins
    from hongqiao.workspace.registry import discover

    discover()
    plugins.load(_RULES)
    return _RULES


def settings_of(brand: Brand, rule: Rule) -> dict[str, float]:
    """Return a rule's thresholds for a brand: its differences over what ships."""
    own = (brand.settings or {}).get("rules", {}).get(rule.code, {})
    return {name: float(own.get(name, setting.value)) for name, setting in rule.settings.items()}


def severity_of(brand: Brand, rule: Rule) -> int | None:
    """Return how serious the brand takes whatever this rule says; None where the rule says it finding by finding."""
    return (brand.settings or {}).get("rules", {}).get(rule.code, {}).get("severity")


def is_on(brand: Brand, rule: Rule) -> bool:
    """Return whether the brand lets this rule speak."""
    return bool((brand.settings or {}).get("rules", {}).get(rule.code, {}).get("on", True))
