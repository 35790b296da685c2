# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Keeping the parts few and the disk clean. Run hourly; every step may be killed and run again."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import duckdb
from django.db.models import Max
from django.utils import timezone

from hongqiao.ids import uuid7
from hongqiao.warehouse import config, counts, lists, store
from hongqiao.warehouse.errors import disk_full_is_said
from hongqiao.warehouse.models import InboxRow, Manifest, Part
from hongqiao.warehouse.state import PartInfo, State, load
from hongqiao.warehouse.statements import statements_sql
from hongqiao.warehouse.store import Slice
from hongqiao.warehouse.tables import TABLES, Table
from hongqiao.warehouse.types import brand_uuid, text
from hongqiao.warehouse.workbench import workbench

Con = duckdb.DuckDBPyConnection


class _Gone(Exception):
    """A part that was being merged is not live any more."""


def plan(parts: Sequence[PartInfo], most: int) -> list[list[PartInfo]]:
    """Return groups of neighbouring parts, at most `most` of them: the pair with the fewest rows is joined first.

    So large old parts are left alone and small new ones are gathered.
    """
    groups = [[p] for p in sorted(parts, key=lambda p: (p.min_day or date.max, p.max_day or date.max, p.id))]
    while len(groups) > most:
        sizes = [sum(p.rows for p in g) for g in groups]
        at = min(range(len(groups) - 1), key=lambda n: sizes[n] + sizes[n + 1])
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
    return groups


def compact(brand_id: UUID, beyond: int = 0) -> int:
    """Bring every table of the brand that has more than `beyond` parts to at most `parts_live_max`; put large parts in
    order.

    Returns how many parts were written anew. Every statement stays, not only the current one. Older versions keep their
    files until the grace period is over.
    """
    brand_uuid(brand_id)
    merged = 0
    state = load(brand_id)
    for parts in (*state.parts.values(), *state.echoes.values()):
        if len(parts) <= beyond:
            continue
        for group in plan(parts, config.limit("parts_live_max")):
            if (len(group) > 1 or _strays(group[0])) and _merge(state, group):
                merged += len(group)
    return merged


def _strays(part: PartInfo) -> bool:
    """Whether a part is large, is asked about persons, and does not lie in order of them: as its file told it, or from
    before there was such an order."""
    table = TABLES[part.table]
    if not table.by_person or part.echo or part.rows < config.limit("counts_rows_min"):
        return False
    with workbench(1) as con:
        return not store.in_order(con, table, part.path)


def _merge(state: State, group: list[PartInfo]) -> bool:
    """Write one part for several. False where one of them was retired meanwhile: the next run plans anew."""
    table = TABLES[group[0].table]
    days = [d for p in group for d in (p.min_day, p.max_day) if d]
    low, high = min(days, default=None), max(days, default=None)
    with workbench(sum(p.rows for p in group)) as con:
        cut = Slice(low, high, low, high, sum(p.rows for p in group))
        made = store.write(
            con, state.brand_id, table, statements_sql(con, table, group), cut,
            sources=sorted({s for p in group for s in p.sources}),
            restates=any(p.restates for p in group), echo=group[0].echo,
        )  # fmt: skip

    def change(now: State, version: int) -> None:
        live = {p.id for p in (now.echoes if made.echo else now.parts).get(table.name, ())}
        if not live.issuperset(p.id for p in group):
            raise _Gone
        store.retire(version, [p.id for p in group])
        store.add(state.brand_id, version, [made])

    try:
        store.commit_any(state.brand_id, change)
    except _Gone:
        store.discard([made])
        return False
    except BaseException:
        store.discard([made])
        raise
    return True


def count(brand_id: UUID) -> int:
    """Make the counts and the lists that are missing beside the brand's live parts. Return how many. Raises DiskFull.

    Small parts need none. Where hardly any rows share their values there are none either.
    """
    state, made = load(brand_uuid(brand_id)), 0
    for table in (t for t in TABLES.values() if t.counted):
        for part in state.of(table.name):
            if part.rows >= config.limit("counts_rows_min"):
                made += _once(counts.file_of(table, part.path), _count, table, part)
                made += _once(lists.files_of(table, part.path)[0], _list, table, part)
    return made


def _once(target: Path, make: Callable[[Con, Table, PartInfo], bool], table: Table, part: PartInfo) -> bool:
    """Make what lies beside a part. False where it is there or not worth it, or the part is gone."""
    if target.exists():
        return False
    try:
        with disk_full_is_said(), workbench(part.rows) as con:
            return make(con, table, part)
    except duckdb.IOException:
        if part.path.exists():
            raise
        return False  # swept meanwhile


