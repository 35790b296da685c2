"""What becomes of a file's rows: keys, days, persons, duplicates, what is unchanged, what is refused."""

import errno
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from django.db import connection

from hongqiao import warehouse
from hongqiao.platforms.model import Problem
from hongqiao.warehouse import store
from hongqiao.warehouse.errors import DiskFull, FutureCapture
from hongqiao.warehouse.models import Manifest, Part, Source
from hongqiao.warehouse.staging import content_key
from tests.warehouse.conftest import (
    ACCOUNT,
    BRAND,
    NOON,
    SECOND_ACCOUNT,
    FakeReading,
    Keys,
    numbered,
    origin,
    rows_of,
    take,
)

pytestmark = pytest.mark.django_db


def order(key, **values):
    return {"order_key": key, "ts": datetime(2026, 4, 1, 9, 30), **values}


def test_a_local_moment_becomes_utc_and_its_day_is_the_accounts_day():
    take("events", [{"event_key": "e", "event": "visit", "ts": datetime(2026, 4, 1, 0, 30)}])
    (row,) = rows_of("events")
    assert (row["ts"], row["day"]) == (datetime(2026, 3, 31, 16, 30), date(2026, 4, 1))


def test_a_zone_with_summer_time_is_converted_by_its_rules():
    rows = [
        {"event_key": "winter", "event": "visit", "ts": datetime(2026, 1, 1, 12)},
        {"event_key": "summer", "event": "visit", "ts": datetime(2026, 7, 1, 12)},
    ]
    take("events", rows, zone="Europe/Berlin")
    assert [r["ts"].hour for r in rows_of("events")] == [10, 11]


def test_every_row_carries_brand_account_source_and_its_row_in_the_file():
    receipt = take("orders", [order("o1"), order("o2")])
    rows = rows_of("orders")
    assert {(r["brand"], r["account"], r["source_id"]) for r in rows} == {
        (str(BRAND), str(ACCOUNT), str(receipt.source_id))
    }
    assert [r["source_row"] for r in rows] == [2, 3]
    assert {r["captured_at"] for r in rows} == {NOON}


def test_a_person_reaches_the_disk_only_as_a_keyed_hash(house):
    take("orders", [order("o1", person=" 13800000000 "), order("o2", person="13800000000"), order("o3", person="")])
    first, second, third = rows_of("orders")
    assert first["person_key"] == second["person_key"] == Keys().hash(["13800000000"])[0]
    assert (first["person_key_id"], first["identified"]) == ("k1", True)
    assert (third["person_key"], third["person_key_id"], third["identified"]) == (None, None, False)
    assert not [p for p in house.rglob("*") if p.is_file() and b"13800000000" in p.read_bytes()]


def test_the_same_person_is_hashed_once_a_reading():
    keys = Keys()
    rows = numbered([order(f"o{n}", person=f"p{n % 3}") for n in range(3000)])
    warehouse.take(origin(), FakeReading([("orders", rows)], batch_rows=500), keys=keys)
    assert keys.seen == 3


def test_duplicates_in_a_snapshot_file_keep_the_last_stated_value_of_each_column():
    receipt = take("orders", [order("o", gross=Decimal(5), status="placed"), order("o", status="paid")])
    (row,) = rows_of("orders")
    assert (row["gross"], row["status"], row["source_row"]) == (Decimal(5), "paid", 3)
    assert (receipt.taken, receipt.unchanged) == (1, 1)


def test_duplicates_in_an_event_file_keep_the_first():
    at = datetime(2026, 4, 1)
    receipt = take("refunds", [{"refund_key": "r", "amount": Decimal(n), "ts": at} for n in (5, 6)])
    assert [r["amount"] for r in rows_of("refunds")] == [Decimal(5)]
    assert (receipt.taken, receipt.unchanged) == (1, 1)


def test_a_repeated_event_is_unchanged_and_the_first_stays(days):
    rows = [{"event_key": "e", "event": "visit", "ts": datetime(2026, 4, 1), "channel": "a"}]
    take("events", rows)
    receipt = take("events", [{**rows[0], "channel": "b"}], captured_at=days(1))
    assert (receipt.taken, receipt.unchanged, receipt.tables) == (0, 1, {"events": 0})
    assert [r["channel"] for r in rows_of("events", current=False)] == ["a"]


