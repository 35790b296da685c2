"""Delimited text of any size, in flat memory: record batches of text columns with the record's own number."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pacsv

from hongqiao.errors import N_
from hongqiao.platforms.kit import cells
from hongqiao.platforms.kit.settings import formats, limits
from hongqiao.platforms.model import Unreadable

_DELIMITERS = (",", "\t", ";", "|")


class _Utf8(io.RawIOBase):
    """A stream in another encoding, read as UTF-8. Bad bytes become U+FFFD, never an exception halfway."""

    def __init__(self, stream: BinaryIO, encoding: str):
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while not self._ready:
            chunk = self._stream.read(1 << 20)
            self._ready = self._decoder.decode(chunk, not chunk).encode()
            if not chunk:
                break
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._stream.close()
        super().close()


class TextSheet:
    """Sheet over a csv. `ragged(number, actual, expected, text)` is told of records of another width."""

    name = ""

    def __init__(self, path: Path, encoding: str, lines: int, sound: bool = True):
        self._path, self._encoding, self.sound = path, encoding, sound
        self.height = lines + 1
        with path.open("rb") as stream:
            raw = stream.read(limits()["sample_bytes"])
        sample = codecs.getincrementaldecoder(encoding)("replace").decode(raw, False)
        self._whole = len(raw) < limits()["sample_bytes"]
        self.delimiter, self._sample = _best(sample.lstrip("\ufeff"))
        if not self._whole and len(self._sample) > 1:
            self._sample.pop()  # most likely cut
            self.height = max(1, lines * len(self._sample) // max(1, sample.count("\n")))
        else:
            self.height = len(self._sample)
        widths = Counter(len(r) for r in self._sample if any(r))
        self.width = max(widths, key=lambda w: (widths[w], w)) if widths else 0

    def head(self, count: int) -> list[list[str]]:
        return self._sample[:count]

    def rows(self, count: int | None = None) -> list[list[str]]:
        """Raises Unreadable where a quote is never closed: what follows it would be lost as one cell."""
        found: list[list[str]] = []
        csv.field_size_limit(1 << 24)
        with self._path.open(encoding=self._encoding, errors="replace", newline="") as stream:
            lines = (line.lstrip("\ufeff").replace("\0", "") for line in stream)
            try:
                found.extend(islice(csv.reader(lines, delimiter=self.delimiter, strict=True), count))
            except csv.Error as error:
                raise _unclosed(len(found) + 1) from error
        return found

    def batches(
        self, columns: Sequence[int], first: int, last: int, ragged: Callable[[int, int, int, str], None]
    ) -> Iterator[pa.RecordBatch]:
        """Records `first`…`last` (1-based, 0 = to the end). Blank lines are records of nulls."""
        odd: set[int] = set()

        def skip(row: pacsv.InvalidRow) -> str:
            odd.add(row.number)
            if row.number >= first and (not last or row.number <= last) and row.text.strip():
                ragged(row.number, row.actual_columns, row.expected_columns, row.text)
            return "skip"

        at = 1
        try:
            with self._open(skip, columns) as reader:
                for batch in _joined(reader):
                    numbers, at = _numbers(at, batch.num_rows, odd)
                    if (part := _cut(batch, numbers, columns, first, last)).num_rows:
                        yield part
        except pa.ArrowInvalid as error:
            raise _unclosed(at) from error

    def _open(self, skip: Callable[[pacsv.InvalidRow], str], columns: Sequence[int]) -> pacsv.CSVStreamingReader:
        stream: pa.NativeFile = pa.OSFile(str(self._path))
        if not self.sound or self._encoding not in ("utf-8", "utf-8-sig"):
            stream = pa.PythonFile(io.BufferedReader(_Utf8(self._path.open("rb"), self._encoding), 1 << 20), "r")
        names, rule = [f"c{i}" for i in range(self.width)], limits()
        wanted = [f"c{c}" for c in columns if c < self.width] or names[:1]
        return pacsv.open_csv(
            stream,
            read_options=pacsv.ReadOptions(
                use_threads=False, block_size=min(rule["read_bytes"], rule["chunk_bytes"]), column_names=names
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={n: pa.string() for n in names},
                include_columns=wanted,
                null_values=formats()["nulls"],
                strings_can_be_null=True,
                check_utf8=False,  # decided once for the whole file by `sniff`
            ),
        )


def _unclosed(row: int) -> Unreadable:
    return Unreadable(
        N_("文本表格的引号不成对，读到第 %(row)s 行附近中断"),
        N_("请在后台重新导出，不要手工改动文件"),
        code="broken_csv",
        row=row,
    )


def _joined(reader: pacsv.CSVStreamingReader) -> Iterator[pa.RecordBatch]:
    """Blocks put together to batches of about chunk_bytes. Arrow reads dozens of blocks ahead: they are kept small."""
    parts: list[pa.RecordBatch] = []
    size = 0
    for batch in reader:
        parts.append(batch)
        size += batch.nbytes
        if size >= limits()["chunk_bytes"]:
            yield from pa.Table.from_batches(parts).combine_chunks().to_batches()
            parts, size = [], 0
    yield from pa.Table.from_batches(parts, reader.schema).combine_chunks().to_batches()


def _best(sample: str) -> tuple[str, list[list[str]]]:
    """The delimiter under which most records agree on a width above one."""

    def agreement(rows: list[list[str]]) -> tuple[float, int]:
        widths = Counter(len(r) for r in rows if r)
        if not widths:
            return (0.0, 0)
        width, times = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        return (times / widths.total() if width > 1 else 0.0, width)

    read = {d: list(_records(sample, d)) for d in _DELIMITERS if d in sample or d == _DELIMITERS[0]}
    best = max(read, key=lambda d: agreement(read[d]))
    return best, read[best]


def _records(sample: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 24)
    try:
        yield from csv.reader(io.StringIO(sample.replace("\0", ""), newline=""), delimiter=delimiter)
    except csv.Error:
        return


def _numbers(at: int, count: int, odd: set[int]) -> tuple[pa.Array, int]:
    """Record numbers of the next `count` kept records, passing over the ragged ones."""
    if not odd or max(odd) < at:
        return pa.arange(at, at + count), at + count
    numbers: list[int] = []
    while len(numbers) < count:
        if at not in odd:
            numbers.append(at)
        at += 1
    return pa.array(numbers, pa.int64()), at


def _cut(batch: pa.RecordBatch, numbers: pa.Array, columns: Sequence[int], first: int, last: int) -> pa.RecordBatch:
    low = first - numbers[0].as_py() if len(numbers) else 0
    start = 0
    if low > 0:
        start = sum(1 for n in numbers.to_pylist() if n < first)
    stop = len(numbers)
    if last and len(numbers) and numbers[-1].as_py() > last:
        stop = sum(1 for n in numbers.to_pylist() if n <= last)
    empty = pa.nulls(batch.num_rows, pa.string())
    have = set(batch.schema.names)
    arrays = [cells.tidy(batch.column(f"c{c}"), nulls_done=True) if f"c{c}" in have else empty for c in columns]
    whole = pa.RecordBatch.from_arrays([*arrays, numbers], [*(f"c{c}" for c in columns), "source_row"])
    return whole.slice(start, max(0, stop - start))
