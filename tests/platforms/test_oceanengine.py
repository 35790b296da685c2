"""巨量引擎 reports, typed by hand after facts B7."""

from datetime import date
from decimal import Decimal

import pytest

from hongqiao.platforms import MissingColumns, read, recognise
from tests.platforms.conftest import CAPTURED, csv, xlsx
from tests.platforms.house import bring_in, rows, totals

FIGURES = (
    "消耗,展示数,平均千次展现费用(元),点击数,点击率%,平均点击单价(元),转化数,平均转化成本,转化率%,"
    "深度转化数,深度转化成本,深度转化率%"
)
PROJECT = "时间-天,项目ID,项目名称," + FIGURES
UNIT = "时间-天,单元名称,单元ID,转化目标,单元出价," + FIGURES
MATERIAL = "素材名称,素材内容,素材类型,素材ID," + FIGURES
ROW = '"1,200.50",10000,120.05,300,3.00,4.00,12,100.04,4.00,3,400.17,25.00'
REST = "100,2000,50,40,2,2.5,1,100,2.5,-,-,-"


def project(day: str, own: str, name: str, figures: str) -> str:
    return f"{day},{own},{name},{figures}"


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_a_projects_days_are_spend_by_day_and_the_totals_row_is_none(tmp_path, take):
    """B7: 时间-天 + 项目ID, 项目名称 + measures; a 合计 row may exist."""
    lines = [PROJECT, project("2026-04-20", "7301184455667701", "拉新", ROW)]
    lines += [project("2026-04-21", "7301184455667702", "种草", REST), "合计,-,-," + ROW]
    path = csv(tmp_path / "x.csv", lines)
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.unknown, taken.found.notes) == ("oceanengine.project", [], [])
    first, second = taken["placements_daily"]
    assert (first["day"], first["level"], first["campaign"]) == (date(2026, 4, 20), "campaign", "拉新")
    assert first["placement_key"] == "campaign:7301184455667701"
    assert (first["spend"], first["impressions"], first["clicks"]) == (Decimal("1200.5"), 10000, 300)
    assert (first["conversions"], first["deep_conversions"], first["currency"]) == (12, 3, "CNY")
    assert second["deep_conversions"] is None
    assert taken.reading.skipped["totals"] == 1
    assert taken.said == []
    bring_in(path, "oceanengine")
    found = totals("ad_spend", "ad_shows", "ad_ctr", "ad_cpa")
    assert (found["ad_spend"], found["ad_shows"]) == (Decimal("1300.5"), 12000)
    assert found["ad_ctr"] == pytest.approx(340 / 12000)
    assert found["ad_cpa"] == pytest.approx(Decimal("1300.5") / 13, abs=Decimal("0.0001"))


def test_units_say_their_goal_and_a_file_without_ids_goes_by_names(tmp_path, take):
    """B7: 单元名称, 单元ID, 转化目标, 单元出价; the id is a column a person can leave out."""
    (taken,) = take(csv(tmp_path / "x.csv", [UNIT, "2026-04-20,防晒A,\t99001,表单提交,35," + ROW]))
    (one,) = taken["placements_daily"]
    assert taken.found.layout.code == "oceanengine.unit"
    assert (one["level"], one["placement_key"], one["goal"]) == ("unit", "unit:99001", "表单提交")
    assert one["extra"] == '{"单元出价":"35"}'
    nameless = UNIT.replace("单元ID,", "")
    (taken,) = take(csv(tmp_path / "y.csv", [nameless, "2026-04-20,防晒A,表单提交,35," + ROW]))
    assert taken["placements_daily"][0]["placement_key"] == "unit:防晒A"


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_materials_without_days_are_totals_of_the_download_and_not_of_a_day(tmp_path, take):
    """B7: the material report has no date column; csv variants 点击率(%), 素材id; gb18030."""
    variant = MATERIAL.replace("点击率%", "点击率(%)").replace("素材ID", "素材id")
    lines = [variant, "口播30s,https://example.invalid/1,视频,\t7401184455667000," + ROW, "总计,,,," + ROW]
    path = csv(tmp_path / "x.csv", lines, "gb18030")
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.notes) == ("oceanengine.material", ["period_unknown"])
    (one,) = taken["placement_snapshots"]
    assert (one["placement_key"], one["creative"]) == ("creative:7401184455667000", "口播30s")
    assert "day" not in one
    bring_in(path, "oceanengine")
    (stored,) = rows("placement_snapshots")
    assert stored["day"] == date(2026, 5, 1)  # of the download
    found = totals("placement_spend", "placement_shows", "ad_spend")
    assert (found["placement_spend"], found["placement_shows"]) == (Decimal("1200.5"), 10000)
    assert found["ad_spend"] is None  # nothing of it is a day's


def test_a_report_that_is_broken_down_further_adds_up_to_its_level(tmp_path, take):
    """One material in two projects on one day is one material's day; the account's report goes by days alone."""
    header = "时间-天,项目名称,项目ID,素材名称,素材ID," + FIGURES
    lines = [header, "2026-04-20,拉新,1,口播,77," + ROW, "2026-04-20,种草,2,口播,77," + REST]
    (taken,) = take(csv(tmp_path / "x.csv", lines))
    (one,) = taken["placements_daily"]
    assert taken.found.layout.code == "oceanengine.material_daily"
    assert (one["placement_key"], one["spend"], one["clicks"]) == ("creative:77", Decimal("1300.5"), 340)
    (taken,) = take(csv(tmp_path / "y.csv", ["时间-天," + FIGURES, "2026-04-20," + ROW]))
    (one,) = taken["placements_daily"]
    assert (taken.found.layout.code, one["level"], one["placement_key"]) == (
        "oceanengine.account",
        "account",
        "account",
    )


def test_an_empty_report_is_its_header_only(tmp_path):
    (found,) = recognise(xlsx(tmp_path / "x.xlsx", {"Sheet1": [PROJECT.split(",")]}))
    assert (found.layout.code, found.note, found.rows) == ("oceanengine.project", "header_only", 0)
    assert list(read(found.path, found, captured_at=CAPTURED, zone="Asia/Shanghai").batches()) == []


def test_without_the_spend_nothing_is_read(tmp_path):
    lines = [PROJECT.replace("消耗,", "花费,"), project("2026-04-20", "1", "拉新", ROW)]
    path = csv(tmp_path / "x.csv", lines)
    (found,) = recognise(path)
    assert found.missing == ["消耗"]
    with pytest.raises(MissingColumns):
        list(read(path, found, captured_at=CAPTURED, zone="Asia/Shanghai").batches())


def test_a_cell_that_is_no_number_loses_the_row_only_where_the_figure_is_required(tmp_path, take):
    bad = ROW.replace(",300,", ",三百,")
    lines = [PROJECT, project("2026-04-20", "1", "拉新", bad), project("2026-04-21", "1", "拉新", "?" + REST[3:])]
    lines.append(project("2026-13-01", "1", "拉新", REST))
    (taken,) = take(csv(tmp_path / "x.csv", lines))
    (one,) = taken["placements_daily"]
    assert (one["clicks"], one["impressions"]) == (None, 10000)
    assert sorted(taken.said) == [
        (2, "点击数", "not_a_number", False),
        (3, "消耗", "not_a_number", True),
        (4, "时间-天", "not_a_date", True),
    ]
