"""千川 reports, typed by hand after facts B7."""

from datetime import date
from decimal import Decimal

import pytest

from hongqiao.platforms import read, recognise
from tests.platforms.conftest import CAPTURED, csv, xlsx
from tests.platforms.house import bring_in, rows, totals

HEADER = (
    "素材ID\t,素材名称,素材评估,素材时长,素材创建时间,素材来源\t,整体消耗,基础消耗,整体支付ROI,整体成交金额,"
    "整体成交订单数\t,整体点击率,整体转化率,"
    "3秒播放率,视频完播率,平均观看时长\t,追投调控消耗,追投调控成交金额,追投调控支付ROI,追投调控点击率,"
    "追投调控转化率\t,净成交ROI,净成交金额,1小时内退款率"
)
ROW = (
    "\t7345500000000000{n},素材{n},优质,35s,2026-04-01 11:05:00,本地上传,1000.50,800.50,2,2001.00,10,2.09,5.97,"
    "48.75,9.75,12.23,200,400,2,"
    "4.26,2.88,1.8,1800.9,1.51"
)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_materials_keep_amounts_and_read_percents_as_plain_numbers(tmp_path, take, encoding):
    """B7 全域素材: headers may contain tabs, csv in utf-8 or gb18030, percents as plain numbers."""
    path = csv(tmp_path / "x.csv", [HEADER, ROW.format(n=101), ROW.format(n=102)], encoding)
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.unknown) == ("qianchuan.material", [])
    assert taken.found.notes == ["period_unknown"]
    one = taken["placement_snapshots"][0]
    assert (one["placement_key"], one["level"]) == ("creative:7345500000000000101", "creative")
    assert (one["spend"], one["gmv"], one["net_gmv"], one["orders"]) == (
        Decimal("1000.5"),
        Decimal("2001"),
        Decimal("1800.9"),
        10,
    )
    assert (one["play3s_rate"], one["refund_1h_rate"]) == (pytest.approx(0.4875), pytest.approx(0.0151))
    assert (one["completion_rate"], one["avg_seconds"]) == (pytest.approx(0.0975), 12.23)
    assert '"追投调控消耗":"200"' in one["extra"]
    assert "ROI" not in one["extra"]  # worked out as a ratio of sums
    assert taken.said == []
    bring_in(path, "qianchuan")
    found = totals("placement_spend", "placement_gmv", "placement_roi", "placement_net_gmv")
    assert (found["placement_spend"], found["placement_gmv"]) == (Decimal("2001"), Decimal("4002"))
    assert (found["placement_roi"], found["placement_net_gmv"]) == (2, Decimal("3601.8"))
    assert {r["day"] for r in rows("placement_snapshots")} == {date(2026, 5, 1)}


def test_with_days_it_is_spend_by_day_and_the_word_all_is_no_day(tmp_path, take):
    (taken,) = take(csv(tmp_path / "x.csv", ["日期," + HEADER, "2026-04-20," + ROW.format(n=101)]))
    assert taken.found.layout.code == "qianchuan.material_daily"
    assert taken["placements_daily"][0]["day"] == date(2026, 4, 20)
    (taken,) = take(csv(tmp_path / "y.csv", ["日期," + HEADER, "全部," + ROW.format(n=101)]))
    assert taken.found.layout.code == "qianchuan.material"
    assert len(taken["placement_snapshots"]) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_a_boost_is_part_of_the_whole_and_never_added_to_it(tmp_path, take):
    """B7 调控报告 调控任务ID, 调控消耗…: 追投 is in 整体消耗 already."""
    lines = [
        "调控任务ID,调控任务名称,素材ID,调控消耗,调控成交金额,调控支付ROI",
        "8801,加热,7345500000000000101,200,400,2",
    ]
    path = csv(tmp_path / "boost.csv", lines)
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.notes) == ("qianchuan.boosts", ["unconfirmed", "period_unknown"])
    (one,) = taken["placement_snapshots"]
    assert (one["level"], one["placement_key"], one["spend"]) == ("boost", "boost:8801", Decimal("200"))
    bring_in(path, "qianchuan")
    assert totals("placement_spend")["placement_spend"] == Decimal("200")
    bring_in(csv(tmp_path / "material.csv", [HEADER, ROW.format(n=101)]), "qianchuan")
    assert totals("placement_spend")["placement_spend"] == Decimal("1000.5")


def test_crowds_are_known_and_not_kept(tmp_path):
    """B7 人群 标签类型, 标签."""
    rows_ = [["标签类型", "标签", "占比", "TGI"], ["年龄", "24-30", "35%", "120"]]
    (found,) = recognise(xlsx(tmp_path / "x.xlsx", {"Sheet1": rows_}))
    assert (found.layout.code, found.layout.stored, found.note) == ("qianchuan.audience", False, "audience_not_stored")


def test_a_row_without_a_material_id_is_refused_and_a_totals_row_skipped(tmp_path, take):
    lines = [HEADER, "-" + ROW.format(n=101)[20:], "合计" + ROW.format(n=102)[20:], ROW.format(n=103)]
    (taken,) = take(csv(tmp_path / "x.csv", lines))
    assert taken.said == [(2, "素材ID", "missing_value", True)]
    assert taken.reading.skipped["totals"] == 1
    assert len(taken["placement_snapshots"]) == 1


def test_the_header_alone_is_an_empty_report_and_a_missing_spend_is_named(tmp_path):
    (found,) = recognise(csv(tmp_path / "x.csv", [HEADER]))
    assert (found.note, found.rows) == ("header_only", 0)
    assert list(read(found.path, found, captured_at=CAPTURED, zone="Asia/Shanghai").batches()) == []
    lines = [HEADER.replace("整体消耗", "花费"), ROW.format(n=101)]
    (found,) = recognise(csv(tmp_path / "y.csv", lines))
    assert found.missing == ["整体消耗"]
