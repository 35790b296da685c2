"""The connection: whoever waits to write looks again every few milliseconds, by chance, so that nobody starves.

SQLite keeps no queue of writers. Its own wait looks again after up to 100 ms, and a worker that reads one chunk after
the other leaves shorter gaps than that: calls that brought mentions then waited for seconds, some for ever. All writers
must wait in the same way, or those that look seldom lose against those that look often.
"""

from __future__ import annotations

import random
import sqlite3
import time
from typing import Any

from django.db.backends.sqlite3 import base

WAIT = (0.001, 0.005)  # seconds between two looks


class PatientCursor(base.SQLiteCursorWrapper):
    """Django's cursor, but a statement for which the database is locked (and which did nothing) is tried again.

    Not `executemany`: outside a transaction a part of it may be done already.
    """

    most = 5.0  # seconds

    def execute(self, query: str, params: Any = None) -> Any:
        """Raises OperationalError once it was locked for `most` seconds, as SQLite's own wait does."""
        until = None
        while True:
            try:
                return super().execute(query, params)
            except sqlite3.OperationalError as error:
                now = time.monotonic()
                until = until or now + self.most
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or now >= until:
                    raise
            time.sleep(random.uniform(*WAIT))  # noqa: S311 — no secret


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection with patient cursors; `timeout` is how long they wait, SQLite itself hardly does."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        made.execute("PRAGMA busy_timeout = 1")
        return made

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=PatientCursor)
        cursor.most = float(self.settings_dict["OPTIONS"].get("timeout", PatientCursor.most))
        return cursor
