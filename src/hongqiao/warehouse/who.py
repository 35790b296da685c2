"""What a process keeps to tell how many persons some rows are of: their numbers, and lists made on the way."""

import threading
from collections import OrderedDict
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa

from hongqiao.warehouse import config, lists
from hongqiao.warehouse.errors import VersionGone
from hongqiao.warehouse.lists import Lists
from hongqiao.warehouse.state import State, map_rows
from hongqiao.warehouse.types import table_named
from hongqiao.warehouse.unions import Chunk, Numbering, distinct, replaced

_RESTS = 32  # versions of tables whose unlisted rows are kept, listed


class Who:
    """Numbers are a process's own: a version in which other persons are merged has others."""

    def __init__(self) -> None:
        self._rests: OrderedDict[str, Lists | None] = OrderedDict()
        self._numberings: OrderedDict[tuple[UUID, tuple[int, ...] | None], Numbering] = OrderedDict()
        self._lock = threading.Lock()

    def holds(self, label: str) -> bool:
        """Whether what a relation of groups needs beside the parts' files is kept."""
        with self._lock:
            return label in self._rests

    def keep(self, label: str, rest: Lists | None) -> None:
        """Keep the lists of rows whose part has none; None where every row is in a listed part."""
        with self._lock:
            self._rests[label] = rest
            while len(self._rests) > _RESTS:
                self._rests.popitem(last=False)

    def count(self, con: Any, state: State, name: str, found: pa.Table, codes: np.ndarray, cells: int) -> np.ndarray:
        """Return for each cell how many persons are in the lists of its groups. Raises VersionGone after a sweep.

        `found`: part, first and length of each group; `codes`: its cell.
        """
        parts = found.column("part").combine_chunks().dictionary_encode()
        numbering, labels = self._numbering(state), parts.dictionary.to_pylist()
        try:
            chunks = {label: self._chunk(con, state, name, label, numbering) for label in labels}
        except FileNotFoundError as error:
            raise VersionGone from error
        first, length = (found.column(c).to_numpy() for c in ("first", "length"))
        at = parts.indices.to_numpy()
        return distinct(chunks, labels, at, first, length, codes, cells, len(numbering))

    def _numbering(self, state: State) -> Numbering:
        key = (state.brand_id, state.maps.get("person_map"))
        with self._lock:
            found = self._numberings.pop(key, None) or Numbering(config.limit("numbers_mb") << 20)
            self._numberings[key] = found
            while len(self._numberings) > config.limit("numberings_max"):
                self._numberings.popitem(last=False)
            return found

    def _chunk(self, con: Any, state: State, name: str, label: str, numbering: Numbering) -> Chunk:
        with self._lock:
            rest = self._rests.get(label)
        if rest is not None:
            persons, numbers = rest.persons, rest.numbers
        else:
            persons, numbers = lists.read(table_named(name), lists.part_of(state, name, label).path)
        return Chunk(numbers, numbering.of(label, lambda: _merged(con, state, np.asarray(persons))))


def _merged(con: Any, state: State, persons: np.ndarray) -> np.ndarray:
    """The persons, each as the one that it was merged into."""
    if "person_map" not in state.maps or not len(persons):
        return persons
    con.register("merged_persons", map_rows(state, "person_map"))
    try:
        both = ", ".join(lists.PERSON.format(c) for c in ("source_key", "person_id"))
        rows = con.execute(f"SELECT {both} FROM merged_persons").fetchnumpy()  # noqa: S608 (names of columns)
    finally:
        con.unregister("merged_persons")
    old, new = (np.asarray(values).astype(np.uint64) for values in rows.values())
    return replaced(persons, old, new)
