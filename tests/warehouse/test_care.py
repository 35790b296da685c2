"""Undo, crashes, compaction and sweeping: nothing lost, nothing half-written, nothing twice."""

import os
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from hongqiao import warehouse
from hongqiao.errors import NotFound
from hongqiao.warehouse import care, config, store
from hongqiao.warehouse.errors import VersionGone
from hongqiao.warehouse.models import Part, Source
from hongqiao.warehouse.state import PartInfo
from tests.warehouse.conftest import BRAND, NOON, OTHER_BRAND, rows_of, take

pytestmark = pytest.mark.django_db
NOW = timedelta(0)


def daily(day, **values):
    return {"day": date(2026, 4, day), **values}


def plain(rows):
    return [{k: v for k, v in r.items() if k not in ("source_id", "rank")} for r in rows]


def test_undo_takes_a_files_rows_out_and_a_second_undo_does_nothing(days):
    take("account_daily", [daily(1, views=7)])
    before = rows_of("account_daily")
    second = take("account_daily", [daily(1, views=9), daily(2, views=1)], captured_at=days(1))
    assert warehouse.undo(BRAND, second.source_id) == 2
    version = warehouse.open(BRAND).version
    assert warehouse.undo(BRAND, second.source_id) == 0
    assert warehouse.open(BRAND).version == version
    assert rows_of("account_daily") == before


def test_an_undone_file_may_be_imported_again():
    first = take("orders", [{"order_key": "o", "ts": NOON}], file_hash="h")
    warehouse.undo(BRAND, first.source_id)
    assert take("orders", [{"order_key": "o", "ts": NOON}], file_hash="h").taken == 1


def test_undo_of_another_brands_file_is_not_found():
    receipt = take("orders", [{"order_key": "o", "ts": NOON}])
    for brand, source in ((OTHER_BRAND, receipt.source_id), (BRAND, uuid4())):
        with pytest.raises(NotFound):
            warehouse.undo(brand, source)
    assert len(rows_of("orders")) == 1


def test_what_a_later_file_repeated_stays_when_the_first_is_undone(days):
    rows = [{"event_key": f"e{n}", "event": "visit", "ts": NOON} for n in range(3)]
    first = take("events", rows)
    second = take("events", rows[:2], captured_at=days(1))
    assert second.unchanged == 2
    assert warehouse.undo(BRAND, first.source_id) == 3
    assert [(r["event_key"], r["source_id"]) for r in rows_of("events")] == [
        ("e0", str(second.source_id)),
        ("e1", str(second.source_id)),
    ]
    warehouse.undo(BRAND, second.source_id)
    assert rows_of("events") == []


def test_what_a_later_file_repeated_of_a_snapshot_stays_too(days):
    first = take("orders", [{"order_key": "o", "ts": NOON, "gross": Decimal(5), "status": "paid"}])
    second = take("orders", [{"order_key": "o", "ts": NOON, "gross": Decimal(5)}], captured_at=days(1))
    third = take("orders", [{"order_key": "o", "ts": NOON, "status": "finished"}], captured_at=days(2))
    assert (second.unchanged, third.taken) == (1, 1)
    warehouse.undo(BRAND, first.source_id)
    (row,) = rows_of("orders")
    assert (row["gross"], row["status"]) == (Decimal(5), "finished")
    warehouse.undo(BRAND, third.source_id)
    assert [(r["gross"], r["status"]) for r in rows_of("orders")] == [(Decimal(5), None)]


def many(days, files=20):
    """Files of one day each, and each says the day before once more, otherwise."""
    return [
        take("account_daily", [daily(n + 1, views=n), daily(max(n, 1), likes=n)], captured_at=days(n))
        for n in range(files)
    ]


def test_compaction_leaves_at_most_twelve_parts_and_every_statement(days):
    many(days)
    current, every = rows_of("account_daily"), rows_of("account_daily", current=False)
    old = warehouse.open(BRAND).version
    assert len(warehouse.open(BRAND).parts("account_daily")) == 20
    assert care.compact(BRAND) > 8
    parts = warehouse.open(BRAND).parts("account_daily")
    assert len(parts) == config.limit("parts_live_max") == 12
    assert rows_of("account_daily") == current
    assert rows_of("account_daily", current=False) == every
    assert rows_of("account_daily", version=old) == current
    assert care.compact(BRAND) == 0


def test_undo_after_compaction_takes_out_only_that_files_rows(days):
    receipts = many(days)
    care.compact(BRAND)
    version = warehouse.open(BRAND).version
    assert warehouse.undo(BRAND, receipts[3].source_id) == 2
    left = rows_of("account_daily", current=False)
    assert str(receipts[3].source_id) not in {r["source_id"] for r in left}
    assert len(left) == 37
    assert len(rows_of("account_daily", version=version, current=False)) == 39
    assert warehouse.undo(BRAND, receipts[3].source_id) == 0


