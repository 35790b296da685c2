"""公众号 exports, typed by hand after facts B1."""

from datetime import date, datetime
from decimal import Decimal

from hongqiao.platforms import recognise
from tests.platforms.conftest import xls, xlsx

NOTIFIED = [
    "内容标题",
    "发表时间",
    "总阅读人数",
    "总阅读次数",
    "总分享人数",
    "总分享次数",
    "阅读后关注人数",
    "送达人数",
    "公众号消息阅读次数",
    "送达阅读率",
    "首次分享次数",
    "分享产生阅读次数",
    "首次分享率",
    "每次分享带来阅读次数",
    "阅读完成率",
    "内容url",
]
URL = "http://mp.weixin.qq.com/s?__biz=MzA&mid=2247&idx=1&sn=ab"


def growth(path, last_header):
    rows = "".join(
        f"<tr><td>{d}</td><td>{a}</td><td>{b}</td><td>{c}</td><td>{t}</td></tr>"
        for d, a, b, c, t in [("2026-03-30", 12, 20, -8, "1,002"), ("2026-03-31", 5, 1, 4, 1006)]
    )
    head = "".join(f"<th>{h}</th>" for h in ("时间", "新关注人数", "取消关注人数", "净增关注人数", last_header))
    path.write_text(
        f"<html><head><meta charset='utf-8'></head><body><table><tr>{head}</tr>{rows}</table></body></html>", "utf-8"
    )
    return path


def test_user_growth_is_an_html_table_under_the_name_xls(tmp_path, take):
    """B1 用户增长: HTML, utf-8; 净增 may be negative; 累积 and 累计 are both accepted."""
    for word in ("累积关注人数", "累计关注人数"):
        (taken,) = take(growth(tmp_path / "user_analysis.xls", word))
        assert taken.found.layout.code == "wechat_oa.user_growth"
        assert taken["account_daily"][0] == {
            "source_row": 2,
            "day": date(2026, 3, 30),
            "followers_new": 12,
            "followers_lost": 20,
            "followers_net": -8,
            "followers_total": 1002,
            "channel": "",
        }
        assert taken.found.captured_at == datetime(2026, 4, 1)


def flow(path):
    rows = [["流量数据"], [], []]
    rows[2] = ["日期", "渠道", "阅读人数", "", "日期", "分享人数", "跳转阅读原文人数", "微信收藏人数", "发表篇数", ""]
    rows[2] += ["传播渠道", "发表日期", "内容标题", "阅读人数", "阅读占比"]
    rows.append(["2026-03-30", "全部", 100, "", "2026-03-30", 7, 3, 2, 1, "", "全部", "20260328", "早安", 60, "60%"])
    rows.append(["2026-03-30", "朋友圈", 70, "", "2026-03-31", 1, 0, 0, 0, "", "朋友圈", "20260328", "早安", 40, "40%"])
    rows.append(["2026-03-31", "全部", 20, "", "", "", "", "", "", "", "全部", "20260329", "晚安", 9, "9%"])
    return xls(path, {"New Sheet1": rows})


def test_flow_details_hold_three_tables_side_by_side(tmp_path, take):
    """B1 流量数据明细: OLE, data from row index 3; cols 1-3, 5-9, 11-15."""
    path = flow(tmp_path / "tendency_20260330_20260331.xls")
    channel, daily, content = take(path)
    assert [t.found.block for t in (channel, daily, content)] == [0, 1, 2]
    assert [(r["source_row"], r["day"], r["channel"], r["view_users"]) for r in channel["account_daily"]] == [
        (4, date(2026, 3, 30), "", 100),
        (5, date(2026, 3, 30), "朋友圈", 70),
        (6, date(2026, 3, 31), "", 20),
    ]
    assert daily["account_daily"] == [
        {
            "source_row": 4,
            "day": date(2026, 3, 30),
            "share_users": 7,
            "jumps": 3,
            "favorites": 2,
            "posts": 1,
            "channel": "",
        },
        {
            "source_row": 5,
            "day": date(2026, 3, 31),
            "share_users": 1,
            "jumps": 0,
            "favorites": 0,
            "posts": 0,
            "channel": "",
        },
    ]
    assert [(r["title"], r["published_at"], r["form"]) for r in content["contents"]] == [
        ("早安", datetime(2026, 3, 28), "article"),
        ("晚安", datetime(2026, 3, 29), "article"),
    ]
    assert "period_by_channel" in content.found.notes
    assert {t.found.captured_at for t in (channel, daily, content)} == {datetime(2026, 4, 1)}
    assert channel.said == daily.said == content.said == []


