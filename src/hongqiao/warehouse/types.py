"""One fact table in the words of DuckDB and of Arrow."""

from collections.abc import Iterable
from uuid import UUID

import pyarrow as pa

from hongqiao.warehouse.tables import COMMON, MONEY, TABLES, Table

_SQL = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    MONEY: "DECIMAL(18,4)",
}
_ARROW = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    MONEY: pa.decimal128(18, 4),
}
#: Columns a content without an id is recognised by; staged beside tables that only carry its figures.
CONTEXT = {"form": "string", "title": "string", "published_at": "timestamp"}


def sql_type(ibis_type: str) -> str:
    return _SQL[ibis_type]


def arrow_type(ibis_type: str) -> pa.DataType:
    return _ARROW[ibis_type]


def arrow_schema(table: Table) -> pa.Schema:
    """The final form of a table: common columns, then its own."""
    return pa.schema([(name, _ARROW[kind]) for name, kind in table.schema.items()])


def staged_types(table: Table) -> dict[str, str]:
    """What is staged: the table's own columns in local time, the row, the day and the rest of the row."""
    context = CONTEXT if "source_key" in table.columns else {}
    own = {"source_row": "int64", "day": COMMON["day"], "extra": COMMON["extra"]}
    return {**own, **context, **table.columns}


def keys_of(table: Table) -> tuple[str, ...]:
    """The columns that make a row current, the account first."""
    return ("account", *table.key)


def text_key(table: Table) -> str:
    """The one column of the key that names the thing itself (order_key, source_key …); '' where only a day does."""
    named = [c for c in table.key if c not in ("day", "channel")]
    return named[0] if named else ""


def anchor(table: Table) -> str:
    """The moment a row's day is taken from where the file states no day; '' where it must state one (or of the capture:
    a day that is part of the key is never the day that something was published)."""
    return "" if "day" in table.key else next((c for c in ("ts", "published_at") if c in table.columns), "")


def ident(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def text(value: object) -> str:
    """A SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def texts(values: Iterable[object]) -> str:
    """A list of SQL text literals, without its brackets."""
    return ", ".join(map(text, values))


def brand_uuid(brand_id: object) -> UUID:
    """Return the brand's id. Raises TypeError for anything but a UUID: nothing is opened without a brand."""
    if not isinstance(brand_id, UUID):
        raise TypeError("a brand's UUID is needed")
    return brand_id


def table_named(name: str) -> Table:
    """Return the table. Raises KeyError, naming those there are."""
    try:
        return TABLES[name]
    except KeyError:
        raise KeyError(f"no table {name!r}; there are {', '.join(TABLES)}") from None
