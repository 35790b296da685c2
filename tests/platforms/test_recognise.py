"""Recognition: by header set, and never a silent guess."""

from datetime import datetime

import pytest

from hongqiao.platforms import LAYOUTS, Field, Layout, recognise
from hongqiao.platforms.kit.headers import head, heads
from tests.platforms.conftest import csv, xlsx

#: Small tables of other systems and of offices.
FOREIGN = [
    "日期,播放量,预算,负责人",
    "日期,渠道,花费",
    "日期,数值",
    "姓名,部门,入职时间",
    "商品,规格,单价,库存",
    "日期,温度,湿度",
    "date,sessions,users,bounce rate",
    "id,name,price",
    "time,value",
    "event,date,place",
]


@pytest.mark.parametrize("line", FOREIGN)
def test_a_foreign_table_is_not_recognised(tmp_path, line):
    headers = line.split(",")
    for path in (
        csv(tmp_path / "作品列表.csv", [line, ",".join(["1"] * len(headers))]),
        xlsx(tmp_path / "作品列表.xlsx", {"Sheet1": [headers, ["1"] * len(headers)]}),
    ):
        (found,) = recognise(path)
        assert found.layout is None, found.layout
        assert found.headers == [head(h).full for h in headers]
        assert found.note == "not_recognised"


@pytest.mark.parametrize(
    "layout", [x for x in LAYOUTS.values() if x.shape == "table" and not x.special], ids=lambda x: x.code
)
def test_every_layout_is_recognised_by_its_own_headers_in_any_order(tmp_path, layout):
    headers = list(dict.fromkeys(f.header for f in layout.fields))
    if layout.exact:
        headers = headers[:2] if layout.at_least == 2 and "渠道" not in headers else headers
    sheet = layout.sheet or "Sheet1"
    for order in (headers, headers[::-1]):
        (found,) = recognise(xlsx(tmp_path / "x.xlsx", {sheet: [["说明"], [], order, ["1"] * len(order)]}))
        assert found.layout is layout
        assert (found.header_row, found.unknown, found.missing) == (3, [], [])


def test_headers_are_recognised_however_they_are_spaced(tmp_path, take):
    lines = ["\ufeff事 件,\t时间 , 渠道（次）", "visit,2026-04-20,x"]
    (taken,) = take(csv(tmp_path / "a.csv", lines))
    assert taken["events"][0]["channel"] == "x"


def test_two_layouts_that_fit_equally_well_are_not_chosen_between(tmp_path):
    fields = (Field("甲", "events", "event"), Field("乙", "events", "channel"))
    twins = [Layout(code, "own", code, fields) for code in ("a", "b")]
    (found,) = recognise(csv(tmp_path / "a.csv", ["甲,乙", "1,2"]), extra=twins)
    assert found.layout is None
    assert found.note == "several_fit"
    assert sorted(found.candidates) == ["a", "b"]


@pytest.mark.parametrize("code", ["douyin.works", "wechat_oa.user_growth", "xiaohongshu.notes", "doudian.orders"])
def test_an_export_to_which_its_platform_added_columns_is_still_known(tmp_path, code):
    headers = list(dict.fromkeys(f.header for f in LAYOUTS[code].fields))
    new = [f"新列{n}" for n in range(len(headers) // 2)]
    (found,) = recognise(xlsx(tmp_path / "x.xlsx", {"S": [[*headers, *new], ["1"] * (len(headers) + len(new))]}))
    assert found.layout is LAYOUTS[code]
    assert set(new) <= set(found.unknown)


def test_events_as_documented_may_bring_columns_of_their_own_and_other_words_may_not(tmp_path):
    (found,) = recognise(csv(tmp_path / "a.csv", ["event,ts,person,city,device", "visit,2026-04-20,u,上海,手机"]))
    assert found.layout.code == "own.events"
    (found,) = recognise(csv(tmp_path / "b.csv", ["事件,时间,用户,城市,设备", "访问,2026-04-20,u,上海,手机"]))
    assert found.note == "not_recognised"


def test_the_second_of_two_equal_headers_is_kept_beside(tmp_path, take):
    (taken,) = take(csv(tmp_path / "a.csv", ["event,ts,channel,channel", "visit,2026-04-20,a,b"]))
    assert taken.found.headers == ["event", "ts", "channel", "channel#2"]
    assert taken["events"][0]["channel"] == "a"
    assert taken["events"][0]["extra"] == '{"channel#2":"b"}'


def test_a_file_with_a_header_only_is_no_error(tmp_path, take):
    for path in (
        csv(tmp_path / "a.csv", ["event,ts,channel"]),
        xlsx(tmp_path / "a.xlsx", {"S": [["event", "ts", "channel"]]}),
    ):
        (taken,) = take(path)
        assert (taken.found.rows, taken.found.note) == (0, "header_only")
        assert dict(taken.tables) == {}


def test_empty_sheets_are_passed_over_and_an_empty_book_is_said(tmp_path):
    found = recognise(xlsx(tmp_path / "a.xlsx", {"空": [], "S": [["日期", "播放量"], ["2026-04-01", 1]]}))
    assert [f.sheet for f in found] == ["S"]
    (found,) = recognise(xlsx(tmp_path / "b.xlsx", {"空": []}))
    assert found.note == "empty_sheet"


@pytest.mark.parametrize(
    ("raw", "full", "name", "unit"),
    [
        ("点击率(%)", "点击率(%)", "点击率", "%"),
        ("点击率（％）", "点击率(%)", "点击率", "%"),
        ("\ufeff播放 量\t", "播放量", "播放量", ""),
        ("阅读(播放)量", "阅读(播放)量", "阅读(播放)量", ""),
        ("阅读（人）", "阅读(人)", "阅读", "人"),
        ("点击率%", "点击率%", "点击率", "%"),
        ("(%)", "(%)", "(%)", ""),
    ],
)
def test_headers_have_one_spelling_and_a_unit(raw, full, name, unit):
    one = head(raw)
    assert (one.full, one.name, one.unit) == (full, name, unit)


def test_duplicates_are_numbered():
    assert [h.full for h in heads(["分销员", "分销员", "", "", "分销员"])] == ["分销员", "分销员#2", "", "", "分销员#3"]


@pytest.mark.parametrize(
    ("name", "moment", "why"),
    [
        ("1777000000_ab12.csv", datetime(2026, 4, 24, 11, 6, 40), "name_stamp"),
        ("1777000000123.csv", datetime(2026, 4, 24, 11, 6, 40), "name_stamp"),
        ("tendency_20260301_20260331.xls", datetime(2026, 4, 1), "name_period"),
        ("导出-2026-04-13.csv", datetime(2026, 4, 13, 23, 59, 59), "name_date"),
        ("事件20260413_093000.csv", datetime(2026, 4, 13, 9, 30), "name_date"),
        ("6917000000000000001.csv", None, ""),
        ("20261399.csv", None, ""),
        ("事件.csv", None, ""),
    ],
)
def test_a_moment_of_capture_is_proposed_from_the_name_with_its_reason(tmp_path, name, moment, why):
    path = csv(tmp_path / "upload", ["event,ts,channel", "visit,2026-04-01,a"])
    (found,) = recognise(path, name=name)
    assert (found.captured_at, found.captured_from) == (moment, why)


def test_the_words_of_every_code_are_there():
    from hongqiao.platforms.kit.convert import CODES
    from hongqiao.platforms.words import PROBLEMS, words

    assert set(CODES) - {""} <= set(PROBLEMS)
    assert words("header_only") != "header_only"
    assert all(words(code) != code for layout in LAYOUTS.values() for code in layout.note.split())
