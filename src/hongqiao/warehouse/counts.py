# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Tables of counts, made beforehand: how many rows of a part share a day and the values that questions cut by.

One lies beside its part, never changes and goes with it. It says nothing that the part does not: where one is missing
the part itself is counted, so it may be deleted at any time and is made again by the hourly care.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir

from hongqiao.warehouse.state import PartInfo, State
from hongqiao.warehouse.statements import COUNTS, files, statements_sql
from hongqiao.warehouse.tables import Table
from hongqiao.warehouse.types import ident, sql_type, table_named, text

TIMES = "times"  # how many rows of the part a row stands for


def schema(table: Table) -> dict[str, str]:
    """The columns of a table of counts. Of a column in `present` it says only whether there is a value ('') or not."""
    return {c: table.schema[c] for c in ("day", *table.counted, *table.present)} | {TIMES: "int64"}


def counts_table(name: str) -> ir.Table:
    """The counts of a table, unbound."""
    return ibis.table(schema(table_named(name)), name=name + COUNTS)


def file_of(table: Table, part: Path) -> Path:
    """Where the counts of a part lie; of what another version of the schema made nothing is read."""
    return part.with_name(f"{part.stem}.counts{table.schema_version}.parquet")


def has_counts(table: Table, part: PartInfo) -> bool:
    """Whether the part has a table of counts. An empty file says that it was not worth one."""
    try:
        return file_of(table, part.path).stat().st_size > 0
    except FileNotFoundError:
        return False


def counted(state: State, name: str) -> tuple[PartInfo, ...]:
    """The live parts of a table that have a table of counts now."""
    table = table_named(name)
    if not table.counted or state.narrows(name):
        return ()
    return tuple(p for p in state.of(name) if has_counts(table, p))


def counts_sql(
    con: duckdb.DuckDBPyConnection, table: Table, ready: Sequence[PartInfo], others: Sequence[PartInfo], hot: str = ""
) -> str:
    """Return SQL of the counts of every row: those made beforehand of `ready`, the rest counted on the way."""
    columns = ", ".join(f"CAST({ident(c)} AS {sql_type(k)}) AS {ident(c)}" for c, k in schema(table).items())
    selects = []
    if ready:
        selects.append(f"SELECT {columns} FROM {files([file_of(table, p.path) for p in ready])}")
    if others or hot or not ready:
        selects.append(f"SELECT {columns} FROM ({count_sql(table, statements_sql(con, table, others, hot))})")
    return "\nUNION ALL\n".join(selects)


def count_sql(table: Table, statements: str) -> str:
    """SQL that counts these statements."""
    kept = ["day", *table.counted]
    there = [f"CASE WHEN {ident(c)} IS NOT NULL THEN '' END AS {ident(c)}" for c in table.present]
    columns = ", ".join([*map(ident, kept), *there])
    return f"SELECT {columns}, count(*) AS {TIMES} FROM ({statements}) GROUP BY ALL"


def most_rows(con: duckdb.DuckDBPyConnection, table: Table, ready: Sequence[PartInfo]) -> int:
    """How many rows the tables of counts of these parts have, from their footers."""
    if not ready:
        return 0
    listed = ", ".join(text(file_of(table, p.path).as_posix()) for p in ready)
    return con.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata([{listed}])").fetchone()[0]  # type: ignore[index]
