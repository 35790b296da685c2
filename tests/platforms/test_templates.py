"""Mappings that ship: offered where headers fit, never used unasked, and read to the tables they name."""

import json
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from hongqiao.platforms import (
    PLATFORMS,
    TARGETS,
    Unreadable,
    fitting,
    layout_from_mapping,
    mapping_notes,
    propose_mapping,
    recognise,
    templates,
)
from hongqiao.platforms.targets import indicator
from tests.platforms.conftest import csv

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "anlan"


def offered(path):
    (found,) = recognise(path)
    return {one.code: mapping for one, mapping in fitting(found)}


def applied(path, take, code):
    """What a person gets who takes the template as it is."""
    (taken,) = take(path, extra=[layout_from_mapping(offered(path)[code])])
    return taken


@pytest.mark.parametrize("one", templates(), ids=lambda t: t.code)
def test_every_template_has_a_source_a_date_a_home_and_says_that_it_is_unconfirmed(one):
    assert one.source
    assert date.fromisoformat(one.checked)
    assert one.unconfirmed is True
    assert one.platform in PLATFORMS
    assert one.table in TARGETS
    for column, rule in one.columns.items():
        label, kind = TARGETS[one.table][column]
        assert label
        assert rule["kind"] == kind
        assert rule["headers"]


@pytest.mark.parametrize("one", templates(), ids=lambda t: t.code)
def test_a_file_with_the_first_spelling_of_every_column_is_offered_its_template(one, tmp_path):
    headers = [rule["headers"][0] for rule in one.columns.values()]
    headers += ["A3", "回搜人数"] if one.indicators else []
    codes = list(offered(csv(tmp_path / "a.csv", [",".join(headers), ",".join("1" for _ in headers)])))
    assert one.code in codes


def test_names_of_the_files_are_the_codes_in_them():
    folder = files("hongqiao.platforms.templates")
    named = {
        f.name.removesuffix(".json"): json.loads(f.read_text("utf-8")) for f in folder.iterdir() if ".json" in f.name
    }
    assert {name: one["code"] for name, one in named.items()} == {t.code: t.code for t in templates()}


def test_a_template_never_recognises_a_file_by_itself(tmp_path):
    (found,) = recognise(csv(tmp_path / "a.csv", ["微博内容,发布时间,阅读数", "早安,2026-04-20 10:00:00,5"]))
    assert found.layout is None
    assert found.note == "not_recognised"


def test_nothing_is_offered_for_a_table_of_something_else(tmp_path):
    assert offered(csv(tmp_path / "a.csv", ["商品,规格,库存", "面霜,50ml,3"])) == {}
    assert offered(csv(tmp_path / "b.csv", ["日期,天气,备注,温度", "2026-04-20,晴,无,20"])) == {}


def test_what_lacks_a_column_that_its_table_needs_is_not_offered(tmp_path):
    codes = offered(csv(tmp_path / "a.csv", ["直播标题,观看人数,成交金额,新增粉丝数", "a,1,2,3"]))
    assert not [c for c in codes if c.startswith("live")]


def test_weibo_posts_come_by_template_and_keep_the_sum_beside(tmp_path, take):
    """B6 微博: per post 发布时间, 微博内容, 阅读数, 转评赞数, 点击数, URL."""
    lines = ["发布时间,微博内容,阅读数,转评赞数,转发数,评论数,点赞数,URL"]
    lines.append("2026-04-20 12:30:00,健身后护肤,8155,59,5,10,44,https://example.invalid/1")
    path = csv(tmp_path / "微博数据登记.csv", lines)
    assert next(iter(offered(path))) == "weibo_posts"
    assert offered(path)["weibo_posts"]["notes"] == ["unconfirmed"]
    taken = applied(path, take, "weibo_posts")
    (piece,), (figures,) = taken["contents"], taken["content_snapshots"]
    assert (piece["title"], piece["url"]) == ("健身后护肤", "https://example.invalid/1")
    assert piece["published_at"] == datetime(2026, 4, 20, 12, 30)
    assert [figures[c] for c in ("views", "shares", "comments", "likes")] == [8155, 5, 10, 44]
    assert figures["extra"] == '{"转评赞数":"59"}'


