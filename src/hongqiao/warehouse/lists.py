# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Lists of persons, made beforehand: who is in the rows of a part that share a day and the values questions cut by.

How many different persons some rows are of is then the union of a few lists. They lie beside their part as its counts
do (see `counts`): the groups, the persons (the lower 64 bits of the MD5 of their key, rising), and the lists one after
another, each person as its place among the persons. That two of ten million persons have the same 64 bits has a chance
of three in a million; a part in which it happens has no lists.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import duckdb
import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hongqiao.ids import uuid7
from hongqiao.warehouse import config
from hongqiao.warehouse.state import PartInfo, State
from hongqiao.warehouse.statements import LISTS, files
from hongqiao.warehouse.store import sync
from hongqiao.warehouse.tables import Table
from hongqiao.warehouse.types import ident, sql_type, table_named, text

Con = duckdb.DuckDBPyConnection
PERSON = "md5_number_lower({})"  # the same on every machine and in every version


@dataclass(frozen=True)
class Lists:
    """`groups`: day, the table's counted columns, `first` and `length` of the group's list in `numbers`."""

    groups: pa.Table
    persons: np.ndarray
    numbers: np.ndarray


def lists_table(name: str) -> ir.Table:
    """The groups of a table and where their lists are, unbound."""
    table = table_named(name)
    kept = {c: table.schema[c] for c in ("day", *table.counted, *table.present)}
    return ibis.table({**kept, "part": "string", "first": "int64", "length": "int64"}, name=name + LISTS)


def files_of(table: Table, part: Path) -> tuple[Path, Path, Path]:
    """Where the groups, the persons and the lists of a part lie; the groups come last, so that they vouch for all."""
    version = table.schema_version
    names = (f"lists{version}.parquet", f"persons{version}.npy", f"numbers{version}.npy")
    groups, persons, numbers = (part.with_name(f"{part.stem}.{name}") for name in names)
    return groups, persons, numbers


def listed(state: State, name: str) -> tuple[PartInfo, ...]:
    """The live parts of a table that have lists now. An empty file says that there are none."""
    table = table_named(name)

    def has(part: PartInfo) -> bool:
        try:
            return files_of(table, part.path)[0].stat().st_size > 0
        except FileNotFoundError:
            return False

    return tuple(p for p in state.of(name) if has(p)) if table.present and not state.narrows(name) else ()


def usable(state: State, name: str) -> bool:
    """Whether a question of persons is answered from lists: most rows have them, the rest is listed on the way."""
    ready = set(listed(state, name))
    others = sum(p.rows for p in state.of(name) if p not in ready) + (state.hot[name][0] if name in state.hot else 0)
    return bool(ready) and others <= config.limit("lists_rest_max")


def make(con: Con, table: Table, statements: str) -> Lists:
    """List the persons of these statements."""
    columns, key = ", ".join(map(ident, ("day", *table.counted))), ident(table.present[0])
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE who AS
        SELECT DISTINCT {columns}, {PERSON.format(key)} AS person FROM ({statements}) WHERE {key} IS NOT NULL
    """)
    groups = con.execute(f"SELECT {columns}, count(*) AS length FROM who GROUP BY ALL ORDER BY {columns}")
    found = groups.to_arrow_table()
    people = con.execute(f"SELECT person FROM who ORDER BY {columns}, person").to_arrow_table().column(0).to_numpy()
    con.execute("DROP TABLE who")
    persons, numbers = np.unique(people, return_inverse=True)
    ends = np.cumsum(found.column("length").to_numpy())
    first = pa.array(ends - found.column("length").to_numpy(), pa.int64())
    return Lists(found.append_column("first", first), persons, numbers.astype(np.uint32))


def write(con: Con, table: Table, part: PartInfo, statements: str) -> bool:
    """Write the lists of a part, each file whole, the groups last. False where two persons look alike."""
    key = ident(table.present[0])
    groups, persons, numbers = files_of(table, part.path)
    lists = make(con, table, statements)
    if con.execute(f"SELECT count(DISTINCT {key}) FROM ({statements})").fetchone() != (len(lists.persons),):
        groups.write_bytes(b"")
        return False
    _put(persons, lambda path: np.save(path, lists.persons))
    _put(numbers, lambda path: np.save(path, lists.numbers))
    _put(groups, lambda path: pq.write_table(lists.groups, path, compression="zstd"))
    return True


def _put(target: Path, write: "object") -> None:
    half = target.with_name(f".{uuid7()}.tmp{target.suffix}")
    try:
        write(half)  # type: ignore[operator]
        sync(half)
        os.replace(half, target)
    finally:
        half.unlink(missing_ok=True)


def read(table: Table, part: Path) -> tuple[np.ndarray, np.ndarray]:
    """The persons and the lists of a part, left on the disk until they are touched."""
    _, persons, numbers = files_of(table, part)
    return np.load(persons, mmap_mode="r"), np.load(numbers, mmap_mode="r")


def lists_sql(table: Table, ready: Sequence[PartInfo], rest: str = "", label: str = "") -> str:
    """SQL of the groups of these parts and of the relation `rest`, whose lists are known by `label`."""
    kept = ("day", *table.counted)
    columns = ", ".join(f"CAST({ident(c)} AS {sql_type(table.schema[c])}) AS {ident(c)}" for c in kept)
    there = ", ".join(f"'' AS {ident(c)}" for c in table.present)
    sources = [(files([files_of(table, p.path)[0]]), p.id.hex) for p in ready]
    sources += [(ident(rest), label)] if rest else []
    return "\nUNION ALL\n".join(
        f"SELECT {columns}, {there}, {text(name)} AS part, first, length FROM {source}" for source, name in sources
    )


def part_of(state: State, name: str, label: str) -> PartInfo:
    """The part that a group names."""
    wanted = UUID(hex=label)
    return next(p for p in state.of(name) if p.id == wanted)
