# ruff: noqa: S608 - every name comes from tables.py, every value is quoted by types.text; no person's text reaches SQL

"""Taking a file's (or an answer's) rows: staged, made ready, compared with what is stored, written, committed once."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal
from uuid import UUID

import duckdb
from django.db import IntegrityError

from hongqiao.ids import uuid7
from hongqiao.platforms.model import Problem
from hongqiao.warehouse import config, prepare, store
from hongqiao.warehouse.errors import AlreadyTaken, Busy, FutureCapture, Moved, disk_full_is_said
from hongqiao.warehouse.models import Source
from hongqiao.warehouse.prepare import Ready
from hongqiao.warehouse.staging import PersonKeys, Reading, Stage, Staged, Stamp
from hongqiao.warehouse.state import State, load
from hongqiao.warehouse.store import PartFile, Slice
from hongqiao.warehouse.types import brand_uuid
from hongqiao.warehouse.workbench import workbench

Progress = Callable[[float, int], None]  # fraction 0..1, rows read so far
_STAGED, _COMPARED, _WRITTEN = 0.6, 0.75, 0.95  # shares of the work, for the bar only


@dataclass(frozen=True)
class Origin:
    """Where rows come from. `captured_at` is UTC and naive; `zone` is the account's, for local times in the file."""

    brand_id: UUID
    platform: str
    account_id: UUID
    zone: str
    captured_at: datetime
    file_hash: str
    file_name: str
    sheet: str
    layout: str
    kind: Literal["file", "api"] = "file"


@dataclass
class Receipt:
    """What became of a reading, counted in rows of the file; `tables` counts stored rows by table."""

    source_id: UUID | None
    taken: int
    unchanged: int
    refused: int
    problems: list[Problem]
    tables: dict[str, int]
    version: int
    days: tuple[date, date] | None


@dataclass
class _Work:
    """One import on its way."""

    origin: Origin
    stamp: Stamp
    seq: int
    folder: Path
    tell: Progress
    con: duckdb.DuckDBPyConnection = field(init=False)  # from when all rows are staged
    ready: list[Ready] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    asked: list[Problem] = field(default_factory=list)
    rows: int = 0
    refused: int = 0  # rows the reading itself refused
    lost: set[int] = field(default_factory=set)  # rows that lacked what one of their tables needs
    codes: Counter[str] = field(default_factory=Counter)
    counts: dict[str, int] = field(default_factory=dict)
    tables: dict[str, dict] = field(default_factory=dict)


def take(origin: Origin, reading: Reading, *, keys: PersonKeys, on_progress: Progress | None = None) -> Receipt:
    """Take a reading's rows into the brand's facts, all of them or none.

    Raises AlreadyTaken (same file hash, sheet, layout and account), FutureCapture, DiskFull, Busy, and whatever the
    reading raises. `on_progress(fraction, rows)` is called as it goes.
    """
    brand_uuid(origin.brand_id)
    if origin.captured_at > _now() + timedelta(seconds=config.limit("future_capture_seconds")):
        raise FutureCapture
    _refuse_again(origin)
    with disk_full_is_said(), _work(origin, on_progress or (lambda *_: None)) as work:
        staged = _stage(work, reading, keys)
        with workbench(_rows_at_hand(origin.brand_id, staged)) as work.con:
            _make_ready(work, staged)
            return _settle(work)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _earlier(origin: Origin) -> UUID | None:
    if not origin.file_hash:
        return None
    same = {"file_hash": origin.file_hash, "sheet": origin.sheet, "layout": origin.layout}
    live = Source.objects.filter(brand_id=origin.brand_id, account_id=origin.account_id, undone_at=None, **same)
    return live.values_list("id", flat=True).first()


def _refuse_again(origin: Origin) -> None:
    earlier = _earlier(origin)
    if earlier:
        raise AlreadyTaken(earlier)


@contextmanager
def _work(origin: Origin, tell: Progress) -> Iterator[_Work]:
    """A folder of the import's own, gone afterwards."""
    source_id, seq = uuid7(), store.next_seq(origin.brand_id)
    seconds = int((origin.captured_at - datetime(1970, 1, 1)).total_seconds())
    stamp = Stamp(
        origin.brand_id, origin.platform, origin.account_id, origin.zone, origin.captured_at, source_id,
        seconds * 1_000_000 + seq,
    )  # fmt: skip
    folder = config.tmp() / str(source_id)
    folder.mkdir()
    try:
        yield _Work(origin, stamp, seq, folder, tell)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rows_at_hand(brand_id: UUID, staged: dict[str, Staged]) -> int:
    """How many rows there are to work with: the new ones and those they are compared with."""
    state = load(brand_id)
    return sum(s.rows + state.rows(name) for name, s in staged.items())


