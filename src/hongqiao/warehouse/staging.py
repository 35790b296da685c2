"""The rows of one reading on disk in their final form, before any of them is compared or kept.

Persons are keyed-hashed here, batch by batch, so that no file of ours holds one in the clear, not even a temporary one.
Most files are in order of days and say only new things: then what is staged here becomes the parts as it is.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol, Self
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hongqiao.methods.titles import normalise
from hongqiao.platforms.model import Problem
from hongqiao.warehouse.clock import to_utc
from hongqiao.warehouse.config import limit
from hongqiao.warehouse.tables import Table
from hongqiao.warehouse.types import CONTEXT, anchor, arrow_schema, arrow_type, staged_types, table_named, text_key

_REMEMBERED = 200_000  # persons whose hash is kept for later batches of the same reading
#: Columns whose values hardly repeat: a Parquet dictionary of them costs time and saves nothing.
_ALL_DIFFERENT = {"event_key", "order_key", "line_key", "refund_key", "mention_key", "person_key", "author_key",
                  "title", "url", "text", "extra"}  # fmt: skip
_ONE_VALUE = ("brand", "platform", "account", "source_id", "captured_at", "rank")
_BY_CAPTURE = ("contents", "content_snapshots")  # a row without a moment is of the day it was captured


class Reading(Protocol):
    """What `platforms.read` gives: (table, batch) pairs, and problems that fill while they are consumed.

    It may also have `refused` and `counts` (all problems by (column, code), where `problems` are only the first),
    `found.rows` (an estimate of the rows), and `keyed` ({table: column of keys it made from a row's own values}).
    """

    problems: list[Problem]

    def batches(self) -> Iterator[tuple[str, pa.RecordBatch]]: ...


class PersonKeys(Protocol):
    """A brand's secret for persons. `hash` returns HMAC-SHA256 in hex, one for each value."""

    key_id: str

    def hash(self, values: list[str]) -> list[str]: ...


@dataclass(frozen=True)
class Stamp:
    """What every row of one source carries, and the zone its times are in."""

    brand_id: UUID
    platform: str
    account_id: UUID
    zone: str
    captured_at: datetime  # UTC, naive
    source_id: UUID
    rank: int

    @property
    def captured_day(self) -> date:
        """The day of capture in the account's zone."""
        return self.captured_at.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone)).date()

    def columns(self, rows: int) -> dict[str, pa.Array]:
        """The columns that have one value for the whole source."""
        values: tuple[Any, ...] = (
            str(self.brand_id),
            self.platform,
            str(self.account_id),
            str(self.source_id),
            self.captured_at,
            self.rank,
        )
        types = {"captured_at": pa.timestamp("us"), "rank": pa.int64()}
        return {
            name: pa.repeat(pa.scalar(value, types[name]), rows) if name in types else _repeated(value, rows)
            for name, value in zip(_ONE_VALUE, values, strict=True)
        }


def _repeated(value: str, rows: int, mask: np.ndarray | None = None) -> pa.DictionaryArray:
    """One text on every row, null where the mask says so, without writing it out a million times."""
    indices = pa.array(np.zeros(rows, np.int32), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array([value], pa.string()))


def staged_schema(table: Table) -> pa.Schema:
    """The final form, with texts that are one value a source as Arrow dictionaries (in Parquet it is the same)."""
    repeated = {"brand", "platform", "account", "source_id", *(f"{p}_key_id" for p in table.personal)}
    kind = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([f.with_type(kind) if f.name in repeated else f for f in arrow_schema(table)])


def content_key(account: str, form: str | None, published: datetime | None, title: str | None) -> str | None:
    """Return the key of a content that its platform gives no id: SHA-256 of account|form|publish second|title.

    `published` is the local time the file states. None where there is neither a time nor a title.
    """
    if published is None and not title:
        return None
    second = f"{published:%Y-%m-%d %H:%M:%S}" if published else ""
    return hashlib.sha256(f"{account}|{form or ''}|{second}|{normalise(title or '')}".encode()).hexdigest()


@dataclass
class StagedFile:
    """Rows of whole months that follow each other."""

    path: Path
    rows: int = 0
    min_day: date | None = None
    max_day: date | None = None


