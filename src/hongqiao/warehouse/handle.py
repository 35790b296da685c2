"""A brand's facts at one manifest version: what every metric and room reads through."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID, uuid4

import ibis.expr.operations as ops
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

from hongqiao.warehouse import config, counts, lists
from hongqiao.warehouse import state as states
from hongqiao.warehouse.engine import engine
from hongqiao.warehouse.models import Source
from hongqiao.warehouse.state import PartInfo, State
from hongqiao.warehouse.statements import base_of, current_table, rename, table_expr, tables_in
from hongqiao.warehouse.tables import TABLES
from hongqiao.warehouse.types import table_named


class Handle:
    """Bound to one brand and one version; two runs of one expression give identical rows."""

    def __init__(self, state: State):
        self._state = state
        self._sources: list[Source] | None = None  # a version's sources never change

    @property
    def brand_id(self) -> UUID:
        return self._state.brand_id

    @property
    def version(self) -> int:
        return self._state.version

    def __repr__(self) -> str:
        return f"Handle(brand_id={self.brand_id}, version={self.version})"

    def about(self, persons: Iterable[str]) -> "Handle":
        """The same version for questions of a few persons: tables `by_person` hold nothing but their rows, merged ones
        among them. Those are read once, from where they lie, and kept in memory; other tables are as they are.
        """
        return Handle(states.about(self._state, persons))

    def table(self, name: str) -> ir.Table:
        """Every statement of a table, unbound. Raises KeyError for a table that is not in TABLES."""
        return table_expr(name)

    def current(self, name: str) -> ir.Table:
        """Per key (and account) and column the latest non-null statement, maps applied, unbound.

        `source_id` and `source_row` are those of the latest statement of the row, `rank` and `captured_at` its moment.
        """
        return current_table(name)

    def counts(self, name: str) -> ir.Table | None:
        """How many rows of a table share a day and the values that questions cut by, unbound; `times` is the count.

        None where nothing was counted beforehand: then to count `current` is as quick.
        """
        return counts.counts_table(name) if counts.counted(self._state, name) else None

    def lists(self, name: str) -> ir.Table | None:
        """The groups of a table's rows and where their lists of persons are, unbound; for `distinct`.

        None where there are none, or where they are of too few of the rows.
        """
        return lists.lists_table(name) if lists.usable(self._state, name) else None

    def distinct(self, name: str, found: pa.Table, codes: np.ndarray, cells: int) -> np.ndarray:
        """Return for each cell how many different persons are in the lists of the groups `found`, merged ones as one.

        `codes` says for each group which of the `cells` cells it belongs to. Raises VersionGone after a sweep.
        """
        return engine().who.count(engine().cursor(), self._state, name, found, codes, cells)

    def parts(self, name: str) -> tuple[PartInfo, ...]:
        """The Parquet parts of a table that are live in this version (hot rows are not in a part yet)."""
        return self._state.of(table_named(name).name)

    def sources(self) -> list[Source]:
        """Which files and answers this version was made from, newest capture first: for freshness and gaps."""
        if self._sources is None:
            found = Source.objects.filter(brand_id=self.brand_id, added_version__lte=self.version)
            there = [s for s in found if s.undone_version is None or s.undone_version > self.version]
            self._sources = sorted(there, key=lambda s: (s.captured_at, s.seq), reverse=True)
        return self._sources

    def fetch(self, expr: ir.Expr, limit: int | None = None) -> pa.Table:
        """Run an expression over this handle's tables and return Arrow. Results are cached; treat them as read-only.

        Raises KeyError for a table that is not the warehouse's, VersionGone where the version's parts are swept.
        """
        expr = expr.as_table()
        if limit is not None:
            expr = expr.limit(limit)
        given = expr.op().find(ops.InMemoryTable)
        compiled = _compiled.__wrapped__(expr.op()) if given else _compiled(expr.op())
        cursor = engine().cursor()
        for item in given:
            cursor.register(item.name, item.data.to_pyarrow(item.schema))
        try:
            return engine().run(self._state, compiled.needs, compiled.sql)
        finally:
            for item in given:
                cursor.unregister(item.name)

    def tables(self) -> list[str]:
        """The tables that hold anything in this version."""
        return [t for t in TABLES if self._state.rows(t)]


#: Stands for a table in compiled SQL. Made anew by every process, so that no value in a query can contain it.
_MARK = uuid4().hex


@dataclass(frozen=True)
class _Compiled:
    """A query as SQL in which marks stand for the tables it needs, in their order."""

    needs: tuple[str, ...]
    template: str

    def sql(self, names: dict[str, str]) -> str:
        """The SQL with the names of relations that hold these tables."""
        sql = self.template
        for n, name in enumerate(self.needs):
            sql = sql.replace(f"{_MARK}_{n}_", names[name])
        return sql


@lru_cache(maxsize=config.limit("compiled_max"))
def _compiled(op: ops.Node) -> _Compiled:
    """Compile a query; the same one, over whichever version, is compiled once. Raises KeyError for unknown tables."""
    expr, outside = op.to_expr(), {t.name for t in op.find(ops.InMemoryTable)}
    tree = DuckDBCompiler().to_sqlglot(expr if outside else expr.unbind())
    needs = tuple(dict.fromkeys(t.name for t in tables_in(tree) if t.name not in outside))
    for name in needs:
        table_named(base_of(name))
    rename(tree, {**{name: f"{_MARK}_{n}_" for n, name in enumerate(needs)}, **{name: name for name in outside}})
    return _Compiled(needs, tree.sql("duckdb"))


def open(brand_id: UUID, version: int | None = None) -> Handle:  # noqa: A001
    """Open a brand's facts, at its newest version or at a pinned one.

    Raises TypeError without a brand's UUID, NotFound for a version that never was, VersionGone for one that was swept.
    """
    return Handle(states.load(brand_id, version))
