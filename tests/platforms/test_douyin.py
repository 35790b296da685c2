"""抖音 exports, typed by hand after facts B2, and the real files of an account."""

from datetime import date, datetime

import openpyxl
import pytest

from hongqiao.platforms import recognise
from tests.platforms.conftest import xlsx

WORKS = [
    "作品名称",
    "发布时间",
    "体裁",
    "审核状态",
    "播放量",
    "完播率",
    "5s完播率",
    "2s跳出率",
    "平均播放时长",
    "点赞量",
    "分享量",
    "评论量",
    "收藏量",
    "主页访问量",
    "粉丝增量",
]
OTHER_ORDER = [
    "作品名称",
    "发布时间",
    "体裁",
    "发布状态",
    "播放量",
    "完播率",
    "5s完播率",
    "作品时长",
    "2s跳出率",
    "平均播放时长",
    "点赞量",
    "评论量",
    "分享量",
    "收藏量",
    "主页访问量",
    "粉丝增量",
]


def test_the_works_list_is_read_cell_by_cell_from_text(tmp_path, take):
    """B2 作品列表: all cells are text; the title holds line breaks; rates are decimal text."""
    row = [
        "早安\n#上海",
        "2026-04-03 21:26:39",
        "图文",
        "公开",
        "34606",
        "0.366807",
        "0.3",
        "0.42553",
        "4.586155",
    ]
    row += ["1155", "69", "45", "84", "6549", "-277"]
    path = xlsx(tmp_path / "a.bin", {"Sheet1": [WORKS, row]})
    (taken,) = take(path)
    assert taken.found.layout.code == "douyin.works"
    assert taken["contents"] == [
        {
            "source_row": 2,
            "title": "早安\n#上海",
            "published_at": datetime(2026, 4, 3, 21, 26, 39),
            "form": "image_text",
            "form_label": "图文",
            "status": "公开",
        }
    ]
    snapshot = taken["content_snapshots"][0]
    assert snapshot["views"] == 34606
    assert snapshot["completion_rate"] == 0.366807
    assert snapshot["exit2s_rate"] == 0.42553
    assert snapshot["avg_seconds"] == 4.586155
    assert snapshot["followers_gained"] == -277
    assert (snapshot["title"], snapshot["published_at"]) == ("早安\n#上海", datetime(2026, 4, 3, 21, 26, 39))
    assert taken.types["contents"]["published_at"] == "timestamp[us]"
    assert taken.types["content_snapshots"]["views"] == "int64"
    assert taken.said == []


def test_the_sixteen_column_variant_keeps_a_missing_cover_rate_null(tmp_path, take):
    """B2 variants: 封面点击率 between 5s完播率 and 2s跳出率, missing "-"."""
    headers = [*WORKS[:7], "封面点击率", *WORKS[7:]]
    row = [
        "a",
        "2026-04-03 21:26:39",
        "1-3min视频",
        "公开",
        "1.2万",
        "35%",
        "-",
        "-",
        "--",
        "14.73秒",
    ]
    row += ["1,155", "", "N/A", "—", "0", "0"]
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"Sheet1": [headers, row]}))
    snapshot = taken["content_snapshots"][0]
    assert taken["contents"][0]["form"] == "video"
    assert (snapshot["views"], snapshot["likes"]) == (12000, 1155)
    assert snapshot["completion_rate"] == 0.35
    assert snapshot["avg_seconds"] == 14.73
    assert {
        snapshot[c] for c in ("completion5s_rate", "cover_ctr", "exit2s_rate", "shares", "comments", "favorites")
    } == {None}
    assert taken.said == []


def test_another_column_order_is_mapped_by_name(tmp_path, take):
    """B2 variants: other order, 发布状态 for 审核状态, 作品时长, comments before shares."""
    values = dict.fromkeys(OTHER_ORDER, "1") | {
        "作品名称": "t",
        "发布时间": "2026/04/03",
        "体裁": "图文",
        "发布状态": "公开",
    }
    values |= {
        "作品时长": "00:01:02",
        "评论量": "7",
        "分享量": "8",
        "完播率": "0.5",
        "5s完播率": "0.5",
        "2s跳出率": "0.5",
    }
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"Sheet1": [OTHER_ORDER, [values[h] for h in OTHER_ORDER]]}))
    assert taken["contents"][0]["seconds"] == 62.0
    assert taken["contents"][0]["status"] == "公开"
    assert (taken["content_snapshots"][0]["comments"], taken["content_snapshots"][0]["shares"]) == (7, 8)


@pytest.mark.parametrize(
    ("header", "column", "cell", "value"),
    [
        ("播放量", "views", 1656, 1656),
        ("主页访问", "profile_visits", "12", 12),
        ("作品点赞", "likes", 0, 0),
        ("作品评论", "comments", 5, 5),
        ("作品分享", "shares", 2, 2),
        ("封面点击率", "cover_ctr", "25.00%", 0.25),
        ("净增粉丝", "followers_net", -2, -2),
        ("取关粉丝", "followers_lost", 3, 3),
        ("总粉丝量", "followers_total", "1.5万", 15000),
    ],
)
def test_the_second_header_says_which_daily_metric_it_is(tmp_path, take, header, column, cell, value):
    """B2 账号数据总览: one xlsx a metric, 日期 as text."""
    (taken,) = take(
        xlsx(tmp_path / "a.xlsx", {"Sheet1": [["日期", header], ["2026-03-14", cell], ["2026-03-15", "-"]]})
    )
    assert taken.found.layout.code == "douyin.daily"
    assert taken["account_daily"] == [
        {"source_row": 2, "day": date(2026, 3, 14), column: value, "channel": ""},
        {"source_row": 3, "day": date(2026, 3, 15), column: None, "channel": ""},
    ]
    assert (taken.found.captured_at, taken.found.captured_from) == (datetime(2026, 3, 16), "last_day")


@pytest.mark.shared
def test_the_files_of_a_real_account_are_read_whole(shared, take):
    files = sorted((shared / "data" / "exports" / "douyin").glob("*.xlsx"))
    assert len(files) == 6
    for path in files:
        rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
        (taken,) = take(path, captured=datetime(2026, 4, 13, 12))
        assert taken.found.unknown == taken.found.missing == []
        assert taken.said == []
        same_cells(rows, taken)


def same_cells(rows, taken):
    """Every cell of the file is in what was read, converted by a plain reading of our own."""
    targets = {h: [f for f in taken.found.layout.fields if h in f.names] for h in rows[0]}
    assert all(targets.values())
    for number, row in enumerate(rows[1:], 2):
        for header, cell in zip(rows[0], row, strict=True):
            for one in targets[header]:
                got = next(r for r in taken[one.table] if r["source_row"] == number)[one.column]
                assert same(got, cell, one.kind), (header, number, cell, got)


def same(got, cell, kind):
    text = str(cell).strip()
    if text == "-":
        return got is None
    if kind == "int":
        return got == int(float(text))
    if kind in ("rate", "seconds"):
        return got == pytest.approx(float(text.rstrip("%")) / (100 if "%" in text else 1), abs=1e-12)
    if kind == "date":
        return got.isoformat() == text
    if kind == "datetime":
        return got.isoformat(sep=" ") == text
    return got in ("image_text", "video", "other") if kind == "code" else got == text


def test_a_foreign_column_beside_a_daily_metric_is_not_ours(tmp_path):
    (found,) = recognise(xlsx(tmp_path / "a.xlsx", {"S": [["日期", "播放量", "负责人"], ["2026-03-14", 1, "a"]]}))
    assert found.layout is None
    assert found.note == "not_recognised"
