"""头条 数据趋势 and 粉丝趋势, typed by hand after facts B6."""

from datetime import date, datetime

import pytest

from hongqiao.platforms import Unreadable, recognise
from tests.platforms.conftest import xlsx

TREND = ["时间", "展现量", "粉丝展现量", "阅读(播放)量", "粉丝阅读(播放)量", "点赞量", "评论量"]
FANS = ["时间", "总粉丝数", "粉丝变化数", "新增粉丝数", "流失粉丝数", "活跃粉丝数", "总铁粉数"]


def test_the_first_row_sums_the_others_and_is_dropped(tmp_path, take):
    """B6 数据趋势: first data row 累计 → drop; 阅读(播放)量 keeps its brackets, they hold no unit."""
    rows = [TREND, ["累计", 300, 30, 60, 12, 6, 3], ["2026-04-20", 100, 10, 20, 4, 2, 1]]
    rows.append(["2026-04-21", 200, 20, 40, 8, 4, 2])
    (taken,) = take(xlsx(tmp_path / "数据趋势_20260420_20260421.xlsx", {"Sheet1": rows}))
    assert (taken.found.layout.code, taken.found.unknown) == ("toutiao.trend", [])
    days = taken["account_daily"]
    named = ("day", "impressions", "views", "follower_views", "likes", "comments")
    assert [tuple(r[c] for c in named) for r in days] == [
        (date(2026, 4, 20), 100, 20, 4, 2, 1),
        (date(2026, 4, 21), 200, 40, 8, 4, 2),
    ]
    assert days[0]["extra"] == '{"粉丝展现量":"10"}'
    assert taken.reading.skipped["totals"] == 1
    assert taken.said == []
    assert taken.found.captured_at == datetime(2026, 4, 22)


def test_full_width_brackets_are_the_same_header(tmp_path, take):
    header = [h.replace("(", "（").replace(")", "）") for h in TREND]
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"Sheet1": [header, ["2026-04-20", 100, 10, 20, 4, 2, 1]]}))
    assert taken["account_daily"][0]["views"] == 20


def test_followers_of_a_day_may_fall(tmp_path, take):
    """B6 粉丝趋势: 粉丝变化数 is net."""
    rows = [FANS, ["2026-04-20", 31802, -2, 23, 25, 1908, 318]]
    (taken,) = take(xlsx(tmp_path / "粉丝趋势.xlsx", {"Sheet1": rows}))
    assert taken.found.layout.code == "toutiao.fans"
    (day,) = taken["account_daily"]
    assert [day[f"followers_{c}"] for c in ("total", "net", "new", "lost")] == [31802, -2, 23, 25]
    assert (day["active_followers"], day["extra"]) == (1908, '{"总铁粉数":"318"}')


@pytest.mark.parametrize(("header", "lacking"), [(TREND, "阅读(播放)量"), (FANS, "粉丝变化数")])
def test_a_missing_column_is_named(tmp_path, header, lacking):
    cut = [h for h in header if h != lacking]
    (found,) = recognise(xlsx(tmp_path / "a.xlsx", {"Sheet1": [cut, ["2026-04-20", *[1] * (len(cut) - 1)]]}))
    assert found.missing == [lacking]


def test_a_header_with_nothing_but_the_sum_gives_no_row(tmp_path, take):
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"Sheet1": [TREND, ["累计", 0, 0, 0, 0, 0, 0]]}))
    assert taken["account_daily"] == []
    assert taken.said == []


def test_a_header_without_rows_says_so(tmp_path, take):
    (taken,) = take(xlsx(tmp_path / "a.xlsx", {"Sheet1": [FANS]}))
    assert taken.found.note == "header_only"


def test_half_a_workbook_is_unreadable(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", {"Sheet1": [TREND, ["2026-04-20", 100, 10, 20, 4, 2, 1]]})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Unreadable):
        recognise(path)
