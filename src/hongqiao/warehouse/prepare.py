# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Staged rows in their final form: UTC, days, keys and common columns; duplicates and unchanged rows told apart.

All of it is SQL on a DuckDB of the import's own, which spills to the disk: memory does not grow with the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from pathlib import Path

import duckdb
from django.db.models import Q

from hongqiao.platforms.model import Problem
from hongqiao.warehouse.config import limit
from hongqiao.warehouse.models import Source
from hongqiao.warehouse.staged import Staged
from hongqiao.warehouse.staging import Stamp
from hongqiao.warehouse.state import PartInfo, State, hot_rows
from hongqiao.warehouse.statements import files, statements_sql
from hongqiao.warehouse.tables import Table
from hongqiao.warehouse.types import ident, text, text_key

Con = duckdb.DuckDBPyConnection


@dataclass
class Ready:
    """One table's rows, each of them to be kept or known to say nothing new (`echo`). Relations are what stands after
    FROM: a name in the workbench, or a reading of files.
    """

    table: Table
    staged: Staged
    name: str  # what names in the workbench begin with; a workbench may have several readings of one table
    good: str  # the rows in their final form, without those that lack what they need
    base: str  # of these one a key
    rows: int  # in `base`
    refused: list[Problem]
    kept: bool = False  # `base` is not what was staged, and in order
    relation: str = ""  # the rows that say something new
    echo: str = ""
    same: int = 0  # rows in `echo`
    in_order: bool = True
    as_staged: bool = False  # the staged files are these rows, in order: they may become parts as they are
    restates: bool = False

    @property
    def one_a_row(self) -> bool:
        """Whether every row of the file is a row of `base`."""
        return self.rows == self.staged.rows

    def untouched(self) -> None:
        """Nothing is stored under the keys of these rows: all of them are new."""
        self.relation, self.echo, self.same, self.restates = self.base, "", 0, False
        self.in_order = self.kept or self.staged.in_order
        self.as_staged = not self.kept and self.staged.in_order


def make_ready(con: Con, staged: Staged, contents: Staged | None, name: str) -> Ready:
    """Bring a table's rows into their final form, one a key, without rows that lack what they need."""
    table, good, refused = staged.table, files(staged.paths), list(staged.refused)
    if staged.nameless:
        key = ident(text_key(table))
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name}_all AS SELECT * FROM {_rows(staged, contents)}")
        lost = con.execute(f"SELECT source_row FROM {name}_all WHERE {key} IS NULL ORDER BY 1").fetchall()
        refused += [Problem(row, text_key(table), "required", "", True) for (row,) in lost]
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name}_good AS SELECT * FROM {name}_all WHERE {key} IS NOT NULL")
        good = f"{name}_good"
    rows, keys = con.execute(f"SELECT count(*), count(DISTINCT hash({_keys(table)})) FROM {good}").fetchone()  # type: ignore[misc]
    ready = Ready(table, staged, name, good, good, rows, refused)
    path = staged.folder / table.name
    if keys < rows or staged.nameless:
        _rebase(con, ready, _one_a_key(table, good), path.with_suffix(".one.parquet"))
    elif not staged.in_order and rows > 2 * limit("part_rows_min"):
        _rebase(con, ready, f"SELECT * FROM {good}", path.with_suffix(".sorted.parquet"))
    ready.untouched()
    return ready


def _rebase(con: Con, ready: Ready, select: str, path: Path) -> None:
    ready.base, ready.rows = _keep(con, ready, select, path)
    ready.kept = True


def _keep(con: Con, ready: Ready, select: str, path: Path) -> tuple[str, int]:
    """Keep an intermediate result in order of days, in memory or (a large one) on the disk. Return it and its rows."""
    kept, ordered = ident(f"{ready.name}_{path.stem.split('.')[-1]}"), f"{select} ORDER BY day, source_row"
    if ready.staged.rows <= limit("in_memory_rows"):
        made = con.execute(f"CREATE OR REPLACE TEMP TABLE {kept} AS {ordered}").fetchone()
    else:
        made = con.execute(f"COPY ({ordered}) TO {text(path.as_posix())} (FORMAT parquet, COMPRESSION lz4)").fetchone()
        kept = files([path])
    return kept, made[0] if made else 0


def _keys(table: Table) -> str:
    return ", ".join(map(ident, table.key))


def _rows(staged: Staged, contents: Staged | None) -> str:
    """The staged rows; the nameless get the name of the content on their row, or one of their own values."""
    source = files(staged.paths)
    key = text_key(staged.table)
    if not key or not staged.nameless:
        return source
    if key == "source_key":
        if contents is None or contents is staged:
            return source
        names = f"SELECT source_row, any_value(source_key) AS named FROM {files(contents.paths)} GROUP BY 1"
        return (
            f"(SELECT r.* REPLACE (coalesce(r.source_key, n.named) AS source_key) FROM {source} r"
            f" LEFT JOIN ({names}) n USING (source_row))"
        )
    return _named_by_values(source, staged.table, key)


