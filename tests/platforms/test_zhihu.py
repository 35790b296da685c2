"""知乎 日报表.xls and the content csv, typed by hand after facts B6."""

from datetime import date, datetime

import pytest

from hongqiao.platforms import Unreadable, recognise
from tests.platforms.conftest import csv

DAILY = "日期,阅读,播放,点赞,喜欢,评论,收藏,分享"
CONTENT = "标题,发布时间,链接,阅读,点赞,喜欢,评论,收藏,分享"
PIECE = "敏感肌怎么选,2026-04-17 10:20:00,https://zhuanlan.zhihu.com/p/700000000,2499,49,9,8,37,4"


def test_the_daily_file_is_csv_under_the_name_of_a_workbook(tmp_path, take):
    """B6: 日报表.xls is really UTF-8 csv; reads and plays are both times a piece was opened."""
    lines = [DAILY, "2026-04-20,2993,239,53,11,8,35,5", "2026-04-21,10,-,1,0,0,0,0"]
    (taken,) = take(csv(tmp_path / "日报表.xls", lines))
    assert taken.found.layout.code == "zhihu.daily"
    first, second = taken["account_daily"]
    assert (first["day"], first["channel"], first["views"]) == (date(2026, 4, 20), "", 3232)
    assert (first["likes"], first["upvotes"], first["comments"]) == (53, 11, 8)
    assert (first["favorites"], first["shares"]) == (35, 5)
    assert first["extra"] == '{"阅读":"2993","播放":"239"}'
    assert second["views"] == 10
    assert taken.found.captured_at == datetime(2026, 4, 22)


def test_a_day_that_states_neither_reads_nor_plays_has_no_views(tmp_path, take):
    (taken,) = take(csv(tmp_path / "a.xls", [DAILY, "2026-04-20,-,-,1,0,0,0,0"]))
    assert taken["account_daily"][0]["views"] is None


def test_pieces_are_articles_unless_their_address_says_video(tmp_path, take):
    """B6 content csv: 标题, 发布时间, 链接, 阅读, (播放), 点赞, 喜欢, 评论, 收藏, 分享."""
    video = "洁面实测,2026-04-18 10:20:00,https://www.zhihu.com/zvideo/9,3,1,0,0,0,0"
    (taken,) = take(csv(tmp_path / "内容数据.csv", [CONTENT, PIECE, video]))
    assert taken.found.layout.code == "zhihu.content"
    assert [(r["title"], r["form"]) for r in taken["contents"]] == [("敏感肌怎么选", "article"), ("洁面实测", "video")]
    figures = taken["content_snapshots"][0]
    named = ("views", "likes", "upvotes", "comments", "favorites", "shares")
    assert [figures[c] for c in named] == [2499, 49, 9, 8, 37, 4]
    assert (figures["title"], figures["published_at"]) == ("敏感肌怎么选", datetime(2026, 4, 17, 10, 20))


def test_the_list_may_have_plays_too(tmp_path, take):
    header = CONTENT.replace("阅读,", "阅读,播放,")
    (taken,) = take(csv(tmp_path / "a.csv", [header, PIECE.replace("2499,", "2499,100,")]))
    assert taken["content_snapshots"][0]["views"] == 2599


@pytest.mark.parametrize(("header", "lacking"), [(DAILY, "阅读"), (CONTENT, "链接")])
def test_a_missing_column_is_named(tmp_path, header, lacking):
    cut = header.replace(f"{lacking},", "")
    row = ["2026-04-20", "1", "1", "1", "1", "1", "1", "1", "1"][: cut.count(",") + 1]
    if header == CONTENT:
        row = ["a", "2026-04-20", *row[2:]]
    (found,) = recognise(csv(tmp_path / "a.csv", [cut, ",".join(row)]))
    assert found.missing == [lacking]


@pytest.mark.parametrize("header", [DAILY, CONTENT])
def test_a_header_without_rows_says_so(tmp_path, take, header):
    (taken,) = take(csv(tmp_path / "a.csv", [header]))
    assert taken.found.note == "header_only"
    assert dict(taken.tables) == {}


def test_half_a_file_loses_only_the_row_that_is_cut(tmp_path, take):
    path = csv(tmp_path / "a.xls", [DAILY, "2026-04-20,2993,239,53,11,8,35,5", "2026-04-21,2993,239,53,11,8,35,5"])
    path.write_bytes(path.read_bytes()[:-10])
    (taken,) = take(path)
    assert [r["day"] for r in taken["account_daily"]] == [date(2026, 4, 20)]
    assert taken.said == [(3, "", "ragged_row", True)]


def test_the_first_bytes_of_a_real_workbook_under_that_name_are_unreadable(tmp_path):
    path = tmp_path / "日报表.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 100)
    with pytest.raises(Unreadable):
        recognise(path)