def test_weibo_days_come_by_template(tmp_path, take):
    """B6 微博: 粉丝总数, 粉丝净增数, 新增粉丝数, 减少粉丝数, 阅读数, 发博数, 转评赞数, 转发数, 评论数, 点赞数."""
    header = "日期,粉丝总数,粉丝净增数,新增粉丝数,减少粉丝数,阅读数,发博数,转评赞数,转发数,评论数,点赞数"
    path = csv(tmp_path / "a.csv", [header, "2026-04-20,1000,-2,3,5,800,2,9,1,3,5"])
    (day,) = applied(path, take, "weibo_daily")["account_daily"]
    assert [day[f"followers_{c}"] for c in ("total", "net", "new", "lost")] == [1000, -2, 3, 5]
    assert [day[c] for c in ("views", "posts", "shares", "comments", "likes")] == [800, 2, 1, 3, 5]


LIVE = "直播标题,开播时间,下播时间,直播时长,观看人数,最高在线人数,平均停留时长,新增粉丝数,成交订单数,直播间成交金额"
NIGHT = "新品首发,2026-04-20 20:00:00,2026-04-20 22:30:00,02:30:00,12000,800,65秒,210,95,1.2万"


def test_a_live_session_is_what_was_sold_how_long_they_stayed_and_who_followed(tmp_path, take):
    path = csv(tmp_path / "a.csv", [LIVE, NIGHT])
    assert list(offered(path))[0] == "live_douyin"
    taken = applied(path, take, "live_douyin")
    (night,) = taken["live_sessions"]
    assert (night["gmv"], night["currency"]) == (Decimal(12000), "CNY")
    assert (night["seconds"], night["avg_seconds"], night["followers_gained"]) == (9000, 65, 210)
    assert (night["ts"], night["orders"]) == (datetime(2026, 4, 20, 20), 95)
    assert night["session_key"] == "2026-04-20 20:00:00|新品首发"
    assert "session_by_start" in offered(path)["live_douyin"]["notes"]


def test_a_later_file_of_the_same_session_has_the_same_key(tmp_path, take):
    """The key holds no figure, no space and no case: more orders and a blank in the title are the same session."""
    first = csv(tmp_path / "a.csv", [LIVE, NIGHT.replace("新品首发", "Live 首发")])
    later = csv(tmp_path / "b.csv", [LIVE, NIGHT.replace("新品首发", "LIVE首发").replace(",95,", ",97,")])
    keys = {applied(p, take, "live_douyin")["live_sessions"][0]["session_key"] for p in (first, later)}
    assert keys == {"2026-04-20 20:00:00|live首发"}


def test_a_session_with_an_id_is_that_id(tmp_path, take):
    path = csv(tmp_path / "a.csv", ["直播间ID," + LIVE, "\t7301," + NIGHT, "-," + NIGHT])
    taken = applied(path, take, "live_douyin")
    assert [r["session_key"] for r in taken["live_sessions"]] == ["7301"]
    assert taken.said == [(3, "直播间ID", "missing_value", True)]


def test_taobao_names_its_sessions_otherwise(tmp_path, take):
    header = "场次ID,标题,开始时间,结束时间,浏览次数,访客数,新增粉丝数,支付买家数,成交笔数,成交金额"
    row = "9,周二场,2026-04-21 19:00,2026-04-21 22:00,9000,4000,30,80,85,9000.5"
    path = csv(tmp_path / "a.csv", [header, row])
    assert next(iter(offered(path))) == "live_taobao"
    (night,) = applied(path, take, "live_taobao")["live_sessions"]
    assert (night["views"], night["view_users"], night["buyers"]) == (9000, 4000, 80)
    assert (night["orders"], night["gmv"]) == (85, Decimal("9000.5"))


def test_a_competitors_pieces_are_contents_with_their_figures(tmp_path, take):
    header = "笔记标题,发布时间,笔记类型,笔记链接,预估阅读数,点赞数,收藏数,评论数,分享数,博主"
    row = "早C晚A,2026-04-20 10:00:00,图文,https://example.invalid/n,12000,300,120,40,15,某某"
    path = csv(tmp_path / "千瓜.csv", [header, row])
    assert next(iter(offered(path))) == "qiangua_notes"
    taken = applied(path, take, "qiangua_notes")
    assert taken["contents"][0]["form_label"] == "图文"
    figures = taken["content_snapshots"][0]
    assert [figures[c] for c in ("views", "likes", "favorites", "comments", "shares")] == [12000, 300, 120, 40, 15]
    assert figures["extra"] == '{"博主":"某某"}'


