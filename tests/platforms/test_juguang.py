"""聚光 reports, typed by hand after facts B7 (labels of measures; the rest is unconfirmed)."""

from datetime import date
from decimal import Decimal

import pytest

from hongqiao.platforms import LAYOUTS, recognise
from tests.platforms.conftest import csv, xlsx
from tests.platforms.house import bring_in, totals

FIGURES = [
    "消费",
    "展现量",
    "点击量",
    "点击率",
    "平均点击成本",
    "平均千次展现费用",
    "互动量",
    "私信进线数",
    "私信开口数",
    "私信留资数",
]
VALUES = ["1,317.01", "14,872", "558", "3.75%", "2.36", "88.56", "73", "37", "30", "12"]
SMALL = ["100", "1000", "50", "5%", "2", "100", "10", "-", "-", "-"]


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_days_of_a_campaign_with_messages_and_leads(tmp_path, take):
    """B7 聚光 export labels (partial): 消费/消耗, 展现量, 点击量 … 私信进线数, 私信开口数, 私信留资数."""
    table = [["时间", "计划名称", *FIGURES], ["2026-04-20", "搜索-精华", *VALUES], ["2026-04-21", "搜索-精华", *SMALL]]
    table.append(["合计", "-", *VALUES])
    path = xlsx(tmp_path / "x.xlsx", {"Sheet1": table})
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.notes) == ("juguang.report", ["unconfirmed"])
    first, second = taken["placements_daily"]
    assert (first["day"], first["level"], first["placement_key"]) == (
        date(2026, 4, 20),
        "campaign",
        "campaign:搜索-精华",
    )
    assert (first["spend"], first["impressions"], first["interactions"]) == (Decimal("1317.01"), 14872, 73)
    assert (first["messages"], first["messages_open"], first["leads"], second["leads"]) == (37, 30, 12, None)
    assert taken.reading.skipped["totals"] == 1
    assert taken.said == []
    bring_in(path, "juguang")
    found = totals("ad_spend", "ad_messages", "ad_leads", "ad_cpc")
    assert (found["ad_spend"], found["ad_messages"], found["ad_leads"]) == (Decimal("1417.01"), 37, 12)
    assert found["ad_cpc"] == pytest.approx(Decimal("1417.01") / 608, abs=Decimal("0.0001"))


def test_without_days_it_is_the_total_of_an_unnamed_period(tmp_path, take):
    header = ["消耗" if h == "消费" else h for h in FIGURES]
    lines = [",".join(["笔记ID", "笔记标题", *header]), ",".join(["66f0a1b2000000001e030000", "防晒怎么选", *SMALL])]
    (taken,) = take(csv(tmp_path / "x.csv", lines, "gb18030"))
    assert (taken.found.layout.code, taken.found.notes) == ("juguang.totals", ["unconfirmed", "period_unknown"])
    (one,) = taken["placement_snapshots"]
    assert (one["level"], one["source_key"], one["creative"]) == ("note", "66f0a1b2000000001e030000", "防晒怎么选")


def test_a_note_in_two_units_is_one_note_and_no_breakdown_is_the_account(tmp_path, take):
    header = ["日期", "单元名称", "笔记ID", *FIGURES]
    table = [header, ["2026-04-20", "甲", "n1", *SMALL], ["2026-04-20", "乙", "n1", *SMALL]]
    (taken,) = take(xlsx(tmp_path / "x.xlsx", {"Sheet1": table}))
    (one,) = taken["placements_daily"]
    assert (one["placement_key"], one["spend"], one["clicks"]) == ("note:n1", Decimal(200), 100)
    (taken,) = take(xlsx(tmp_path / "y.xlsx", {"Sheet1": [["时间", *FIGURES], ["2026-04-20", *SMALL]]}))
    assert taken["placements_daily"][0]["placement_key"] == "account"


def test_an_empty_report_is_its_header_and_one_without_its_spend_is_never_guessed(tmp_path):
    (found,) = recognise(xlsx(tmp_path / "x.xlsx", {"Sheet1": [["时间", "计划名称", *FIGURES]]}))
    assert (found.layout.code, found.note) == ("juguang.report", "header_only")
    table = [["时间", "计划名称", "支出", *FIGURES[1:]], ["2026-04-20", "搜索", *SMALL]]
    (found,) = recognise(xlsx(tmp_path / "y.xlsx", {"Sheet1": table}))
    assert (found.layout, found.note) == (None, "not_recognised")  # the mapping page asks


BAIDU = "日期,计划名称,单元名称,展现量,点击量,消费,点击率"


@pytest.mark.parametrize("line", [BAIDU, "日期,推广计划名称,展现,点击,消费,点击率", BAIDU.removeprefix("日期,")])
def test_a_report_with_words_that_baidu_uses_too_is_asked_about_and_not_guessed(tmp_path, line):
    rows = [line, ",".join("2026-04-20" if h == "日期" else "5" for h in line.split(","))]
    (found,) = recognise(csv(tmp_path / "搜索推广.csv", rows))
    assert (found.layout, found.note) == (None, "words_shared")
    assert set(found.candidates) <= {"juguang.report", "juguang.totals"}
    assert found.candidates


def test_once_a_person_says_that_it_is_theirs_it_is_read_as_such(tmp_path):
    path = csv(tmp_path / "x.csv", [BAIDU, "2026-04-20,搜索,单元,1000,50,100,5%"])
    (found,) = recognise(path, extra=[LAYOUTS["juguang.report"]])
    assert found.layout.code == "juguang.report"


@pytest.mark.parametrize("own", ["互动量", "笔记ID", "私信留资数"])
def test_one_word_of_its_own_is_enough(tmp_path, own):
    (found,) = recognise(csv(tmp_path / "x.csv", [f"{BAIDU},{own}", "2026-04-20,搜索,单元,1000,50,100,5%,7"]))
    assert found.layout.code == "juguang.report"
