# ruff: noqa: S608 - every name comes from tables, every value is quoted by types.text; no person's text reaches SQL

"""Taking the tables of a file (or an answer): staged, made ready, compared with what is stored, written, committed."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Literal
from uuid import UUID

from django.db import IntegrityError

from hongqiao.ids import uuid7
from hongqiao.platforms.model import Problem
from hongqiao.warehouse import config, prepare, store
from hongqiao.warehouse.errors import AlreadyTaken, Busy, FutureCapture, Moved, disk_full_is_said
from hongqiao.warehouse.models import Source
from hongqiao.warehouse.prepare import Con, Ready
from hongqiao.warehouse.staging import PersonKeys, Reading, Stage, Stamp
from hongqiao.warehouse.state import State, follow, load
from hongqiao.warehouse.store import PartFile, Slice
from hongqiao.warehouse.types import brand_uuid, ident
from hongqiao.warehouse.work import Work, count, days_of, record
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

    @property
    def identity(self) -> tuple[UUID, str, str, str]:
        """What makes two readings of a brand the same one. Without a hash nothing is."""
        return self.account_id, self.file_hash, self.sheet[:200], self.layout


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


def take(origin: Origin, reading: Reading, *, keys: PersonKeys, on_progress: Progress | None = None) -> Receipt:
    """Take a reading's rows into the brand's facts, all of them or none.

    Raises AlreadyTaken (same file hash, sheet, layout and account), FutureCapture, DiskFull, Busy, and whatever the
    reading raises. `on_progress(fraction, rows)` is called as it goes.
    """
    (outcome,) = take_many([(origin, reading)], keys=keys, on_progress=on_progress)
    if isinstance(outcome, AlreadyTaken):
        raise outcome
    return outcome


def take_many(
    given: Sequence[tuple[Origin, Reading]], *, keys: PersonKeys, on_progress: Progress | None = None
) -> list[Receipt | AlreadyTaken]:
    """Take several readings of one brand, such as the tables of a file, in one version: all of them or none.

    The outcome is as if they were taken one after the other. One that was taken before, or comes twice here, is not
    taken and has AlreadyTaken for its outcome. Raises FutureCapture, DiskFull, Busy, and whatever a reading raises.
    """
    origins = [origin for origin, _ in given]
    _check(origins)
    outcomes: list[Receipt | AlreadyTaken | None] = [*_earlier(origins)]
    first = {origin.identity: n for n, origin in reversed(list(enumerate(origins)))}
    fresh = [n for n, o in enumerate(origins) if not outcomes[n] and (first[o.identity] == n or not o.file_hash)]
    if fresh:
        tell = on_progress or (lambda *_: None)
        with disk_full_is_said(), _works([origins[n] for n in fresh]) as works:
            for nth, (n, work) in enumerate(zip(fresh, works, strict=True)):
                _stage(work, given[n][1], keys, partial(_told, tell, nth, works))
            tables = {staged.table.name for work in works for staged in work.staged.values()}
            state = load(origins[0].brand_id)
            at_hand = sum(w.rows for w in works) + sum(state.rows(name) for name in tables)
            with workbench(at_hand) as con:
                for work in works:
                    _make_ready(con, work)
                _settle(con, works, tell)
            for n, work in zip(fresh, works, strict=True):
                outcomes[n] = work.taken_before or _receipt(work)
    return [outcome or _again(outcomes[first[origins[n].identity]]) for n, outcome in enumerate(outcomes)]


def _again(outcome: Receipt | AlreadyTaken | None) -> AlreadyTaken:
    """What is said of a reading that came earlier in the same list."""
    assert outcome is not None
    assert outcome.source_id is not None
    return AlreadyTaken(outcome.source_id)


def _check(origins: Sequence[Origin]) -> None:
    """Raise what can be said before anything is read."""
    latest = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=config.limit("future_capture_seconds"))
    if len({brand_uuid(origin.brand_id) for origin in origins}) > 1:
        raise TypeError("readings of one brand are taken together")
    if any(origin.captured_at > latest for origin in origins):
        raise FutureCapture


def _earlier(origins: Sequence[Origin]) -> list[AlreadyTaken | None]:
    """For each whether it is there already."""
    hashes = {origin.file_hash for origin in origins} - {""}
    live = Source.objects.filter(brand_id__in={o.brand_id for o in origins}, undone_at=None, file_hash__in=hashes)
    rows = live.values_list("account_id", "file_hash", "sheet", "layout", "id") if hashes else ()
    known = {tuple(identity): source_id for *identity, source_id in rows}
    return [AlreadyTaken(known[o.identity]) if o.file_hash and o.identity in known else None for o in origins]


@contextmanager
def _works(origins: Sequence[Origin]) -> Iterator[list[Work]]:
    """A folder of each reading's own, gone afterwards."""
    first = store.next_seq(origins[0].brand_id, len(origins)) - len(origins) + 1
    folder = config.tmp() / str(uuid7())
    try:
        works = []
        for seq, origin in enumerate(origins, first):
            seconds = int((origin.captured_at - datetime(1970, 1, 1)).total_seconds())
            stamp = Stamp(
                origin.brand_id, origin.platform, origin.account_id, origin.zone, origin.captured_at, uuid7(),
                seconds * 1_000_000 + seq,
            )  # fmt: skip
            own = folder / str(seq)
            own.mkdir(parents=True)
            works.append(Work(origin, stamp, seq, own))
        yield works
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _told(tell: Progress, nth: int, works: Sequence[Work], fraction: float) -> None:
    tell(_STAGED * (nth + fraction) / len(works), sum(w.rows for w in works))


