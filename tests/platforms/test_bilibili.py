"""B站 近期稿件对比.csv, typed by hand after facts B4."""

from datetime import datetime

import pytest

from hongqiao.platforms import MissingColumns, Unreadable, read, recognise
from tests.platforms.conftest import CAPTURED, csv

#: B4: the full 30 columns, in the order of the fact sheet.
FULL = (
    "视频标题,发布时间,播放量,游客播放占比,粉丝观看率,封标点击率,粉丝点击率,游客点击率,3秒跳出率,粉丝3秒跳出率,游客3秒跳出率,"
    "互动率,粉丝互动率,游客互动率,涨粉量,播转粉率,取关量,点赞量,点赞率,评论量,评论率,弹幕量,弹幕率,收藏量,收藏率,投币量,投币率,"
    "转发量,转发率,平均播放进度"
)
ROW = (
    "防晒拆开看,2026年04月20日 18:00:00,1.2万,62.0%,21.0%,3.2星,3.3星,2.7星,18.0%,12.0%,21.0%,"
    "12.9%,20.7%,9.1%,108,0.9%,9,480,4.0%,72,0.6%,156,1.3%,480,4.0%,264,2.2%,96,0.8%,49.1%"
)


def test_all_thirty_columns_are_known_and_counts_find_their_places(tmp_path, take):
    """B4: 点击率 as "3.2星", rates "12.3%", time "2026年05月20日 18:00:00", utf-8-sig."""
    (taken,) = take(csv(tmp_path / "近期稿件对比.csv", [FULL, ROW], "utf-8-sig"))
    assert (taken.found.layout.code, taken.found.unknown, taken.found.notes) == ("bilibili.compare", [], [])
    (piece,), (figures,) = taken["contents"], taken["content_snapshots"]
    assert (piece["title"], piece["form"]) == ("防晒拆开看", "video")
    assert piece["published_at"] == datetime(2026, 4, 20, 18)
    counts = ("views", "likes", "comments", "danmaku", "favorites", "coins", "shares")
    assert [figures[c] for c in counts] == [12000, 480, 72, 156, 480, 264, 96]
    assert (figures["followers_gained"], figures["followers_lost"]) == (108, 9)
    assert figures["completion_rate"] == pytest.approx(0.491)
    assert taken.said == []


def test_a_grade_in_stars_and_a_three_second_exit_are_kept_beside_the_row(tmp_path, take):
    """B4: 封标点击率 is no share and 3秒跳出率 no 2-second exit: neither becomes a figure of those."""
    (taken,) = take(csv(tmp_path / "a.csv", [FULL, ROW]))
    (figures,) = taken["content_snapshots"]
    assert '"封标点击率":"3.2星"' in figures["extra"]
    assert '"3秒跳出率":"18.0%"' in figures["extra"]
    assert "cover_ctr" not in figures
    assert "exit2s_rate" not in figures


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("视频标题,发布时间,播放量", "a,2026年04月20日 18:00:00,5"),
        ("视频标题,投币量,发布时间", "a,5,2026/4/20 18:00"),
        ("发布时间,视频标题,3秒跳出率,封标点击率", "2026-04-20 18:00:00,a,12.0%,3.2星"),
    ],
)
def test_any_choice_of_columns_in_any_order_is_the_same_export(tmp_path, take, header, row):
    """B4: columns follow 自选指标."""
    (taken,) = take(csv(tmp_path / "a.csv", [header, row]))
    assert taken.found.layout.code == "bilibili.compare"
    assert taken["contents"][0]["published_at"].replace(second=0) == datetime(2026, 4, 20, 18)


def test_a_new_column_is_kept_and_named_as_unknown(tmp_path, take):
    (taken,) = take(csv(tmp_path / "a.csv", [FULL + ",充电量", ROW + ",3"]))
    assert taken.found.unknown == ["充电量"]
    assert '"充电量":"3"' in taken["content_snapshots"][0]["extra"]


def test_a_file_without_the_publish_time_is_refused_by_the_name_of_the_column(tmp_path):
    header = FULL.replace("发布时间,", "")
    row = ROW.replace("2026年04月20日 18:00:00,", "")
    path = csv(tmp_path / "a.csv", [header, row])
    (found,) = recognise(path)
    assert (found.layout.code, found.missing, found.ok) == ("bilibili.compare", ["发布时间"], False)
    with pytest.raises(MissingColumns, match="发布时间"):
        list(read(path, found, captured_at=CAPTURED, zone="Asia/Shanghai").batches())


def test_a_header_without_rows_says_so_and_gives_none(tmp_path, take):
    (taken,) = take(csv(tmp_path / "a.csv", [FULL]))
    assert taken.found.note == "header_only"
    assert dict(taken.tables) == {}


def test_half_a_file_loses_only_the_row_that_is_cut(tmp_path, take):
    path = csv(tmp_path / "a.csv", [FULL, ROW, ROW.replace("防晒", "洁面")])
    path.write_bytes(path.read_bytes()[:-60])
    (taken,) = take(path)
    assert [r["title"] for r in taken["contents"]] == ["防晒拆开看"]
    assert taken.said == [(3, "", "ragged_row", True)]


def test_the_history_file_whose_columns_nobody_has_seen_goes_by_mapping(tmp_path):
    """B4: 历史累计数据趋势.csv, columns not seen: nothing is guessed."""
    (found,) = recognise(csv(tmp_path / "历史累计数据趋势.csv", ["日期,播放量,粉丝量", "2026-04-20,5,6"]))
    assert found.layout is None
    assert found.note == "not_recognised"


def test_bad_cells_are_told_by_row_and_column(tmp_path, take):
    rows = ["a,2026年04月20日 18:00:00,很多,120%", "b,昨天,5,12%"]
    (taken,) = take(csv(tmp_path / "a.csv", ["视频标题,发布时间,播放量,平均播放进度", *rows]))
    assert taken.said == [
        (3, "发布时间", "not_a_date", True),
        (2, "播放量", "not_a_number", False),
        (2, "平均播放进度", "rate_out_of_range", False),
    ]
    assert [r["title"] for r in taken["contents"]] == ["a"]


def test_bytes_that_are_no_text_at_all_are_unreadable(tmp_path):
    path = tmp_path / "近期稿件对比.csv"
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 4)
    with pytest.raises(Unreadable):
        recognise(path)