def _named_by_values(source: str, table: Table, key: str) -> str:
    """A row without an id is named by all it says, and by which of its equals in the file it is.

    So the same row in a later, overlapping file is recognised, and two equal rows of one file stay two.
    """
    said = [c for c in ("day", *table.columns) if c != key]
    whole = ", ".join(f"coalesce({ident(c)}::VARCHAR, '')" for c in said)
    return (
        f"(SELECT * EXCLUDE (__said) REPLACE (coalesce({ident(key)}, '~' || __said || '-' || row_number() OVER"
        f" (PARTITION BY {ident(key)} IS NULL, __said ORDER BY source_row)) AS {ident(key)})"
        f" FROM (SELECT *, md5(concat_ws(chr(31), {whole})) AS __said FROM {source}))"
    )


def _one_a_key(table: Table, relation: str) -> str:
    """Snapshots: per column the last stated value in the file. Events: the first row."""
    keys = _keys(table)
    twice = f"SELECT {keys} FROM {relation} GROUP BY ALL HAVING count(*) > 1"
    single = f"SELECT * FROM {relation} ANTI JOIN ({twice}) USING ({keys})"
    repeated = f"SELECT * FROM {relation} SEMI JOIN ({twice}) USING ({keys})"
    if table.kind == "event":
        first = f"{repeated} QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY source_row) = 1"
        return f"SELECT * FROM ({single} UNION ALL BY NAME ({first}))"
    values = ", ".join(
        f"arg_max({ident(c)}, source_row) AS {ident(c)}"
        for c in table.schema
        if c not in table.key and c != "source_row"
    )
    last = f"SELECT {keys}, max(source_row) AS source_row, {values} FROM ({repeated}) GROUP BY {keys}"
    return f"SELECT * FROM ({single} UNION ALL BY NAME ({last}))"


def compare(con: Con, stamp: Stamp, ready: Ready, state: State, earlier: Sequence[Ready], path: Path) -> None:
    """Tell rows that say something new from those that repeat what is stored in `state`, or what `earlier` readings of
    the same commit say. `state` may leave out parts without rows of the account.
    """
    table, name = ready.table, ready.name
    ready.untouched()
    stored = _stored(con, ready, state, earlier)
    if not stored or not ready.rows:
        return
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name}_stored AS {stored}")
    seen = _seen_sql(stamp, ready)
    if ready.rows > limit("in_memory_rows"):  # many rows are joined only where there is something to join them with
        if not con.execute(f"CREATE OR REPLACE TEMP TABLE {name}_seen AS {seen}").fetchone()[0]:  # type: ignore[index]
            return
        seen = f"SELECT * FROM {name}_seen"
    compared, _ = _keep(con, ready, _compared_sql(stamp, ready, f"({seen})"), path)
    counts = f"SELECT count(*) FILTER (__known), count(*) FILTER (__known AND NOT __same) FROM {compared}"
    known, changed = con.execute(counts).fetchone()  # type: ignore[misc]
    if not known:
        return
    ready.relation, ready.echo = (f"(SELECT * FROM {compared} WHERE {test})" for test in ("NOT __same", "__same"))
    ready.in_order, ready.as_staged, ready.same = True, False, known - changed
    ready.restates = table.kind == "snapshot" and changed > 0


def _stored(con: Con, ready: Ready, state: State, earlier: Sequence[Ready]) -> str:
    """SQL of the statements that may have keys of these rows; '' where there are none."""
    table, hot = ready.table, ""
    parts = _overlapping(ready, state.of(table.name))
    if table.name in state.hot:
        hot = f"{ready.name}_hot"
        con.register(hot, hot_rows(state, table.name))
    columns = ", ".join(map(ident, table.schema))
    selects = [statements_sql(con, table, parts, hot)] if parts or hot else []
    selects += [f"SELECT {columns} FROM {before.relation}" for before in earlier]
    return "\nUNION ALL\n".join(selects)


def _span(ready: Ready) -> tuple[date, date] | None:
    """The days outside of which nothing can have a key of these rows; None where the key has no day."""
    first, last = ready.staged.days
    return (first, last) if "day" in ready.table.key and first and last else None


def _overlapping(ready: Ready, parts: Sequence[PartInfo]) -> list[PartInfo]:
    """The parts that may hold keys of these rows."""
    span = _span(ready)
    if span is None:
        return list(parts)
    return [p for p in parts if p.min_day and p.max_day and p.min_day <= span[1] and p.max_day >= span[0]]


def _said(ready: Ready) -> list[str]:
    """The columns that these rows have anything to say about: only those are compared."""
    return [c for c in (*ready.table.measures, "extra") if c in ready.staged.stated]


