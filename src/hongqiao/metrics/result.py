"""A question and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from hongqiao.metrics.settings import data


@dataclass(frozen=True)
class Query:
    """Which metrics, cut by which dimensions, over which days (both inclusive; None = as far as the facts go).

    `where`: dimension → value or list of values (None in it = not stated). `grain`: "day", "week" or "month",
    the same as
    putting that dimension first in `by`. `order`: a code, "-" before it for descending; "" = time ascending,
    else the first
    metric descending. `limit` None = all. `coverage` and `totals` may be left out where only cells are wanted.
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    grain: str = ""
    compare: Literal["previous", "year"] | None = None
    span: Literal["", "days", "week", "month"] = ""
    order: str = ""
    limit: int | None = field(default_factory=lambda: data("thresholds")["rows"])
    totals: bool = True
    coverage: bool = True
    without: tuple[str, ...] = ()  # accounts left out unless `where` names accounts: competitors'


@dataclass(frozen=True)
class Column:
    """One column of a result. `kind` says what it holds; `of` the metric that a comparison or change belongs to."""

    code: str
    label: str
    unit: str
    kind: Literal["dimension", "metric", "beside", "compare", "change"]
    format: str
    decimals: int = 0
    proxy: bool = False
    better: str | None = None
    of: str = ""


@dataclass
class Result:
    """Figures with what one must know to read them.

    rows        one dict a cell: dimension and metric codes → value; with compare also "<code>__compare" and
                "<code>__change" (of a rate in points, of anything else relative to the earlier figure)
    totals      metric → value over the whole slice; ratios are ratios of sums, persons are counted again
    compared    metric → value of the earlier period; change: metric → its change (of sums over periods of unequal
                length a day; None where the periods cannot be compared, with a note)
    few         metric → [part, base] where its whole base is below what is called enough: not to be shown as a rate
                (note too_little_data); a cell says the same under "<code>__few"
    beside      metric → value, what must be read beside (可识别用户占比)
    freshness   one dict an account: account, platform, table, captured_at, complete_day, late, lag_days
    coverage    one dict an account and metric: expected, missing, partial days
    notes       {"code", "metrics", "params"}; words are in NOTES
    labels      dimension → {value: title}, for contents and creators in the rows
    """

    columns: list[Column]
    rows: list[dict[str, Any]]
    totals: dict[str, Any]
    version: Any
    start: date | None
    end: date | None
    row_count: int = 0
    compared: dict[str, Any] = field(default_factory=dict)
    change: dict[str, Any] = field(default_factory=dict)
    compare_start: date | None = None
    compare_end: date | None = None
    few: dict[str, list[Any]] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    freshness: list[dict[str, Any]] = field(default_factory=list)
    coverage: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def truncated(self) -> bool:
        """Whether `limit` left cells out."""
        return self.row_count > len(self.rows)

    def to_json(self) -> dict[str, Any]:
        """Return the whole as JSON values: money as text, days as ISO text."""
        whole = {k: v for k, v in vars(self).items() if k != "columns"}
        return jsonable({**whole, "columns": [vars(c) for c in self.columns], "truncated": self.truncated})


def jsonable(value: Any) -> Any:
    """Return `value` with money as text, days as ISO text and moments as ISO text with their offset, all the way down.

    A moment without a zone is the warehouse's own: UTC.
    """
    if isinstance(value, Mapping):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(v) for v in value]
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value) if isinstance(value, Decimal) or value is not None else None