def _stage(work: Work, reading: Reading, keys: PersonKeys, tell: Callable[[float], None]) -> None:
    expected = getattr(getattr(reading, "found", None), "rows", 0)

    def on_rows(rows: int) -> None:
        work.rows = rows
        tell(min(1.0, rows / expected) if expected else rows / (rows + 100_000))

    with Stage(work.stamp, keys, work.folder) as stage:
        stage.fill(reading, on_rows)
    work.staged = stage.tables
    work.problems = list(reading.problems)
    work.refused = getattr(reading, "refused", 0) or len({p.row for p in work.problems if p.fatal})
    work.codes = Counter(p.code for p in work.problems)
    if getattr(reading, "counts", None):  # the reading keeps only its first problems, but counts all
        work.codes = Counter()
        for (_, code), n in reading.counts.items():  # type: ignore[attr-defined]
            work.codes[code] += n


def _make_ready(con: Con, work: Work) -> None:
    contents = work.staged.get("contents")
    for staged in work.staged.values():
        if staged.rows:
            work.ready.append(prepare.make_ready(con, staged, contents, f"{staged.table.name}_{work.seq}"))
        refused = work.ready[-1].refused if staged.rows else staged.refused
        work.problems += refused
        work.codes.update(p.code for p in refused)
        work.lost |= {p.row for p in refused}


def _settle(con: Con, works: list[Work], tell: Progress) -> None:
    """Compare, write and commit; where somebody committed meanwhile, again against what is stored now."""
    files = list[PartFile]()
    state: State | None = None
    try:
        for attempt in range(config.limit("commit_attempts")):
            newest = load(works[0].origin.brand_id)
            left = _not_taken_meanwhile(works)
            if not left:
                return
            tables = {r.table.name for w in left for r in w.ready}
            if state is None or any(_touched(state, newest, name) for name in tables):
                store.discard(files)
                files = []
                _compare(con, left, newest, attempt)
                tell(_COMPARED, sum(w.rows for w in works))
                _write(con, left, newest, files)
                tell(_WRITTEN, sum(w.rows for w in works))
            state = newest
            try:
                version = store.commit(newest.brand_id, newest.version, partial(record, left, files))
            except Moved:
                continue
            except IntegrityError:  # another import of one of these won between our look and our commit
                if len(_not_taken_meanwhile(works)) == len(left):
                    raise
                state = None
                continue
            follow(newest, version, [f.info for f in files])
            files = []
            for work in left:
                work.version = version
            tell(1.0, sum(w.rows for w in works))
            return
        raise Busy
    finally:
        store.discard(files)