def test_the_older_flow_table_keeps_what_has_no_column_of_its_own(tmp_path, take):
    """B1 流量数据明细, older: one table of eleven columns."""
    headers = [
        "日期",
        "渠道",
        "阅读次数",
        "阅读人数",
        "分享次数",
        "分享人数",
        "阅读原文次数",
        "阅读原文人数",
        "收藏次数",
        "收藏人数",
        "群发篇数",
    ]
    path = xls(tmp_path / "a.xls", {"New Sheet1": [headers, ["2026-03-30", "全部", 9, 8, 7, 6, 5, 4, 3, 2, 1]]})
    (taken,) = take(path)
    row = taken["account_daily"][0]
    assert taken.found.layout.code == "wechat_oa.flow_older"
    assert (row["views"], row["view_users"], row["shares"], row["share_users"], row["jumps"]) == (9, 8, 7, 6, 4)
    assert row["extra"] == '{"阅读原文次数":"5","收藏次数":"3"}'
    assert taken.found.unknown == []


def test_notified_contents_are_read_from_ole_and_from_xlsx(tmp_path, take):
    """B1 已通知内容 (tmpl=19): 16 columns, 发表时间 YYYYMMDD, rates decimal."""
    row = ["早安", "20260407", 310, 420, 12, 15, 3, 8000, 300, 0.0374, 9, 60, 0.03, 6.67, 0.61, URL]
    for path in (xls(tmp_path / "a.xls", {"S": [NOTIFIED, row]}), xlsx(tmp_path / "b.xls", {"S": [NOTIFIED, row]})):
        (taken,) = take(path)
        assert taken.found.layout.code == "wechat_oa.notified"
        assert taken["contents"] == [
            {"source_row": 2, "title": "早安", "published_at": datetime(2026, 4, 7), "url": URL, "form": "article"}
        ]
        snapshot = taken["content_snapshots"][0]
        assert (snapshot["view_users"], snapshot["views"]) == (310, 420)
        assert (snapshot["share_users"], snapshot["shares"]) == (12, 15)
        assert (snapshot["delivered"], snapshot["delivered_views"]) == (8000, 300)
        assert snapshot["delivered_read_rate"] == 0.0374
        assert snapshot["share_view_ratio"] == 6.67
        assert snapshot["completion_rate"] == 0.61
        assert snapshot["url"] == URL
        assert taken.said == []


def test_unnotified_contents_are_told_from_notified_ones_by_the_missing_delivery(tmp_path, take):
    """B1 未开启通知内容 (tmpl=20): 14 columns."""
    headers = [h for h in NOTIFIED if h not in ("送达人数", "送达阅读率")]
    row = ["早安", "20260407", 310, 420, 12, 15, 3, 300, 9, 60, 0.03, 6.67, 0.61, URL]
    (taken,) = take(xls(tmp_path / "a.xls", {"S": [headers, row]}))
    assert taken.found.layout.code == "wechat_oa.unnotified"
    assert len(headers) == 14
    assert taken.found.unknown == []
    assert taken["content_snapshots"][0]["delivered_views"] == 300
    assert taken["content_snapshots"][0]["first_share_rate"] == 0.03


