"""小红书 exports, typed by hand after facts B3."""

from datetime import date, datetime

from hongqiao.platforms import recognise
from tests.platforms.conftest import xlsx

NOTES = [
    "笔记标题",
    "首次发布时间",
    "体裁",
    "曝光",
    "观看量",
    "封面点击率",
    "点赞",
    "评论",
    "收藏",
    "涨粉",
    "分享",
    "人均观看时长",
    "弹幕",
]
BANNER = ["最多导出排序后前1000条笔记"] * 13


def test_the_note_list_has_a_banner_above_its_headers(tmp_path, take):
    """B3 笔记列表明细表: banner in row 1, header in row 2, numeric cells, no id, the title may be empty."""
    rows = [BANNER, NOTES, ["早安", "2026年04月12日13时43分03秒", "图文", 9000, 1200, 0.133, 80, 9, 40, 5, 6, 12.5, 0]]
    rows.append(["", "2026年04月13日08时00分00秒", "视频", 10, 1, 0, 0, 0, 0, 0, 0, 3, 2])
    (taken,) = take(xlsx(tmp_path / "笔记列表明细表.xlsx", {"Sheet1": rows}))
    assert taken.found.layout.code == "xiaohongshu.notes"
    assert taken.found.header_row == 2
    first, second = taken["contents"]
    assert (first["source_row"], first["title"], first["form"]) == (3, "早安", "image_text")
    assert first["published_at"] == datetime(2026, 4, 12, 13, 43, 3)
    assert (second["title"], second["form"]) == (None, "video")
    snapshot = taken["content_snapshots"][0]
    assert (snapshot["impressions"], snapshot["views"], snapshot["cover_ctr"]) == (9000, 1200, 0.133)
    assert (snapshot["followers_gained"], snapshot["avg_seconds"], snapshot["danmaku"]) == (5, 12.5, 0)
    assert taken.said == []
    assert taken.found.captured_at is None


def trends(*names):
    return {n: [["日期", "数值"], ["2026年04月01日", 10], ["2026年04月02日", "-"]] for n in names}


def test_the_metric_of_a_trend_is_its_sheet_name(tmp_path, take):
    """B3 近30日…数据: 日期 | 数值, the metric known only from the sheet; 18 sheets in four files."""
    files = {
        "近30日观看数据": {
            "曝光趋势": "impressions",
            "观看趋势": "views",
            "平均观看时长趋势": "avg_seconds",
            "观看总时长趋势": "total_seconds",
        },
        "近7日互动数据": {"点赞趋势": "likes", "评论趋势": "comments", "收藏趋势": "favorites", "分享趋势": "shares"},
        "近30日涨粉数据": {
            "净涨粉趋势": "followers_net",
            "新增关注趋势": "followers_new",
            "取消关注趋势": "followers_lost",
            "主页访客趋势": "profile_visits",
        },
        "近30日发布数据": {"总发布趋势": "posts", "发布视频趋势": "posts_video", "发布图文趋势": "posts_image"},
    }
    for name, sheets in files.items():
        tables = take(xlsx(tmp_path / f"{name}.xlsx", trends(*sheets)))
        assert len(tables) == len(sheets)
        for taken, (sheet, column) in zip(tables, sheets.items(), strict=True):
            assert taken.found.sheet == sheet
            assert [(r["day"], r[column], r["channel"]) for r in taken["account_daily"]] == [
                (date(2026, 4, 1), 10, ""),
                (date(2026, 4, 2), None, ""),
            ]
            assert taken.found.captured_at == datetime(2026, 4, 3)


def test_rate_trends_are_read_by_the_profile_of_their_column(tmp_path, take):
    """B0.5: percent where the cells say so, else already 0 to 1; what then is no rate is a problem, not a guess."""
    cells = {"封面点击率趋势": ["12.5%", "8%"], "视频完播率趋势": [0.41, 0], "主页转粉率趋势": [35, 0.9]}
    sheets = {n: [["日期", "数值"], *(["2026年04月01日", v] for v in values)] for n, values in cells.items()}
    cover, completion, follow = take(xlsx(tmp_path / "a.xlsx", sheets))
    assert [r["cover_ctr"] for r in cover["account_daily"]] == [0.125, 0.08]
    assert completion["account_daily"][0]["completion_rate"] == 0.41
    assert follow["account_daily"] == []
    assert follow.said == [(2, "数值", "rate_out_of_range", True), (3, "数值", "rate_out_of_range", True)]
    assert "rate_unclear" in follow.found.notes