def test_equal_rows_without_an_id_stay_two_and_are_recognised_in_a_later_file(days):
    row = {"event": "visit", "ts": datetime(2026, 4, 1), "amount": Decimal("9.9")}
    assert take("events", [row, row]).taken == 2
    again = take("events", [row, row, row], captured_at=days(1))
    assert (again.taken, again.unchanged) == (1, 2)


def test_two_accounts_may_use_the_same_id():
    take("orders", [order("o", status="paid")])
    take("orders", [order("o", status="closed")], account_id=SECOND_ACCOUNT)
    assert [r["status"] for r in rows_of("orders")] == ["paid", "closed"]


def test_a_statement_equal_to_the_current_one_is_unchanged_and_not_stored(days):
    take("orders", [order("o", status="paid", gross=Decimal(5))])
    receipt = take("orders", [order("o", status="paid"), order("n", status="paid")], captured_at=days(1))
    assert (receipt.taken, receipt.unchanged, receipt.tables) == (1, 1, {"orders": 1})
    assert len(rows_of("orders", current=False)) == 2


def test_a_null_never_overwrites_and_a_later_value_wins(days):
    take("orders", [order("o", status="placed", gross=Decimal(5))])
    take("orders", [order("o", status="paid", gross=None)], captured_at=days(1))
    (row,) = rows_of("orders")
    assert (row["status"], row["gross"], row["captured_at"]) == ("paid", Decimal(5), days(1))


def test_an_older_statement_is_kept_but_does_not_win(days):
    take("orders", [order("o", status="paid")], captured_at=days(5))
    receipt = take("orders", [order("o", status="placed", quantity=2)], captured_at=days(1))
    assert receipt.taken == 1
    (row,) = rows_of("orders")
    assert (row["status"], row["quantity"]) == ("paid", 2)
    assert len(rows_of("orders", current=False)) == 2


def test_a_repeat_is_the_later_word_over_an_older_file_that_is_taken_afterwards(days):
    take("orders", [order("o", status="paid")])
    assert take("orders", [order("o", status="paid")], captured_at=days(2)).unchanged == 1
    take("orders", [order("o", status="closed")], captured_at=days(1))
    assert [(r["status"], r["captured_at"]) for r in rows_of("orders")] == [("paid", days(2))]
    take("orders", [order("o", status="placed")], captured_at=NOON + timedelta(hours=1))
    assert [r["status"] for r in rows_of("orders", current=False)] == ["paid", "placed", "closed", "paid"]


def test_a_key_made_of_values_with_a_person_in_it_is_keyed_again():
    reading = FakeReading(
        [("events", numbered([{"event_key": "plain hash", "event": "visit", "ts": NOON, "person": "甲"}]))]
    )
    reading.keyed = {"events": "event_key"}
    warehouse.take(origin(), reading, keys=Keys())
    assert rows_of("events")[0]["event_key"] == Keys().hash(["plain hash"])[0]


def test_of_two_files_of_one_moment_the_one_taken_later_wins():
    take("orders", [order("o", status="placed")])
    take("orders", [order("o", status="paid")])
    assert rows_of("orders")[0]["status"] == "paid"


def test_content_totals_are_kept_each_day_even_if_nothing_moved(days):
    piece = {"source_key": "p", "views": 10}
    assert take("content_snapshots", [piece]).taken == 1
    assert take("content_snapshots", [piece], captured_at=NOON + timedelta(hours=1)).unchanged == 1
    assert take("content_snapshots", [piece], captured_at=days(1)).taken == 1
    assert [r["day"] for r in rows_of("content_snapshots")] == [date(2026, 4, 10), date(2026, 4, 11)]


def test_a_partial_day_is_stated_again_once_it_is_over_even_with_the_same_figure(days):
    day = {"day": date(2026, 4, 10), "views": 7}
    take("account_daily", [day])
    assert take("account_daily", [day], captured_at=NOON + timedelta(hours=3)).unchanged == 1
    assert take("account_daily", [day], captured_at=days(1)).taken == 1
    assert take("account_daily", [day], captured_at=days(2)).unchanged == 1
    assert [r["captured_at"] for r in rows_of("account_daily")] == [days(1)]


def test_a_missing_channel_is_all_channels():
    take("account_daily", [{"day": date(2026, 4, 1), "views": 7}])
    assert rows_of("account_daily")[0]["channel"] == ""


