"""The rows of one reading on disk in their final form, before any of them is compared or kept.

Persons are keyed-hashed here, batch by batch, so that no file of ours holds one in the clear, not even a temporary one.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol, Self
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.methods.titles import normalise
from hongqiao.platforms.model import Problem
from hongqiao.warehouse.clock import to_utc
from hongqiao.warehouse.config import limit
from hongqiao.warehouse.staged import Staged, staged_schema
from hongqiao.warehouse.tables import Table
from hongqiao.warehouse.types import CONTEXT, anchor, arrow_type, staged_types, table_named, text_key

_REMEMBERED = 200_000  # persons whose hash is kept for later batches of the same reading
_ONE_VALUE = ("brand", "platform", "account", "source_id", "captured_at", "rank")


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


def content_key(account: str, form: str | None, published: datetime | None, title: str | None) -> str | None:
    """Return the key of a content that its platform gives no id: SHA-256 of account|form|publish second|title.

    `published` is the local time the file states. None where there is neither a time nor a title.
    """
    if published is None and not title:
        return None
    second = f"{published:%Y-%m-%d %H:%M:%S}" if published else ""
    return hashlib.sha256(f"{account}|{form or ''}|{second}|{normalise(title or '')}".encode()).hexdigest()


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
            for start in range(0, batch.num_rows, limit("stage_rows")):
                some = batch.slice(start, limit("stage_rows"))
                self._add(name, some, getattr(reading, "keyed", {}).get(name, ""))
                rows += some.num_rows
                on_rows(rows)

    def _add(self, name: str, batch: pa.RecordBatch, made_of_values: str) -> None:
        if name not in self.tables:
            self.tables[name] = Staged(table_named(name), self.folder)
        staged = self.tables[name]
        typed = self._typed(staged.table, batch, made_of_values)
        staged.add(self._whole(staged, self._final(staged.table, typed)))

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
        """The day in the account's zone: as stated, else of the row's moment, else (`by_capture`) of the capture."""
        moment = anchor(table)
        options = [columns["day"]]
        if moment:
            options.append(pc.cast(columns[moment], pa.date32(), safe=False))
        if table.by_capture:
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