def test_creators_are_told_by_their_id_else_their_page_else_their_name(tmp_path, take):
    header = "达人昵称,小红书号,粉丝数,图文笔记报价,视频笔记报价,互动率,城市"
    rows = ["小栗子,R1,12.5万,3000,5000,3.2%,杭州"]
    taken = applied(csv(tmp_path / "a.csv", [header, *rows]), take, "qiangua_creators")
    (who,) = taken["creators"]
    assert (who["creator_key"], who["creator_name"], who["followers"]) == ("R1", "小栗子", 125_000)
    assert (who["quote_image"], who["quote_video"]) == (Decimal(3000), Decimal(5000))
    assert who["interaction_rate"] == pytest.approx(0.032)
    assert "day" not in who  # the day of the capture, which intake knows
    bare = csv(tmp_path / "b.csv", ["达人昵称,主页链接,粉丝数", "小栗子,https://x.invalid/1,9", "奶盖,-,8"])
    rows = applied(bare, take, "qiangua_creators")["creators"]
    assert [r["creator_key"] for r in rows] == ["https://x.invalid/1", "奶盖"]


def test_a_column_an_indicator_becomes_a_row_an_indicator(tmp_path, take):
    """Practice: 回搜, 小红星, 5A/A3 files. An empty cell is no row; a bad cell is told once; the rest stays beside."""
    lines = ["日期,A3人群（人）,5A总量,回搜率,说明"]
    lines += ["2026-04-20,1.2万,50000,3.5,a", "2026-04-21,-,51000,很高,b", "昨天,1,2,3,c"]
    path = csv(tmp_path / "云图.csv", lines)
    mapping = offered(path)["brand_assets_wide"]
    assert "indicator_by_header" in mapping["notes"]
    taken = applied(path, take, "brand_assets_wide")
    rows = {(r["day"], r["indicator"]): r["value"] for r in taken["brand_daily"]}
    assert rows == {
        (date(2026, 4, 20), "A3"): 12000,
        (date(2026, 4, 20), "5A总量"): 50000,
        (date(2026, 4, 20), "回搜率"): 3.5,
        (date(2026, 4, 21), "5A总量"): 51000,
    }
    assert {r.get("unit") for r in taken["brand_daily"] if r["indicator"] == "A3"} == {"人"}
    assert sorted(taken.said) == [(3, "回搜率", "not_a_number", False), (4, "日期", "not_a_date", True)]
    assert (taken.reading.rows, taken.reading.refused) == (3, 1)
    assert taken.reading.counts == {("日期", "not_a_date"): 1, ("回搜率", "not_a_number"): 1}
    assert taken["brand_daily"][0]["extra"] == '{"说明":"a"}'
    assert taken.found.captured_at is not None


def test_long_brand_assets_use_the_same_names_for_indicators(tmp_path, take):
    lines = ["日期,指标,数值,单位", "2026-04-20,A3 人群,12000,人", "2026-04-20,自定人群,5,人", "2026-04-20,,5,人"]
    taken = applied(csv(tmp_path / "a.csv", lines), take, "brand_assets_long")
    assert [(r["indicator"], r["value"], r["unit"]) for r in taken["brand_daily"]] == [
        ("A3", 12000, "人"),
        ("自定人群", 5, "人"),
    ]
    assert taken.said == [(4, "指标", "missing_value", True)]
    assert (indicator("A3人群（人）"), indicator("自定人群(人)")) == ("A3", "自定人群")


ORDER = "订单编号,下单时间,支付时间,商品名称,商品数量,订单金额,实付金额,订单状态,售后状态"


