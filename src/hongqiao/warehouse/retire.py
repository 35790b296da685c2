# ruff: noqa: S608 - every name comes from tables.py, every value is quoted by types.text; no person's text reaches SQL

"""Undoing a source: its statements leave the facts, and what others said about the same things comes back.

Nothing is deleted here. Parts are retired, and files go after the grace period.
"""

from dataclasses import replace
from uuid import UUID

import duckdb
from django.utils import timezone

from hongqiao.errors import NotFound
from hongqiao.warehouse import config, store
from hongqiao.warehouse.errors import Busy, Moved
from hongqiao.warehouse.models import InboxRow, Source
from hongqiao.warehouse.state import PartInfo, State, hot_rows, load
from hongqiao.warehouse.statements import files as parquet
from hongqiao.warehouse.statements import statements_sql
from hongqiao.warehouse.store import PartFile, Slice
from hongqiao.warehouse.tables import TABLES, Table
from hongqiao.warehouse.types import brand_uuid, ident, keys_of, text
from hongqiao.warehouse.workbench import workbench


def undo(brand_id: UUID, source_id: UUID) -> int:
    """Take one source out and return how many stored rows of it were retired. A second time is 0 and changes nothing.

    A row that a later source repeated, and that therefore was not stored again, becomes that source's.
    Raises NotFound, Busy.
    """
    for _ in range(config.limit("commit_attempts")):
        source = Source.objects.filter(brand_id=brand_uuid(brand_id), id=source_id).first()
        if source is None:
            raise NotFound
        if source.undone_at:
            return 0
        try:
            return _undo(load(brand_id), source_id)
        except Moved:
            continue
    raise Busy


def _undo(state: State, source_id: UUID) -> int:
    """One try against one version. Raises Moved."""
    gone = [
        p for parts in (state.parts, state.echoes) for t in parts.values() for p in t if str(source_id) in p.sources
    ]
    made: list[PartFile] = []
    try:
        with workbench(sum(state.rows(name) for name in {p.table for p in gone} | set(state.hot))) as con:
            rows = sum(_rows_of(con, p, source_id) for p in gone if not p.echo)
            for part in gone:
                if len(part.sources) > 1:
                    _without(con, state.brand_id, part, source_id, made)
            for table in {p.table for p in gone if not p.echo} | set(state.hot):
                _give_back(con, state, TABLES[table], source_id, made)
        done: list[int] = []
        store.commit(state.brand_id, state.version, lambda v: done.append(_record(state, v, source_id, gone, made)))
        made = []
        return rows + done[0]
    finally:
        store.discard(made)


def _record(state: State, version: int, source_id: UUID, gone: list[PartInfo], made: list[PartFile]) -> int:
    """Inside the commit. Return how many hot rows were retired."""
    store.retire(version, [p.id for p in gone])
    store.add(state.brand_id, version, made)
    waiting = InboxRow.objects.filter(brand_id=state.brand_id, source_id=source_id, retired_version=None)
    hot = waiting.update(retired_version=version, retired_at=timezone.now())
    marked = Source.objects.filter(id=source_id, undone_at=None)
    if not marked.update(undone_at=timezone.now(), undone_version=version):
        raise Moved
    return hot


def _rows_of(con: duckdb.DuckDBPyConnection, part: PartInfo, source_id: UUID) -> int:
    if len(part.sources) == 1:
        return part.rows
    sql = f"SELECT count(*) FROM {parquet([part.path])} WHERE source_id = {text(source_id)}"
    return con.execute(sql).fetchone()[0]  # type: ignore[index]


def _without(
    con: duckdb.DuckDBPyConnection, brand_id: UUID, part: PartInfo, source_id: UUID, made: list[PartFile]
) -> None:
    """Write a shared part again without that source's rows."""
    table = TABLES[part.table]
    select = f"SELECT * FROM ({statements_sql(con, table, [part])}) WHERE source_id <> {text(source_id)}"
    rows, low, high = con.execute(f"SELECT count(*), min(day), max(day) FROM ({select})").fetchone()  # type: ignore[misc]
    if rows:
        sources = [s for s in part.sources if s != str(source_id)]
        cut = replace(Slice(low, high, low, high, rows))
        made.append(
            store.write(con, brand_id, table, select, cut, sources=sources, restates=part.restates, echo=part.echo)
        )


def _give_back(
    con: duckdb.DuckDBPyConnection, state: State, table: Table, source_id: UUID, made: list[PartFile]
) -> None:
    """What other sources repeated of the retired rows becomes live, under their own source and row."""
    echoes = [p for p in state.echoes.get(table.name, ()) if p.sources != (str(source_id),)]
    if not echoes:
        return
    hot = ""
    if table.name in state.hot:
        hot = f"{table.name}_hot"
        con.register(hot, hot_rows(state, table.name))
    con.execute(f"CREATE OR REPLACE TEMP VIEW live AS {statements_sql(con, table, state.of(table.name), hot)}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW echo AS {statements_sql(con, table, echoes)}")
    keys = ", ".join(map(ident, keys_of(table)))
    known = keys if table.kind == "event" else f"{keys}, rank"
    first = f"QUALIFY row_number() OVER (PARTITION BY {known} ORDER BY rank, source_row) = 1"
    ours = text(source_id)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE back AS
        SELECT * FROM (SELECT * FROM echo WHERE source_id <> {ours})
        SEMI JOIN (SELECT {keys} FROM live WHERE source_id = {ours}) USING ({keys})
        ANTI JOIN (SELECT {known} FROM live WHERE source_id <> {ours}) USING ({known})
        {first}
    """)
    sources = [row[0] for row in con.execute("SELECT DISTINCT source_id FROM back ORDER BY 1").fetchall()]
    for cut in store.slices(con, "back"):
        days = f"day BETWEEN DATE '{cut.first}' AND DATE '{cut.last}'" if cut.first else "day IS NULL"
        select = f"SELECT * FROM back WHERE {days} ORDER BY day"
        made.append(
            store.write(con, state.brand_id, table, select, cut, sources=sources, restates=table.kind == "snapshot")
        )
