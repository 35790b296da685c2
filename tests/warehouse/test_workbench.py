"""The DuckDB that imports work in: kept from one to the next, with nothing of the last one in it."""

import duckdb
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hongqiao import warehouse
from hongqiao.warehouse import state, workbench
from tests.warehouse.conftest import BRAND, take

pytestmark = pytest.mark.django_db


def _opened(monkeypatch) -> list[int]:
    """Count, by their threads, the DuckDBs that are opened from here on."""
    made: list[int] = []
    real = workbench.connect
    monkeypatch.setattr(workbench, "connect", lambda *a: made.append(a[1]) or real(*a))
    return made


def test_small_imports_share_one_duckdb(monkeypatch, days):
    made = _opened(monkeypatch)
    for n in range(4):
        take("orders", [{"order_key": "a", "ts": days(0), "paid": n}], captured_at=days(n))
    assert made == [1]


def test_nothing_of_one_import_is_there_for_the_next():
    with workbench.workbench(1) as con:
        con.execute("CREATE TEMP TABLE mine AS SELECT 1 AS x")
    with workbench.workbench(1) as con, pytest.raises(duckdb.CatalogException):
        con.execute("SELECT * FROM mine")


def test_after_a_failure_a_new_one_is_opened(monkeypatch):
    made = _opened(monkeypatch)
    with pytest.raises(RuntimeError), workbench.workbench(1):
        raise RuntimeError
    with workbench.workbench(1):
        pass
    assert len(made) == 2


def test_two_at_once_do_not_share(monkeypatch):
    made = _opened(monkeypatch)
    with workbench.workbench(1), workbench.workbench(1):
        pass
    assert len(made) == 2


def test_a_new_version_reads_only_the_parts_that_are_new(days):
    for n in range(5):
        take("account_daily", [{"day": days(n).date(), "channel": "", "views": n}], captured_at=days(n))
    warehouse.open(BRAND)
    before = {p.id for p in state.load(BRAND).of("account_daily")}
    take("account_daily", [{"day": days(9).date(), "channel": "", "views": 9}], captured_at=days(9))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        now = {p.id: p for p in state.load(BRAND).of("account_daily")}
    whole = [q["sql"] for q in seen if "warehouse_part" in q["sql"] and "schema_version" in q["sql"]]
    assert before < now.keys()
    assert len(whole) == 1
    assert not any(i.hex in whole[0] for i in before)


def test_days_that_no_part_holds_are_not_compared_and_those_that_one_holds_are(days):
    take("account_daily", [{"day": days(n).date(), "channel": "", "views": n} for n in range(3)], captured_at=days(5))
    other = take("account_daily", [{"day": days(9).date(), "channel": "", "views": 9}], captured_at=days(10))
    edge = take(
        "account_daily",
        [{"day": days(n).date(), "channel": "", "views": n} for n in (2, 3)],
        captured_at=days(11),
    )
    assert (other.taken, other.unchanged) == (1, 0)
    assert (edge.taken, edge.unchanged) == (1, 1)