def test_period_totals_are_known_and_not_stored(tmp_path, take):
    """B3 账号总体观看数据: 指标 | 数值, with …环比(%)."""
    totals = [
        ["指标", "数值"],
        ["曝光", 90000],
        ["观看", 12000],
        ["封面点击率(%)", 13.3],
        ["封面点击率环比(%)", -2],
        ["平均观看时长(s)", 12],
    ]
    path = xlsx(tmp_path / "a.xlsx", {"账号总体观看数据": totals, **trends("观看趋势")})
    total, trend = take(path)
    assert total.found.layout.code == "xiaohongshu.period_views"
    assert total.found.note == "period_summary"
    assert not total.found.layout.stored
    assert dict(total.tables) == {}
    assert trend.found.layout.code == "xiaohongshu.views_daily"


def single(path, days, hours):
    base = [["指标", "数值"], ["曝光数", 9000], ["观看数", 1200], ["封面点击率(%)", 13.3], ["平均观看时长(s)", 12.5]]
    base += [["完播率(%)", 41], ["2秒退出率(%)", 30.5], ["涨粉数", 5]]
    engagement = [["点赞数", "评论数", "收藏数", "分享数", "弹幕数"], [80, 9, 40, 6, 0]]
    return xlsx(path, {"基础数据总览": base, "互动数据总览": engagement, **days, **hours})


def test_a_single_note_gives_its_totals_and_its_days(tmp_path, take):
    """B3 single note: title from the file name, units in the labels, hours not stored beside days."""
    days = {
        "按天": [
            ["日期", "曝光数", "观看数", "封面点击率(%)"],
            ["2026年04月12日", 5000, 700, 14],
            ["2026年04月13日", 4000, 500, 12.5],
        ]
    }
    hours = {"按小时": [["时间", "曝光数", "观看数"], ["2026年4月12日9时", 100, 10]]}
    path = single(tmp_path / "upload", days, hours)
    base, engagement, daily, hourly = take(path, name="早安上海-数据明细表.xlsx")
    snapshot = base["content_snapshots"][0]
    assert (snapshot["impressions"], snapshot["views"], snapshot["followers_gained"]) == (9000, 1200, 5)
    assert (snapshot["cover_ctr"], snapshot["completion_rate"], snapshot["exit2s_rate"]) == (0.133, 0.41, 0.305)
    assert snapshot["avg_seconds"] == 12.5
    assert snapshot["title"] == "早安上海"
    assert engagement["content_snapshots"][0]["favorites"] == 40
    assert [(r["day"], r["impressions"], r["cover_ctr"], r["title"], r["channel"]) for r in daily["content_daily"]] == [
        (date(2026, 4, 12), 5000, 0.14, "早安上海", ""),
        (date(2026, 4, 13), 4000, 0.125, "早安上海", ""),
    ]
    assert hourly.found.layout.code == "xiaohongshu.note_hours"
    assert "hours_covered" in hourly.found.notes
    assert dict(hourly.tables) == {}
    assert "title_from_file_name" in base.found.notes


def test_a_single_note_may_have_a_sheet_a_metric(tmp_path, take):
    days = {
        "观看数趋势（天）": [["日期", "数值"], ["2026年04月12日", 700]],
        "点赞数趋势（天）": [["日期", "数值"], ["2026年04月12日", 7]],
    }
    hours = {"观看数趋势（小时）": [["时间", "数值"], ["2026年4月12日9时", 7]]}
    tables = take(single(tmp_path / "早安-数据明细表.xlsx", days, hours))
    assert [t["content_daily"][0].get("views") or t["content_daily"][0].get("likes") for t in tables[2:4]] == [700, 7]
    assert tables[4].found.layout.code == "xiaohongshu.note_hours"


def test_a_sheet_of_date_and_value_with_another_name_is_nobodys(tmp_path):
    (found,) = recognise(xlsx(tmp_path / "a.xlsx", {"库存趋势": [["日期", "数值"], ["2026年04月01日", 10]]}))
    assert found.layout is None