def _not_taken_meanwhile(works: Sequence[Work]) -> list[Work]:
    for work, earlier in zip(works, _earlier([w.origin for w in works]), strict=True):
        work.taken_before = work.taken_before or earlier
    return [work for work in works if not work.taken_before]


def _touched(before: State, now: State, table: str) -> bool:
    return before.signature(table) != now.signature(table) or before.echoes.get(table) != now.echoes.get(table)


def _compare(con: Con, works: Sequence[Work], state: State, attempt: int) -> None:
    """Compare each reading with what is stored and with those before it."""
    accounts = {work.origin.account_id for work in works}
    live = Source.objects.filter(brand_id=state.brand_id, account_id__in=accounts, undone_at=None)
    near = state.only([str(source_id) for source_id in live.values_list("id", flat=True)])
    before: dict[str, list[Ready]] = {}
    for work in works:
        work.asked = []
        for ready in work.ready:
            earlier = before.setdefault(ready.table.name, [])
            path = work.folder / f"{ready.table.name}.compared{attempt}.parquet"
            prepare.compare(con, work.stamp, ready, near, earlier, path)
            if ready.table.name == "contents":
                work.asked = prepare.same_second(con, work.stamp, ready, near, earlier)
            earlier.append(ready)
        count(con, work)


def _write(con: Con, works: Sequence[Work], state: State, files: list[PartFile]) -> None:
    """Write every table's parts; each is in `files` as soon as it exists, so that a failure removes it."""
    tables: dict[str, list[tuple[Work, Ready]]] = {}
    for work in works:
        for ready in work.ready:
            tables.setdefault(ready.table.name, []).append((work, ready))
    for pairs in tables.values():
        (work, ready), brand_id = pairs[0], state.brand_id
        if len(pairs) == 1 and ready.as_staged:
            for staged in ready.staged.files:
                cut = Slice(staged.min_day, staged.max_day, staged.min_day, staged.max_day, staged.rows)
                own = [str(work.stamp.source_id)]
                files.append(store.adopt(brand_id, ready.table, staged.path, cut, sources=own))
            continue
        _write_together(con, pairs, state, files)


def _write_together(con: Con, pairs: Sequence[tuple[Work, Ready]], state: State, files: list[PartFile]) -> None:
    """One part (of the same months) for the new rows of all readings, one for their repeats, one for what revives."""
    table, own = pairs[0][1].table, [str(work.stamp.source_id) for work, _ in pairs]
    ordered = len(pairs) == 1 and pairs[0][1].in_order
    columns = ", ".join(map(ident, table.schema))

    def put(relations: Sequence[str], whose: Sequence[str], **flags: bool) -> None:
        union = " UNION ALL ".join(f"SELECT {columns} FROM {relation}" for relation in relations)
        if union:
            store.write_all(con, state.brand_id, table, f"({union})", files, sources=whose, ordered=ordered, **flags)

    put([r.relation for _, r in pairs], own, restates=any(r.restates for _, r in pairs))
    put([r.echo for _, r in pairs if r.echo], own, echo=True)
    for work, ready in pairs:
        revived = prepare.revive(con, work.stamp, ready, state)
        put([f"{ready.name}_revived"] if revived else [], revived, restates=True)


def _receipt(work: Work) -> Receipt:
    return Receipt(
        source_id=work.stamp.source_id,
        taken=work.counts["taken"],
        unchanged=work.counts["unchanged"],
        refused=work.counts["refused"],
        problems=work.problems + work.asked,
        tables={n: t["taken"] for n, t in work.tables.items()},
        version=work.version,
        days=days_of(work.tables),
    )
