"""A recognised table as typed batches for named tables, with what could not be taken by row and column."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.platforms.kit import convert
from hongqiao.platforms.kit.cells import LOST, tidy
from hongqiao.platforms.kit.convert import CODES
from hongqiao.platforms.kit.engine import Desk
from hongqiao.platforms.kit.plan import Plan, compile_plan, scope
from hongqiao.platforms.kit.rows import BLANK, REFUSED, TAKEN, TOTALS, Fault, Rows, typed
from hongqiao.platforms.kit.settings import formats, limits
from hongqiao.platforms.kit.sources import open_sheets
from hongqiao.platforms.kit.together import Keys, Together
from hongqiao.platforms.model import Found, MissingColumns, Problem, Unreadable

Batch = tuple[str, pa.RecordBatch]


class Reading:
    """One pass over one table. Figures and problems fill while `batches` is consumed; it can be consumed once.

    problems  the first few (limits.problems_kept); `counts` has them all by (column, code)
    rows      data rows seen, without blank and totals rows; `refused` of them were not taken
    skipped   {"totals": n, "blank": n}
    keyed     {table: key column} of keys made from the row's values; unsalted, so re-key them where a person is in it
    """

    def __init__(self, found: Found, captured_at: datetime, zone: str):
        self.found, self.captured_at, self.zone = found, captured_at, zone
        self.problems: list[Problem] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self.rows = self.refused = 0
        self.skipped: Counter[str] = Counter()
        self.keyed: dict[str, str] = {}

    def batches(self) -> Iterator[Batch]:
        """(table, record batch with `source_row`). Raises MissingColumns, Unreadable."""
        found = self.found
        if found.layout is None:
            raise Unreadable(code="not_recognised")
        if found.missing:
            raise MissingColumns(columns="、".join(found.missing))
        if not found.layout.stored or found.rows == 0:
            return
        plan = compile_plan(found, scope(found.layout, self.captured_at, self.zone))
        self.keyed = plan.keyed
        with Desk() as desk:
            yield from self._run(desk, plan)

    def _run(self, desk: Desk, plan: Plan) -> Iterator[Batch]:
        layout = self.found.layout
        assert layout is not None  # noqa: S101 - `batches` has raised otherwise
        together = Together(desk, layout, plan)
        keys = Keys(desk, plan)
        conditions = dict(layout.where)
        for source in self._source(plan):
            made = keys.number(self._sift(typed(plan, source, desk), source))
            if not made.num_rows:
                continue
            for table, columns in plan.outputs.items():
                part = made.filter(made.column(f"if {table}")) if table in conditions else made
                if table in together.tables:
                    together.hold(table, part)
                elif part.num_rows:
                    yield from _emit(table, columns, part)
        yield from together.release()

    def _source(self, plan: Plan) -> Iterator[pa.RecordBatch]:
        found = self.found
        if found.record:
            arrays = [tidy(pa.array([found.record[c]], pa.string())) for c in plan.columns]
            row = pa.array([found.header_row], pa.int64())
            yield pa.RecordBatch.from_arrays([*arrays, row], [*(f"c{c}" for c in plan.columns), "source_row"])
            return
        sheet, found.source = found.source, None  # a workbook is in memory: let go of it as soon as it is read
        if sheet is None:
            assert found.path is not None  # noqa: S101 - set by recognise
            sheet = next(s for s in open_sheets(found.path) if s.name == found.sheet)
        yield from sheet.batches(plan.columns, found.header_row + 1, found.last_row, self._ragged)

    def _sift(self, made: Rows, source: pa.RecordBatch) -> pa.Table:
        """Count, report and drop what is not taken."""
        totals = {TAKEN: source.num_rows}
        if made.state is not None:
            totals = {k.as_py(): v.as_py() for k, v in (e.values() for e in pc.value_counts(made.state))}
        self.skipped.update(blank=totals.get(BLANK, 0), totals=totals.get(TOTALS, 0))
        self.rows += totals.get(TAKEN, 0) + totals.get(REFUSED, 0)
        self.refused += totals.get(REFUSED, 0)
        for fault in made.faults:
            self._report(fault, made.state, source)
        return made.table if made.state is None else made.table.filter(pc.equal(made.state, TAKEN))

    def _report(self, fault: Fault, state: pa.Array | None, source: pa.RecordBatch) -> None:
        """Count the problems of a column and keep the first; those of blank and totals rows are none."""
        wrong = pc.greater(fault.codes, 0)
        at = pc.indices_nonzero(wrong if state is None else pc.and_(wrong, pc.less_equal(state, REFUSED)))
        for entry in pc.value_counts(fault.codes.take(at)):
            self.counts[fault.header, CODES[entry["values"].as_py()]] += entry["counts"].as_py()
        at = at[: max(0, limits()["problems_kept"] - len(self.problems))]
        columns = (source.column("source_row"), fault.codes, source.column(f"c{fault.column}"))
        most = limits()["problem_value_chars"]
        for row, code, text in zip(*(one.take(at).to_pylist() for one in columns), strict=True):
            value, refuses = (text or "").lstrip(LOST)[:most], fault.refuses and code < convert.REMARK
            self.problems.append(Problem(row, fault.header, CODES[code], value, refuses))

    def _ragged(self, number: int, actual: int, expected: int, text: str) -> None:
        """A record of another width. Its text is not shown: a shifted address or phone may be in it."""
        if text.split(",")[0].strip(' "') in formats()["totals"]:
            self.skipped["totals"] += 1
            return
        self.rows += 1
        self.refused += 1
        self.counts["", "ragged_row"] += 1
        if len(self.problems) < limits()["problems_kept"]:
            self.problems.append(Problem(number, "", "ragged_row", f"{actual}/{expected}", True))


def _emit(table: str, columns: dict[str, str], made: pa.Table) -> Iterator[Batch]:
    picked = made.select(["source_row", *columns.values()]).rename_columns(["source_row", *columns])
    for batch in picked.combine_chunks().to_batches():
        yield table, batch


def read(path: Path, found: Found, *, captured_at: datetime, zone: str) -> Reading:
    """Prepare to read a recognised table. `captured_at` bounds believable dates; naive is taken as local."""
    if found.path != path:
        found.path, found.source = path, None
    return Reading(found, captured_at, zone)


__all__ = ["Batch", "Reading", "read"]
