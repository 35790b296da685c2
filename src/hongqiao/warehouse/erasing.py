# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Erasing a person from the facts: rows leave the parts, and what held them leaves the disk at once.

Unlike an undo nothing waits for the grace period, and no older version can be opened that would show them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import duckdb
from django.db.models import Max, Q

from hongqiao.warehouse import config, counts, lists, store
from hongqiao.warehouse.errors import Busy, Moved
from hongqiao.warehouse.models import InboxRow, Manifest, Part, PersonMap
from hongqiao.warehouse.state import PartInfo, State, load, part_info
from hongqiao.warehouse.statements import statements_sql
from hongqiao.warehouse.store import PartFile, Slice
from hongqiao.warehouse.tables import TABLES, Table
from hongqiao.warehouse.types import brand_uuid, ident, texts
from hongqiao.warehouse.workbench import workbench

Con = duckdb.DuckDBPyConnection
PERSONS = ("person_key", "author_key")  # columns that name somebody
ORDER = "order_key"  # lines and refunds are of whoever's order it is


@dataclass
class _Erasing:
    """What is to be live instead, against one version."""

    state: State
    keys: list[str]
    orders: list[str] = field(default_factory=list)
    gone: list[PartInfo] = field(default_factory=list)
    made: list[PartFile] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


def erase(brand_id: UUID, keys: Collection[str]) -> dict[str, int]:
    """Take every row of these person keys out for good; return how many by table. Rows of their orders go with them.

    A second time there is nothing left, which is no error. Raises Busy.
    """
    wanted = sorted({k for k in keys if k})
    if not wanted:
        return {}
    for _ in range(config.limit("commit_attempts")):
        ready = _Erasing(load(brand_uuid(brand_id)), wanted)
        try:
            _prepare(ready)
            store.commit(brand_id, ready.state.version, lambda version, r=ready: _record(r, version))  # type: ignore[misc]
        except Moved:
            store.discard(ready.made)
            continue
        except BaseException:
            store.discard(ready.made)
            raise
        _destroy(ready)
        return {name: n for name, n in ready.rows.items() if n}
    raise Busy


def persons(brand_id: UUID) -> Iterator[str]:
    """Yield every key by which live facts name a person, as they were stated."""
    state = load(brand_uuid(brand_id))
    with workbench(sum(state.rows(name) for name in state.parts)) as con:
        for table in TABLES.values():
            parts = [*state.of(table.name), *state.echoes.get(table.name, ())]
            for column in (c for c in PERSONS if c in table.columns and parts):
                select = f"SELECT DISTINCT {column} FROM ({statements_sql(con, table, parts)}) WHERE {column} <> ''"
                yield from (key for (key,) in con.execute(select).fetchall())
    for payload in InboxRow.objects.filter(brand_id=brand_id).values_list("payload", flat=True).iterator():
        yield from (payload[c] for c in PERSONS if payload.get(c))


def _prepare(ready: _Erasing) -> None:
    state = ready.state
    with workbench(sum(state.rows(name) for name in state.parts)) as con:
        ready.orders = _orders(con, state, ready.keys)
        for table in TABLES.values():
            theirs = _theirs(table, ready)
            for part in (*state.of(table.name), *state.echoes.get(table.name, ())) if theirs else ():
                _without(con, table, part, theirs, ready)


def _orders(con: Con, state: State, keys: list[str]) -> list[str]:
    """Return `account|order` of these persons' orders, waiting ones too."""
    found = {
        f"{p.get('account')}|{p.get(ORDER)}"
        for p in InboxRow.objects.filter(brand_id=state.brand_id, table="orders", payload__person_key__in=keys)
        .values_list("payload", flat=True)
    }  # fmt: skip
    parts = [*state.of("orders"), *state.echoes.get("orders", ())]
    if parts:
        select = statements_sql(con, TABLES["orders"], parts)
        sql = f"SELECT DISTINCT account || '|' || {ORDER} FROM ({select}) WHERE person_key IN ({texts(keys)})"
        found |= {one for (one,) in con.execute(sql).fetchall()}
    return sorted(found)


