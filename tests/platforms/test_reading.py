"""Reading: rows as a person sees them, totals, ragged rows, problems, memory."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from hongqiao.platforms import read, recognise
from hongqiao.platforms.kit.settings import limits
from tests.platforms.conftest import CAPTURED, Taken, csv, xlsx

DAILY = ["日期", "播放量"]


def test_totals_rows_are_passed_over_and_counted(tmp_path, take):
    rows = [DAILY, ["累计", 99], ["2026-04-01", 5], ["合计", 5], ["", ""], ["2026-04-02", "x"]]
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert [r["source_row"] for r in taken["account_daily"]] == [3, 6]
    assert taken.reading.skipped == {"totals": 2, "blank": 1}
    assert taken.said == [(6, "播放量", "not_a_number", False)]
    assert taken["account_daily"][1]["views"] is None


def test_a_title_that_says_total_is_a_title(tmp_path, take):
    from tests.platforms.test_xiaohongshu import NOTES

    row = ["合计", "2026年04月12日13时43分03秒", "图文", *[1] * 2, 0.1, *[1] * 7]
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"S": [NOTES, row]}))
    assert taken["contents"][0]["title"] == "合计"


def test_rows_and_columns_that_start_further_in_keep_their_numbers(tmp_path, take):
    rows = [[], [], ["", "", *DAILY], ["", "", "2026-04-01", 5]]
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert taken.found.header_row == 3
    assert taken["account_daily"][0]["source_row"] == 4


def test_ragged_records_are_refused_with_their_number_and_without_their_text(tmp_path, take):
    lines = [
        "event,ts,person,channel",
        "visit,2026-04-20,u1,a",
        "visit,2026-04-20,13800000000",
        '"a\nb",2026-04-20,u2,c',
        "",
    ]
    lines += ["visit,2026-04-20,u3,上海市,浦东", "visit,2026-04-20,u4,d"]
    (taken,) = take(csv(tmp_path / "a.csv", lines))
    assert [(r["source_row"], r["person"]) for r in taken["events"]] == [(2, "u1"), (4, "u2"), (7, "u4")]
    assert taken.said == [(3, "", "ragged_row", True), (6, "", "ragged_row", True)]
    assert [p.value for p in taken.reading.problems] == ["3/4", "5/4"]
    assert taken["events"][1]["event"] == "a\nb"
    assert (taken.reading.rows, taken.reading.refused) == (5, 2)


def test_a_preamble_of_another_width_is_no_ragged_row(tmp_path, take):
    lines = ["抖音导出", "", "event,ts,channel", "visit,2026-04-20,a"]
    (taken,) = take(csv(tmp_path / "a.csv", lines))
    assert taken.found.header_row == 3
    assert taken["events"][0]["source_row"] == 4
    assert taken.said == []


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path, take, delimiter):
    lines = [delimiter.join(row) for row in (["event", "ts", "channel"], ["visit", "2026-04-20", "a"])]
    (taken,) = take(csv(tmp_path / "a.csv", lines))
    assert taken["events"][0]["channel"] == "a"


def test_problems_kept_are_few_and_all_are_counted(tmp_path, take, monkeypatch):
    monkeypatch.setitem(limits(), "problems_kept", 10)
    lines = ["event,ts,amount", *("visit,nie,x" for _ in range(500)), *("visit,2026-04-20,x" for _ in range(20))]
    (taken,) = take(csv(tmp_path / "a.csv", lines))
    assert len(taken.reading.problems) == 10
    assert taken.reading.counts == {("ts", "not_a_date"): 500, ("amount", "not_a_number"): 520}
    assert (len(taken["events"]), taken.reading.refused) == (20, 500)


def test_dates_before_2005_and_after_the_capture_refuse_their_row(tmp_path, take):
    rows = [DAILY, ["1900-01-01", 1], ["2026-05-04", 1], ["2026-05-03", 1], ["45750", 1], [45751, 1]]
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert taken.said == [(2, "日期", "date_out_of_range", True), (3, "日期", "date_out_of_range", True)]
    assert [r["day"].isoformat() for r in taken["account_daily"]] == ["2026-05-03", "2025-04-03", "2025-04-04"]


def test_the_result_is_the_same_whatever_the_size_of_a_batch(tmp_path, take, monkeypatch):
    lines = [
        "event,ts,person,amount,备用",
        *(f'"访问\n{i}",2026-04-20 10:{i % 60:02d}:00,u{i},{i % 11 or "x"},"{i},x"' for i in range(2000)),
    ]
    book = [line.split(",") for line in ("event,ts,person,amount",)]
    book += [["visit", "2026-04-20", f"u{i}", i] for i in range(300)]
    paths = [csv(tmp_path / "a.csv", lines), xlsx(tmp_path / "a.xlsx", {"S": book})]
    whole = [take(p)[0] for p in paths]
    monkeypatch.setitem(limits(), "chunk_bytes", 4096)
    monkeypatch.setitem(limits(), "chunk_rows", 7)
    parts = [take(p)[0] for p in paths]
    for one, other in zip(whole, parts, strict=True):
        assert one["events"] == other["events"]
        assert one.said == other.said
    assert len(whole[0]["events"]) == 2000
    assert [r["source_row"] for r in whole[0]["events"]] == list(range(2, 2002))


def test_utf16_and_gb18030_are_streamed(tmp_path, take, monkeypatch):
    monkeypatch.setitem(limits(), "chunk_bytes", 4096)
    lines = ["事件,时间,渠道", *(f"访问,2026-04-20 10:00:00,渠道{i}" for i in range(3000))]
    for encoding in ("gb18030", "utf-16"):
        (taken,) = take(csv(tmp_path / "a.csv", lines, encoding))
        assert [r["channel"] for r in taken["events"]] == [f"渠道{i}" for i in range(3000)]


def test_batches_are_in_the_order_of_the_file(tmp_path, take):
    lines = ["event,ts,channel,event_id", *(f"visit,2026-04-20,c,{i}" for i in range(60_000))]
    (taken,) = take(csv(tmp_path / "a.csv", lines))
    assert [r["source_row"] for r in taken["events"]] == list(range(2, 60_002))


def test_unknown_columns_that_differ_in_case_alone_are_both_kept(tmp_path, take):
    lines = ["event,ts,person,amount,channel,content,order,Ref,ref", 'visit,2026-04-20,u,1,c,d,o,"a ""b"" \\ 早",b']
    (taken,) = take(csv(tmp_path / "a.csv", lines))
    assert json.loads(taken["events"][0]["extra"]) == {"Ref": 'a "b" \\ 早', "ref": "b"}


def test_files_read_at_the_same_time_do_not_meet(tmp_path, take):
    def path(n):
        rows = (f"visit,2026-04-20 10:00:00,u{n},{i % 3}元" for i in range(500))
        return csv(tmp_path / f"{n}.csv", ["event,ts,person,amount", *rows])

    paths = [path(n) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda p: take(p)[0]["events"], paths))
    assert together == [take(p)[0]["events"] for p in paths]
    assert {e["person"] for e in together[3]} == {"u3"}
    assert len({e["event_key"] for e in together[3]}) == 500


def test_reading_can_stop_halfway(tmp_path):
    path = csv(tmp_path / "a.csv", ["event,ts,channel", *("visit,2026-04-20,c" for _ in range(100))])
    (found,) = recognise(path)
    stream = read(path, found, captured_at=CAPTURED, zone="Asia/Shanghai").batches()
    next(stream)
    stream.close()
    assert len(Taken(read(path, found, captured_at=CAPTURED, zone="Asia/Shanghai"))["events"]) == 100