@dataclass
class Staged:
    """One table's staged rows. `in_order`: days never fall (or never rise) from row to row, and each row has one."""

    table: Table
    folder: Path
    files: list[StagedFile] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    rows: int = 0
    nameless: int = 0  # rows without their text key
    in_order: bool = True
    rising_rows: bool = True  # one table row a file row
    _direction: int = 0
    _last_day: Any = None
    _last_row: int = 0
    _writer: pq.ParquetWriter | None = None
    _waiting: list[pa.RecordBatch] = field(default_factory=list)

    @property
    def paths(self) -> list[Path]:
        return [f.path for f in self.files]

    def add(self, batch: pa.RecordBatch) -> None:
        """Stage rows of the final form; a new file begins with a new month once the last one holds enough."""
        if not batch.num_rows:
            return
        self.rows += batch.num_rows
        if text_key(self.table):
            self.nameless += batch.column(text_key(self.table)).null_count
        self._follow_rows(batch.column("source_row").to_numpy())
        days = batch.column("day")
        self._follow_days(days)
        if not self.in_order:
            self._append(batch, days)
            return
        months = days.to_numpy(zero_copy_only=False).astype("datetime64[M]")
        cuts = [0, *(np.flatnonzero(months[1:] != months[:-1]) + 1), len(months)]
        for start, end in zip(cuts[:-1], cuts[1:], strict=True):
            self._append(batch.slice(start, end - start), days.slice(start, end - start))

    def _follow_rows(self, rows: np.ndarray) -> None:
        self.rising_rows &= bool(rows[0] > self._last_row and np.all(rows[1:] > rows[:-1]))
        self._last_row = int(rows[-1])

    def _follow_days(self, days: pa.Array) -> None:
        if days.null_count or not self.in_order:
            self.in_order = False
            return
        chain = days.to_numpy(zero_copy_only=False)
        if self._last_day is not None:
            chain = np.concatenate([[self._last_day], chain])
        self._last_day = chain[-1]
        steps = np.diff(chain).astype(np.int64)
        up, down = bool((steps > 0).any()), bool((steps < 0).any())
        direction = up - down
        self.in_order = not (up and down) and self._direction * direction >= 0
        self._direction = self._direction or direction

    def _append(self, batch: pa.RecordBatch, days: pa.Array) -> None:
        bounds = pc.min_max(days).as_py()
        last = self.files[-1] if self.files else None
        fresh = last is None or (
            self.in_order
            and last.rows >= limit("part_rows_min")
            and (last.min_day or date.min, last.max_day) != (bounds["min"], bounds["max"])
            and not _share_a_month(last, bounds)
        )
        if fresh:
            self._finish()
            last = StagedFile(self.folder / f"{self.table.name}.{len(self.files)}.parquet")
            self.files.append(last)
        assert last is not None
        known = [d for d in (last.min_day, last.max_day, bounds["min"], bounds["max"]) if d]
        last.rows, last.min_day, last.max_day = (
            last.rows + batch.num_rows,
            min(known, default=None),
            max(known, default=None),
        )
        self._waiting.append(batch)
        if sum(b.num_rows for b in self._waiting) >= limit("row_group_rows"):
            self._write()

    def _write(self) -> None:
        schema = staged_schema(self.table)
        if self._writer is None:
            repeating = [n for n in schema.names if n not in _ALL_DIFFERENT and n not in ("source_row", "ts")]
            self._writer = pq.ParquetWriter(
                self.files[-1].path, schema, compression="zstd", use_dictionary=repeating, store_decimal_as_integer=True
            )
        whole = pa.Table.from_batches(self._waiting, schema)
        self._writer.write_table(whole, row_group_size=limit("row_group_rows"))
        self._waiting = []

    def _finish(self) -> None:
        if self._waiting:
            self._write()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def close(self, broken: bool) -> None:
        """Finish the last file; after a failure only let go of it."""
        if not broken:
            self._finish()
        elif self._writer is not None:
            with suppress(OSError):  # the first error is the one to be told
                self._writer.close()


def _share_a_month(file: StagedFile, bounds: dict[str, date]) -> bool:
    edges = {(d.year, d.month) for d in (file.min_day, file.max_day) if d}
    return bool(edges & {(d.year, d.month) for d in bounds.values()})


