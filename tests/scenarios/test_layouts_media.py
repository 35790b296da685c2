"""D1: each export of B站, 视频号, 快手, 知乎, 头条 and each shipped template, from a hand-typed file to a figure."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from uuid import UUID

import pytest

from hongqiao import platforms, warehouse
from hongqiao.imports import services as imports
from hongqiao.metrics import Query, query
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Member, User
from tests.platforms.conftest import csv, xlsx
from tests.warehouse.conftest import Keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

BRAND, ACCOUNT = UUID(int=0xB1), UUID(int=0xA1)
#: What the files below cover, and the moment they were downloaded (Shanghai: 22 April 2026, 09:00).
APRIL = {"start": date(2026, 4, 20), "end": date(2026, 4, 21)}
CAPTURED = datetime(2026, 4, 22, 9)


def bring_in(path, platform: str, template: str = "", captured: datetime = CAPTURED) -> warehouse.Receipt:
    """Recognise, read and take every table of a file; `template`: confirmed as it is, as a person may."""
    extra = []
    if template:
        (found,) = platforms.recognise(path)
        offered = {one.code: mapping for one, mapping in platforms.fitting(found)}
        extra = [platforms.layout_from_mapping(offered[template])]
    (found,) = platforms.recognise(path, extra=extra)
    origin = warehouse.Origin(
        brand_id=BRAND,
        platform=platform,
        account_id=ACCOUNT,
        zone="Asia/Shanghai",
        captured_at=captured.replace(hour=captured.hour - 8),
        file_hash=hashlib.sha256(path.read_bytes()).hexdigest(),
        file_name=path.name,
        sheet=found.sheet,
        layout=found.layout.code,
    )
    reading = platforms.read(path, found, captured_at=captured, zone="Asia/Shanghai")
    return warehouse.take(origin, reading, keys=Keys())


def figures(*metrics: str, by: tuple[str, ...] = (), where=None, **window):
    asked = Query(metrics, by, where=where or {}, **{**APRIL, **window})
    answer = query(warehouse.open(BRAND), asked)
    return answer.rows if by else answer.totals


def test_D1_bilibili_compared_videos_become_figures_of_pieces(tmp_path):
    """B4 近期稿件对比.csv, a choice of its columns: 1.2万 plays, 12.3%."""
    lines = ["视频标题,发布时间,播放量,封标点击率,点赞量,评论量,弹幕量,收藏量,投币量,转发量,涨粉量,平均播放进度"]
    lines += ["防晒拆开看,2026年04月20日 18:00:00,1.2万,3.2星,480,72,156,480,264,96,108,50.0%"]
    lines += ["洁面拆开看,2026年04月21日 18:00:00,4000,3.0星,20,8,4,20,36,4,2,30.0%"]
    receipt = bring_in(csv(tmp_path / "近期稿件对比.csv", lines, "utf-8-sig"), "bilibili")
    assert (receipt.taken, receipt.refused) == (2, 0)
    told = figures("posts", "piece_views", "piece_likes", "piece_shares", "piece_followers", "piece_completion_rate")
    assert told["posts"] == 2
    assert (told["piece_views"], told["piece_likes"], told["piece_shares"]) == (16000, 500, 100)
    assert told["piece_followers"] == 110
    assert told["piece_completion_rate"] == pytest.approx((0.5 * 12000 + 0.3 * 4000) / 16000)
    assert figures("piece_coins")["piece_coins"] == 300


def test_D1_bilibili_the_same_video_in_a_later_file_grows_and_is_not_a_second_one(tmp_path):
    """B0.8: no id, so account, publish second and title are the key; columns left out keep what was stated."""
    header, title = "视频标题,发布时间,播放量", "防晒拆开看,2026年04月20日 18:00:00"
    first = csv(tmp_path / "a.csv", [f"{header},点赞量", f"{title},1.2万,480"])
    later = csv(tmp_path / "b.csv", [header, f"{title},15000"])
    bring_in(first, "bilibili")
    bring_in(later, "bilibili", captured=datetime(2026, 4, 29, 9))
    assert figures("posts", "piece_views", "piece_likes") == {"posts": 1, "piece_views": 15000, "piece_likes": 480}


VIDEOS = "视频描述,视频ID,发布时间,完播率,平均播放时长,播放量,推荐,喜欢,评论量,分享量,关注量"


def test_D1_channels_likes_are_thumbs_and_never_hearts(tmp_path):
    """B5 动态数据明细.csv: 推荐 = ♡ 138, 喜欢 = 👍 223; 完播率 "4.41%", "14.73秒"."""
    row = '"熬夜后护肤\n第1讲",export/UzfA1,2026/04/20,4.41%,14.73秒,10656,138,223,21,95,42'
    bring_in(csv(tmp_path / "动态数据明细.csv", [VIDEOS, row], "utf-8-sig"), "channels")
    told = figures("piece_likes", "piece_views", "piece_completion_rate", "piece_avg_seconds", "piece_followers")
    assert (told["piece_likes"], told["piece_views"], told["piece_followers"]) == (223, 10656, 42)
    assert told["piece_completion_rate"] == pytest.approx(0.0441)
    assert told["piece_avg_seconds"] == pytest.approx(14.73)
    handle = warehouse.open(BRAND)
    (row,) = handle.fetch(handle.current("content_snapshots")).to_pylist()
    assert (row["recommends"], row["source_key"]) == (138, "export/UzfA1")


def test_D1_channels_an_edited_description_is_the_same_video(tmp_path):
    row = "熬夜后护肤,export/UzfA1,2026/04/20,4.41%,14.73秒,100,1,2,3,4,5"
    bring_in(csv(tmp_path / "a.csv", [VIDEOS, row]), "channels")
    edited = row.replace("熬夜后护肤", "熬夜后怎么护肤").replace(",100,", ",130,")
    bring_in(csv(tmp_path / "b.csv", [VIDEOS, edited]), "channels", captured=datetime(2026, 4, 23, 9))
    assert figures("posts", "piece_views") == {"posts": 1, "piece_views": 130}


def test_D1_kuaishou_works_become_figures_and_say_that_headers_are_unconfirmed(tmp_path):
    """B6 快手 作品列表明细: eight headers of a partial description."""
    rows = [["作品", "发布时间", "播放量", "完播率", "评论量", "点赞量", "收藏量", "涨粉量"]]
    rows += [["日常1", "2026-04-20 19:00:00", 3000, "20.0%", 7, 90, 15, 9]]
    rows += [["日常2", "2026-04-21 19:00:00", 1000, "40.0%", 3, 10, 5, 1]]
    path = xlsx(tmp_path / "作品列表明细.xlsx", {"Sheet1": rows})
    assert platforms.recognise(path)[0].notes == ["unconfirmed"]
    bring_in(path, "kuaishou")
    told = figures("piece_views", "piece_likes", "piece_comments", "piece_favorites", "piece_completion_rate")
    assert [told[f"piece_{c}"] for c in ("views", "likes", "comments", "favorites")] == [4000, 100, 10, 20]
    assert told["piece_completion_rate"] == pytest.approx(0.25)


def test_D1_zhihu_days_add_reads_and_plays_and_keep_likes_and_hearts_apart(tmp_path):
    """B6 知乎 日报表.xls, really csv."""
    lines = ["日期,阅读,播放,点赞,喜欢,评论,收藏,分享"]
    lines += ["2026-04-20,2993,239,53,11,8,35,5", "2026-04-21,7,-,1,0,0,5,0"]
    bring_in(csv(tmp_path / "日报表.xls", lines), "zhihu")
    told = figures("views", "likes", "comments", "favorites", "shares")
    assert told == {"views": 3239, "likes": 54, "comments": 8, "favorites": 40, "shares": 5}
    days = figures("views", by=("day",))
    assert [r["views"] for r in days] == [3232, 7]


def test_D1_zhihu_pieces_have_hearts_of_their_own(tmp_path):
    """B6 知乎 content csv."""
    lines = ["标题,发布时间,链接,阅读,点赞,喜欢,评论,收藏,分享"]
    lines += ["怎么选,2026-04-20 10:20:00,https://zhuanlan.zhihu.com/p/7,2499,49,9,8,37,4"]
    bring_in(csv(tmp_path / "内容数据.csv", lines), "zhihu")
    told = figures("piece_views", "piece_likes", "piece_upvotes", "piece_favorites")
    assert told == {"piece_views": 2499, "piece_likes": 49, "piece_upvotes": 9, "piece_favorites": 37}


def test_D1_toutiao_days_do_not_count_the_sum_row(tmp_path):
    """B6 头条 数据趋势: first data row 累计 → drop."""
    rows = [["时间", "展现量", "粉丝展现量", "阅读(播放)量", "粉丝阅读(播放)量", "点赞量", "评论量"]]
    rows += [
        ["累计", 300, 30, 60, 12, 6, 3],
        ["2026-04-20", 100, 10, 20, 4, 2, 1],
        ["2026-04-21", 200, 20, 40, 8, 4, 2],
    ]
    receipt = bring_in(xlsx(tmp_path / "数据趋势.xlsx", {"Sheet1": rows}), "toutiao")
    assert (receipt.taken, receipt.refused) == (2, 0)
    assert figures("impressions", "views", "likes", "comments") == {
        "impressions": 300,
        "views": 60,
        "likes": 6,
        "comments": 3,
    }


def test_D1_toutiao_followers_of_a_day(tmp_path):
    """B6 头条 粉丝趋势."""
    rows = [["时间", "总粉丝数", "粉丝变化数", "新增粉丝数", "流失粉丝数", "活跃粉丝数", "总铁粉数"]]
    rows += [["2026-04-20", 31800, -2, 23, 25, 1908, 318], ["2026-04-21", 31810, 10, 30, 20, 1909, 318]]
    bring_in(xlsx(tmp_path / "粉丝趋势.xlsx", {"Sheet1": rows}), "toutiao")
    told = figures("followers_new", "followers_lost", "followers_net", "followers_total")
    assert told == {"followers_new": 53, "followers_lost": 45, "followers_net": 8, "followers_total": 31810}


def test_D1_weibo_comes_by_template_for_days_and_for_posts(tmp_path):
    """B6 微博: no genuine export, so its words of one project are a template that a person confirms."""
    lines = ["日期,粉丝总数,粉丝净增数,新增粉丝数,减少粉丝数,阅读数,发博数,转评赞数,转发数,评论数,点赞数"]
    bring_in(csv(tmp_path / "a.csv", [*lines, "2026-04-20,1000,-2,3,5,800,2,9,1,3,5"]), "weibo", "weibo_daily")
    told = figures("followers_net", "followers_total", "views", "posts_stated", "likes")
    assert told == {"followers_net": -2, "followers_total": 1000, "views": 800, "posts_stated": 2, "likes": 5}
    lines = ["发布时间,微博内容,阅读数,转评赞数,转发数,评论数,点赞数,URL", "2026-04-20 12:30:00,早安,8155,59,5,10,44,-"]
    bring_in(csv(tmp_path / "b.csv", lines), "weibo", "weibo_posts")
    assert figures("piece_views", "piece_shares") == {"piece_views": 8155, "piece_shares": 5}


def test_D1_live_sessions_come_by_template_and_grow_in_a_later_file(tmp_path):
    """Practice: live sessions (GMV, dwell, new fans)."""
    header = "直播标题,开播时间,直播时长,观看人数,平均停留时长,新增粉丝数,成交订单数,直播间成交金额"
    rows = ["新品首发,2026-04-20 20:00:00,02:30:00,3000,60秒,210,95,12000.50"]
    rows += ["周二场,2026-04-21 20:00:00,01:00:00,1000,20秒,10,5,500"]
    bring_in(csv(tmp_path / "a.csv", [header, *rows]), "douyin", "live_douyin")
    told = figures("live_sessions", "live_gmv", "live_followers", "live_orders", "live_avg_seconds")
    assert (told["live_sessions"], told["live_gmv"]) == (2, Decimal("12500.50"))
    assert (told["live_followers"], told["live_orders"]) == (220, 100)
    assert told["live_avg_seconds"] == pytest.approx(50)
    later = [rows[0].replace("12000.50", "13000"), rows[1]]
    bring_in(csv(tmp_path / "b.csv", [header, *later]), "douyin", "live_douyin", datetime(2026, 4, 23, 9))
    told = figures("live_sessions", "live_gmv")
    assert told == {"live_sessions": 2, "live_gmv": Decimal(13500)}


def test_D1_brand_assets_of_a_wide_table_are_one_figure_an_indicator(tmp_path):
    """Practice: 5A/A3, 回搜, 小红星. A stock is the last stated value, never a sum."""
    lines = ["日期,A3人群,5A总量,回搜人数", "2026-04-20,1.2万,50000,300", "2026-04-21,12500,-,320"]
    receipt = bring_in(csv(tmp_path / "云图.csv", lines), "market", "brand_assets_wide")
    assert receipt.tables["brand_daily"] == 5
    rows = figures("brand_index", by=("indicator",))
    assert {r["indicator"]: r["brand_index"] for r in rows} == {"A3": 12500, "5A总量": 50000, "回搜人数": 320}


def test_D1_brand_assets_of_a_long_table_are_the_same_figures(tmp_path):
    lines = ["日期,指标,数值", "2026-04-20,A3人群,12000", "2026-04-21,A3人群,12500"]
    bring_in(csv(tmp_path / "a.csv", lines), "market", "brand_assets_long")
    assert figures("brand_index", where={"indicator": "A3"})["brand_index"] == 12500


def test_D1_orders_of_a_shop_without_a_known_header_come_by_template(tmp_path):
    """微信小店: an order's amount on each of its lines counts once."""
    header = "订单编号,下单时间,支付时间,商品名称,商品数量,订单金额,实付金额,订单状态"
    paid = "2026-04-20 12:28:43,2026-04-20 12:29:43"
    lines = [header, f"\t37001,{paid},洁面,1,218.00,200.00,已完成", f"\t37001,{paid},面霜,2,218.00,200.00,已完成"]
    lines += ["\t37002,2026-04-21 13:00:00,-,洁面,1,118.00,-,待支付"]
    path = csv(tmp_path / "a.csv", lines)
    receipt = bring_in(path, "wechat_store", "wechat_store_orders")
    assert receipt.tables["order_lines"] == 3
    told = figures("orders", "gmv", "paid")
    assert told == {"orders": 2, "gmv": Decimal(336), "paid": Decimal(200)}


