"""What a table of facts is, and the columns that every row carries."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["snapshot", "event"]

#: Ibis type names. `date` = day in the account's zone. `timestamp` = UTC, naive, microseconds.
COMMON: dict[str, str] = {
    "brand": "string",  # UUID text of the brand
    "platform": "string",  # code in PLATFORMS
    "account": "string",  # UUID text of the account
    "source_id": "string",  # UUID text of the Source: which file (or API call), layout and sheet
    "source_row": "int64",  # 1-based row in that file, the number a person sees in Excel
    "captured_at": "timestamp",  # when the platform's back end stated it
    "rank": "int64",  # captured_at (s) * 1e6 + source sequence: total order of statements
    "day": "date",
    "extra": "string",  # JSON of columns we do not know; kept, never shown as a metric
}

MONEY = "decimal(18, 4)"


@dataclass(frozen=True)
class Table:
    """One fact table. `key` is unique among current rows (with `account` always part of it)."""

    name: str
    kind: Kind
    key: tuple[str, ...]
    columns: dict[str, str]
    personal: tuple[str, ...] = ()  # raw values that must be keyed-hashed before they reach a part
    #: Raised by one whenever `columns` change. Parts of an older version are read as they are: a column they do not
    #: have is null, one they have by an older name is found through `renamed` ({old name: new name}).
    schema_version: int = 1
    renamed: dict[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    by_capture: bool = False  # a row that states no day is of the day it was captured
    #: Few-valued columns by which rows are counted beforehand, and columns of which such a count says only whether
    #: there is a value (see `counts`). Whoever changes them raises `schema_version`.
    counted: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    #: Rows of a table of `kind` event are each of one person, of whom questions are asked: large parts lie in order of
    #: months and persons, so that one person's rows are in few places of them (see `Handle.about`).
    by_person: bool = False

    @property
    def schema(self) -> dict[str, str]:
        return {**COMMON, **self.columns}

    def names_of(self, column: str) -> tuple[str, ...]:
        """The names that a column has had, its present one first."""
        return (column, *(old for old, new in self.renamed.items() if new == column))

    @property
    def measures(self) -> tuple[str, ...]:
        """Columns a later statement may change."""
        return tuple(c for c in self.columns if c not in self.key)