def _seen_sql(stamp: Stamp, ready: Ready) -> str:
    """What is stored under the keys of these rows: current values of what the rows speak of; for events the keys."""
    table, keys, span = ready.table, _keys(ready.table), _span(ready)
    days = f" AND day BETWEEN DATE '{span[0]}' AND DATE '{span[1]}'" if span else ""
    touched = f"""SELECT * FROM (SELECT * FROM {ready.name}_stored WHERE account = {text(stamp.account_id)}{days})
                  SEMI JOIN (SELECT {keys} FROM {ready.base}) USING ({keys})"""
    values = [f"arg_max({ident(c)}, rank) FILTER ({ident(c)} IS NOT NULL) AS {ident(c)}" for c in _said(ready)]
    if table.kind == "event":
        values = []
    elif "day" in table.key:
        values.append("max(captured_at) AS captured_at")
    return f"SELECT {', '.join([keys, *values])} FROM ({touched}) GROUP BY {keys}"


def _compared_sql(stamp: Stamp, ready: Ready, seen: str) -> str:
    """The rows with `__known` (the key is stored) and `__same` (and every stated value is the current one)."""
    table, join = ready.table, " AND ".join(f"n.{ident(k)} = c.{ident(k)}" for k in ready.table.key)
    known = f"c.{ident(table.key[0])} IS NOT NULL"
    same = known
    if table.kind == "snapshot":
        tests = [f"(n.{ident(m)} IS NULL OR n.{ident(m)} IS NOT DISTINCT FROM c.{ident(m)})" for m in _said(ready)]
        same = " AND ".join([known, *tests, f"NOT ({_completes(stamp, table)})"])
    flags = f"{known} AS __known, coalesce({same}, false) AS __same"
    return f"SELECT n.*, {flags} FROM {ready.base} n LEFT JOIN {seen} c ON {join}"


def _completes(stamp: Stamp, table: Table) -> str:
    """The stored statement was made while the day ran, this one after it: the same figure, but now it is whole."""
    if "day" not in table.key:
        return "false"
    stated = f"timezone({text(stamp.zone)}, timezone('UTC', {{}}.captured_at))::DATE"
    return f"{stated.format('c')} <= n.day AND {stated.format('n')} > n.day"


def revive(con: Con, stamp: Stamp, ready: Ready, state: State) -> list[str]:
    """Create `<name>_revived` and return whose rows are in it: repeats that a late, older statement makes count again.

    A repeat is not live because it said what was current. An older file that is taken afterwards may state something in
    between; then the repeat is the later word.
    """
    table, name, keys = ready.table, ready.name, _keys(ready.table)
    echoes = _overlapping(ready, state.echoes.get(table.name, ()))
    if table.kind == "event" or not echoes or not ready.echo or not _later_ones(stamp):
        return []
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name}_repeats AS {statements_sql(con, table, echoes)}")
    later = f"account = {text(stamp.account_id)} AND rank > {stamp.rank}"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE {name}_revived AS
        SELECT * FROM (SELECT * FROM {name}_repeats WHERE {later})
        SEMI JOIN (SELECT {keys} FROM {ready.relation}) USING ({keys})
        ANTI JOIN (SELECT {keys}, rank FROM {name}_stored WHERE {later}) USING ({keys}, rank)
    """)
    rows = con.execute(f"SELECT DISTINCT source_id FROM {name}_revived ORDER BY 1").fetchall()
    return [source for (source,) in rows]


def _later_ones(stamp: Stamp) -> bool:
    """Whether anything is stored that was stated after this. Mostly not: files are taken as they are downloaded."""
    second = stamp.captured_at.replace(microsecond=0, tzinfo=UTC)
    later = Q(captured_at__gte=second + timedelta(seconds=1)) | Q(
        captured_at__gte=second, seq__gt=stamp.rank % 1_000_000
    )
    return Source.objects.filter(later, brand_id=stamp.brand_id, account_id=stamp.account_id).exists()


def same_second(con: Con, stamp: Stamp, ready: Ready, state: State, earlier: Sequence[Ready]) -> list[Problem]:
    """Contents without an id that appear at the second of another with another title: asked, never merged by guess.

    A publish time of midnight is a date without a time and says nothing.
    """
    if "published_at" not in ready.staged.stated:
        return []
    stored = _stored(con, ready, state, earlier)
    stored = f"({stored})" if stored else ready.base
    pick = "source_key, form, title, published_at, source_row"
    local = f"timezone({text(stamp.zone)}, timezone('UTC', n.published_at))::TIME"
    sql = f"""
        WITH fresh AS (SELECT {pick} FROM {ready.relation} WHERE length(source_key) = 64
                       {"AND NOT __known" if ready.echo else ""}),
             others AS (SELECT {pick}, false AS here FROM {stored} WHERE length(source_key) = 64
                          AND account = {text(stamp.account_id)} AND source_id <> {text(stamp.source_id)}
                        UNION ALL SELECT {pick}, true FROM fresh)
        SELECT DISTINCT n.source_row, n.title FROM fresh n JOIN others o
          ON n.published_at = o.published_at AND n.form IS NOT DISTINCT FROM o.form AND n.source_key <> o.source_key
        WHERE {local} <> TIME '00:00:00' AND (NOT o.here OR o.source_row < n.source_row) ORDER BY 1
    """
    return [
        Problem(row, "title", "same_second_other_title", title or "", False)
        for row, title in con.execute(sql).fetchall()
    ]