def works(title, views, at=datetime(2026, 4, 3, 21, 26, 39)):
    """A works list without ids: one row of the file gives a content and its figures."""
    rows = numbered([{"title": title, "form": "video", "published_at": at}])
    return FakeReading([("contents", rows), ("content_snapshots", [{"source_row": 2, "views": views}])])


def test_a_content_without_an_id_is_named_by_account_form_second_and_title():
    receipt = warehouse.take(origin(), works("春日 限定\u200b", 9), keys=Keys())
    (content,), (figures,) = rows_of("contents"), rows_of("content_snapshots")
    expected = content_key(str(ACCOUNT), "video", datetime(2026, 4, 3, 21, 26, 39), "春日　限定 ")
    assert content["source_key"] == figures["source_key"] == expected
    assert content["published_at"] == datetime(2026, 4, 3, 13, 26, 39)
    assert (receipt.taken, receipt.tables) == (1, {"contents": 1, "content_snapshots": 1})
    assert receipt.days == (date(2026, 4, 3), date(2026, 4, 3))


def test_another_title_at_the_same_second_is_asked_and_both_are_kept(days):
    warehouse.take(origin(), works("旧标题", 9), keys=Keys())
    receipt = warehouse.take(origin(captured_at=days(1)), works("新标题", 12), keys=Keys())
    assert [(p.row, p.code, p.value, p.fatal) for p in receipt.problems] == [
        (2, "same_second_other_title", "新标题", False)
    ]
    assert len(rows_of("contents")) == 2
    again = warehouse.take(origin(captured_at=days(2)), works("新标题", 15), keys=Keys())
    assert again.problems == []


def test_a_publish_date_without_a_time_asks_nothing(days):
    at = datetime(2026, 4, 3)
    warehouse.take(origin(), works("头条", 9, at), keys=Keys())
    assert warehouse.take(origin(captured_at=days(1)), works("次条", 9, at), keys=Keys()).problems == []


def test_a_row_without_what_it_needs_is_refused_by_row_and_column():
    receipt = take("orders", [order("o1"), {"order_key": "o2"}, order("o3")])
    assert [(p.row, p.column, p.code, p.fatal) for p in receipt.problems] == [(3, "ts", "required", True)]
    assert (receipt.taken, receipt.unchanged, receipt.refused) == (2, 0, 1)


def test_problems_of_the_reading_are_counted_and_the_first_are_kept():
    problems = [Problem(n, "下单时间", "bad_time", "?", True) for n in range(3, 503)]
    reading = FakeReading([("orders", numbered([order("o")]))], problems)
    receipt = warehouse.take(origin(), reading, keys=Keys())
    source = Source.objects.get(id=receipt.source_id)
    assert (receipt.refused, source.rows_refused, source.problem_counts) == (500, 500, {"bad_time": 500})
    assert len(source.problems) == 200


def test_an_empty_reading_is_remembered_and_stores_nothing():
    receipt = warehouse.take(origin(), FakeReading([]), keys=Keys())
    assert (receipt.taken, receipt.tables, receipt.days) == (0, {}, None)
    assert Part.objects.count() == 0


def test_a_capture_in_the_future_is_refused():
    with pytest.raises(FutureCapture):
        take("orders", [order("o")], captured_at=datetime.now() + timedelta(days=3))
    assert Source.objects.count() == 0


def test_the_same_sheet_of_the_same_file_is_taken_once_an_account():
    first = take("orders", [order("o")], file_hash="h")
    with pytest.raises(warehouse.AlreadyTaken) as again:
        take("orders", [order("o")], file_hash="h")
    assert (again.value.source_id, again.value.status) == (first.source_id, 409)
    assert take("orders", [order("o")], file_hash="h", account_id=SECOND_ACCOUNT).taken == 1
    assert take("orders", [order("p")], file_hash="h", sheet="Sheet2").taken == 1


def test_few_rows_of_many_months_are_one_part_in_order_of_days():
    rows = [order(f"o{n}", ts=datetime(2026, 1, 1) + timedelta(days=(n * 37) % 300)) for n in range(300)]
    take("orders", rows)
    (part,) = warehouse.open(BRAND).parts("orders")
    assert (part.month, part.min_day, part.max_day, part.rows) == ("2026-01", date(2026, 1, 1), date(2026, 10, 27), 300)
    days = duckdb.sql(f"SELECT day FROM '{part.path.as_posix()}'").fetchall()
    assert days == sorted(days)


