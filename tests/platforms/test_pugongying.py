"""蒲公英 投后笔记数据, typed by hand after facts B7: 104 columns, ten labels confirmed."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from hongqiao.platforms import recognise
from tests.platforms.conftest import csv, xlsx
from tests.platforms.house import bring_in, rows, totals

#: B7 by index, 0 to 40: the labels of the fact sheet.
_HEAD = (
    "数据日期 博主昵称 博主主页链接 粉丝数 健康等级 笔记标题 笔记链接 笔记类型 发布日期 来源 笔记ID 内容标签 "
    "订单ID 合作名称 报备品牌 下单账号 博主报价 服务费金额 是否优效 "
    "SPU名称 曝光量 阅读量 阅读UV 5s播放率 3s阅读率 视频时长 平均浏览时长 视频完播率 互动量 互动率 点赞 收藏 评论 "
    "分享 关注 自然曝光量 自然阅读量 推广曝光量 推广阅读量 "
    "加热曝光量 加热阅读量"
)
_ROW = (
    "2026/04/29 小美 https://example.invalid/user/5f00aa?x=1 86400 优秀 油皮实测 https://example.invalid/note/n1 "
    "图文 2026/04/13 定制合作 "
    "66f0a1b2000000001e030001 护肤 P2026 舒缓精华 安澜 安澜 6800 680 否 精华 218000 41600 35776 - 60.00% - 15.2 "
    "12.50% 5324 12.80% 2928 1756 372 "
    "266 106 152600 29952 65400 11648 0 0"
)
HEAD, ROW = _HEAD.split(), _ROW.split()
AUDIENCE = {
    58: ("正文组件点击量", "7"),
    60: ("正文组件CTR", "1.2%"),
    78: ("粉丝占比", "38.00%"),
    79: ("女性占比", "91.00%"),
}


def table(labels: dict[int, str] | None = None, width: int = 104) -> list[list[str]]:
    """Group headers in rows 1 and 2, the header in row 3, one note; `labels` are this file's own words by index."""
    head = [*HEAD, *(f"列{n}" for n in range(len(HEAD), width))]
    row = [*ROW, *["-"] * (width - len(ROW))]
    for place, (label, value) in AUDIENCE.items():
        head[place], row[place] = label, value
    for place, label in (labels or {}).items():
        head[place] = label
    groups = ["基础信息", *[""] * 19, "核心数据", *[""] * (width - 21)]
    return [groups, [""] * width, head, row]


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_a_note_after_its_campaign_by_names(tmp_path, take):
    """B7: rows 1-2 merged group headers, row 3 the header; "-" missing; dates 2026/01/15; rates "60.00%"."""
    rows_ = [row[:41] for row in table()]
    path = xlsx(tmp_path / "x.xlsx", {"Sheet1": rows_})
    (taken,) = take(path)
    assert (taken.found.layout.code, taken.found.header_row) == ("pugongying.notes", 3)
    assert (taken.found.notes, taken.found.unknown) == (["unconfirmed"], [])
    (one,) = taken["placement_snapshots"]
    assert (one["placement_key"], one["source_key"]) == ("note:66f0a1b2000000001e030001", "66f0a1b2000000001e030001")
    assert (one["day"], one["published_at"]) == (date(2026, 4, 29), datetime(2026, 4, 13))
    assert (one["creator_name"], one["creator_key"], one["campaign"]) == ("小美", "5f00aa", "舒缓精华")
    assert (one["quote"], one["fee"], one["impressions"], one["views"]) == (Decimal(6800), Decimal(680), 218000, 41600)
    assert (one["interactions"], one["likes"], one["follows"]) == (5324, 2928, 106)
    assert (one["play5s_rate"], one["completion_rate"], one["avg_seconds"]) == (None, pytest.approx(0.125), 15.2)
    assert '"自然曝光量":"152600"' in one["extra"]
    assert taken.said == []
    bring_in(path, "pugongying")
    found = totals("creator_cost", "placement_interactions", "cpe", "placement_views")
    assert (found["creator_cost"], found["placement_interactions"]) == (Decimal(7480), 5324)
    assert found["placement_views"] == 41600
    assert found["cpe"] == pytest.approx(Decimal(7480) / 5324, abs=Decimal("0.0001"))
    (stored,) = rows("placement_snapshots")
    assert stored["day"] == date(2026, 4, 29)  # of the data, not of the publication