def test_repeats_survive_compaction_for_a_later_undo(days):
    rows = [{"event_key": f"e{n}", "event": "visit", "ts": NOON} for n in range(30)]
    first = take("events", rows)
    for n in range(15):
        take("events", rows[n * 2 : n * 2 + 2], captured_at=days(n + 1))
    assert care.compact(BRAND) > 0
    assert Part.objects.filter(echo=True, retired_version=None).count() <= 12
    assert warehouse.undo(BRAND, first.source_id) == 30
    assert len(rows_of("events")) == 30


def test_compaction_joins_small_neighbours_and_leaves_large_parts_alone():
    sizes = [1000, 1, 2, 5000, 3, 4]
    parts = [
        PartInfo(uuid4(), "t", None, "", rows, 0, 1, date(2026, n + 1, 1), date(2026, n + 1, 28), (), False, False)
        for n, rows in enumerate(sizes)
    ]
    groups = care.plan(parts, 4)
    assert [[p.rows for p in g] for g in groups] == [[1000], [1, 2], [5000], [3, 4]]


def test_compaction_gives_way_to_an_undo_that_came_first(days, monkeypatch):
    receipts = many(days, 14)
    state = warehouse.open(BRAND)._state
    warehouse.undo(BRAND, receipts[0].source_id)
    (group,) = [g for g in care.plan(state.of("account_daily"), 13) if len(g) > 1]
    assert any(str(receipts[0].source_id) in p.sources for p in group) == (care._merge(state, group) is False)
    assert str(receipts[0].source_id) not in {r["source_id"] for r in rows_of("account_daily", current=False)}


def test_killed_between_rename_and_commit_leaves_an_orphan_that_is_swept(house, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*args):
        raise Killed

    take("orders", [{"order_key": "o", "ts": NOON}])
    monkeypatch.setattr(store, "commit", killed)
    monkeypatch.setattr(store, "discard", lambda files: None)  # a killed process tidies nothing
    with pytest.raises(Killed):
        take("orders", [{"order_key": "p", "ts": NOON}], file_hash="h")
    monkeypatch.undo()
    assert len(list(house.rglob("*.parquet"))) == 2
    assert [r["order_key"] for r in rows_of("orders")] == ["o"]
    assert care.sweep(BRAND) == 0, "a file that young may belong to an import on its way"
    assert care.sweep(BRAND, NOW) == 1
    assert len(list(house.rglob("*.parquet"))) == 1
    assert take("orders", [{"order_key": "p", "ts": NOON}], file_hash="h").taken == 1


def test_a_half_written_file_and_a_broken_off_import_are_swept(house):
    take("orders", [{"order_key": "o", "ts": NOON}])
    (part,) = warehouse.open(BRAND).parts("orders")
    half = part.path.with_name(".x.tmp")
    left = house / "tmp" / "intake" / "y"
    left.mkdir(parents=True)
    for path in (half, left / "z.parquet"):
        path.write_bytes(b"half")
    yesterday = datetime.now().timestamp() - 3 * 86400
    for path in (half, left):
        os.utime(path, (yesterday, yesterday))
    assert care.sweep() == 2
    assert not half.exists()
    assert not left.exists()
    assert len(rows_of("orders")) == 1


def test_retired_parts_go_after_the_grace_period_and_their_versions_with_them(house):
    receipt = take("orders", [{"order_key": "o", "ts": NOON}])
    take("orders", [{"order_key": "p", "ts": NOON}])
    old = warehouse.open(BRAND).version
    warehouse.undo(BRAND, receipt.source_id)
    assert care.sweep(BRAND) == 0
    assert len(rows_of("orders", version=old)) == 2
    held = warehouse.open(BRAND, old)
    assert care.sweep(BRAND, NOW) == 1
    assert len(list(house.rglob("*.parquet"))) == 1
    with pytest.raises(VersionGone):
        warehouse.open(BRAND, old)
    orders = held.table("orders")
    with pytest.raises(VersionGone):
        held.fetch(orders.filter(orders.order_key != "x"))
    assert [r["order_key"] for r in rows_of("orders")] == ["p"]


def test_a_failed_compaction_changes_nothing(house, days, monkeypatch):
    many(days, 14)
    before, files = rows_of("account_daily", current=False), set(house.rglob("*.parquet"))

    def broken(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "sync", broken)
    with pytest.raises(Exception, match="disk_full"):
        care.compact(BRAND)
    assert rows_of("account_daily", current=False) == before
    assert set(house.rglob("*")) & files == files
    assert not list(house.rglob("*.tmp"))


def test_sources_keep_the_counts_a_person_saw():
    receipt = take("account_daily", [daily(1, views=7), daily(2, views=8), daily(2, views=8)])
    source = Source.objects.get(id=receipt.source_id)
    assert (source.rows_taken, source.rows_unchanged, source.rows_refused) == (2, 1, 0)
    assert (source.first_day, source.last_day) == (date(2026, 4, 1), date(2026, 4, 2))
    assert source.tables == {
        "account_daily": {"taken": 2, "unchanged": 0, "first_day": "2026-04-01", "last_day": "2026-04-02"}
    }
    assert receipt.days == (date(2026, 4, 1), date(2026, 4, 2))
