# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""What a table says, as SQL and as an Ibis expression: every statement, and which of them are current.

The expression of `current_expr` is portable: it is compiled for DuckDB here and may be compiled for Spark as it is.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

from hongqiao.warehouse.models import MAPS
from hongqiao.warehouse.state import PartInfo
from hongqiao.warehouse.tables import Table
from hongqiao.warehouse.types import ident, keys_of, sql_type, table_named, text

#: After a table's name: its current rows, its rows counted, the lists of its persons.
CURRENT, COUNTS, LISTS = "__current", "__counts", "__lists"


def base_of(name: str) -> str:
    """The table that a relation is about."""
    return name.removesuffix(CURRENT).removesuffix(COUNTS).removesuffix(LISTS)


def files(paths: Sequence[Path]) -> str:
    return "read_parquet([" + ", ".join(text(p.as_posix()) for p in paths) + "])"


def statements_sql(con: duckdb.DuckDBPyConnection, table: Table, parts: Sequence[PartInfo], hot: str = "") -> str:
    """Return SQL of every statement in those parts and in the relation `hot`. Parts of an older schema are cast
    and their columns found by the names they had then."""
    selects = []
    fresh = [p.path for p in parts if p.schema_version == table.schema_version]
    if fresh:
        selects.append(f"SELECT {', '.join(map(ident, table.schema))} FROM {files(fresh)}")
    for version in sorted({p.schema_version for p in parts} - {table.schema_version}):
        selects.append(_older(con, table, [p.path for p in parts if p.schema_version == version]))
    if hot:
        selects.append(f"SELECT {', '.join(map(ident, table.schema))} FROM {ident(hot)}")
    return "\nUNION ALL\n".join(selects) if selects else _nothing(table)


def _older(con: duckdb.DuckDBPyConnection, table: Table, paths: Sequence[Path]) -> str:
    source = files(paths)[:-1] + ", union_by_name=true)"
    there = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    columns = []
    for name, kind in table.schema.items():
        had = [ident(n) for n in table.names_of(name) if n in there]
        columns.append(f"CAST({_first(had)} AS {sql_type(kind)}) AS {ident(name)}")
    return f"SELECT {', '.join(columns)} FROM {source}"


def _first(names: Sequence[str]) -> str:
    """The column as that version called it; null where it did not have it yet."""
    return f"coalesce({', '.join(names)})" if names else "NULL"


def _nothing(table: Table) -> str:
    columns = (f"CAST(NULL AS {sql_type(kind)}) AS {ident(name)}" for name, kind in table.schema.items())
    return f"SELECT {', '.join(columns)} WHERE false"


def table_expr(name: str) -> ir.Table:
    """Every statement of a table, unbound."""
    return ibis.table(table_named(name).schema, name=name)


def current_table(name: str) -> ir.Table:
    """The current rows of a table, unbound: what `current_expr` gives, under the name that engines know it by."""
    return ibis.table(table_named(name).schema, name=name + CURRENT)


def maps_of(table: Table) -> dict[str, str]:
    """Which column of the table each map rewrites."""
    # `tiers` names persons by the key of the facts, without a raw value of its own
    person = next((f"{p}_key" for p in table.personal), "person_key")
    found = {"content_map": "source_key", "person_map": person}
    return {m: c for m, c in found.items() if c in table.columns}


@cache
def current_expr(name: str, restated: bool, mapped: frozenset[str] = frozenset()) -> ir.Table:
    """Per key and column the latest non-null statement, after the maps in `mapped`.

    `restated=False` promises that no two statements share a key. Event rows are never restated: the first one was kept.
    """
    table = table_named(name)
    rows = table_expr(name)
    for map_name, column in maps_of(table).items():
        if map_name in mapped:
            rows = _mapped(rows, map_name, column)
    merged = "content_map" in mapped and "source_key" in table.key
    if table.kind == "event" or not (restated or merged):
        return rows
    keys = [k for k in table.schema if k in keys_of(table)]
    # A merge can bring two rows of one file together: then the row below decides.
    order = ibis.struct({"rank": rows.rank, "row": rows.source_row}) if merged else rows.rank
    values = {"rank": rows.rank.max(), "captured_at": rows.captured_at.max()}
    for column in table.schema:
        if column not in keys and column not in values:
            values[column] = rows[column].argmax(order, where=rows[column].notnull())
    return rows.group_by(keys).agg(**values).select(*table.schema)


def _mapped(rows: ir.Table, map_name: str, column: str) -> ir.Table:
    to = MAPS[map_name].TO
    pairs = ibis.table({"source_key": "string", to: "string"}, name=map_name)
    pairs = pairs.select(mapped_from=pairs.source_key, mapped_to=pairs[to])
    joined = rows.left_join(pairs, rows[column] == pairs.mapped_from)
    return joined.mutate(**{column: ibis.coalesce(joined.mapped_to, joined[column])}).select(*rows.columns)


def to_duckdb(expr: ir.Expr, names: dict[str, str]) -> str:
    """Compile an unbound expression to DuckDB SQL with its tables renamed. Raises KeyError for others."""
    tree = DuckDBCompiler().to_sqlglot(expr.unbind())
    rename(tree, names)
    return tree.sql("duckdb")


def rename(tree: "object", names: dict[str, str]) -> None:
    """Rename the tables of a compiled query in place; names of its own CTEs stay."""
    for node in tables_in(tree):
        node.this.set("this", names[node.name])
        node.this.set("quoted", True)


def tables_in(tree: "object") -> list:
    """The nodes of a compiled query that name a table (not one of its own CTEs)."""
    from sqlglot import exp

    own = {cte.alias for cte in tree.find_all(exp.CTE)}  # type: ignore[attr-defined]
    return [t for t in tree.find_all(exp.Table) if isinstance(t.this, exp.Identifier) and t.name not in own]  # type: ignore[attr-defined]