def _theirs(table: Table, ready: _Erasing) -> str:
    """Return the condition of a row of these persons, "" where the table has none."""
    named = [f"{ident(c)} IN ({texts(ready.keys)})" for c in PERSONS if c in table.columns]
    if ORDER in table.columns and table.name != "events" and ready.orders:
        named.append(f"account || '|' || {ORDER} IN ({texts(ready.orders)})")
    return f"coalesce({' OR '.join(f'coalesce({one}, false)' for one in named)}, false)" if named else ""


def _without(con: Con, table: Table, part: PartInfo, theirs: str, ready: _Erasing) -> None:
    """Write a part again without them; it stays as it is where it has none of them."""
    every = statements_sql(con, table, [part])
    (n,) = con.execute(f"SELECT count(*) FROM ({every}) WHERE {theirs}").fetchone()  # type: ignore[misc]
    if not n:
        return
    ready.gone.append(part)
    ready.rows[table.name] = ready.rows.get(table.name, 0) + (0 if part.echo else n)
    select = f"SELECT * FROM ({every}) WHERE NOT {theirs}"
    rows, low, high = con.execute(f"SELECT count(*), min(day), max(day) FROM ({select})").fetchone()  # type: ignore[misc]
    if rows:
        ready.made.append(
            store.write(
                con, ready.state.brand_id, table, select,
                Slice(low, high, low, high, rows), sources=part.sources, restates=part.restates, echo=part.echo,
            )
        )  # fmt: skip


def _record(ready: _Erasing, version: int) -> None:
    """Inside the commit: parts out and in; waiting rows and entries of the map are deleted, retired ones too."""
    store.retire(version, [p.id for p in ready.gone])
    store.add(ready.state.brand_id, version, ready.made)
    waiting = InboxRow.objects.filter(brand_id=ready.state.brand_id)
    theirs = Q(payload__person_key__in=ready.keys) | Q(payload__author_key__in=ready.keys)
    for table in set(waiting.filter(theirs).values_list("table", flat=True)):
        live = waiting.filter(theirs, table=table, retired_version=None).count()
        ready.rows[table] = ready.rows.get(table, 0) + live
    waiting.filter(theirs).delete()
    for some in (ready.orders[n : n + 200] for n in range(0, len(ready.orders), 200)):
        for one in some:
            account, _, order = one.partition("|")
            waiting.filter(
                table__in=("order_lines", "refunds"), payload__account=account, payload__order_key=order
            ).delete()
    maps = PersonMap.objects.filter(brand_id=ready.state.brand_id)
    maps.filter(Q(source_key__in=ready.keys) | Q(person_id__in=ready.keys)).delete()


def _destroy(ready: _Erasing) -> None:
    """Remove every file that still holds them, whenever its part was retired; the versions before cannot be opened."""
    brand_id, found = ready.state.brand_id, []
    dead = Part.objects.filter(brand_id=brand_id).exclude(retired_version=None)
    with workbench(1) as con:
        for part in dead:
            table = TABLES[part.table]
            theirs = _theirs(table, ready)
            if theirs and _holds(con, table, part, theirs):
                found.append(part)
    floor = max([ready.state.version + 1, *(p.retired_version or 0 for p in found)])
    newest = Manifest.objects.filter(brand_id=brand_id).aggregate(v=Max("version"))["v"] or 0
    Manifest.objects.filter(brand_id=brand_id, floor__lt=floor).update(floor=min(floor, newest))
    for part in found:
        file = config.data() / part.path
        with suppress(PermissionError):  # Windows: a reader has it open; the hourly sweep takes it
            for derived in (counts.file_of(TABLES[part.table], file), *lists.files_of(TABLES[part.table], file)):
                derived.unlink(missing_ok=True)
            file.unlink(missing_ok=True)
            part.delete()


def _holds(con: Con, table: Table, part: Part, theirs: str) -> bool:
    info = part_info(part)
    if not info.path.exists():
        return False
    sql = f"SELECT count(*) FROM ({statements_sql(con, table, [info])}) WHERE {theirs}"
    return bool(con.execute(sql).fetchone()[0])  # type: ignore[index]
