"""快手 作品列表明细, typed by hand after facts B6 (a partial description: eight headers)."""

from datetime import datetime

import pytest

from hongqiao.platforms import recognise
from hongqiao.platforms.words import words
from tests.platforms.conftest import csv, xlsx

HEADER = ["作品", "发布时间", "播放量", "完播率", "评论量", "点赞量", "收藏量", "涨粉量"]
ROW = ["干皮的日常", "2026-04-19 19:00:00", "39749", "20.6%", "79", "953", "158", "99"]


def test_the_known_columns_are_read_and_every_file_is_marked_as_unconfirmed(tmp_path, take):
    """B6 快手: 完播率 "20.6%"; the headers were never seen in a real file, and the page says so."""
    (taken,) = take(xlsx(tmp_path / "作品列表明细.xlsx", {"Sheet1": [HEADER, ROW]}))
    assert (taken.found.layout.code, taken.found.notes) == ("kuaishou.works", ["unconfirmed"])
    assert "未见真实文件" in words("unconfirmed")
    (piece,), (figures,) = taken["contents"], taken["content_snapshots"]
    assert (piece["title"], piece["published_at"]) == ("干皮的日常", datetime(2026, 4, 19, 19))
    named = ("views", "comments", "likes", "favorites", "followers_gained")
    assert [figures[c] for c in named] == [39749, 79, 953, 158, 99]
    assert figures["completion_rate"] == pytest.approx(0.206)


def test_columns_that_nobody_described_are_kept_beside(tmp_path, take):
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"Sheet1": [[*HEADER, "作品类型", "分享量"], [*ROW, "视频", "3"]]}))
    assert taken.found.unknown == ["作品类型", "分享量"]
    assert taken["content_snapshots"][0]["extra"] == '{"作品类型":"视频","分享量":"3"}'


def test_a_file_without_plays_is_refused_by_the_name_of_the_column(tmp_path):
    rows = [[x for n, x in enumerate(line) if n != 2] for line in (HEADER, ROW)]
    (found,) = recognise(xlsx(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert (found.layout.code, found.missing) == ("kuaishou.works", ["播放量"])


def test_the_list_of_another_platform_is_not_taken_for_it(tmp_path):
    (found,) = recognise(csv(tmp_path / "a.csv", ["商品,发布时间,播放量,评论量", "a,2026-04-19,1,2"]))
    assert found.layout is None


def test_a_header_without_rows_keeps_the_mark_too(tmp_path):
    (found,) = recognise(xlsx(tmp_path / "a.xlsx", {"Sheet1": [HEADER]}))
    assert found.notes == ["header_only", "unconfirmed"]


def test_half_a_csv_loses_only_the_row_that_is_cut(tmp_path, take):
    path = csv(tmp_path / "a.csv", [",".join(HEADER), ",".join(ROW), ",".join(ROW)])
    path.write_bytes(path.read_bytes()[:-12])
    (taken,) = take(path)
    assert len(taken["contents"]) == 1
    assert taken.said == [(3, "", "ragged_row", True)]