def test_D1_a_days_ads_of_tencent_come_by_template(tmp_path):
    header = "日期,推广计划ID,广告ID,花费,曝光次数,点击次数,目标转化量"
    rows = ["2026-04-20,11,22,1200.5,90000,800,35", "2026-04-21,11,22,100,10000,200,5"]
    bring_in(csv(tmp_path / "a.csv", [header, *rows]), "tencent_ads", "tencent_ads_daily")
    assert figures("ad_spend")["ad_spend"] == Decimal("1300.5")


def test_D1_creators_of_a_data_service_are_kept_by_the_day_of_the_capture(tmp_path):
    header = "达人昵称,小红书号,粉丝数,图文笔记报价,互动率"
    bring_in(csv(tmp_path / "a.csv", [header, "小栗子,R1,12.5万,3000,3.2%"]), "market", "qiangua_creators")
    handle = warehouse.open(BRAND)
    (who,) = handle.fetch(handle.current("creators")).to_pylist()
    assert (who["creator_key"], who["day"], who["followers"]) == ("R1", date(2026, 4, 22), 125_000)
    assert (who["quote_image"], who["currency"]) == (Decimal(3000), "CNY")


def test_D1_a_second_look_at_the_same_file_says_nothing_new(tmp_path):
    """Two layouts of the slow kind: keys made of values must be the same again."""
    lines = ["日期,A3人群,5A总量", "2026-04-20,1.2万,50000"]
    bring_in(csv(tmp_path / "a.csv", lines), "market", "brand_assets_wide")
    again = bring_in(csv(tmp_path / "b.csv", [*lines, ""]), "market", "brand_assets_wide")
    assert (again.taken, again.unchanged) == (0, 1)