def test_an_orders_amount_on_each_of_its_lines_counts_once(tmp_path, take):
    """微信小店: unconfirmed, so the page says which way the amounts are read."""
    lines = [ORDER, "\t37001,2026-04-20 12:28:43,2026-04-20 12:29:43,洁面,1,218.00,200.00,已完成,-"]
    lines += ["\t37001,2026-04-20 12:28:43,2026-04-20 12:29:43,面霜,2,218.00,200.00,已完成,-"]
    lines += ["\t37002,2026-04-20 13:00:00,-,洁面,1,118.00,-,待支付,-"]
    taken = applied(csv(tmp_path / "a.csv", lines), take, "wechat_store_orders")
    first, second = taken["orders"]
    assert (first["order_key"], first["gross"], first["paid"], first["quantity"]) == ("37001", 218, 200, 3)
    assert (first["status"], first["identified"], first["currency"]) == ("finished", False, "CNY")
    assert (second["paid"], second["status"]) == (None, "placed")
    assert [(r["order_key"], r["product"], r["quantity"]) for r in taken["order_lines"]] == [
        ("37001", "洁面", 1),
        ("37001", "面霜", 2),
        ("37002", "洁面", 1),
    ]
    assert [r["line_key"] for r in taken["order_lines"]] == ["37001|洁面", "37001|面霜", "37002|洁面"]


def test_amounts_of_lines_add_up_to_the_order(tmp_path, take):
    """The other way, where a person says so: gross is of the line."""
    lines = ["订单号,下单时间,商品名称,金额", "1,2026-04-20,洁面,100", "1,2026-04-20,面霜,18.5"]
    columns = {"订单号": "order_key", "下单时间": "ts", "商品名称": "product", "金额": "gross"}
    kinds = {"order_key": "id", "ts": "datetime", "product": "text", "gross": "money"}
    mapping = {
        "table": "order_lines",
        "columns": {h: {"column": c, "kind": kinds[c]} for h, c in columns.items()},
        "headers": list(columns),
    }
    assert mapping_notes(mapping) == ["paid_is_gross", "line_by_product"]
    (taken,) = take(csv(tmp_path / "a.csv", lines), extra=[layout_from_mapping(mapping)])
    (order,) = taken["orders"]
    assert (order["gross"], order["paid"], order["status"]) == (Decimal("118.5"), Decimal("118.5"), "unknown")
    assert [(r["gross"], r["paid"]) for r in taken["order_lines"]] == [(100, 100), (Decimal("18.5"), Decimal("18.5"))]


def test_where_a_file_states_both_each_amount_stays_where_it_belongs(tmp_path, take):
    lines = ["订单号,下单时间,商品,行金额,订单金额", "1,2026-04-20,洁面,100,110", "1,2026-04-20,面霜,18,110"]
    columns = {"订单号": "order_key", "下单时间": "ts", "商品": "product", "行金额": "gross", "订单金额": "order_gross"}
    mapping = {
        "table": "order_lines",
        "columns": {h: {"column": c} for h, c in columns.items()},
        "headers": list(columns),
    }
    (taken,) = take(csv(tmp_path / "a.csv", lines), extra=[layout_from_mapping(mapping)])
    assert [(r["gross"], r["paid"]) for r in taken["orders"]] == [(110, 110)]
    assert [r["gross"] for r in taken["order_lines"]] == [100, 18]


def test_orders_of_qianfan_drop_who_bought(tmp_path, take):
    header = "订单号,用户下单时间,SPU名称,SKU件数,用户实付金额,订单应付金额,订单状态,收件人姓名,收件人手机号"
    path = csv(tmp_path / "a.csv", [header, "P1,2026-04-20 10:00:00,精华,1,159,169,已发货,张三,13800000000"])
    assert next(iter(offered(path))) == "qianfan_orders"
    taken = applied(path, take, "qianfan_orders")
    assert (taken["orders"][0]["paid"], taken["orders"][0]["gross"]) == (159, 169)
    assert taken.found.dropped == ["收件人姓名", "收件人手机号"]
    assert "张三" not in json.dumps(taken.tables, default=str, ensure_ascii=False)


