"""What no single batch can decide: rows that belong together, and keys for rows that have none."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.platforms.kit.convert import name
from hongqiao.platforms.kit.plan import Plan
from hongqiao.platforms.model import Group, Layout

_STEP = 65_536


class Together:
    """Holds the rows of grouped tables in DuckDB (which spills to disk) and gives one row a key at the end."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, layout: Layout, plan: Plan):
        self._connection = connection
        self._columns = plan.outputs
        self._constant = {(table, column) for table, column, _ in layout.constants}
        self._groups = {g.table: g for g in layout.groups if g.table in plan.outputs}
        self._made: set[str] = set()

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(self._groups)

    def hold(self, table: str, rows: pa.Table) -> None:
        """Keep `rows` until the end."""
        columns = self._columns[table]
        picked = rows.select(["source_row", *columns.values()]).rename_columns(["source_row", *columns])
        self._connection.register("incoming", picked)
        verb = (
            f"INSERT INTO {name('held ' + table)}"
            if table in self._made
            else f"CREATE TABLE {name('held ' + table)} AS"
        )
        self._connection.execute(f"{verb} SELECT * FROM incoming")  # noqa: S608 - our own layouts
        self._connection.unregister("incoming")
        self._made.add(table)

    def release(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        """(table, batch) of the grouped rows, in the order of their first line."""
        for table in self._columns:
            if table in self._made:
                for batch in self._connection.execute(self._select(self._groups[table])).to_arrow_reader(_STEP):
                    yield table, batch

    def _select(self, group: Group) -> str:
        columns, keys = self._columns[group.table], [name(k) for k in group.key]
        picked = []
        for column in columns:
            one = name(column)
            if column in group.key:
                picked.append(one)
            elif column in group.sums:
                kind = "BIGINT" if column == "quantity" else "DECIMAL(18,4)"
                picked.append(f"CAST(sum({one}) AS {kind}) AS {one}")
            elif (group.table, column) in self._constant:
                picked.append(f"any_value({one}) AS {one}")
            else:
                picked.append(f"arg_min({one}, source_row) AS {one}")  # the first stated: arg_min passes over nulls
        held = name("held " + group.table)
        columns_ = ", ".join(["min(source_row) AS source_row", *picked])
        return f"SELECT {columns_} FROM {held} GROUP BY {', '.join(keys)} ORDER BY 1"  # noqa: S608 - our own layouts


class Keys:
    """Makes equal rows distinct: the key of the n-th identical row of the file ends in n, whatever batch it is in."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, plan: Plan):
        self._connection, self._keyed = connection, plan.keyed
        for table in plan.keyed:
            connection.execute(f"CREATE TABLE {name('seen ' + table)} (h VARCHAR, n BIGINT)")

    def number(self, rows: pa.Table) -> pa.Table:
        """Return `rows` with their made keys completed, in the same order."""
        for table, key in self._keyed.items():
            if rows.num_rows:
                rows = self._one(table, f"{table}.{key}", rows)
        return rows

    def _one(self, table: str, target: str, rows: pa.Table) -> pa.Table:
        """Nearly every row is the only one of its kind: only keys that occur again are counted through."""
        seen, keys = name("seen " + table), rows.select(["source_row", target]).rename_columns(["source_row", "h"])
        self._connection.register("incoming", keys)
        again = self._connection.execute(
            f"""WITH fresh AS (SELECT h, count(*) AS n FROM incoming GROUP BY h),
                  before AS (SELECT h, CAST(sum(n) AS BIGINT) AS n FROM {seen} SEMI JOIN fresh USING (h) GROUP BY h),
                  twice AS (SELECT h, coalesce(before.n, 0) AS n FROM fresh LEFT JOIN before USING (h)
                    WHERE fresh.n > 1 OR before.n > 0)
                SELECT source_row,
                  CAST(twice.n + row_number() OVER (PARTITION BY h ORDER BY source_row) AS VARCHAR) AS nth
                FROM incoming JOIN twice USING (h)"""  # noqa: S608 - names of our own layouts
        ).to_arrow_table()
        self._connection.execute(f"INSERT INTO {seen} SELECT h, count(*) FROM incoming GROUP BY h")  # noqa: S608
        self._connection.unregister("incoming")
        place = pc.index_in(rows.column("source_row"), again.column("source_row"))
        nth = pc.fill_null(again.column("nth").take(place), "1") if again.num_rows else "1"
        made = pc.binary_join_element_wise(rows.column(target), nth, "-")
        return rows.set_column(rows.schema.get_field_index(target), target, made)