def _count(con: Con, table: Table, part: PartInfo) -> bool:
    """Temporary name, fsync, rename: what is there is whole."""
    target = counts.file_of(table, part.path)
    half = target.with_name(f".{target.stem}.{uuid7()}.tmp")
    try:
        select = f"{counts.count_sql(table, statements_sql(con, table, [part]))} ORDER BY day"
        found = con.execute(f"COPY ({select}) TO {text(half.as_posix())} (FORMAT parquet, COMPRESSION zstd)").fetchone()
        worth = found is not None and found[0] * config.limit("counts_share_min") <= part.rows
        if not worth:
            half.write_bytes(b"")
        store.sync(half)
        os.replace(half, target)
        return worth
    finally:
        half.unlink(missing_ok=True)


def _list(con: Con, table: Table, part: PartInfo) -> bool:
    """The same for the lists of a part that has counts: where rows are hardly alike, neither helps."""
    if not table.present or not counts.has_counts(table, part):
        return False
    return lists.write(con, table, part, statements_sql(con, table, [part]))


def sweep(brand_id: UUID | None = None, older_than: timedelta | None = None) -> int:
    """Remove files past their time: of retired parts, of crashes, of broken-off imports. Return how many.

    `older_than` replaces the grace periods of limits.json. Versions that needed a removed part can no longer be opened.
    """
    brands = [brand_id] if brand_id else list(Manifest.objects.values_list("brand_id", flat=True))
    removed = sum(_sweep_brand(b, older_than) for b in brands)
    return removed if brand_id else removed + _sweep_tmp(_age(older_than, "orphan_seconds"))


def _age(older_than: timedelta | None, name: str) -> timedelta:
    return timedelta(seconds=config.limit(name)) if older_than is None else older_than


def _sweep_brand(brand_id: UUID, older_than: timedelta | None) -> int:
    before = timezone.now() - _age(older_than, "grace_seconds")
    parts = Part.objects.filter(brand_id=brand_id, retired_at__lte=before)
    rows = InboxRow.objects.filter(brand_id=brand_id, retired_at__lte=before)
    floor = max((q.aggregate(v=Max("retired_version"))["v"] or 0) for q in (parts, rows))
    # First nobody may open those versions, then the files go.
    Manifest.objects.filter(brand_id=brand_id, floor__lt=floor).update(floor=floor)
    removed = 0
    for part in parts:
        with suppress(PermissionError):  # Windows: a reader has it open; the next run takes it
            file = config.data() / part.path
            for derived in _derived(TABLES[part.table], file):
                derived.unlink(missing_ok=True)
            file.unlink(missing_ok=True)
            part.delete()
            removed += 1
    rows.delete()
    return removed + _sweep_orphans(brand_id, _age(older_than, "orphan_seconds"))


def _sweep_orphans(brand_id: UUID, age: timedelta) -> int:
    """Files below the brand's folder that no manifest row names, and counts whose part none names."""
    folder = config.data() / "warehouse" / str(brand_id)
    candidates = [p for p in folder.rglob("*") if p.is_file() and _old(p, age)] if folder.is_dir() else []
    # Asked after looking: a part that became live in between is named.
    parts = Part.objects.filter(brand_id=brand_id).values_list("table", "path")
    named = {path for _, path in parts}
    named |= {file.as_posix() for t, path in parts for file in _derived(TABLES[t], Path(path))}
    orphans = [p for p in candidates if p.relative_to(config.data()).as_posix() not in named]
    return sum(_remove(orphans))


def _derived(table: Table, part: Path) -> tuple[Path, ...]:
    """The files that are made from a part and lie beside it."""
    return (counts.file_of(table, part), *lists.files_of(table, part))


def _sweep_tmp(age: timedelta) -> int:
    left = [p for folder in ("intake", "duckdb") for p in (config.data() / "tmp" / folder).glob("*") if _old(p, age)]
    return sum(_remove(left))


def _old(path: Path, age: timedelta) -> bool:
    try:
        return datetime.now().timestamp() - path.stat().st_mtime >= age.total_seconds()
    except FileNotFoundError:
        return False


def _remove(paths: list[Path]) -> Iterator[int]:
    for path in paths:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            yield 1
        except OSError:  # in use, or gone meanwhile
            yield 0
