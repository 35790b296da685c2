"""Columns of a table: what they are called, how their values are written, whether they sort."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hongqiao.ui import formats

NUMERIC = {"count", "number", "percent", "ratio", "money", "seconds", "times"}


@dataclass(frozen=True)
class Column:
    """One column.

    `unit`: "" text, or a unit of `formats.figure`, or day, moment, ago. `url`: the key of the row that holds a link.
    `sort`: clicking the head sorts by `key`. `wide`: left out on a phone. `note`: a title on the head.
    """

    key: str
    label: str
    unit: str = ""
    sort: bool = False
    wide: bool = False
    url: str = ""
    note: str = ""

    @property
    def right(self) -> bool:
        return self.unit in NUMERIC


@dataclass(frozen=True)
class Cell:
    """A written value, ready for a template."""

    column: Column
    html: SafeString | str
    url: str = ""


def pick(row: Any, key: str) -> Any:
    """A row's value, whether the row is a mapping or an object; absent is None."""
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key, None)


def write(value: Any, unit: str) -> SafeString | str:
    """One value as HTML: figures by unit, "—" with its reason where there is none."""
    if isinstance(value, SafeString):
        return value
    if formats.missing(value):
        return nothing()
    if unit in NUMERIC:
        return formats.figure(value, unit)
    if unit == "day":
        return formats.day(value)
    if unit == "moment":
        return formats.moment(value)
    if unit == "ago":
        return formats.ago(value)
    return str(value)


def nothing() -> SafeString:
    """The mark of a missing value, with its reason."""
    return format_html('<span class="none" title="{}">{}</span>', _("缺数据"), formats.NONE)


def lines(columns: Sequence[Column], rows: Iterable[Any]) -> list[list[Cell]]:
    """Rows as written cells, in the order of the columns."""
    return [
        [Cell(c, write(pick(row, c.key), c.unit), str(pick(row, c.url) or "") if c.url else "") for c in columns]
        for row in rows
    ]


def turned(current: str, key: str) -> str:
    """What a click on a head asks for: large first, then small first."""
    return key if current == f"-{key}" else f"-{key}"