def test_other_spellings_of_the_same_columns_are_the_same(tmp_path, take):
    """数据更新日期, 笔记id, 点赞量 …: as public tools read the export."""
    other = {
        0: "数据更新日期",
        3: "博主粉丝量",
        8: "笔记发布日期",
        10: "笔记id",
        12: "订单id",
        30: "点赞量",
        31: "收藏量",
        34: "关注量",
    }
    rows_ = [row[:41] for row in table(other)]
    (taken,) = take(xlsx(tmp_path / "x.xlsx", {"Sheet1": rows_}))
    (one,) = taken["placement_snapshots"]
    assert (one["day"], one["likes"], one["unit_id"]) == (date(2026, 4, 29), 2928, "P2026")
    assert taken.found.notes == ["unconfirmed"]


def test_where_labels_are_strange_but_the_confirmed_ones_stand_in_place_positions_help_with_a_warning(tmp_path, take):
    strange = {10: "作品编号", 20: "总展示", 28: "总互动", 8: "上线日"}
    (taken,) = take(xlsx(tmp_path / "x.xlsx", {"Sheet1": table(strange)}))
    assert taken.found.notes == ["by_position", "unconfirmed"]
    assert taken.found.headers[10] == "作品编号"
    (one,) = taken["placement_snapshots"]
    assert (one["source_key"], one["impressions"], one["interactions"]) == ("66f0a1b2000000001e030001", 218000, 5324)
    assert one["published_at"] == datetime(2026, 4, 13)


def test_one_strange_label_is_enough_for_the_warning_and_none_for_silence(tmp_path, take):
    (taken,) = take(xlsx(tmp_path / "x.xlsx", {"Sheet1": table({20: "总展示"})}))
    assert taken["placement_snapshots"][0]["impressions"] == 218000
    assert "by_position" in taken.found.notes
    (taken,) = take(xlsx(tmp_path / "y.xlsx", {"Sheet1": table()}))
    assert (taken.found.notes, taken["placement_snapshots"][0]["impressions"]) == (["unconfirmed"], 218000)


def test_positions_are_never_trusted_where_a_confirmed_label_is_elsewhere(tmp_path):
    moved = table({10: "作品编号", 16: "服务费金额", 17: "博主报价"})
    (found,) = recognise(xlsx(tmp_path / "x.xlsx", {"Sheet1": moved}))
    assert not found.ok
    assert "by_position" not in found.notes


def test_a_column_without_a_label_is_missed_by_name(tmp_path):
    (found,) = recognise(xlsx(tmp_path / "x.xlsx", {"Sheet1": table({10: ""})}))
    assert (found.missing, found.ok) == (["笔记ID"], False)


def test_who_saw_it_is_kept_beside_at_most(tmp_path, take):
    rows_ = [row[:41] + row[78:80] for row in table()]
    (taken,) = take(xlsx(tmp_path / "x.xlsx", {"Sheet1": rows_}))
    (one,) = taken["placement_snapshots"]
    assert '"女性占比":"91.00%"' in one["extra"]


def test_no_notes_yet_and_no_note_id(tmp_path):
    head = table()[2][:41]
    (found,) = recognise(csv(tmp_path / "x.csv", [",".join(head)], "gb18030"))
    assert (found.layout.code, found.note) == ("pugongying.notes", "header_only")
    rows_ = [row[:41] for row in table({10: "作品编号"})]
    (found,) = recognise(xlsx(tmp_path / "x.xlsx", {"Sheet1": rows_}))
    assert not found.ok
