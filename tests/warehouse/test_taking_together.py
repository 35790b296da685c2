"""The tables of one file in one version: as if taken one after the other, all of them or none."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from hongqiao import warehouse
from hongqiao.warehouse import state, store
from hongqiao.warehouse.errors import DiskFull
from hongqiao.warehouse.models import Part, Source
from tests.warehouse.conftest import (
    ACCOUNT,
    BRAND,
    NOON,
    OTHER_BRAND,
    SECOND_ACCOUNT,
    FakeReading,
    Keys,
    numbered,
    origin,
    rows_of,
    take,
)

pytestmark = pytest.mark.django_db


def sheet(table, rows, name, **changes):
    """A sheet of the file 'h'."""
    return origin(**{"file_hash": "h", "sheet": name, **changes}), FakeReading([(table, numbered(rows))])


def together(*sheets, **named):
    return warehouse.take_many(sheets, keys=Keys(), **named)


def daily(day, **values):
    return {"day": date(2026, 4, day), **values}


SHEETS = (
    ("account_daily", [daily(1, views=7), daily(2, views=8)], "观看"),
    ("account_daily", [daily(1, likes=1), daily(2, likes=2), daily(3, likes=3)], "点赞"),
    ("account_daily", [daily(1, views=7, likes=1), daily(2, views=80)], "合计"),
    ("orders", [{"order_key": "o", "ts": NOON, "gross": Decimal(5)}], "订单"),
    ("events", [{"event_key": "e", "event": "visit", "ts": NOON, "channel": "a"}], "事件"),
    ("events", [{"event_key": "e", "event": "visit", "ts": NOON, "channel": "b"},
                {"event_key": "f", "event": "visit", "ts": NOON}], "事件二"),
)  # fmt: skip
SAID = ("day", "channel", "views", "likes", "order_key", "gross", "event_key", "source_row")


def facts(brand_id):
    tables = warehouse.open(brand_id).tables()
    rows = [
        [{k: r.get(k) for k in SAID} for r in rows_of(name, brand_id, current=current)]
        for name in tables
        for current in (True, False)
    ]
    return dict(zip([(n, c) for n in tables for c in (True, False)], rows, strict=True))


def test_the_sheets_of_a_file_say_what_they_say_when_they_are_taken_one_after_the_other():
    one_by_one = [warehouse.take(*sheet(*given, brand_id=OTHER_BRAND), keys=Keys()) for given in SHEETS]
    at_once = together(*(sheet(*given) for given in SHEETS))
    assert facts(BRAND) == facts(OTHER_BRAND)
    for one, many in zip(one_by_one, at_once, strict=True):
        assert (one.taken, one.unchanged, one.refused, one.tables, one.days) == (
            many.taken, many.unchanged, many.refused, many.tables, many.days
        )  # fmt: skip


def test_the_sheets_of_a_file_are_one_version_and_one_part_a_table():
    receipts = together(*(sheet(*given) for given in SHEETS[:2]))
    assert [r.version for r in receipts] == [1, 1]
    (part,) = warehouse.open(BRAND).parts("account_daily")
    assert set(part.sources) == {str(r.source_id) for r in receipts}
    assert [(r["views"], r["likes"]) for r in rows_of("account_daily")] == [(7, 1), (8, 2), (None, 3)]


def test_one_sheet_can_be_undone_without_the_others():
    receipts = together(*(sheet(*given) for given in SHEETS))
    warehouse.undo(BRAND, receipts[0].source_id)
    assert [(r["views"], r["likes"]) for r in rows_of("account_daily")] == [(7, 1), (80, 2), (None, 3)]
    warehouse.undo(BRAND, receipts[4].source_id)
    assert [(r["event_key"], r["channel"]) for r in rows_of("events")] == [("e", "b"), ("f", None)]


def test_a_sheet_that_is_there_already_is_told_and_the_others_are_taken():
    before = take("account_daily", [daily(1, views=7)], file_hash="h", sheet="观看")
    again, fresh = together(sheet(*SHEETS[0]), sheet(*SHEETS[1]))
    assert isinstance(again, warehouse.AlreadyTaken)
    assert (again.source_id, fresh.taken) == (before.source_id, 3)
    assert Source.objects.count() == 2


def test_a_sheet_that_comes_twice_is_taken_once():
    first, second = together(sheet(*SHEETS[0]), sheet(*SHEETS[0]))
    assert isinstance(second, warehouse.AlreadyTaken)
    assert second.source_id == first.source_id
    assert len(rows_of("account_daily", current=False)) == 2


def test_readings_without_a_hash_are_never_the_same():
    first, second = together(sheet(*SHEETS[3], file_hash=""), sheet(*SHEETS[3], file_hash=""))
    assert (first.taken, second.taken, second.unchanged) == (1, 0, 1)


def test_a_sheet_another_import_takes_meanwhile_is_left_out(monkeypatch):
    real, done = store.commit, []

    def beside(brand_id, seen, change):
        if not done:
            done.append(1)
            done.append(take("account_daily", [daily(1, views=7)], file_hash="h", sheet="观看"))
        return real(brand_id, seen, change)

    monkeypatch.setattr(store, "commit", beside)
    again, fresh = together(sheet(*SHEETS[0]), sheet(*SHEETS[1]))
    assert isinstance(again, warehouse.AlreadyTaken)
    assert again.source_id == done[1].source_id
    assert fresh.taken == 3
    assert [(r["views"], r["likes"]) for r in rows_of("account_daily")] == [(7, 1), (None, 2), (None, 3)]


def test_when_one_sheet_breaks_off_none_is_taken(house, monkeypatch):
    class Broken(FakeReading):
        def batches(self):
            yield from super().batches()
            raise RuntimeError("half a sheet")

    broken = (origin(file_hash="h", sheet="坏"), Broken([("account_daily", numbered([daily(1, views=1)]))]))
    with pytest.raises(RuntimeError, match="half a sheet"):
        together(sheet(*SHEETS[0]), broken)
    monkeypatch.setattr(store, "sync_folder", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(DiskFull):
        together(*(sheet(*given) for given in SHEETS))
    assert Source.objects.count() == Part.objects.count() == 0
    assert not [p for p in house.rglob("*") if p.is_file() and p.suffix in (".parquet", ".tmp")]


def test_readings_of_two_brands_are_not_taken_together():
    with pytest.raises(TypeError):
        together(sheet(*SHEETS[0]), sheet(*SHEETS[1], brand_id=OTHER_BRAND))
    assert together() == []


def test_readings_of_two_accounts_keep_apart():
    together(sheet(*SHEETS[0]), sheet(*SHEETS[0], account_id=SECOND_ACCOUNT))
    assert [r["account"] for r in rows_of("account_daily")] == [str(ACCOUNT)] * 2 + [str(SECOND_ACCOUNT)] * 2


def test_progress_rises_over_all_sheets():
    told = []
    together(*(sheet(*given) for given in SHEETS), on_progress=lambda part, rows: told.append((part, rows)))
    assert told == sorted(told)
    assert told[-1] == (1.0, 11)


@pytest.mark.django_db(transaction=True)
def test_the_state_kept_after_a_commit_is_the_one_that_is_read():
    together(*(sheet(*given) for given in SHEETS))
    take("account_daily", [daily(1, views=9)], captured_at=datetime(2026, 4, 12))
    kept = state.load(BRAND)
    state.forget()
    assert state.load(BRAND) == kept