def test_the_newer_content_file_starts_at_row_three(tmp_path, take):
    """B1 内容数据: total_xxx.xls, sheet New Sheet1, nine columns, persons only."""
    headers = [
        "内容标题",
        "发表时间",
        "阅读人数",
        "分享人数",
        "阅读后关注人数",
        "送达人数",
        "送达阅读率",
        "阅读完成率",
        "内容url",
    ]
    rows = [["内容数据"], headers, ["早安", "20260407", 310, 12, 3, 8000, "3.74%", "61%", URL]]
    (taken,) = take(xls(tmp_path / "total_x.xls", {"New Sheet1": rows}))
    assert taken.found.layout.code == "wechat_oa.content"
    assert taken.found.header_row == 2
    snapshot = taken["content_snapshots"][0]
    assert snapshot["source_row"] == 3
    assert snapshot["view_users"] == 310
    assert (snapshot["delivered_read_rate"], snapshot["completion_rate"]) == (0.0374, 0.61)


def article(path):
    rows = [["标题", "早安，上海"], [], ["数据概况"], ["阅读（人）", 310, "阅读（次）", 420]]
    rows += [["平均停留时长(秒)", 41.5, "完读率", "61.2%"], ["新增关注（人）", 3], ["分享（人）", 12, "分享（次）", 15]]
    rows += [["在看", "点赞", "收藏（人）", "评论（条）", "赞赏（分）"], [2, 20, 5, 4, 1250], [], ["阅读转化"]]
    rows += [
        ["送达人数", 8000, "公众号消息阅读次数", 300],
        ["首次分享次数", 9, "公众号消息阅读人数", 280],
        [],
        ["推荐转化"],
        [],
    ]
    rows += [["数据趋势明细"], ["日期", "传播渠道", "阅读人数", "阅读次数", "分享人数"]]
    rows += [
        ["2026-04-07", "全部", 200, 260, 8],
        ["2026-04-07", "朋友圈", 90, 100, 4],
        ["2026-04-08", "全部", 110, 160, 4],
    ]
    rows += [[], ["性别分布"], ["性别", "占比"], ["女", "80%"]]
    return xls(path, {"sheet1": rows})


def test_a_single_article_gives_its_totals_and_its_trend(tmp_path, take):
    """B1 单篇详情: title in row 1 column 2, label and value pairs in sections, trend below; 赞赏 in fen."""
    figures, trend = take(article(tmp_path / "a.xls"))
    snapshot = figures["content_snapshots"][0]
    assert (snapshot["view_users"], snapshot["views"]) == (310, 420)
    assert (snapshot["share_users"], snapshot["shares"]) == (12, 15)
    assert (snapshot["avg_seconds"], snapshot["completion_rate"]) == (41.5, 0.612)
    assert (snapshot["recommends"], snapshot["likes"], snapshot["favorites"], snapshot["comments"]) == (2, 20, 5, 4)
    assert snapshot["tips"] == Decimal("12.5000")
    assert (snapshot["followers_gained"], snapshot["delivered"], snapshot["first_shares"]) == (3, 8000, 9)
    assert snapshot["extra"] == '{"公众号消息阅读人数":"280"}'
    assert {snapshot["title"], figures["contents"][0]["title"], trend["content_daily"][0]["title"]} == {"早安，上海"}
    assert figures["contents"][0]["published_at"] == datetime(2026, 4, 7)
    assert figures["contents"][0]["form"] == trend["content_daily"][0]["form"] == "article"
    assert [(r["source_row"], r["day"], r["channel"], r["view_users"], r["views"]) for r in trend["content_daily"]] == [
        (19, date(2026, 4, 7), "", 200, 260),
        (20, date(2026, 4, 7), "朋友圈", 90, 100),
        (21, date(2026, 4, 8), "", 110, 160),
    ]
    assert {"published_from_trend", "audience_not_stored"} <= set(figures.found.notes)
    assert trend.found.captured_at == datetime(2026, 4, 9)
    assert figures.said == trend.said == []


def test_a_missing_required_column_is_named(tmp_path):
    headers = [h for h in NOTIFIED if h != "总阅读人数"]
    (found,) = recognise(xls(tmp_path / "a.xls", {"S": [headers, ["早安", "20260407", *[1] * 13]]}))
    assert found.layout.code == "wechat_oa.notified"
    assert found.missing == ["总阅读人数"]
    assert not found.ok
