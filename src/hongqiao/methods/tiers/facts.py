"""What the rules read, and their thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from hongqiao.errors import N_, Invalid

TABLES = ("recency_table", "frequency_table", "money_table")


class BadRules(Invalid):
    """A threshold cannot be taken as it is. `what`: its name."""

    code = "bad_tier_rules"
    message = N_("分层规则不可用：%(what)s（%(value)s）")
    next_step = N_("请填写大于零的数；流失天数要大于活跃天数")


@dataclass(frozen=True)
class Rules:
    """Thresholds in days and numbers; what each means stands in knowledge/audience/tiers.json, where the values that
    ship are. `fitted`: with the brand's own repurchase interval."""

    lapsed_days: float = 90
    active_days: float = 30
    active_actions: int = 2
    loyal_orders: int = 3
    loyal_window: int = 365
    loyal_recent: float = 90
    loyal_brought: int = 1
    new_days: float = 30
    at_risk_cycles: float = 1.0
    cycle_days: float = 45
    cycle_least: int = 50
    lapsed_by_cycle: bool = False
    rfm_window: int = 365
    rfm_least: int = 50
    recency_table: tuple[float, ...] = (180, 90, 60, 30)
    frequency_table: tuple[float, ...] = (5, 10, 15, 20)
    money_table: tuple[float, ...] = (500, 1000, 3000, 5000)

    def __post_init__(self) -> None:
        """Raises BadRules naming the first threshold that cannot be."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in TABLES:
                down = field.name == "recency_table"
                good = len(value) == 4 and list(value) == sorted(set(value), reverse=down) and min(value) >= 0
            else:
                good = field.name == "lapsed_by_cycle" or 0 < value < 1e5
            if not good:
                raise BadRules(what=field.name, value=value)
        if self.lapsed_days <= self.active_days:
            raise BadRules(what="lapsed_days", value=self.lapsed_days)

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> Self:
        """Take thresholds by name; those not named are as they ship. Raises BadRules for an unknown name."""
        names = {f.name for f in fields(cls)}
        for name in held:
            if name not in names:
                raise BadRules(what=name, value=held[name])
        return cls(**{k: tuple(v) if k in TABLES else v for k, v in held.items()})

    def fitted(self, intervals: Any) -> Rules:
        """Return the rules with the interval of a brand whose persons buy again after `intervals` days (a mean a
        person): the median for at risk, the third quartile for lapsed where `lapsed_by_cycle`."""
        import numpy as np

        intervals = np.asarray(intervals, float)
        intervals = intervals[np.isfinite(intervals) & (intervals > 0)]
        if len(intervals) < self.cycle_least:
            return self
        median, late = np.quantile(intervals, [0.5, 0.75])
        lapsed = max(self.lapsed_days, 2 * float(late)) if self.lapsed_by_cycle else self.lapsed_days
        return replace(self, cycle_days=max(float(median), 1.0), lapsed_days=min(lapsed, 99_999))

    @property
    def at_risk_days(self) -> float:
        """Return after how many days without a key action a buyer is at risk."""
        return min(max(self.at_risk_cycles * self.cycle_days, self.active_days), self.lapsed_days)


@dataclass(frozen=True)
class Facts:
    """What is known of each person on one day, arrays of one length.

    follows: follows the brand; bought: has bought and not given everything back; since_first, since_order,
    since_action: days since the first order, the latest, the latest key action (a follow, an order, an interaction; inf
    where there is none); actions: key actions within `active_days`; orders, brought: within `loyal_window`; r, f, m:
    days since the latest order, orders, money net of refunds, of those within `rfm_window` (f is 0 without any).
    """

    follows: Any
    bought: Any
    since_first: Any
    since_order: Any
    since_action: Any
    actions: Any
    orders: Any
    brought: Any
    r: Any
    f: Any
    m: Any

    def __len__(self) -> int:
        return len(self.follows)

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> Self:
        """Take columns by name; nulls are False, inf (days) or 0 (numbers). Others are left."""
        import numpy as np

        held = {}
        for field in fields(cls):
            column = np.ma.asarray(columns[field.name])
            if field.name in ("follows", "bought"):
                held[field.name] = np.ma.filled(column.astype(bool), False)
                continue
            empty = np.inf if field.name.startswith("since_") or field.name == "r" else 0.0
            values = np.ma.filled(column.astype(float), np.nan)
            held[field.name] = np.where(np.isnan(values), empty, values)
        return cls(**held)
