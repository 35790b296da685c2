"""视频号 动态数据明细.csv, typed by hand after facts B5."""

from datetime import datetime

import pytest

from hongqiao.platforms import recognise
from tests.platforms.conftest import csv

HEADER = (
    "视频描述,视频ID,发布时间,完播率,平均播放时长,播放量,推荐,喜欢,评论量,分享量,关注量,"
    "转发聊天和朋友圈,设为铃声,设为状态,设为朋友圈封面"
)
ROW = '"熬夜后护肤\n第1讲 #安澜",export/UzfA1,2026/04/07,4.41%,14.73秒,10656,138,223,21,95,42,85,0,0,0'


def test_the_heart_is_recommend_and_the_thumb_is_like(tmp_path, take):
    """B5: 推荐 = ♡, 喜欢 = 👍; 完播率 "4.41%", 平均播放时长 "14.73秒", a description with line breaks."""
    (taken,) = take(csv(tmp_path / "动态数据明细.csv", [HEADER, ROW], "utf-8-sig"))
    assert (taken.found.layout.code, taken.found.unknown) == ("channels.videos", [])
    (piece,), (figures,) = taken["contents"], taken["content_snapshots"]
    assert (figures["recommends"], figures["likes"]) == (138, 223)
    assert (figures["completion_rate"], figures["avg_seconds"]) == (pytest.approx(0.0441), 14.73)
    assert (figures["views"], figures["comments"], figures["shares"]) == (10656, 21, 95)
    assert figures["followers_gained"] == 42
    assert piece["title"] == "熬夜后护肤\n第1讲 #安澜"
    assert piece["published_at"] == datetime(2026, 4, 7)
    assert '"转发聊天和朋友圈":"85"' in figures["extra"]
    assert taken.said == []


def test_the_video_id_is_the_key_of_the_piece_and_of_its_figures(tmp_path, take):
    """B5: 视频ID "export/Uzf…": no title and no time is needed to tell a piece."""
    (taken,) = take(csv(tmp_path / "a.csv", [HEADER, ROW]))
    assert taken["contents"][0]["source_key"] == taken["content_snapshots"][0]["source_key"] == "export/UzfA1"
    assert "title" not in taken["content_snapshots"][0]


def test_the_four_columns_that_some_accounts_have_are_known(tmp_path, take):
    """B5: 企微链接点击次数, 企微链接点击人数, 添加到通讯录次数, 添加到通讯录人数."""
    more = ",企微链接点击次数,企微链接点击人数,添加到通讯录次数,添加到通讯录人数"
    (taken,) = take(csv(tmp_path / "a.csv", [HEADER + more, ROW + ",1,2,3,4"]))
    assert taken.found.unknown == []
    assert '"添加到通讯录人数":"4"' in taken["content_snapshots"][0]["extra"]


def test_a_file_without_ids_is_refused_by_the_name_of_the_column(tmp_path):
    (found,) = recognise(csv(tmp_path / "a.csv", [HEADER.replace("视频ID,", ""), ROW.replace("export/UzfA1,", "")]))
    assert (found.layout.code, found.missing) == ("channels.videos", ["视频ID"])


def test_a_row_without_its_id_is_refused_and_the_others_stay(tmp_path, take):
    (taken,) = take(csv(tmp_path / "a.csv", [HEADER, ROW, ROW.replace("export/UzfA1", "-")]))
    assert len(taken["contents"]) == 1
    assert taken.said == [(3, "视频ID", "missing_value", True)]


def test_a_header_without_rows_says_so(tmp_path, take):
    (taken,) = take(csv(tmp_path / "a.csv", [HEADER]))
    assert taken.found.note == "header_only"
    assert dict(taken.tables) == {}


def test_half_a_file_ends_with_what_could_be_read(tmp_path, take):
    path = csv(tmp_path / "a.csv", [HEADER, ROW.replace("\n", " "), ROW.replace("\n", " ")])
    path.write_bytes(path.read_bytes()[:-30])
    (taken,) = take(path)
    assert len(taken["contents"]) == 1
    assert taken.said == [(3, "", "ragged_row", True)]
