"""Parts outlive the schema they were written with: what an older program stored is read by the present one."""

from dataclasses import replace
from datetime import date

import pytest

from hongqiao import warehouse
from hongqiao.warehouse import care, engine, inbox, state, statements
from hongqiao.warehouse.models import Part
from hongqiao.warehouse.tables import TABLES
from tests.warehouse.conftest import BRAND, NOON, Keys, origin, rows_of, take

pytestmark = pytest.mark.django_db


def daily(day, **values):
    return {"day": date(2026, 4, day), **values}


def forget():
    engine._engines.clear()
    state.forget()
    statements.current_expr.cache_clear()


@pytest.fixture
def as_if(monkeypatch):
    """Let the program be another version of itself: a table with other columns."""

    def change(name, version, drop=(), rename=None):
        rename = rename or {}
        table = TABLES[name]
        columns = {rename.get(c, c): kind for c, kind in table.columns.items() if c not in drop}
        renamed = {**table.renamed, **rename}
        monkeypatch.setitem(TABLES, name, replace(table, columns=columns, schema_version=version, renamed=renamed))
        forget()

    yield change
    monkeypatch.undo()
    forget()


def total(name, column):
    handle = warehouse.open(BRAND)
    return handle.fetch(handle.current(name)[column].sum().name("n"))["n"].to_pylist()[0]


def columns_of(part):
    cursor = engine.engine().cursor()
    return {r[0] for r in cursor.execute(f"DESCRIBE SELECT * FROM '{part.path.as_posix()}'").fetchall()}


def test_a_part_from_before_a_column_was_added_is_read_beside_one_that_has_it(as_if, days, monkeypatch):
    as_if("account_daily", 1, drop=("coins", "upvotes"))
    take("account_daily", [daily(1, views=7), daily(2, views=8)])
    (old,) = warehouse.open(BRAND).parts("account_daily")
    assert not columns_of(old) & {"coins", "upvotes"}
    monkeypatch.undo()
    forget()
    take("account_daily", [daily(2, coins=3), daily(3, views=9, coins=4, upvotes=5)], captured_at=days(1))
    assert [(r["views"], r["coins"], r["upvotes"]) for r in rows_of("account_daily")] == [
        (7, None, None), (8, 3, None), (9, 4, 5)
    ]  # fmt: skip
    assert (total("account_daily", "views"), total("account_daily", "coins")) == (24, 7)
    assert sorted(Part.objects.values_list("schema_version", flat=True)) == [1, 2]


def test_a_part_from_before_a_column_was_renamed_is_read_under_the_new_name(as_if, days):
    take("account_daily", [daily(1, views=7, likes=1), daily(2, views=8)])
    as_if("account_daily", 3, rename={"views": "plays"})
    assert total("account_daily", "plays") == 15
    take("account_daily", [daily(2, plays=10), daily(3, plays=9)], captured_at=days(1))
    assert [(r["plays"], r["likes"]) for r in rows_of("account_daily")] == [(7, 1), (10, None), (9, None)]
    assert total("account_daily", "plays") == 26
    again = take("account_daily", [daily(1, plays=7)], captured_at=days(2))
    assert (again.taken, again.unchanged) == (0, 1)  # compared with what the old part says under its old name


def test_a_merge_of_parts_writes_the_present_schema(as_if, days, monkeypatch):
    from hongqiao.warehouse import config

    take("account_daily", [daily(1, views=7)])
    as_if("account_daily", 3, rename={"views": "plays"})
    take("account_daily", [daily(3, plays=9)], captured_at=days(1))
    real = config.limit
    monkeypatch.setattr(config, "limit", lambda name: 1 if name == "parts_live_max" else real(name))
    assert care.compact(BRAND) == 2
    (part,) = warehouse.open(BRAND).parts("account_daily")
    assert (part.schema_version, "plays" in columns_of(part), "views" in columns_of(part)) == (3, True, False)
    assert total("account_daily", "plays") == 16


def test_an_older_part_of_which_a_source_is_undone_keeps_the_others_figures(as_if, days, monkeypatch):
    first = take("account_daily", [daily(1, views=7)])
    take("account_daily", [daily(1, views=8)], captured_at=days(1))
    as_if("account_daily", 3, rename={"views": "plays"})
    assert care.compact(BRAND) == 0
    warehouse.undo(BRAND, first.source_id)
    assert total("account_daily", "plays") == 8


def test_a_waiting_row_from_before_a_column_was_renamed_is_read_and_flushed_under_the_new_name(as_if):
    inbox.put(BRAND, "mentions", [{"mention_key": "m", "ts": NOON, "text": "好用"}], origin(kind="api"), Keys())
    as_if("mentions", 2, rename={"text": "words"})
    assert [r["words"] for r in rows_of("mentions")] == ["好用"]
    assert inbox.flush(BRAND) == 1
    assert [r["words"] for r in rows_of("mentions")] == ["好用"]