def test_a_days_ads_are_keyed_by_every_level_that_is_stated(tmp_path, take):
    header = "日期,推广计划ID,推广计划,广告ID,广告名称,花费,曝光次数,点击次数,目标转化量,公众号关注量"
    path = csv(
        tmp_path / "a.csv",
        [header, "2026-04-20,11,拉新,22,朋友圈大图,1200.5,90000,800,35,30", "合计,,,,,1200.5,90000,800,35,30"],
    )
    assert next(iter(offered(path))) == "tencent_ads_daily"
    taken = applied(path, take, "tencent_ads_daily")
    (ad,) = taken["placements_daily"]
    assert (ad["placement_key"], ad["level"], ad["day"]) == ("11|22", "unit", date(2026, 4, 20))
    assert (ad["spend"], ad["impressions"], ad["clicks"]) == (Decimal("1200.5"), 90000, 800)
    assert (ad["conversions"], ad["follows"], ad["campaign"]) == (35, 30, "拉新")
    assert taken.reading.skipped["totals"] == 1


def test_an_account_whose_report_names_no_plan_is_one_placement(tmp_path, take):
    taken = applied(
        csv(tmp_path / "a.csv", ["日期,花费,曝光量,点击量", "2026-04-20,12,900,8"]), take, "tencent_ads_daily"
    )
    assert [(r["placement_key"], r["level"]) for r in taken["placements_daily"]] == [("account", "account")]


@pytest.mark.parametrize(
    ("table", "columns", "named"),
    [
        ("live_sessions", {"a": "gmv"}, "开播时间"),
        ("live_sessions", {"a": "ts"}, "观看次数"),
        ("brand_daily", {"a": "day"}, "数值"),
        ("order_lines", {"a": "ts", "b": "gross"}, "订单号"),
        ("creators", {"a": "followers"}, "达人编号"),
    ],
)
def test_a_mapping_that_lacks_what_its_table_needs_is_refused_by_name(table, columns, named):
    with pytest.raises(Unreadable) as error:
        layout_from_mapping({"table": table, "columns": {h: {"column": c} for h, c in columns.items()}})
    assert named in error.value.params["columns"]


def test_an_unknown_target_or_kind_is_refused_by_its_header():
    for one in ({"column": "nonsense"}, {"column": "gmv", "kind": "nonsense"}):
        with pytest.raises(Unreadable) as error:
            layout_from_mapping({"table": "live_sessions", "columns": {"金额": one}})
        assert error.value.params["header"] == "金额"


def test_a_currency_that_is_no_word_cannot_leave_its_place():
    mapping = {
        "table": "creators",
        "columns": {"达人": {"column": "creator_name"}},
        "options": {"currency": "U'S--D;x"},
    }
    layout = layout_from_mapping(mapping)
    assert ("creators", "currency", "US--D;x") in layout.constants


def sample_files(*platforms):
    manifest = json.loads((EXAMPLES / "manifest.json").read_text("utf-8"))["files"]
    return [e for e in manifest if e["platform"] in platforms]


@pytest.mark.parametrize(
    "entry", sample_files("bilibili", "channels", "kuaishou", "zhihu", "toutiao"), ids=lambda e: e["path"]
)
def test_every_sample_file_of_these_platforms_is_recognised_as_what_it_is(entry, take):
    (taken,) = take(EXAMPLES / entry["path"], captured=datetime.fromisoformat(entry["captured_at"]))
    assert (taken.found.layout.code, taken.found.unknown, taken.said) == (entry["layout"], [], [])
    assert sum(map(len, taken.tables.values()))


@pytest.mark.parametrize(
    ("layout", "code"), [("weibo.own_table", "weibo_posts"), ("wechat_store.orders", "wechat_store_orders")]
)
def test_sample_files_without_a_genuine_header_stay_for_mapping_and_have_a_template(layout, code, take):
    entry = next(e for e in sample_files("weibo", "wechat_store") if e["layout"] == layout)
    path = EXAMPLES / entry["path"]
    (found,) = recognise(path)
    assert found.layout is None
    assert next(iter(offered(path))) == code
    (taken,) = take(path, extra=[layout_from_mapping(offered(path)[code])], captured=datetime(2026, 11, 23, 11))
    assert taken.said == []
    assert taken.reading.rows in (30, 90)


def test_mentions_stay_for_mapping():
    for entry in sample_files("mentions"):
        (found,) = recognise(EXAMPLES / entry["path"])
        assert found.layout is None
        assert propose_mapping(found)["table"] == "mentions"
