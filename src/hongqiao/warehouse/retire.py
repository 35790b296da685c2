# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Undoing a source: its statements leave the facts, and what others said about the same things comes back.

Nothing is deleted here. Parts are retired, and files go after the grace period.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
from hongqiao.warehouse.types import brand_uuid, ident, keys_of, texts
from hongqiao.warehouse.workbench import workbench

Con = duckdb.DuckDBPyConnection


def undo(brand_id: UUID, source_id: UUID) -> int:
    """Take one source out and return how many stored rows of it were retired. A second time is 0 and changes nothing.

    A row that a later source repeated, and that therefore was not stored again, becomes that source's.
    Raises NotFound, Busy.
    """
    for _ in range(config.limit("commit_attempts")):
        try:
            with prepared_undo(brand_id, [source_id]) as ready:
                return ready.commit()
        except Moved:
            continue
    raise Busy


@dataclass
class Undoing:
    """Sources about to be taken out, against one version: the parts to be live instead are written, nothing is yet."""

    state: State
    sources: list[UUID]
    gone: list[PartInfo]
    made: list[PartFile]
    rows: int = 0
    committed: bool = False

    def commit(self) -> int:
        """Take them out, by compare-and-set, in the caller's transaction if there is one; return the rows retired.

        Raises Moved where somebody committed since; then nothing is changed and all is to be prepared anew.
        """
        hot: list[int] = []
        if self.sources:
            store.commit(self.state.brand_id, self.state.version, lambda version: hot.append(_record(self, version)))
        self.committed = True
        return self.rows + sum(hot)


@contextmanager
def prepared_undo(brand_id: UUID, source_ids: Sequence[UUID]) -> Iterator[Undoing]:
    """Prepare the prepared_undo of sources in one version: parts are written here, outside of any transaction, so that
    other writers are held up by `commit` only. Those that are undone already are left out. Raises NotFound.

    Without a commit, or where an exception leaves the block, what was written is removed.
    """
    found = list(Source.objects.filter(brand_id=brand_uuid(brand_id), id__in=source_ids).order_by("seq"))
    if {s.id for s in found} != set(source_ids):
        raise NotFound
    state, ids = load(brand_id), [s.id for s in found if s.undone_at is None]
    ours = [str(i) for i in ids]
    ready = Undoing(state, ids, parts_of(state, ours) if ids else [], [])
    try:
        if ids:
            _prepare(ready, ours)
        yield ready
    except BaseException:
        store.discard(ready.made)
        raise
    if not ready.committed:
        store.discard(ready.made)


def _prepare(ready: Undoing, ours: list[str]) -> None:
    state = ready.state
    with workbench(sum(state.rows(name) for name in {p.table for p in ready.gone} | set(state.hot))) as con:
        ready.rows = sum(_rows_of(con, p, ours) for p in ready.gone if not p.echo)
        take_out(con, state, ready.gone, ours, ready.made)


def parts_of(state: State, sources: Sequence[str]) -> list[PartInfo]:
    """The live parts, echoes among them, that hold rows of these sources."""
    every = (p for parts in (state.parts, state.echoes) for t in parts.values() for p in t)
    return [p for p in every if not set(sources).isdisjoint(p.sources)]


def take_out(con: Con, state: State, gone: list[PartInfo], sources: Sequence[str], made: list[PartFile]) -> None:
    """Write into `made` what is to be live instead of the parts in `gone`, once these sources are out of the facts."""
    for part in gone:
        if not set(part.sources) <= set(sources):
            _without(con, state.brand_id, part, sources, made)
    for table in {p.table for p in gone if not p.echo} | set(state.hot):
        _give_back(con, state, TABLES[table], sources, made)


def _record(ready: Undoing, version: int) -> int:
    """Inside the commit. Return how many hot rows were retired."""
    hot = replace_parts(ready.state, version, [str(i) for i in ready.sources], ready.gone, ready.made)
    marked = Source.objects.filter(id__in=ready.sources, undone_at=None)
    if marked.update(undone_at=timezone.now(), undone_version=version) != len(ready.sources):
        raise Moved
    return hot


def replace_parts(
    state: State, version: int, sources: Sequence[str], gone: list[PartInfo], made: list[PartFile]
) -> int:
    """Inside the commit: parts out, parts in, and the sources' waiting rows out. Return how many those were."""
    store.retire(version, [p.id for p in gone])
    store.add(state.brand_id, version, made)
    waiting = InboxRow.objects.filter(brand_id=state.brand_id, source_id__in=sources, retired_version=None)
    return waiting.update(retired_version=version, retired_at=timezone.now())


def _rows_of(con: Con, part: PartInfo, sources: Sequence[str]) -> int:
    if set(part.sources) <= set(sources):
        return part.rows
    sql = f"SELECT count(*) FROM {parquet([part.path])} WHERE source_id IN ({texts(sources)})"
    return con.execute(sql).fetchone()[0]  # type: ignore[index]


def _without(con: Con, brand_id: UUID, part: PartInfo, sources: Sequence[str], made: list[PartFile]) -> None:
    """Write a shared part again without those sources' rows."""
    table = TABLES[part.table]
    select = f"SELECT * FROM ({statements_sql(con, table, [part])}) WHERE source_id NOT IN ({texts(sources)})"
    rows, low, high = con.execute(f"SELECT count(*), min(day), max(day) FROM ({select})").fetchone()  # type: ignore[misc]
    if rows:
        others = [s for s in part.sources if s not in sources]
        cut = Slice(low, high, low, high, rows)
        made.append(
            store.write(con, brand_id, table, select, cut, sources=others, restates=part.restates, echo=part.echo)
        )


def _give_back(con: Con, state: State, table: Table, sources: Sequence[str], made: list[PartFile]) -> None:
    """What other sources repeated of the retired rows becomes live, under their own source and row."""
    echoes = [p for p in state.echoes.get(table.name, ()) if not set(p.sources) <= set(sources)]
    if not echoes:
        return
    live_view(con, state, table, "live")
    con.execute(f"CREATE OR REPLACE TEMP VIEW echo AS {statements_sql(con, table, echoes)}")
    keys = ", ".join(map(ident, keys_of(table)))
    known = keys if table.kind == "event" else f"{keys}, rank"
    first = f"QUALIFY row_number() OVER (PARTITION BY {known} ORDER BY rank, source_row) = 1"
    ours = texts(sources)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE back AS
        SELECT * FROM (SELECT * FROM echo WHERE source_id NOT IN ({ours}))
        SEMI JOIN (SELECT {keys} FROM live WHERE source_id IN ({ours})) USING ({keys})
        ANTI JOIN (SELECT {known} FROM live WHERE source_id NOT IN ({ours})) USING ({known})
        {first}
    """)
    whose = [row[0] for row in con.execute("SELECT DISTINCT source_id FROM back ORDER BY 1").fetchall()]
    store.write_all(con, state.brand_id, table, "back", made, sources=whose, restates=table.kind == "snapshot")


def live_view(con: Con, state: State, table: Table, name: str) -> None:
    """Create a view of every live statement of a table, waiting rows among them."""
    hot = ""
    if table.name in state.hot:
        hot = f"{table.name}_hot"
        con.register(hot, hot_rows(state, table.name))
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {statements_sql(con, table, state.of(table.name), hot)}")