def _stage(work: _Work, reading: Reading, keys: PersonKeys) -> dict[str, Staged]:
    expected = getattr(getattr(reading, "found", None), "rows", 0)

    def on_rows(rows: int) -> None:
        work.rows = rows
        work.tell(_STAGED * (min(1.0, rows / expected) if expected else rows / (rows + 100_000)), rows)

    with Stage(work.stamp, keys, work.folder) as stage:
        stage.fill(reading, on_rows)
    work.problems = list(reading.problems)
    work.refused = getattr(reading, "refused", 0) or len({p.row for p in work.problems if p.fatal})
    work.codes = Counter(p.code for p in work.problems)
    if getattr(reading, "counts", None):  # the reading keeps only its first problems, but counts all
        work.codes = Counter()
        for (_, code), n in reading.counts.items():  # type: ignore[attr-defined]
            work.codes[code] += n
    return stage.tables


def _make_ready(work: _Work, tables: dict[str, Staged]) -> None:
    contents = tables.get("contents")
    for staged in tables.values():
        if not staged.rows:  # every row was refused
            work.problems += staged.refused
            work.codes.update(p.code for p in staged.refused)
            work.lost |= {p.row for p in staged.refused}
            continue
        ready = prepare.make_ready(work.con, staged, contents)
        work.problems += ready.refused
        work.codes.update(p.code for p in ready.refused)
        work.lost |= {p.row for p in ready.refused}
        work.ready.append(ready)


def _settle(work: _Work) -> Receipt:
    """Compare, write and commit; where somebody committed meanwhile, again against what is stored now."""
    origin, files = work.origin, list[PartFile]()
    state: State | None = None
    try:
        for attempt in range(config.limit("commit_attempts")):
            newest = load(origin.brand_id)
            _refuse_again(origin)
            if state is None or any(_touched(state, newest, r.table.name) for r in work.ready):
                store.discard(files)
                files = []
                _compare(work, newest, attempt)
                _count(work)
                _write(work, newest, files)
            state = newest
            try:
                version = store.commit(origin.brand_id, state.version, partial(_record, work, files))
            except Moved:
                continue
            files = []
            work.tell(1.0, work.rows)
            return _receipt(work, version)
        raise Busy
    except IntegrityError:
        _refuse_again(origin)  # another import of the same file won between our look and our commit
        raise
    finally:
        store.discard(files)


def _touched(before: State, now: State, table: str) -> bool:
    return before.signature(table) != now.signature(table) or before.echoes.get(table) != now.echoes.get(table)


def _compare(work: _Work, state: State, attempt: int) -> None:
    work.asked = []
    for ready in work.ready:
        path = work.folder / f"{ready.table.name}.compared{attempt}.parquet"
        prepare.compare(work.con, work.stamp, ready, state, path)
        if ready.table.name == "contents":
            work.asked = prepare.same_second(work.con, work.stamp, ready, state)
    work.tell(_COMPARED, work.rows)


def _write(work: _Work, state: State, files: list[PartFile]) -> None:
    """Write every part; each is in `files` as soon as it exists, so that a failure removes it."""
    own, brand_id = [str(work.stamp.source_id)], work.origin.brand_id
    for ready in work.ready:
        if ready.as_staged:
            for staged in ready.staged.files:
                cut = Slice(staged.min_day, staged.max_day, staged.min_day, staged.max_day, staged.rows)
                files.append(store.adopt(brand_id, ready.table, staged.path, cut, sources=own))
            continue
        revived = prepare.revive(work.con, work.stamp, ready, state)
        for relation, sources, flags in (
            (ready.relation, own, {"restates": ready.restates}),
            (ready.echo, own, {"echo": True}),
            (f"{ready.table.name}_revived" if revived else "", revived, {"restates": True}),
        ):
            for cut in store.slices(work.con, relation) if relation else []:
                select = _slice_sql(ready, relation, cut)
                files.append(store.write(work.con, brand_id, ready.table, select, cut, sources=sources, **flags))
    work.tell(_WRITTEN, work.rows)


