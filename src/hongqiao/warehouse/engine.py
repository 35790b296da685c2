# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""One in-memory DuckDB a process, one cursor a thread, and what is kept between queries.

Relations are named after their exact content (brand, parts, hot rows), so a commit that leaves a table alone keeps its
views, its current rows and its cached results, and no query of one brand can name a relation of another.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from hongqiao.warehouse import config, counts, lists
from hongqiao.warehouse.errors import VersionGone
from hongqiao.warehouse.state import State, hot_rows, map_rows
from hongqiao.warehouse.statements import (
    COUNTS,
    CURRENT,
    LISTS,
    base_of,
    current_expr,
    maps_of,
    statements_sql,
    to_duckdb,
)
from hongqiao.warehouse.types import ident, table_named, texts
from hongqiao.warehouse.who import Who


def connect(memory_mb: int, threads: int, data: Path) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB that reads and writes below `data` and nowhere else, and loads no extension."""
    spill = data / "tmp" / "duckdb"
    spill.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {
        "threads": threads,
        "memory_limit": f"{memory_mb}MiB",
        "temp_directory": spill.as_posix(),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    con = duckdb.connect(":memory:", config=options)
    for built_in in ("parquet", "icu"):
        con.execute(f"LOAD {built_in}")
    con.execute("SET GLOBAL TimeZone = 'UTC'")
    con.execute("SET GLOBAL parquet_metadata_cache = true")  # parts never change
    con.execute("SET allowed_directories = ?", [[data.as_posix()]])
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


class Results:
    """The latest results, bounded by their bytes."""

    def __init__(self, limit: int):
        self.limit, self.size = limit, 0
        self.kept: OrderedDict[str, pa.Table] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: str) -> pa.Table | None:
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def put(self, key: str, result: pa.Table) -> None:
        if result.nbytes > self.limit // 4:
            return
        with self.lock:
            self.size += result.nbytes - (self.kept[key].nbytes if key in self.kept else 0)
            self.kept[key] = result
            while self.size > self.limit:
                self.size -= self.kept.popitem(last=False)[1].nbytes


class Engine:
    """The process's DuckDB with its relations. Safe with threads."""

    def __init__(self, data: Path):
        self.con = connect(config.memory_mb(), config.threads(), data)
        self.results = Results(config.cache_bytes())
        self.who = Who()
        self._local = threading.local()
        self._relations: OrderedDict[str, tuple[str, int]] = OrderedDict()  # name -> (kind, rows held in memory)
        self._lock, self._making = threading.Lock(), threading.RLock()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self.con.cursor()
        return self._local.cursor

    def run(self, state: State, needs: tuple[str, ...], sql_of: Callable[[dict[str, str]], str]) -> pa.Table:
        """Run a query over those tables of a brand (name or name__current). Raises VersionGone after a sweep."""
        for last in (False, True):
            names = {name: self.relation(state, name) for name in needs}
            sql = sql_of(names)
            found = self.results.get(sql)
            if found is not None:
                return found
            try:
                result = self.cursor().execute(sql).to_arrow_table()
            except duckdb.CatalogException:  # another thread's relations pushed ours out meanwhile
                if last:
                    raise
                self._forget(state, needs)
            except duckdb.IOException as error:
                if "No files found" in str(error) or "No such file" in str(error):
                    raise VersionGone from error
                raise
            else:
                self.results.put(sql, result)
                return result
        raise AssertionError("unreachable")

    def relation(self, state: State, name: str) -> str:
        """Return the name of the relation that holds exactly this content, making it where it is missing."""
        table = base_of(name)
        table_named(table)
        if name.endswith(CURRENT) and not self._differs(state, table):
            return self.relation(state, table)
        relation = self._named(state, name)
        if not self._known(relation):
            with self._making:
                if not self._known(relation):
                    self._make(state, name, relation)
        return relation

    def _differs(self, state: State, table: str) -> bool:
        """Whether current rows are anything but the statements themselves."""
        mapped = set(maps_of(table_named(table))) & set(state.maps)
        return bool(mapped) or (state.restated(table) and table_named(table).kind == "snapshot")

    def _named(self, state: State, name: str) -> str:
        """The name of the relation: what it is and a hash of all that it is made from."""
        table, content = base_of(name), []
        if name.endswith(CURRENT):
            content = [f"{m}{state.maps[m]}" for m in maps_of(table_named(table)) if m in state.maps]
        elif name.endswith(COUNTS):
            content = [p.id.hex for p in counts.counted(state, table)]
        elif name.endswith(LISTS):
            content = [p.id.hex for p in lists.listed(state, table)]
        base = state.signature(table)
        return f"{name}_{sha256('|'.join([base, *content]).encode()).hexdigest()[:24] if content else base}"

    def _known(self, relation: str) -> bool:
        with self._lock:
            if relation not in self._relations:
                return False
            self._relations.move_to_end(relation)
        return LISTS not in relation or self.who.holds(relation)

    def _make(self, state: State, name: str, relation: str) -> None:
        cursor, table = self.con.cursor(), base_of(name)
        kinds = {CURRENT: self._make_current, COUNTS: self._make_counts, LISTS: self._make_lists}
        make = kinds.get(name.removeprefix(table), self._make_statements)
        try:
            held = make(cursor, state, table, relation)
        finally:
            cursor.close()
        with self._lock:
            self._relations[relation] = ("TABLE" if held else "VIEW", held)
        self._make_room()

    def _make_statements(self, cursor: Any, state: State, table: str, relation: str) -> int:
        hot = ""
        if table in state.hot:
            hot = self._arrow(cursor, f"{relation}_hot", hot_rows(state, table))
        sql = statements_sql(cursor, table_named(table), state.of(table), hot)
        if state.narrows(table):
            theirs = f"SELECT * FROM ({sql}) WHERE person_key IN ({texts(state.about)})"
            cursor.execute(f"CREATE OR REPLACE TABLE {ident(relation)} AS {theirs}")
            return 1 + cursor.execute(f"SELECT count(*) FROM {ident(relation)}").fetchone()[0]
        cursor.execute(f"CREATE OR REPLACE VIEW {ident(relation)} AS {sql}")
        return 0

    def _make_current(self, cursor: Any, state: State, table: str, relation: str) -> int:
        names = {table: self.relation(state, table)}
        mapped = frozenset(set(maps_of(table_named(table))) & set(state.maps))
        for name in mapped:
            only = state.about if name == "person_map" and state.narrows(table) else ()
            names[name] = self._arrow(cursor, f"{relation}_{name}", map_rows(state, name, only))
        expr = current_expr(table, state.restated(table), mapped)
        rows = state.rows(table)
        if rows > config.limit("materialise_rows_max") or state.narrows(table):
            cursor.execute(f"CREATE OR REPLACE VIEW {ident(relation)} AS {to_duckdb(expr, names)}")
            return 0
        ordered = to_duckdb(expr.order_by("day"), names)  # so that a period reads few blocks
        cursor.execute(f"CREATE OR REPLACE TABLE {ident(relation)} AS {ordered}")
        return rows

    def _make_counts(self, cursor: Any, state: State, table: str, relation: str) -> int:
        kind, ready = table_named(table), counts.counted(state, table)
        others = [p for p in state.of(table) if p not in ready]
        hot = self._arrow(cursor, f"{relation}_hot", hot_rows(state, table)) if table in state.hot else ""
        sql = counts.counts_sql(cursor, kind, ready, others, hot)
        rows = counts.most_rows(cursor, kind, ready) + sum(p.rows for p in others)
        if rows > config.limit("materialise_rows_max"):
            cursor.execute(f"CREATE OR REPLACE VIEW {ident(relation)} AS {sql}")
            return 0
        cursor.execute(f"CREATE OR REPLACE TABLE {ident(relation)} AS FROM ({sql}) ORDER BY day")
        return cursor.execute(f"SELECT count(*) FROM {ident(relation)}").fetchone()[0]

    def _make_lists(self, cursor: Any, state: State, table: str, relation: str) -> int:
        kind, ready = table_named(table), lists.listed(state, table)
        others = [p for p in state.of(table) if p not in ready]
        rest, made = "", None
        if others or table in state.hot:
            hot = self._arrow(cursor, f"{relation}_hot", hot_rows(state, table)) if table in state.hot else ""
            made = lists.make(cursor, kind, statements_sql(cursor, kind, others, hot))
            rest = self._arrow(cursor, f"{relation}_rest", made.groups)
        self.who.keep(relation, made)
        sql = lists.lists_sql(kind, ready, rest, relation)
        cursor.execute(f"CREATE OR REPLACE TABLE {ident(relation)} AS FROM ({sql}) ORDER BY day")
        return cursor.execute(f"SELECT count(*) FROM {ident(relation)}").fetchone()[0]

    def _arrow(self, cursor: Any, name: str, rows: pa.Table) -> str:
        cursor.register(name + "_arrow", rows)
        cursor.execute(f"CREATE OR REPLACE TABLE {ident(name)} AS SELECT * FROM {ident(name + '_arrow')}")
        cursor.unregister(name + "_arrow")
        with self._lock:
            self._relations[name] = ("TABLE", rows.num_rows)
        return name

    def _make_room(self) -> None:
        """Drop what was used longest ago, past the number of relations or the rows held."""
        with self._lock:
            dropped = []
            held = sum(rows for _, rows in self._relations.values())
            while len(self._relations) > config.limit("relations_max") or (
                held > 2 * config.limit("materialise_rows_max") and len(self._relations) > 1
            ):
                name, (kind, rows) = self._relations.popitem(last=False)
                held -= rows
                dropped.append((kind, name))
        cursor = self.con.cursor()
        for kind, name in dropped:
            cursor.execute(f"DROP {kind} IF EXISTS {ident(name)}")
        cursor.close()

    def _forget(self, state: State, needs: tuple[str, ...]) -> None:
        with self._lock:
            for name in needs:
                for each in (base_of(name), name):
                    self._relations.pop(self._named(state, each), None)


_engines: dict[tuple[int, str], Engine] = {}
_engines_lock = threading.Lock()


def engine() -> Engine:
    """The engine of this process and data folder. A forked child gets its own."""
    key = (os.getpid(), str(config.data()))
    with _engines_lock:
        if key not in _engines:
            _engines.clear()
            _engines[key] = Engine(config.data())
        return _engines[key]
