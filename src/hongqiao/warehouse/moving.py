"""Putting sources under another account, because a person chose the wrong one: without the file, in one version.

Afterwards everything is as if the file had been taken under the right account at first: moments are read in that
account's zone, contents that are named by their account are named anew, rows are compared with what is stored there.
Older versions are as they were: the source as it was stays beside, under an id of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from hongqiao.errors import NotFound
from hongqiao.ids import uuid7
from hongqiao.warehouse import config, rekey, store
from hongqiao.warehouse.errors import AlreadyTaken, Busy, Moved, disk_full_is_said
from hongqiao.warehouse.models import ContentMap, Source
from hongqiao.warehouse.rekey import Target
from hongqiao.warehouse.retire import Con, parts_of, replace_parts, take_out
from hongqiao.warehouse.state import PartInfo, State, load
from hongqiao.warehouse.store import PartFile
from hongqiao.warehouse.tables import TABLES
from hongqiao.warehouse.types import brand_uuid
from hongqiao.warehouse.work import days_of
from hongqiao.warehouse.workbench import workbench


def move(brand_id: UUID, source_ids: Sequence[UUID], *, account_id: UUID, platform: str, zone: str) -> int:
    """Put these sources' rows under another account and return how many rows that were, repeats included.

    Sources that are there already, or undone, are left alone. Raises NotFound for one that is not the brand's,
    AlreadyTaken where the account has the same file already (then nothing is moved), DiskFull, Busy.
    """
    for _ in range(config.limit("commit_attempts")):
        try:
            with prepared_move(brand_id, source_ids, account_id=account_id, platform=platform, zone=zone) as ready:
                return ready.commit()
        except Moved:
            continue
    raise Busy


@contextmanager
def prepared_move(
    brand_id: UUID, source_ids: Sequence[UUID], *, account_id: UUID, platform: str, zone: str
) -> "Iterator[Moving]":
    """Prepare `move` against one version: parts are written here, outside of any transaction, so that other writers
    are held up by `commit` only. Without a commit, or where an exception leaves the block, they are removed.
    """
    sources = _wanted(brand_uuid(brand_id), source_ids, account_id)
    _refuse_twice(sources, account_id)
    ready = Moving(load(brand_id), sources, Target(account_id, platform, zone))
    try:
        if sources:
            with disk_full_is_said():
                _prepare(ready)
        yield ready
    except BaseException:
        store.discard(ready.made)
        raise
    if not ready.committed:
        store.discard(ready.made)


def _wanted(brand_id: UUID, source_ids: Sequence[UUID], account_id: UUID) -> list[Source]:
    found = Source.objects.filter(brand_id=brand_id, id__in=source_ids).order_by("captured_at", "seq")
    if {s.id for s in found} != set(source_ids):
        raise NotFound
    return [s for s in found if s.undone_at is None and s.account_id != account_id]


def _refuse_twice(sources: list[Source], account_id: UUID) -> None:
    """Raise AlreadyTaken where the account has one of the files, or would have it twice."""
    taken: dict[tuple[str, str, str], UUID] = {}
    for source in sources:
        if not source.file_hash:
            continue
        same = {name: getattr(source, name) for name in ("file_hash", "sheet", "layout")}
        there = Source.objects.filter(brand_id=source.brand_id, account_id=account_id, undone_at=None, **same)
        earlier = there.values_list("id", flat=True).first() or taken.get(tuple(same.values()))
        if earlier:
            raise AlreadyTaken(earlier)
        taken[tuple(same.values())] = source.id


@dataclass
class Moving:
    """Sources about to be moved, against one version: the parts to be live instead are written, nothing is yet."""

    state: State
    sources: list[Source]
    target: Target
    gone: list[PartInfo] = field(default_factory=list)
    made: list[PartFile] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # content keys that were made of the account: old → new
    days: dict[str, dict] = field(default_factory=dict)  # source → table → its first and last day now
    rows: int = 0
    committed: bool = False

    def commit(self) -> int:
        """Move them, by compare-and-set, in the caller's transaction if there is one; return the rows moved.

        Raises Moved where somebody committed since (then all is to be prepared anew), AlreadyTaken.
        """
        if self.sources:
            try:
                store.commit(self.state.brand_id, self.state.version, lambda version: _record(self, version))
            except IntegrityError:
                _refuse_twice(self.sources, self.target.account_id)  # the same file came meanwhile
                raise
        self.committed = True
        return self.rows

    @property
    def ids(self) -> list[str]:
        return [str(s.id) for s in self.sources]


def _prepare(work: Moving) -> None:
    work.gone = parts_of(work.state, work.ids)
    with workbench(sum(p.rows for p in work.gone) + sum(work.state.rows(n) for n in _tables(work))) as con:
        _write(con, work)


def _tables(work: Moving) -> list[str]:
    return [name for name in TABLES if name in {p.table for p in work.gone} | set(work.state.hot)]


def _write(con: Con, work: Moving) -> None:
    """Write what the old accounts are left with, and the rows under the new one."""
    take_out(con, work.state, work.gone, work.ids, work.made)
    tables = [TABLES[name] for name in _tables(work)]
    for table in tables:
        rekey.collect(con, work.state, table, work.ids)
    work.names = rekey.new_names(con, work.state, tables, work.sources, work.target)
    for table in tables:
        rekey.rewrite(con, table, work.target, work.names, work.sources)
        work.rows += rekey.compare(con, work.state, table, work.target)
        rekey.write(con, work.state, table, work.made)
        for source_id, low, high in rekey.days(con, table):
            work.days.setdefault(source_id, {})[table.name] = {"first_day": low, "last_day": high}


def _record(work: Moving, version: int) -> None:
    """Inside the commit. Raises Moved where a source was undone or moved meanwhile."""
    replace_parts(work.state, version, work.ids, work.gone, work.made)
    for source in work.sources:
        past = copy(source)
        past.pk, past.undone_version, past.undone_at = uuid7(), version, timezone.now()
        past.save(force_insert=True)
        here = Source.objects.filter(id=source.id, undone_at=None, account_id=source.account_id)
        if not here.update(**_moved_source(work, source), added_version=version):
            raise Moved
    _merge_again(work, version)


def _moved_source(work: Moving, source: Source) -> dict:
    target, tables = work.target, work.days.get(str(source.id), {})
    values = {"account_id": target.account_id, "platform": target.platform, "zone": target.zone}
    if source.zone in ("", target.zone):
        return values
    days = days_of(tables)
    told = dict(source.tables)
    for name, bounds in tables.items():
        told[name] = {**told.get(name, {}), **{k: d and d.isoformat() for k, d in bounds.items()}}
    return {**values, "tables": told, "first_day": days and days[0], "last_day": days and days[1]}


def _merge_again(work: Moving, version: int) -> None:
    """Contents that a person merged stay merged under their new names."""
    live = ContentMap.objects.filter(brand_id=work.state.brand_id, retired_version=None)
    stands_for = dict(live.values_list("source_key", "content_id"))
    old = live.filter(Q(source_key__in=work.names) | Q(content_id__in=work.names))
    for entry in old:
        key, to = (work.names.get(k, k) for k in (entry.source_key, entry.content_id))
        to = stands_for.get(to, to)
        if key != to and key not in stands_for:
            stands_for[key] = to
            ContentMap.objects.create(
                brand_id=entry.brand_id, source_key=key, content_id=to, method=entry.method, who=entry.who,
                added_version=version,
            )  # fmt: skip