class _Form(HTMLParser):
    """What a browser would send of the mapping form as it stands."""

    def __init__(self, page: str):
        super().__init__()
        self.values: dict[str, str] = {}
        self._select, self._inside = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._inside = self._inside or said.get("id") == "mapping"
        if not self._inside:
            return
        if tag == "select":
            self._select = said["name"] or ""
        elif tag == "option" and "selected" in said:
            self.values[self._select] = said["value"] or ""
        elif tag == "input" and said.get("name"):
            self.values[said["name"] or ""] = said.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


@pytest.mark.django_db(transaction=True)
def test_D1_a_person_takes_a_template_on_the_mapping_page_checks_it_and_imports(house, client, tmp_path):
    user = User.objects.create_superuser("owner@example.com", "a long pass phrase")
    brand = workspace.create_brand(user=user, name="安澜护肤", slug="anlan")
    member = Member.objects.get(brand=brand, user=user)
    client.force_login(user)
    lines = ["日期,A3人群,回搜人数,说明", "2026-04-20,1.2万,300,a", "2026-04-21,12500,320,b"]
    path = csv(tmp_path / "指标.csv", lines)
    with path.open("rb") as stream:
        file = imports.receive(actor=member, name=path.name, stream=stream)
    address = f"/b/anlan/imports/{file.id}/map/{file.tables.get().id}/"

    page = client.get(address).content.decode()
    assert "套用模板" in page
    assert "品牌资产 宽表" in page
    assert "表头按公开资料推断" in page
    form = _Form(client.get(address, {"template": "brand_assets_wide"}).content.decode()).values
    assert (form["table"], form["c0"], form["c1"], form["c2"]) == ("brand_daily", "day", "value", "value")
    assert "c3" not in form
    assert file.tables.get().layout == ""  # looking at a template imports nothing

    redrawn = client.post(f"{address}preview/", form).content.decode()
    assert "12000" in redrawn
    assert client.post(address, form).status_code == 302
    account = workspace.create_account(actor=member, platform="market", name="云图")
    imports.confirm(actor=member, file_id=file.id, seen=None, account_id=account.id, captured_at=None, queue=False)
    assert imports.run(file.id).state == "done"
    answer = query(warehouse.open(brand.id), Query(("brand_index",), ("indicator",), **APRIL))
    assert {r["indicator"]: r["brand_index"] for r in answer.rows} == {"A3": 12500, "回搜人数": 320}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_D1_the_mapping_page_with_its_templates_looks_right(page, shot, live_server, house, tmp_path):
    user = User.objects.create_superuser("owner@example.com", "a long pass phrase")
    brand = workspace.create_brand(user=user, name="安澜护肤", slug="anlan")
    member = Member.objects.get(brand=brand, user=user)
    header = "直播标题,开播时间,直播时长,观看人数,平均停留时长,新增粉丝数,成交订单数,直播间成交金额"
    path = csv(tmp_path / "直播场次.csv", [header, "新品首发,2026-04-20 20:00:00,02:30:00,3000,60秒,210,95,12000.50"])
    with path.open("rb") as stream:
        file = imports.receive(actor=member, name=path.name, stream=stream)
    page.goto(f"{live_server.url}/in/{workspace.make_sign_in_link(user=user)}")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/b/anlan/")
    page.goto(f"{live_server.url}/b/anlan/imports/{file.id}/map/{file.tables.get().id}/")
    page.get_by_role("link", name="抖音 直播场次").click()
    page.locator("#offers a[aria-current=true]").wait_for()
    assert page.locator("#c-7").input_value() == "gmv"
    page.get_by_text("前几行会变成").wait_for()
    shot(page, "mapping-templates")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, "mapping-templates-390")
