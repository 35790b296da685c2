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
    """A DuckDB for one import at a time, and how often it was used. `key`: process, data folder, threads."""

    key: tuple[int, str, int]
    con: duckdb.DuckDBPyConnection
    uses: int = 0


_idle: list[_Bench] = []
_idle_lock = threading.Lock()


@contextmanager
def workbench(rows: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a DuckDB of one's own for one import, undo or merge over so many rows: nobody else's memory, no query's.

    What is made in it must be TEMP: that is gone with the connection. The DuckDB itself is kept for the next import,
    because to open and close one costs more than a small file; after a failure, or many uses, it is let go. Few rows
    are worked on by one thread: to share them out costs more than it saves.
    """
    bench = _lent(1 if rows <= config.limit("one_thread_rows") else config.threads())
    cursor = bench.con.cursor()
    try:
        yield cursor
    except BaseException:
        bench.uses = config.limit("bench_uses_max")
        raise
    finally:
        cursor.close()
        _give_back(bench)


def _lent(threads: int) -> _Bench:
    key = (os.getpid(), str(config.data()), threads)
    with _idle_lock:
        found = next((b for b in _idle if b.key == key), None)
        if found:
            _idle.remove(found)
            found.uses += 1
            return found
    return _Bench(key, connect(config.limit("intake_memory_mb"), threads, config.data()), 1)


def _give_back(bench: _Bench) -> None:
    """Keep it, the only one, if it is for small work and was not used often: what it remembers of files only grows."""
    let_go = [bench]
    if bench.key[2] == 1 and bench.uses < config.limit("bench_uses_max"):
        with _idle_lock:
            let_go, _idle[:] = _idle[:], [bench]
    for old in let_go:
        if old.key[0] == os.getpid():  # a forked child does not touch its parent's
            old.con.close()