def test_many_rows_become_a_part_a_month(monkeypatch):
    from hongqiao.warehouse import config

    real = config.limit
    monkeypatch.setattr(config, "limit", lambda name: 50 if name == "part_rows_min" else real(name))
    rows = [order(f"o{n}", ts=datetime(2026, 1, 1) + timedelta(days=(n * 37) % 300)) for n in range(300)]
    rows.append({"order_key": "l", "line_key": "x"})
    take("orders", rows[:-1])
    parts = warehouse.open(BRAND).parts("orders")
    assert [p.month for p in parts] == ["2026-01", "2026-03", "2026-05", "2026-07", "2026-09"]
    assert all(p.path.parent.name == p.month and f"{p.min_day:%Y-%m}" == p.month for p in parts)
    assert sum(p.rows for p in parts) == 300


def test_a_row_without_a_day_is_kept_apart():
    take("order_lines", [{"line_key": "l1", "order_key": "o"}, {"line_key": "l2", "order_key": "o", "ts": NOON}])
    assert sorted(p.month for p in warehouse.open(BRAND).parts("order_lines")) == ["2026-04", "undated"]
    assert [r["day"] for r in rows_of("order_lines")] == [None, date(2026, 4, 10)]


def test_progress_rises_to_the_whole():
    told = []
    warehouse.take(
        origin(),
        FakeReading([("orders", numbered([order(f"o{n}") for n in range(3000)]))]),
        keys=Keys(),
        on_progress=lambda part, rows: told.append((part, rows)),
    )
    assert told == sorted(told)
    assert told[-1] == (1.0, 3000)


def test_a_reading_that_breaks_off_leaves_nothing(house):
    class Broken(FakeReading):
        def batches(self):
            yield from super().batches()
            raise RuntimeError("half a file")

    with pytest.raises(RuntimeError, match="half a file"):
        warehouse.take(origin(), Broken([("orders", numbered([order("o")]))]), keys=Keys())
    assert Source.objects.count() == Part.objects.count() == 0
    assert not [p for p in house.rglob("*") if p.is_file() and "tmp" in p.parts]


def test_a_full_disk_is_said_and_nothing_is_half_written(house, monkeypatch):
    def full(path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "sync", full)
    with pytest.raises(DiskFull) as error:
        take("orders", [order("o")], file_hash="h")
    assert error.value.next_step
    assert Source.objects.count() == 0
    assert not list(house.rglob("*.parquet")) + list(house.rglob("*.tmp"))
    monkeypatch.undo()
    assert take("orders", [order("o")], file_hash="h").taken == 1


def test_the_engine_words_of_a_full_disk_are_understood():
    from hongqiao.warehouse.errors import disk_full_is_said

    with pytest.raises(DiskFull), disk_full_is_said():
        raise duckdb.IOException('IO Error: Could not write file "x": No space left on device')
    with pytest.raises(duckdb.IOException), disk_full_is_said():
        raise duckdb.IOException("IO Error: something else")


@pytest.mark.django_db(transaction=True)
def test_two_people_importing_one_file_at_once_take_it_once():
    start, outcomes = threading.Barrier(2), []

    def one():
        try:
            start.wait()
            rows = [order(f"o{n}") for n in range(500)]
            outcomes.append(take("orders", rows, file_hash="same").taken)
        except warehouse.AlreadyTaken as again:
            outcomes.append(again)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(o, int) for o in outcomes) == [False, True], outcomes
    assert len(rows_of("orders", current=False)) == 500
    assert Part.objects.count() == len(list(warehouse.open(BRAND).parts("orders"))) == 1


@pytest.mark.django_db(transaction=True)
def test_different_files_at_once_are_all_taken_and_compared_with_each_other():
    start, taken = threading.Barrier(4), []

    def one(n):
        try:
            start.wait()
            receipt = take("orders", [order("same", status="paid"), order(f"own{n}")])
            taken.append(receipt.taken)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [1, 1, 1, 2]
    assert len(rows_of("orders", current=False)) == 5
    assert Manifest.objects.get(brand_id=BRAND).version == 4
