"""One table's rows of one reading in files of their own, in the form of parts.

Most files are in order of days and say only new things: then what is staged becomes the parts as it is.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hongqiao.platforms.model import Problem
from hongqiao.warehouse.config import limit
from hongqiao.warehouse.tables import Table
from hongqiao.warehouse.types import arrow_schema, text_key

#: Columns whose values hardly repeat: a Parquet dictionary of them costs time and saves nothing.
_ALL_DIFFERENT = {"event_key", "order_key", "line_key", "refund_key", "mention_key", "person_key", "author_key",
                  "title", "url", "text", "extra"}  # fmt: skip


def staged_schema(table: Table) -> pa.Schema:
    """The final form, with texts that are one value a source as Arrow dictionaries (in Parquet it is the same)."""
    repeated = {"brand", "platform", "account", "source_id", *(f"{p}_key_id" for p in table.personal)}
    kind = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([f.with_type(kind) if f.name in repeated else f for f in arrow_schema(table)])


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
    stated: set[str] = field(default_factory=set)  # columns that have a value anywhere
    _direction: int = 0
    _last_day: Any = None
    _last_row: int = 0
    _writer: pq.ParquetWriter | None = None
    _waiting: list[pa.RecordBatch] = field(default_factory=list)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day of the rows."""
        known = [d for f in self.files for d in (f.min_day, f.max_day) if d]
        return min(known, default=None), max(known, default=None)

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
        own = (*self.table.measures, "extra")
        self.stated |= {c for c in own if c not in self.stated and batch.column(c).null_count < batch.num_rows}
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