class Stage:
    """Stage a reading below `folder`. Used as a context: the writers are closed whatever happens."""

    def __init__(self, stamp: Stamp, keys: PersonKeys, folder: Path):
        self.stamp, self.keys, self.folder = stamp, keys, folder
        self.tables: dict[str, Staged] = {}
        self._known: dict[str | None, str | None] = {"": None, None: None}  # nobody has no key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for staged in self.tables.values():
            staged.close(broken=kind is not None)

    def fill(self, reading: Reading, on_rows: Callable[[int], None]) -> None:
        """Consume the reading; `on_rows(rows so far)` after each batch."""
        rows = 0
        for name, batch in reading.batches():
            if batch.num_rows:
                if name not in self.tables:
                    self.tables[name] = Staged(table_named(name), self.folder)
                staged, made_of_values = self.tables[name], getattr(reading, "keyed", {}).get(name, "")
                staged.add(
                    self._whole(staged, self._final(staged.table, self._typed(staged.table, batch, made_of_values)))
                )
                rows += batch.num_rows
                on_rows(rows)

    def _typed(self, table: Table, batch: pa.RecordBatch, made_of_values: str) -> dict[str, pa.Array]:
        """Give the batch every staged column in its type; hash persons; name contents that came without an id."""
        given = {n: batch.column(n) for n in batch.schema.names}
        if made_of_values and set(table.personal) & set(given):
            # A plain hash over a row with a phone number in it would give the number away to whoever tries them all.
            names = given[made_of_values].to_pylist()
            given[made_of_values] = pa.array(self.keys.hash(names), pa.string())
        for raw in table.personal:
            if raw in given:
                given[f"{raw}_key"], given[f"{raw}_key_id"] = self._keyed(given.pop(raw))
        columns = {}
        for name, kind in staged_types(table).items():
            have, want = given.get(name), arrow_type(kind)
            if have is None:
                have = pa.nulls(batch.num_rows, want)
            columns[name] = have if have.type == want or pa.types.is_dictionary(have.type) else pc.cast(have, want)
        if text_key(table) == "source_key" and columns["source_key"].null_count and set(CONTEXT) & set(given):
            columns["source_key"] = self._named(columns)
        return columns

    def _keyed(self, persons: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return HMAC keys and the id of the secret; an empty person is nobody."""
        coded = pc.utf8_trim_whitespace(persons.cast(pa.string())).dictionary_encode()
        values = coded.dictionary.to_pylist()
        fresh = [v for v in values if v not in self._known]
        if len(self._known) + len(fresh) > _REMEMBERED:
            self._known = {v: self._known[v] for v in values if v in self._known} | {"": None, None: None}
            fresh = [v for v in fresh if v]
        self._known.update(zip(fresh, self.keys.hash(fresh), strict=True))
        hashes = pa.array(map(self._known.__getitem__, values), pa.string())
        keyed = hashes.take(coded.indices)
        nobody = keyed.is_null().to_numpy(zero_copy_only=False)
        return keyed, _repeated(self.keys.key_id, len(keyed), nobody)

    def _named(self, columns: dict[str, pa.Array]) -> pa.Array:
        rows = zip(*(columns[c].to_pylist() for c in ("source_key", *CONTEXT)), strict=True)
        account = str(self.stamp.account_id)
        return pa.array([key or content_key(account, form, at, title) for key, form, title, at in rows], pa.string())

    def _final(self, table: Table, columns: dict[str, pa.Array]) -> pa.RecordBatch:
        """Days from local moments, moments to UTC, and the columns that every row carries."""
        columns["day"] = self._days(table, columns)
        if "channel" in table.key:
            columns["channel"] = pc.fill_null(columns["channel"], "")
        if "identified" in columns:
            columns["identified"] = pc.coalesce(columns["identified"], columns["person_key"].is_valid())
        for name, kind in table.columns.items():
            if kind == "timestamp":
                columns[name] = to_utc(columns[name], self.stamp.zone)
        columns |= self.stamp.columns(len(columns["source_row"]))
        for raw in table.personal:
            if not isinstance(columns[f"{raw}_key_id"], pa.DictionaryArray):  # the batch named no persons
                columns[f"{raw}_key_id"] = columns[f"{raw}_key_id"].dictionary_encode()
        schema = staged_schema(table)
        return pa.RecordBatch.from_arrays([columns[n] for n in schema.names], schema=schema)

    def _days(self, table: Table, columns: dict[str, pa.Array]) -> pa.Array:
        """The day in the account's zone: as stated, else of the row's moment, else (contents) of the capture."""
        moment = anchor(table)
        options = [columns["day"]]
        if moment:
            options.append(pc.cast(columns[moment], pa.date32(), safe=False))
        if table.name in _BY_CAPTURE:
            options.append(pa.scalar(self.stamp.captured_day, pa.date32()))
        return pc.coalesce(*options)

    def _whole(self, staged: Staged, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Refuse rows that lack what they need. A missing name is looked for later: the file may give it elsewhere."""
        table = staged.table
        for column in dict.fromkeys((*table.key, *table.required)):
            values = batch.column(column)
            if values.null_count and column != text_key(table):
                lacking = batch.filter(values.is_null()).column("source_row").to_pylist()
                staged.refused += [Problem(row, column, "required", "", True) for row in lacking]
                batch = batch.filter(values.is_valid())
        return batch
