"""A batch of text rows as typed columns, and what is to become of each row."""

from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.platforms.kit.columns import Column, column
from hongqiao.platforms.kit.convert import MOMENTS
from hongqiao.platforms.kit.engine import Desk
from hongqiao.platforms.kit.plan import Plan
from hongqiao.platforms.kit.settings import formats

#: What `state` of a row may be. Only TAKEN rows become facts; BLANK and TOTALS are no problem.
TAKEN, REFUSED, TOTALS, BLANK = range(4)


@dataclass(frozen=True)
class Fault:
    """The problems of one column: their numbers, the sheet column, its header, and whether they refuse the row."""

    codes: pa.Array
    column: int
    header: str
    refuses: bool


@dataclass(frozen=True)
class Rows:
    """`table`: typed columns by target, and `source_row`. `state` None: every row is taken."""

    table: pa.Table
    state: pa.Array | None
    faults: list[Fault]


def typed(plan: Plan, source: pa.RecordBatch, desk: Desk) -> Rows:
    """Convert a batch of text columns c0…, source_row."""
    made: dict[str, pa.Array] = {"source_row": source.column("source_row")}
    faults, done = [], []
    for one in plan.values:
        cells = source.column(f"c{one.column}")
        result = column(one.field, cells, plan.about, desk, percent=one.percent, unclear=one.unclear)
        made |= dict.fromkeys(one.targets, result.kept)
        done.append(result)
        if result.codes is not None:
            faults.append(Fault(result.codes, one.column, one.header, one.refuses))
    made |= {target: pa.repeat(value, source.num_rows) for target, value in plan.fixed.items() if target not in made}
    table = pa.table(made)
    if plan.after:
        table = _with_derived(plan, table, source, desk)
    return Rows(table, _state(plan, source, done), faults)


def _with_derived(plan: Plan, table: pa.Table, source: pa.RecordBatch, desk: Desk) -> pa.Table:
    for number in plan.columns:  # `extra` is made of the cells themselves
        table = table.append_column(f"c{number}", source.column(f"c{number}"))
    made = desk.ask(plan.after, table, "source_row")
    for name in made.column_names[1:]:
        table = table.append_column(name, made.column(name))
    return table


def _state(plan: Plan, source: pa.RecordBatch, done: list[Column]) -> pa.Array | None:
    """BLANK: every cell empty. TOTALS: a totals word among the first cells of a row that has no readable key."""
    refused = [c.wrong for c, one in zip(done, plan.values, strict=True) if one.refuses]
    state = _marked(None, _any([one for one in refused if one is not None]), REFUSED)
    moments = [c.values for c, one in zip(done, plan.values, strict=True) if one.field.kind in MOMENTS]
    if all(one.null_count for one in moments):
        words = pa.array(formats()["totals"])
        told = [pc.is_in(source.column(f"c{c}"), words) for c in plan.totals]
        state = _marked(state, _all([reduce(pc.or_, told), *_empty(moments)]) if told else None, TOTALS)
    cells = [source.column(f"c{c}") for c in plan.columns]
    if cells and all(one.null_count for one in cells):
        state = _marked(state, _all(_empty(cells)), BLANK)
    return state


def _empty(columns: list[pa.Array]) -> list[pa.Array]:
    return [one.is_null() for one in columns]


def _any(masks: list[pa.Array]) -> pa.Array | None:
    return reduce(pc.or_, masks) if masks else None


def _all(masks: list[pa.Array]) -> pa.Array | None:
    return reduce(pc.and_, masks) if masks else None


def _marked(state: pa.Array | None, rows: pa.Array | None, mark: int) -> pa.Array | None:
    """`state` with `mark` where `rows` is true; None as long as every row is taken."""
    if rows is None or not pc.any(rows).as_py():
        return state
    return pc.if_else(rows, pa.scalar(mark, pa.int8()), pa.scalar(TAKEN, pa.int8()) if state is None else state)
