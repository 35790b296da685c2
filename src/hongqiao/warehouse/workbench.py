"""A DuckDB for imports, apart from the one that answers queries, and kept from one import to the next."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from hongqiao.warehouse import config
from hongqiao.warehouse.engine import connect


@dataclass
class _Bench:
    """A DuckDB for one import at a time, and how often it was used."""

    """A DuckDB for one import at a time, and how often it was used."""

    key: tuple[int, str]
    con: duckdb.DuckDBPyConnection
    uses: int = 0


_idle: list[_Bench] = []
_idle_lock = threading.Lock()


@contextmanager
def workbench() -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a DuckDB of one's own for one import, undo or merge: nobody else's memory, no query's.

    What is made in it must be TEMP: that is gone with the connection. The DuckDB itself is kept for the next import,
    because to open and close one costs more than a small file; after a failure, or many uses, it is let go.
    """
    bench = _lent()
    cursor = bench.con.cursor()
    try:
        yield cursor
    except BaseException:
        bench.uses = config.limit("bench_uses_max")
        raise
    finally:
        cursor.close()
        _give_back(bench)


def _lent() -> _Bench:
    key = (os.getpid(), str(config.data()))
    with _idle_lock:
        found = next((b for b in _idle if b.key == key), None)
        if found:
            _idle.remove(found)
            found.uses += 1
            return found
    return _Bench(key, connect(config.limit("intake_memory_mb"), config.threads(), config.data()), 1)


def _give_back(bench: _Bench) -> None:
    """Keep it, the only one, unless it was used often: what it remembers of old files' footers would only grow."""
    let_go = [bench]
    if bench.uses < config.limit("bench_uses_max"):
        with _idle_lock:
            let_go, _idle[:] = _idle[:], [bench]
    for old in let_go:
        if old.key[0] == os.getpid():  # a forked child does not touch its parent's
            old.con.close()
