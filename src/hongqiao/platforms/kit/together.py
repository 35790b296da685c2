"""What no single batch can decide: rows that belong together, and keys for rows that have none."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.platforms.kit.convert import TYPES, name
from hongqiao.platforms.kit.engine import Desk
from hongqiao.platforms.kit.plan import Plan
from hongqiao.platforms.model import Group, Layout

_STEP = 65_536


class Together:
    """Holds the rows of grouped tables in DuckDB (which spills to disk) and gives one row a key at the end."""

    def __init__(self, desk: Desk, layout: Layout, plan: Plan):
        self._desk = desk
        self._columns = plan.outputs
        self._constant = {(table, column) for table, column, _ in layout.constants}
        self._groups = {g.table: g for g in layout.groups if g.table in plan.outputs}
        self._types = {(f.table, f.column): TYPES[f.kind] for f in layout.fields if f.table}
        self._made: set[str] = set()

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(self._groups)

    def hold(self, table: str, rows: pa.Table) -> None:
        """Keep `rows` until the end."""
        columns = self._columns[table]
        picked = rows.select(["source_row", *columns.values()]).rename_columns(["source_row", *columns])
        connection, held = self._desk.connection, name("held " + table)
        connection.register("incoming", picked)
        verb = f"INSERT INTO {held}" if table in self._made else f"CREATE TEMP TABLE {held} AS"
        connection.execute(f"{verb} SELECT * FROM incoming")  # noqa: S608 - our own layouts
        connection.unregister("incoming")
        self._made.add(table)

    def release(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        """(table, batch) of the grouped rows, in the order of their first line."""
        for table in self._columns:
            if table in self._made:
                rows = self._desk.connection.execute(self._select(self._groups[table]))
                for batch in rows.to_arrow_reader(_STEP):
                    yield table, batch

    def _select(self, group: Group) -> str:
        """Most keys have one row, which is passed through as it is: adding up all of them takes twice as long."""
        held, keys = name("held " + group.table), [name(k) for k in group.key]
        same = " AND ".join(f"h.{k} IS NOT DISTINCT FROM m.{k}" for k in keys)
        alone, added = self._picked(group)
        listed = ", ".join(keys)
        return (
            f"WITH many AS (SELECT {listed} FROM {held} GROUP BY {listed} HAVING count(*) > 1) "  # noqa: S608 - our own
            f"SELECT source_row, {alone} FROM {held} AS h ANTI JOIN many AS m ON {same} UNION ALL "
            f"SELECT min(source_row), {added} FROM {held} AS h SEMI JOIN many AS m ON {same} "
            f"GROUP BY {listed} ORDER BY 1"
        )

    def _picked(self, group: Group) -> tuple[str, str]:
        """What is selected of a row alone, and of several rows that are one."""
        alone, added = [], []
        for column in self._columns[group.table]:
            one = name(column)
            several = f"arg_min({one}, source_row)"  # the first stated: arg_min passes over nulls
            if column in group.sums:
                kind = self._types.get((group.table, column), "DECIMAL(18,4)")  # a derived sum is money
                one, several = f"CAST({one} AS {kind}) AS {one}", f"CAST(sum({one}) AS {kind})"
            elif (group.table, column) in self._constant:
                several = f"any_value({one})"
            alone.append(one)
            added.append(one if column in group.key else several)
        return ", ".join(alone), ", ".join(added)


class Keys:
    """Makes equal rows distinct: the key of the n-th identical row of the file ends in n, whatever batch it is in."""

    def __init__(self, desk: Desk, plan: Plan):
        self._desk, self._keyed = desk, plan.keyed
        for table in plan.keyed:
            desk.connection.execute(f"CREATE TEMP TABLE {name('seen ' + table)} (h VARCHAR, n BIGINT)")

    def number(self, rows: pa.Table) -> pa.Table:
        """Return `rows` with their made keys completed, in the same order."""
        for table, key in self._keyed.items():
            if rows.num_rows:
                rows = self._one(table, f"{table}.{key}", rows)
        return rows

    def _one(self, table: str, target: str, rows: pa.Table) -> pa.Table:
        """Nearly every row is the only one of its kind: only keys that occur again are counted through."""
        seen, keys = name("seen " + table), rows.select(["source_row", target]).rename_columns(["source_row", "h"])
        connection = self._desk.connection
        connection.register("incoming", keys)
        again = connection.execute(
            f"""WITH fresh AS (SELECT h, count(*) AS n FROM incoming GROUP BY h),
                  before AS (SELECT h, CAST(sum(n) AS BIGINT) AS n FROM {seen} SEMI JOIN fresh USING (h) GROUP BY h),
                  twice AS (SELECT h, coalesce(before.n, 0) AS n FROM fresh LEFT JOIN before USING (h)
                    WHERE fresh.n > 1 OR before.n > 0)
                SELECT source_row,
                  CAST(twice.n + row_number() OVER (PARTITION BY h ORDER BY source_row) AS VARCHAR) AS nth
                FROM incoming JOIN twice USING (h)"""  # noqa: S608 - names of our own layouts
        ).to_arrow_table()
        connection.execute(f"INSERT INTO {seen} SELECT h, count(*) FROM incoming GROUP BY h")  # noqa: S608
        connection.unregister("incoming")
        place = pc.index_in(rows.column("source_row"), again.column("source_row"))
        nth = pc.fill_null(again.column("nth").take(place), "1") if again.num_rows else "1"
        made = pc.binary_join_element_wise(rows.column(target), nth, "-")
        return rows.set_column(rows.schema.get_field_index(target), target, made)
