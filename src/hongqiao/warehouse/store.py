# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Parts and manifest: a file is whole and on the disk before one transaction makes it live.

A process killed in between leaves a file that no manifest row names; `care.sweep` removes it.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hongqiao.ids import uuid7
from hongqiao.warehouse import config
from hongqiao.warehouse.errors import Busy, Moved, disk_full_is_said
from hongqiao.warehouse.models import Manifest, Part
from hongqiao.warehouse.state import PartInfo, State, load
from hongqiao.warehouse.tables import Table
from hongqiao.warehouse.types import ident, text

BY_DAY = "day, rank, source_row"


@dataclass(frozen=True)
class PartFile:
    """A finished file that is not live yet."""

    id: UUID
    table: Table
    month: str
    path: str  # below HONGQIAO_DATA
    rows: int
    bytes: int
    min_day: date | None
    max_day: date | None
    sources: tuple[str, ...]
    restates: bool = False
    echo: bool = False
    staged: Path | None = None  # where it was before it got its place

    @property
    def file(self) -> Path:
        return config.data() / self.path

    @property
    def info(self) -> PartInfo:
        """What it is to readers once it is live."""
        return PartInfo(
            self.id, self.table.name, self.file, self.month, self.rows, self.bytes, self.table.schema_version,
            self.min_day, self.max_day, self.sources, self.restates, self.echo,
        )  # fmt: skip


@dataclass(frozen=True)
class Slice:
    """Neighbouring whole months that become one part. Undated rows (`dated=False`) have their own."""

    first: date | None
    last: date | None
    min_day: date | None
    max_day: date | None
    rows: int

    @property
    def month(self) -> str:
        return f"{self.first:%Y-%m}" if self.first else "undated"


def order_of(table: Table) -> str:
    """How the rows of a part lie once it was sorted: row groups tell their least and greatest value, so that a question
    of some days, or of a person, skips the others."""
    return f"date_trunc('month', day), person_key, {BY_DAY}" if table.by_person else BY_DAY


def in_order(con: duckdb.DuckDBPyConnection, table: Table, part: Path) -> bool:
    """Whether a part was written in the order of its table."""
    sql = f"SELECT value FROM parquet_kv_metadata({text(part.as_posix())}) WHERE key = 'order'"
    row = con.execute(sql).fetchone()
    return row is not None and bytes(row[0]).decode() == order_of(table)


def slices(con: duckdb.DuckDBPyConnection, relation: str) -> list[Slice]:
    """Cut a relation with a `day` into parts of whole months, each of `part_rows_min` rows or more but for the last."""
    month_of = "date_trunc('month', day)::DATE"
    sql = f"SELECT {month_of}, min(day), max(day), count(*) FROM {relation} GROUP BY 1 ORDER BY 1 NULLS LAST"
    found: list[Slice] = []
    for month, low, high, rows in con.execute(sql).fetchall():
        if month is None:
            found.append(Slice(None, None, None, None, rows))
            continue
        last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if found and found[-1].rows < config.limit("part_rows_min"):
            before = found.pop()
            found.append(Slice(before.first, last, before.min_day, high, before.rows + rows))
        else:
            found.append(Slice(month, last, low, high, rows))
    return found


def write(
    con: duckdb.DuckDBPyConnection,
    brand_id: UUID,
    table: Table,
    select: str,
    cut: Slice,
    *,
    sources: Sequence[str],
    restates: bool = False,
    echo: bool = False,
    ordered: bool = False,
) -> PartFile:
    """Write the rows of `select` as one part: temporary name, fsync, rename (`add` syncs folders). Raises DiskFull.

    In the order of the table; `ordered`: as they come, which is in order of days.
    """
    part_id = uuid7()
    path = f"warehouse/{brand_id}/{table.name}/{cut.month}/{part_id}.parquet"
    target = config.data() / path
    half = target.with_name(f".{part_id}.tmp")
    columns = ", ".join(map(ident, table.schema))
    group = config.limit("row_group_rows_person" if table.by_person and not ordered else "row_group_rows")
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group}"
    if not ordered:
        select = f"SELECT * FROM ({select}) ORDER BY {order_of(table)}"
        options += f", KV_METADATA {{'order': {text(order_of(table))}}}"
    try:
        with disk_full_is_said():
            _folder(target.parent)
            rows = con.execute(
                f"COPY (SELECT {columns} FROM ({select})) TO {text(half.as_posix())} ({options})"
            ).fetchone()
            sync(half)
            os.replace(half, target)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    return PartFile(
        part_id, table, cut.month, path, rows[0] if rows else 0, target.stat().st_size, cut.min_day, cut.max_day,
        tuple(sources), restates, echo,
    )  # fmt: skip


