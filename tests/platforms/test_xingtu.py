"""Tables about creators on 抖音, typed by hand after facts B7."""

from datetime import date
from decimal import Decimal

import pytest

from hongqiao.platforms import recognise
from tests.platforms.conftest import csv
from tests.platforms.house import bring_in, totals

XGL = "素材ID(巨量),标题,星图任务ID,星图任务名称,抖音号昵称,抖音号,视频播放链接,下单账户名称,消耗,产品名称,数据统计日期"
YUNTU = (
    "报告名称,报告id,达人视频订单名称,达人视频订单id,视频链接,达人昵称,曝光次数,完播率,5s播放率,消耗金额,CTR,"
    "转发数,评论数,点赞数"
)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_boosted_videos_of_creators_spend_on_the_day_that_the_table_states(tmp_path, take, encoding):
    """B7: 星广联投 table (third-party)."""
    lines = [XGL, '\t7401,双11大雯,7388,双11,大雯,anlan_0,https://example.invalid/v,安澜,"4,800.00",精华,2026-04-20']
    lines += ["\t7401,双11大雯,7388,双11,大雯,anlan_0,https://example.invalid/v,安澜,200,精华,2026-04-21"]
    lines.append("合计,,,,,,,,5000,,")
    path = csv(tmp_path / "x.csv", lines, encoding)
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.notes) == ("xingtu.xgl", ["unconfirmed"])
    one = taken["placements_daily"][0]
    assert (one["placement_key"], one["day"], one["spend"]) == ("creative:7401", date(2026, 4, 20), Decimal(4800))
    assert (one["creator_key"], one["creator_name"], one["campaign"], one["product"]) == (
        "anlan_0",
        "大雯",
        "双11",
        "精华",
    )
    assert taken.reading.skipped["totals"] == 1
    assert taken.said == []
    bring_in(path, "xingtu")
    assert totals("ad_spend")["ad_spend"] == Decimal(5000)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_creators_orders_of_a_report_are_totals(tmp_path, take):
    """B7: 云图 report."""
    lines = [
        YUNTU,
        "双11复盘,YT1,大雯Vlog,7399,https://example.invalid/v,大雯,3210000,11.00%,32.00%,120000.00,0.90%,1925,2889,35310",
    ]
    path = csv(tmp_path / "x.csv", lines)
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.notes) == ("xingtu.yuntu_report", ["period_unknown"])
    (one,) = taken["placement_snapshots"]
    assert (one["placement_key"], one["level"], one["spend"]) == ("note:7399", "note", Decimal(120000))
    assert (one["completion_rate"], one["play5s_rate"]) == (pytest.approx(0.11), pytest.approx(0.32))
    assert (one["shares"], one["comments"], one["likes"], one["extra"]) == (1925, 2889, 35310, '{"CTR":"0.90%"}')
    bring_in(path, "xingtu")
    found = totals("placement_spend", "placement_shows", "placement_interactions")
    assert found == {"placement_spend": Decimal(120000), "placement_shows": 3210000, "placement_interactions": 40124}


def test_an_empty_table_and_one_without_its_spend(tmp_path):
    (found,) = recognise(csv(tmp_path / "x.csv", [XGL]))
    assert (found.layout.code, found.note) == ("xingtu.xgl", "header_only")
    row = "双11复盘,YT1,大雯Vlog,7399,https://example.invalid/v,大雯,3210000,11%,32%,120000,1%,1,2,3"
    (found,) = recognise(csv(tmp_path / "y.csv", [YUNTU.replace("消耗金额", "花费"), row]))
    assert found.missing == ["消耗金额"]
