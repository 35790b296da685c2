"""Our own documented events file."""

from datetime import datetime
from decimal import Decimal

from tests.platforms.conftest import csv, xlsx

HEADER = "event,person,ts,amount,currency,channel,content,order,event_id"


def test_events_are_read_with_offsets_turned_to_the_accounts_time(tmp_path, take):
    lines = [HEADER, "purchase,u-1,2026-04-20T02:00:00Z,199.5,,小程序,c1,o1,e1"]
    lines.append("visit,u-2,2026-04-20T10:00:00+08:00,,,,,,e2")
    lines.append("visit,u-3,2026-04-20 10:00:00,,,,,,e3")
    (taken,) = take(csv(tmp_path / "e.csv", lines))
    assert taken.found.layout.code == "own.events"
    first, second, third = taken["events"]
    assert {r["ts"] for r in (first, second, third)} == {datetime(2026, 4, 20, 10)}
    assert (first["person"], first["amount"], first["currency"]) == ("u-1", Decimal("199.5"), "CNY")
    assert (first["channel"], first["content"], first["order_key"], first["event_key"]) == ("小程序", "c1", "o1", "e1")
    assert (second["amount"], second["currency"]) == (None, None)


def test_another_zone_gets_its_own_local_time(tmp_path, take):
    (taken,) = take(csv(tmp_path / "e.csv", [HEADER, "visit,u,2026-04-20T02:00:00Z,,,,,,e"]), zone="America/New_York")
    assert taken["events"][0]["ts"] == datetime(2026, 4, 19, 22)


def test_chinese_headers_in_a_workbook_are_the_same(tmp_path, take):
    rows = [
        ["事件", "用户", "时间", "金额", "币种", "渠道", "订单号"],
        ["购买", "138", datetime(2026, 4, 20, 10), 5, "USD", "门店", "o"],
    ]
    (taken,) = take(xlsx(tmp_path / "e.xlsx", {"S": rows}))
    row = taken["events"][0]
    assert (row["event"], row["person"], row["ts"]) == ("购买", "138", datetime(2026, 4, 20, 10))
    assert (row["amount"], row["currency"], row["order_key"]) == (Decimal(5), "USD", "o")


def test_events_without_a_number_are_kept_all_and_known_again(tmp_path, take):
    """Exact duplicates are as many rows; a file that holds more of the same keeps the keys of the first."""
    header = "event,person,ts,amount"
    rows = ["visit,u,2026-04-20 10:00:00,", "visit,u,2026-04-20 10:00:00,", "visit,v,2026-04-20 10:00:00,"]
    (first,) = take(csv(tmp_path / "a.csv", [header, *rows]))
    (more,) = take(csv(tmp_path / "b.csv", [header, "visit,w,2026-04-19 09:00:00,", *reversed(rows), rows[0]]))
    keys = [r["event_key"] for r in first["events"]]
    assert len(set(keys)) == 3
    assert set(keys) < {r["event_key"] for r in more["events"]}
    assert len({r["event_key"] for r in more["events"]}) == 5
    assert first.reading.keyed == {"events": "event_key"}
    assert "key_from_values" in first.found.notes


def test_made_keys_do_not_depend_on_where_a_batch_ends(tmp_path, take, monkeypatch):
    from hongqiao.platforms.kit.settings import limits

    lines = ["event,person,ts,amount", *(f"visit,u{i % 7},2026-04-20 10:00:00," for i in range(600))]
    path = csv(tmp_path / "a.csv", lines)
    (whole,) = take(path)
    monkeypatch.setitem(limits(), "chunk_bytes", 2048)
    (parts,) = take(path)
    assert parts["events"] == whole["events"]
    assert len({r["event_key"] for r in whole["events"]}) == 600


def test_an_event_without_a_time_is_refused_with_its_row(tmp_path, take):
    (taken,) = take(
        csv(tmp_path / "e.csv", [HEADER, "visit,u,,,,,,,e1", ",u,2026-04-20,,,,,,e2", "visit,u,2026-04-20,,,,,,e3"])
    )
    assert taken.said == [(3, "event", "missing_value", True), (2, "ts", "missing_value", True)]
    assert [r["source_row"] for r in taken["events"]] == [4]
    assert (taken.reading.rows, taken.reading.refused) == (3, 2)