def write_all(
    con: duckdb.DuckDBPyConnection,
    brand_id: UUID,
    table: Table,
    relation: str,
    into: list[PartFile],
    *,
    sources: Sequence[str],
    **flags: bool,
) -> None:
    """Write a relation as parts of whole months; each is in `into` as soon as it exists, for a failure to remove it.

    flags: those of `write`."""
    for cut in slices(con, relation):
        days = f"day BETWEEN DATE '{cut.first}' AND DATE '{cut.last}'" if cut.first else "day IS NULL"
        select = f"SELECT * FROM {relation} WHERE {days}"
        into.append(write(con, brand_id, table, select, cut, sources=sources, **flags))


def adopt(brand_id: UUID, table: Table, staged: Path, cut: Slice, *, sources: Sequence[str]) -> PartFile:
    """Give a finished file its place as a part: fsync, rename; `add` syncs the folder. Raises DiskFull."""
    part_id = uuid7()
    path = f"warehouse/{brand_id}/{table.name}/{cut.month}/{part_id}.parquet"
    target = config.data() / path
    with disk_full_is_said():
        _folder(target.parent)
        sync(staged)
        os.replace(staged, target)
    size = target.stat().st_size
    return PartFile(
        part_id, table, cut.month, path, cut.rows, size, cut.min_day, cut.max_day, tuple(sources), staged=staged
    )


def _folder(folder: Path) -> None:
    """Make a folder and its parents, each of them on the disk."""
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in reversed(missing):
        sync_folder(made.parent)


def sync(path: Path) -> None:
    # Windows flushes only what was opened for writing.
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there; NTFS journals the rename itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard(files: Iterable[PartFile]) -> None:
    """Remove files that did not become live; an adopted one goes back to where it was staged."""
    for part in files:
        if part.staged:
            os.replace(part.file, part.staged)
        else:
            part.file.unlink(missing_ok=True)


def next_seq(brand_id: UUID, count: int = 1) -> int:
    """Take numbers for sources and return the last. None is given twice; one that is not used leaves a gap."""
    with transaction.atomic():
        taken = Manifest.objects.filter(brand_id=brand_id)
        if not taken.update(seq=F("seq") + count):
            Manifest.objects.get_or_create(brand_id=brand_id)
            taken.update(seq=F("seq") + count)
        return Manifest.objects.values_list("seq", flat=True).get(brand_id=brand_id)


def commit(brand_id: UUID, seen: int, change: Callable[[int], Any]) -> int:
    """Move the brand's version from `seen` to the next and do `change(new version)` in one transaction.

    Raises Moved where somebody else moved it first; then nothing is changed.
    """
    with transaction.atomic():
        if seen == 0:
            Manifest.objects.get_or_create(brand_id=brand_id)
        if not Manifest.objects.filter(brand_id=brand_id, version=seen).update(version=seen + 1):
            raise Moved
        change(seen + 1)
    return seen + 1


def commit_any(brand_id: UUID, change: Callable[[State, int], Any]) -> int:
    """Commit a change that holds whatever others did meanwhile. `change(live state, new version)`. Raises Busy."""
    for _ in range(config.limit("commit_attempts")):
        state = load(brand_id)
        try:
            return commit(brand_id, state.version, partial(change, state))
        except Moved:
            continue
    raise Busy


def add(brand_id: UUID, version: int, files: Iterable[PartFile]) -> None:
    """Make files live from `version` on, inside a commit. Their folders are on the disk before the rows say so."""
    files = list(files)
    with disk_full_is_said():
        for folder in {f.file.parent for f in files}:
            sync_folder(folder)
    Part.objects.bulk_create(
        Part(
            id=f.id,
            brand_id=brand_id,
            table=f.table.name,
            month=f.month,
            path=f.path,
            rows=f.rows,
            bytes=f.bytes,
            schema_version=f.table.schema_version,
            min_day=f.min_day,
            max_day=f.max_day,
            sources=list(f.sources),
            restates=f.restates,
            echo=f.echo,
            added_version=version,
        )
        for f in files
    )


def retire(version: int, part_ids: Iterable[UUID]) -> int:
    """Take live parts out from `version` on. Raises Moved where one of them is not live any more."""
    ids = list(part_ids)
    changed = Part.objects.filter(id__in=ids, retired_version=None).update(
        retired_version=version, retired_at=timezone.now()
    )
    if changed != len(ids):
        raise Moved
    return changed