def _slice_sql(ready: Ready, relation: str, cut: Slice) -> str:
    where = f"day BETWEEN DATE '{cut.first}' AND DATE '{cut.last}'" if cut.first else "day IS NULL"
    order = "" if ready.in_order else " ORDER BY day, source_row"
    return f"SELECT * FROM {relation} WHERE {where}{order}"


def _count(work: _Work) -> None:
    """Count rows of the file, not of tables: one row of a file may fill several tables. Before the files move."""
    good = [f"{r.table.name}_good" for r in work.ready]
    rows, taken = _distinct_rows(work, good), _distinct_rows(work, [r.relation for r in work.ready])
    lost = work.lost - _among(work, work.lost, good)
    work.counts = {"taken": taken, "unchanged": rows - taken, "refused": work.refused + len(lost)}
    for ready in work.ready:
        files = ready.staged.files
        days = [d for f in files for d in (f.min_day, f.max_day) if d]
        stored = whole = ready.staged.rows
        if not ready.as_staged:
            stored, whole = (
                work.con.execute(f"SELECT count(*) FROM {relation}").fetchone()[0]  # type: ignore[index]
                for relation in (ready.relation, ready.base)
            )
        work.tables[ready.table.name] = {
            "taken": stored,
            "unchanged": whole - stored,
            "first_day": min(days, default=None),
            "last_day": max(days, default=None),
        }


def _distinct_rows(work: _Work, relations: list[str]) -> int:
    """How many rows of the file are in these relations."""
    if len(work.ready) == 1:
        (ready,) = work.ready
        if ready.staged.rising_rows and relations == [f"{ready.table.name}_good"] and not ready.staged.nameless:
            return ready.staged.rows
    union = " UNION ALL ".join(f"SELECT source_row FROM {relation}" for relation in relations)
    return work.con.execute(f"SELECT count(DISTINCT source_row) FROM ({union})").fetchone()[0] if union else 0  # type: ignore[index]


def _among(work: _Work, rows: set[int], relations: list[str]) -> set[int]:
    """Which of these rows of the file are in one of the relations after all."""
    union = " UNION ALL ".join(f"SELECT source_row FROM {relation}" for relation in relations)
    if not rows or not union:
        return set()
    sql = f"SELECT DISTINCT source_row FROM ({union}) WHERE source_row IN (SELECT unnest(?))"
    return {row for (row,) in work.con.execute(sql, [sorted(rows)]).fetchall()}


def _days(work: _Work) -> tuple[date, date] | None:
    """The days the file speaks of. A snapshot's own day is the download's and counts only where there is no other."""
    spoken = {n: t for n, t in work.tables.items() if t["first_day"]}
    told = [t for n, t in spoken.items() if n != "content_snapshots"] or list(spoken.values())
    return (min(t["first_day"] for t in told), max(t["last_day"] for t in told)) if told else None


def _record(work: _Work, files: list[PartFile], version: int) -> None:
    """Inside the commit: the source and its parts."""
    origin, problems, days = work.origin, work.problems + work.asked, _days(work)
    tables = {
        n: {**t, "first_day": _iso(t["first_day"]), "last_day": _iso(t["last_day"])} for n, t in work.tables.items()
    }
    Source.objects.create(
        id=work.stamp.source_id,
        brand_id=origin.brand_id,
        account_id=origin.account_id,
        platform=origin.platform,
        kind=origin.kind,
        file_name=origin.file_name[:300],
        file_hash=origin.file_hash,
        sheet=origin.sheet[:200],
        layout=origin.layout,
        captured_at=origin.captured_at.replace(tzinfo=UTC),
        seq=work.seq,
        rows_taken=work.counts["taken"],
        rows_unchanged=work.counts["unchanged"],
        rows_refused=work.counts["refused"],
        tables=tables,
        problems=[_plain(p) for p in problems[: config.limit("problems_kept")]],
        problem_counts=dict(work.codes + Counter(p.code for p in work.asked)),
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        added_version=version,
    )
    store.add(origin.brand_id, version, files)


def _plain(problem: Problem) -> dict[str, object]:
    return {
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "value": str(problem.value)[:80],
        "fatal": problem.fatal,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _receipt(work: _Work, version: int) -> Receipt:
    return Receipt(
        source_id=work.stamp.source_id,
        taken=work.counts["taken"],
        unchanged=work.counts["unchanged"],
        refused=work.counts["refused"],
        problems=work.problems + work.asked,
        tables={n: t["taken"] for n, t in work.tables.items()},
        version=version,
        days=_days(work),
    )
