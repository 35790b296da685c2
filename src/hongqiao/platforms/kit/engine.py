"""The DuckDB of this process that converts text: one engine for all readings, a connection for each.

It reaches nothing outside itself. Opening one costs as much as reading a small file, and planning is shared.
"""

import atexit
import os
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from uuid import uuid4

import duckdb
import pyarrow as pa

from hongqiao.platforms.kit import macros
from hongqiao.platforms.kit.macros import quote
from hongqiao.platforms.kit.settings import limits

_IDLE_OPTIMIZERS = (
    "expression_rewriter,common_subexpressions,statistics_propagation,filter_pushdown,column_lifetime,reorder_filter"
)
#: More rows than this are handed over in parts: DuckDB scans a record batch on one thread.
_PART = 16_384
_lock = threading.Lock()
#: By process. A forked child neither uses nor lets go of its parent's: closing it waits for threads it does not have.
_engines: dict[int, duckdb.DuckDBPyConnection] = {}


def connect() -> duckdb.DuckDBPyConnection:
    """A connection of its own to the engine: temporary tables and registered data are seen by it alone. Close it."""
    pid = os.getpid()
    with _lock:
        if pid not in _engines:
            _engines[pid] = _open()
            atexit.register(_close, pid)
        return _engines[pid].cursor()


def _open() -> duckdb.DuckDBPyConnection:
    # What grouped tables hold beyond the limit is spilled there; DuckDB makes the folder and takes it away again.
    folder = Path(tempfile.gettempdir()) / f"hongqiao-read-{uuid4().hex}"
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
        "memory_limit": limits()["hold_memory"],
        "temp_directory": str(folder),
    }
    connection = duckdb.connect(":memory:", config=config)
    for statement in macros.statements():
        connection.execute(statement)
    # Planning costs as much as running on a small table; these passes find nothing in it.
    connection.execute(f"SET disabled_optimizers = {quote(_IDLE_OPTIMIZERS)}")
    connection.execute("SET enable_external_access = false")
    return connection


def _close(pid: int) -> None:
    if pid == os.getpid():
        _engines.pop(pid).close()


class Desk:
    """A connection for one reading, opened when first needed: most small tables never do."""

    def __init__(self) -> None:
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._connection is not None:
            self._connection.close()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = connect()
        return self._connection

    def ask(self, select: str, rows: pa.Table, order: str) -> pa.Table:
        """The answer of `select`, which reads `rows` as "batch", one row a row, in the order of column `order`."""
        step = max(_PART, -(-rows.num_rows // 4))
        parts = [batch for i in range(0, rows.num_rows, step) for batch in rows.slice(i, step).to_batches()]
        self.connection.register("batch", pa.Table.from_batches(parts, rows.schema))
        try:
            made = self.connection.execute(select).to_arrow_table()
        finally:
            self.connection.unregister("batch")
        return made if len(parts) <= 1 else made.sort_by(order)  # parts come back in any order
