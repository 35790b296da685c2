"""Different persons from lists made beforehand: the groups that a cell is made of, and the union of their lists."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from hongqiao.metrics.cells import typed
from hongqiao.metrics.model import Measure
from hongqiao.metrics.sources import Relation, Scope, Source

PLACE = ("part", "first", "length")


def listed(source: Source, asked: Scope, measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """The measures that lists of the brand can answer, by the dimensions and filters that are asked for."""
    found = tuple(m for m in measures if m.listed)
    known = bool(source.counted) and set(asked.needs) <= set(source.counted)
    return found if found and known and asked.handle.lists(source.table) is not None else ()


def groups(source: Source, asked: Scope, measure: Measure) -> ir.Table:
    """Which lists a measure's persons are in, by the scope's dimensions: portable, as every expression here."""
    relation: Relation = source.build(replace(asked, rows="lists"))
    table, keys = relation.table, [c.name(d) for d, c in relation.keys.items()]
    kept = measure.rows(table) if measure.rows else table[measure.columns[0]].notnull()
    chosen = table.select(*keys, *(table[c] for c in PLACE), kept_=kept)
    return chosen.filter(chosen.kept_).drop("kept_")


def persons(handle: Any, source: Source, asked: Scope, measure: Measure, name: str) -> pa.Table:
    """Return the cells of one measure: the scope's dimensions and the column `name`."""
    expr = groups(source, asked, measure)
    found = typed(handle.fetch(expr), expr.schema().to_pyarrow())
    codes, first = _cells(found, asked.by)
    counts = handle.distinct(source.table, found, codes, len(first))
    return pa.table({**{d: found.column(d).take(first) for d in asked.by}, name: pa.array(counts, pa.int64())})


def _cells(found: pa.Table, by: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return which cell each group belongs to, and a group of each cell."""
    if not by:
        return np.zeros(found.num_rows, np.int64), np.zeros(1, np.int64)
    code = np.zeros(found.num_rows, np.int64)
    for dim in by:
        column = found.column(dim).combine_chunks().dictionary_encode(null_encoding="encode")
        code = code * max(1, len(column.dictionary)) + column.indices.to_numpy()
    _, first, codes = np.unique(code, return_index=True, return_inverse=True)
    return codes, first
