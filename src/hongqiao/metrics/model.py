"""What a metric, a measure and a dimension are. Nothing here knows a platform or a table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

Aggregate = Callable[[ir.Table], ir.Value]
Rows = Callable[[ir.Table], ir.BooleanValue]
Text = dict[str, str]


@dataclass(frozen=True)
class Dimension:
    """One way to cut. `kind` says how a screen names the value; `trunc` is the unit of a time dimension."""

    code: str
    label: str  # msgid
    kind: Literal["date", "code", "account", "text", "content", "creator"]
    column: str = ""
    trunc: str = ""
    fallback: str = ""  # where the usual column says nothing

    def of(self, table: ir.Table, column: str = "") -> ir.Value:
        """Return the column of `table` to group by. `column` overrides the usual one."""
        if not self.trunc:
            value = table[column or self.column]
            return ibis.coalesce(value, table[self.fallback]) if self.fallback in table.columns else value
        day = table[column or "day"]
        # DuckDB answers a timestamp or a date by version, Spark a timestamp: a day is a DATE everywhere.
        return day if self.trunc == "D" else day.truncate(self.trunc).cast("date")


@dataclass(frozen=True, eq=False)
class Measure:
    """One aggregate over one source; two metrics that share the object share the column in the SQL.

    `single`: persons stated without a key. They cannot be added over days, accounts or channels, so a cell
    holds a value
    only where it stands on exactly one statement.
    `zero`: a slice that a file covers and that has no row is 0 (orders, events); else it is missing.
    `additive`: the total is the sum of the cells.
    `listed`: how many different persons there are in the rows, so that lists of persons can tell.
    `counted`: the same value from a table in which a row stands for `times` rows that are alike.
    """

    source: str
    value: Aggregate
    columns: tuple[str, ...]
    additive: bool = True
    single: bool = False
    zero: bool = False
    rows: Rows | None = None  # which statements count, for the rows behind a figure
    counted: Aggregate | None = None
    listed: bool = False
    row: Aggregate | None = None  # what one row brings, where the measure is the sum of its rows

    def stated(self, table: ir.Table) -> ir.BooleanValue:
        """Whether a row of the base table says anything about this measure."""
        known = [table[c].notnull() for c in self.columns if c in table.columns]
        said = ibis.or_(*known) if known else ibis.literal(True)
        return said & self.rows(table) if self.rows else said


@dataclass(frozen=True, eq=False)
class Formula:
    """What a brand's own metric is worked out from; see `formula.making`.

    `said` is as it was written, over any metrics; `tree` the same over metrics of the house alone. `parts` are these by
    code as they stand by themselves, `paired` over the rows that state all of them. `extent`: 1 grows with the period,
    0 does not (a ratio, a stock), None neither. `base` is what a ratio divides by.
    """

    said: Any
    tree: Any
    parts: dict[str, "Metric"]
    paired: dict[str, "Metric"]
    unit: dict[str, int]
    additive: bool
    extent: int | None
    top: Any = None
    base: Any = None


@dataclass(frozen=True, eq=False)
class Metric:
    """One entry of the dictionary. Value = (numerator − less) / denominator, or what its formula comes to.

    `table` is the fact table it is read from, `grain` what one statement is about, `day_kind` which day a
    figure belongs to.
    `names` gives each platform's own column name. `beside`: codes always shown with it. `share`: a part of the
    whole answer.
    """

    code: str
    label: str
    family: str
    definition: str
    unit: str
    format: Literal["int", "money", "rate", "number"]
    numerator: Measure
    table: str
    grain: str
    day_kind: str
    denominator: Measure | None = None
    less: Measure | None = None
    numerator_text: str = ""
    denominator_text: str = ""
    proxy: bool = False
    better: Literal["up", "down"] | None = "up"
    names: Text = field(default_factory=dict)
    not_comparable: str = ""
    decimals: int = 0
    beside: tuple[str, ...] = ()
    complement: bool = False  # 1 − ratio
    share: bool = False
    params: dict[str, Any] = field(default_factory=dict)  # of the definition's and the parts' msgids
    few: str = ""  # which "too little data" threshold applies to the denominator
    formula: Formula | None = None
    stamp: str = ""  # of a brand's own: its code and version, so that a kept answer is never of another definition
    retired: bool = False

    @property
    def measures(self) -> tuple[Measure, ...]:
        if self.formula:
            return tuple(dict.fromkeys(m for part in self.formula.paired.values() for m in part.measures))
        return tuple(m for m in (self.numerator, self.less, self.denominator) if m)

    @property
    def leaves(self) -> "tuple[Metric, ...]":
        """The metrics of the house that it stands on: itself, or the parts of its formula."""
        return tuple(self.formula.parts.values()) if self.formula else (self,)

    @property
    def parts(self) -> dict[str, Measure]:
        """What the rows behind it are asked by: numerator, less, denominator; of a formula the codes of its parts."""
        if self.formula is None:
            named = {"numerator": self.numerator, "less": self.less, "denominator": self.denominator}
            return {name: m for name, m in named.items() if m is not None}
        found: dict[str, Measure] = {}
        for code, part in self.formula.parts.items():
            own = part.parts
            found |= {code if len(own) == 1 else f"{code}.{name}": m for name, m in own.items()}
        return found

    @property
    def stands(self) -> bool:
        """Whether a figure is the same over a longer period: a ratio or a stock."""
        if self.formula:
            return self.formula.extent == 0
        return self.denominator is not None or self.share or self.stock

    @property
    def stock(self) -> bool:
        """Whether it stands on its last day."""
        return set(self.sources) == {"followers"}

    @property
    def additive(self) -> bool:
        """Whether cells may be summed to a total; a ratio never."""
        if self.formula:
            return self.formula.additive
        return self.denominator is None and not self.share and all(m.additive and not m.single for m in self.measures)

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.source for m in self.measures))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Codes of the dimensions every one of its sources carries."""
        from hongqiao.metrics.describe import dimensions_of  # the sources import this module

        return dimensions_of(self)

    def lineage(self) -> list[dict]:
        """Return one {"table", "columns", "layouts"} a measure: where the figure comes from."""
        from hongqiao.metrics.describe import lineage

        return lineage(self)


@dataclass(frozen=True)
class Family:
    """One of the four families. `also` are metrics of another family it shows, each cut by a dimension of its own."""

    code: str
    label: str
    metrics: tuple[str, ...]
    also: tuple[tuple[str, str], ...] = ()
