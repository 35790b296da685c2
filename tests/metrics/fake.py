"""A handle over rows written in the test: the same Ibis expressions, compiled the same way, on a DuckDB of its own.

`current` follows the words of the schema (per key and column the latest non-null statement) in plain Python, so that
the engine under test and this handle share no code.
"""

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

from hongqiao.warehouse.tables import TABLES

A, B, C = "acc-a", "acc-b", "acc-c"
PLATFORM = {A: "douyin", B: "wechat_oa", C: "doudian"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _arrow(kind: str) -> pa.DataType:
    return ibis.dtype(kind).to_pyarrow()


class Fake:
    """Holds statements by table. `version` and `sources` as the warehouse's handle has them."""

    version = 7

    def __init__(self) -> None:
        self.statements: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.listed: list[dict[str, Any]] = []
        self.sql: list[str] = []
        self._row = itertools.count(2)
        self._con: duckdb.DuckDBPyConnection | None = None

    def say(self, table: str, account: str = A, captured: str = "2026-06-01T04:00:00", **values: Any) -> None:
        """State one row as a file captured at that UTC moment would."""
        moment = at(captured)
        row: dict[str, Any] = dict.fromkeys(TABLES[table].schema)
        row |= {
            "brand": "brand",
            "platform": PLATFORM[account],
            "account": account,
            "source_id": f"{account}-{captured}",
            "source_row": next(self._row),
            "captured_at": moment,
            "rank": int((moment - datetime(1970, 1, 1)).total_seconds()) * 1_000_000,
        }
        if "channel" in row and table in ("account_daily", "content_daily"):
            row["channel"] = ""
        unknown = set(values) - set(row)
        assert not unknown, f"{table} has no column {unknown}"
        row |= values
        if row["day"] is None and row.get("ts"):
            row["day"] = (row["ts"] + timedelta(hours=8)).date()
        self.statements[table].append(row)
        self._con = None

    def file(
        self, table: str, account: str, first: str, last: str, captured: str = "2026-06-01T04:00:00", **more: Any
    ) -> None:
        """List a source that covers first … last of a table."""
        said = {"taken": 1, "unchanged": 0, "first_day": first, "last_day": last}
        self.listed.append(
            {
                "id": f"{account}-{captured}-{table}",
                "account_id": account,
                "platform": PLATFORM[account],
                "captured_at": at(captured),
                "tables": {table: said},
                "first_day": day(first),
                "last_day": day(last),
            }
            | more
        )

    def sources(self) -> list[dict[str, Any]]:
        return self.listed

    def table(self, name: str) -> ibis.Table:
        return ibis.table(TABLES[name].schema, name=name)

    def current(self, name: str) -> ibis.Table:
        return ibis.table(TABLES[name].schema, name=name + "__current")

    def counts(self, name: str) -> ibis.Table | None:
        """Nothing is counted beforehand here."""

    def lists(self, name: str) -> ibis.Table | None:
        """Nor is anybody listed."""

    def current_rows(self, name: str) -> list[dict[str, Any]]:
        """Per key and column the latest non-null statement; of events the first."""
        found: dict[tuple, dict[str, Any]] = {}
        for row in sorted(self.statements[name], key=lambda r: r["rank"]):
            key = (row["account"], *(row[k] for k in TABLES[name].key))
            if key not in found:
                found[key] = dict(row)
            elif TABLES[name].kind == "snapshot":
                found[key] |= {k: v for k, v in row.items() if v is not None}
        return list(found.values())

    def fetch(self, expr: ibis.Expr, limit: int | None = None) -> pa.Table:
        expr = expr.as_table()
        expr = expr.limit(limit) if limit is not None else expr
        sql = DuckDBCompiler().to_sqlglot(expr.unbind()).sql("duckdb")
        self.sql.append(sql)
        return self._connection().execute(sql).to_arrow_table()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._con is None:
            self._con = duckdb.connect(":memory:")
            for name, table in TABLES.items():
                schema = pa.schema([(c, _arrow(k)) for c, k in table.schema.items()])
                for view, rows in ((name, self.statements[name]), (name + "__current", self.current_rows(name))):
                    data = pa.Table.from_pylist(
                        [{c: _fit(k, r[c]) for c, k in table.schema.items()} for r in rows], schema
                    )
                    self._con.register("given", data)
                    self._con.execute(f'CREATE TABLE "{view}" AS SELECT * FROM given')
                    self._con.unregister("given")
        return self._con


def _fit(kind: str, value: Any) -> Any:
    if value is not None and kind.startswith("decimal"):
        return Decimal(str(value)).quantize(Decimal("0.0001"))
    return value
