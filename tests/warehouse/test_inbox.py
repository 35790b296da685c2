"""Hot rows: seen at once, never twice, in a part exactly once."""

import hashlib
import json
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.errors import Invalid
from hongqiao.warehouse import care, config, inbox, store
from hongqiao.warehouse.errors import BadRow
from hongqiao.warehouse.inbox import Counts
from hongqiao.warehouse.models import InboxRow, Part, Source
from tests.warehouse.conftest import ACCOUNT, BRAND, NOON, OTHER_BRAND, Keys, origin, rows_of, take

pytestmark = pytest.mark.django_db


def put(rows, **changes):
    values = {"kind": "api", "layout": "own.events", "platform": "own", **changes}
    return inbox.put(values.get("brand_id", BRAND), "events", rows, origin(**values), Keys())


def event(key, **values):
    return {"event_key": key, "event": "visit", "ts": "2026-04-01T00:30:00", **values}


def test_a_hot_row_is_seen_at_once_in_its_final_form():
    counts = put([event("e", person="13800000000", amount="9.90", channel="小程序", page="首页")])
    assert counts == Counts(1, 0)
    (row,) = rows_of("events")
    assert (row["ts"], row["day"], row["amount"]) == (
        datetime(2026, 3, 31, 16, 30),
        date(2026, 4, 1),
        Decimal("9.9000"),
    )
    assert (row["person_key"], row["person_key_id"]) == (Keys().hash(["13800000000"])[0], "k1")
    assert (row["account"], row["platform"], row["extra"]) == (str(ACCOUNT), "own", '{"page": "首页"}')
    assert "13800000000" not in str(InboxRow.objects.get().payload)


def test_a_time_with_an_offset_is_taken_at_its_word():
    put([event("e", ts="2026-04-01T00:30:00+00:00"), event("f", ts=datetime(2026, 4, 1, 0, 30, tzinfo=UTC))])
    assert {r["ts"] for r in rows_of("events")} == {datetime(2026, 4, 1, 0, 30)}


def test_the_same_id_is_taken_once_in_a_call_in_the_inbox_and_in_parts():
    assert put([event("e"), event("e"), event("f")]) == Counts(2, 1)
    assert put([event("e"), event("g")]) == Counts(1, 1)
    assert inbox.flush(BRAND) == 3
    assert put([event("e"), event("g")]) == Counts(0, 2)
    care.sweep(BRAND, timedelta(0))
    assert put([event("e"), event("g"), event("h")]) == Counts(1, 2)
    assert len(rows_of("events")) == 4


def test_an_event_of_a_file_is_not_taken_again_from_the_interface_nor_the_other_way_round():
    take("events", [{"event_key": "e", "event": "visit", "ts": datetime(2026, 4, 1)}])
    assert put([event("e"), event("f")]) == Counts(1, 1)
    receipt = take("events", [{"event_key": "f", "event": "visit", "ts": datetime(2026, 4, 1)}])
    assert (receipt.taken, receipt.unchanged) == (0, 1)


def test_rows_without_an_id_are_named_by_what_they_say():
    row = {"event": "visit", "ts": "2026-04-01T00:30:00", "person": "甲"}
    assert put([row, row]) == Counts(2, 0)
    assert put([row, row]) == Counts(0, 2)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"event": "visit"}, "ts"),
        ({"ts": "2026-04-01"}, "event"),
        (event("e", ts="昨天"), "ts"),
        (event("e", amount="一百"), "amount"),
        (event("e", amount="NaN"), "amount"),
        (event("e", amount=10**15), "amount"),
        (event("e", channel=["a"]), "channel"),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_nothing_is_taken(row, column):
    with pytest.raises(BadRow) as error:
        put([event("good"), row])
    assert error.value.params == {"row": 2, "column": column}
    assert InboxRow.objects.count() == 0


def test_snapshot_tables_have_no_inbox():
    with pytest.raises(Invalid):
        inbox.put(BRAND, "orders", [{"order_key": "o", "ts": NOON}], origin(), Keys())


def test_an_origin_of_another_brand_is_an_error():
    with pytest.raises(TypeError):
        inbox.put(OTHER_BRAND, "events", [event("e")], origin(), Keys())


def test_flushing_changes_no_answer_and_empties_the_inbox():
    put([event(f"e{n}", amount=n) for n in range(5)])
    before, version = rows_of("events"), warehouse.open(BRAND).version
    assert inbox.flush(BRAND) == 5
    assert inbox.flush(BRAND) == 0
    assert rows_of("events") == before == rows_of("events", version=version)
    assert not InboxRow.objects.filter(retired_version=None).exists()
    assert sum(p.rows for p in warehouse.open(BRAND).parts("events")) == 5


def test_killed_while_flushing_keeps_the_rows_waiting(house, monkeypatch):
    put([event("e")])

    def killed(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "add", killed)
    with pytest.raises(KeyboardInterrupt):
        inbox.flush(BRAND)
    monkeypatch.undo()
    assert Part.objects.count() == 0
    assert len(rows_of("events")) == 1
    assert inbox.flush(BRAND) == 1
    assert len(rows_of("events")) == 1


def test_a_full_inbox_is_flushed_by_itself(monkeypatch):
    real = config.limit
    monkeypatch.setattr(config, "limit", lambda name: 4 if name == "inbox_flush_rows" else real(name))
    put([event(f"e{n}") for n in range(3)])
    assert Part.objects.count() == 0
    put([event("e9")])
    assert Part.objects.count() == 1
    assert len(rows_of("events")) == 4


def test_an_old_row_makes_its_brand_due():
    put([event("e")])
    assert inbox.due() == []
    InboxRow.objects.update(received_at=timezone.now() - timedelta(hours=2))
    assert inbox.due() == [BRAND]


def test_a_days_answers_are_one_source_and_can_be_undone_before_and_after_the_flush():
    put([event("e"), event("f")])
    put([event("g")])
    (source,) = Source.objects.all()
    assert (source.kind, source.rows_taken, source.first_day) == ("api", 3, date(2026, 4, 1))
    assert sorted(r["source_row"] for r in rows_of("events")) == [1, 2, 3]
    inbox.flush(BRAND)
    put([event("h")])
    assert warehouse.undo(BRAND, source.id) == 4
    assert rows_of("events") == []
    assert put([event("e")]) == Counts(1, 0)


@pytest.mark.django_db(transaction=True)
def test_many_senders_and_a_flush_at_once_lose_and_double_nothing():
    start = threading.Barrier(5)

    def send(n):
        try:
            start.wait()
            for k in range(5):
                put([event(f"own-{n}-{k}"), event(f"shared-{k}")])
        finally:
            connection.close()

    def flush():
        try:
            start.wait()
            for _ in range(5):
                inbox.flush(BRAND)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(4)] + [threading.Thread(target=flush)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [r["event_key"] for r in rows_of("events")]
    assert len(keys) == len(set(keys)) == 25


def test_the_name_of_a_row_without_an_id_cannot_be_made_from_the_person_alone():
    row = {"event": "visit", "ts": "2026-04-01T00:30:00", "person": "13800000000"}
    put([row])
    (kept,) = rows_of("events")
    said = {"event": "visit", "ts": kept["ts"].isoformat(), "person": "13800000000"}
    guesses = [json.dumps(g, sort_keys=True, ensure_ascii=False, default=str) for g in (row, said)]
    assert all(hashlib.sha256(g.encode()).hexdigest() not in kept["event_key"] for g in guesses)
    assert put([row]) == Counts(0, 1)
