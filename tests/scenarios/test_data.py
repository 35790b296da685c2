"""D1: one dictionary of metrics, from the files a person downloads to figures that equal a hand computation."""

import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from hongqiao.imports import services as imports
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Member, User
from tests.scenarios import sample

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def director(house) -> Member:
    """The owner of a fresh brand."""
    owner = User.objects.create_superuser("owner@example.com", "a long pass phrase")
    brand = workspace.create_brand(user=owner, name="安澜护肤", slug="anlan")
    return Member.objects.get(brand=brand, user=owner)


def bring_in(member: Member, entries: list[dict]) -> None:
    """Hand over, confirm and import files, as screen and command line do."""
    accounts = {}
    for entry in entries:
        key = entry["platform"], entry["account"]
        if key not in accounts:
            accounts[key] = workspace.create_account(actor=member, platform=key[0], name=key[1])
        with sample.path(entry).open("rb") as stream:
            file = imports.receive(actor=member, name=sample.path(entry).name, stream=stream)
        moment = sample.captured(entry)
        imports.confirm(
            actor=member, file_id=file.id, seen=None, account_id=accounts[key].id, captured_at=moment, queue=False
        )
        done = imports.run(file.id)
        assert done.state == "done", (entry["path"], done.error)


class Asker:
    """Asks POST /api/metrics/query with a token, as another program would."""

    def __init__(self, member: Member):
        _row, self.token = workspace.create_token(actor=member, name="test", scopes=["data.view"])
        self.client = Client()

    def __call__(self, metrics: list[str], window: str, **more) -> dict:
        start, end = sample.window(window)
        body = {"metrics": metrics, "start": str(start), "end": str(end), **more}
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.post("/api/metrics/query", body, content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_D1a_four_families_of_a_year_equal_the_hand_computation(director):
    bring_in(director, sample.files())
    ask = Asker(director)
    truth = sample.truth()
    wrong = []

    def same(what, got, expected):
        if got is None or Decimal(str(got)) != Decimal(str(expected)):
            wrong.append((what, got, expected))

    for platform, pairs in sample.DAILY.items():
        for name, figures in truth["accounts"][platform]["windows"].items():
            totals = ask(list(pairs), name, where={"platform": platform})["totals"]
            expected = {**figures, **figures.get("in_files", {})}
            for metric, key in pairs.items():
                same((platform, name, metric), totals[metric], expected[key])
    for name, figures in truth["shop"]["windows"].items():
        totals = ask(list(sample.SHOP), name)["totals"]
        for metric, key in sample.SHOP.items():
            same(("shop", name, metric), totals[metric], figures[key])
        by_traffic = {r["traffic"]: r for r in ask(["orders", "gmv", "paid"], name, by=["traffic"])["rows"]}
        for traffic, told in figures["by_traffic"].items():
            same(("traffic", name, traffic), by_traffic[traffic]["orders"], told["orders"])
            same(("traffic", name, traffic), by_traffic[traffic]["gmv"], told["gross"])
    for name, figures in truth["events"]["windows"].items():
        totals = ask(["visits", "visitors", "persons_active", "follow_purchase"], name)["totals"]
        same(("events", name, "visits"), totals["visits"], figures["events"]["visit"])
        same(("events", name, "visitors"), totals["visitors"], figures["visitors"])
        follow = figures["follow_to_purchase"]
        assert totals["follow_purchase"] == pytest.approx(follow["purchased_within_30d"] / follow["followed"]), name
        again = ask(["purchasers", *sample.REPURCHASE], name)["totals"]
        told = figures["repurchase"]
        same(("events", name, "purchasers"), again["purchasers"], told["buyers"])
        for metric, key in sample.REPURCHASE.items():
            assert again[metric] == pytest.approx(told[key] / told["buyers"]), (name, metric)
        rows = {
            r["channel"]: r for r in ask(["visits", "visitors", "channel_conversion"], name, by=["channel"])["rows"]
        }
        for channel, told in figures["by_channel"].items():
            same(("channel", name, channel), rows[channel]["visits"], told["visits"])
            same(("channel", name, channel), rows[channel]["visitors"], told["visitors"])
            if told["visitors"]:
                rate = told["visitors_who_bought_later"] / told["visitors"]
                assert rows[channel]["channel_conversion"] == pytest.approx(rate), (name, channel)
    assert wrong == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_D1_missing_partial_and_late_days_are_said_and_never_drawn_as_zero(director):
    bring_in(director, [e for e in sample.files() if e["platform"] == "douyin" and e["captured_at"] < "2026-09-01"])
    ask = Asker(director)
    body = ask(["views"], "2026-02", by=["day"])
    absent = sample.truth()["missing_days"]["douyin"]
    said = {r["day"]: r["views"] for r in body["rows"]}
    assert [d for d in said if said[d] is None] == absent
    assert [d for c in body["coverage"] for d in c["missing"]] == absent
    partial = ask(["views"], "2026-08", by=["day"])
    assert [d for c in partial["coverage"] for d in c["partial"]] == sample.truth()["partial_days"]["douyin"]


def work_off() -> None:
    """The worker, in a thread of its own, until nothing is left to do."""

    def run() -> None:
        jobs.work_off()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


#: dashboard, platform, metric on it → key of truth.json for the last seven days
ON_SCREEN = [
    ("content", "douyin", "views", "views"),
    ("content", "xiaohongshu", "views", "views"),
    ("content", "wechat_oa", "reader_days", "view_users"),
    ("users", "douyin", "followers_new", "followers_new"),
    ("users", "douyin", "followers_lost", "followers_lost"),
    ("users", "xiaohongshu", "followers_net", "followers_net"),
    ("users", "wechat_oa", "followers_total", "followers_total"),
    ("channel", "xiaohongshu", "impressions", "impressions"),
]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_D1a_a_weeks_files_go_from_the_drop_zone_to_four_dashboards_and_back_to_their_rows(
    page, shot, live_server, director
):
    entries = sample.files(since="2026-11-23")
    for platform, name in dict.fromkeys((e["platform"], e["account"]) for e in entries):
        workspace.create_account(actor=director, platform=platform, name=name)
    page.goto(f"{live_server.url}/in/{workspace.make_sign_in_link(user=director.user)}")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/b/anlan/")
    page.goto(f"{live_server.url}/b/anlan/imports/")
    page.set_input_files('input[type="file"]', [str(sample.path(e)) for e in entries])
    page.get_by_role("button", name=f"上传 {len(entries)} 个文件").click()
    page.get_by_role("heading", name=f"{len(entries)} 个文件待处理").wait_for(timeout=120_000)
    page.get_by_role("button", name=f"全部确认（{len(entries)} 个）").click()
    page.get_by_text("正在导入").first.wait_for()
    work_off()
    page.get_by_role("heading", name="最近的结果").wait_for(timeout=120_000)
    shot(page, "d1a-imports")

    start, end = sample.window("last_7")
    truth = sample.truth()["accounts"]
    for board, platform, metric, key in ON_SCREEN:
        page.goto(f"{live_server.url}/b/anlan/data/{board}/?start={start}&end={end}&platform={platform}")
        told = truth[platform]["windows"]["last_7"][key]
        shown = page.locator(f'[data-metric="{metric}"]').get_attribute("data-value")
        assert Decimal(shown) == told, (board, platform, metric)
    page.goto(f"{live_server.url}/b/anlan/data/conversion/?start={start}&end={end}")
    shop = sample.truth()["shop"]["windows"]["last_7"]
    for metric, key in (("orders", "orders"), ("gmv", "gross"), ("refunded", "refund_amount")):
        shown = page.locator(f'[data-metric="{metric}"]').get_attribute("data-value")
        assert Decimal(shown) == Decimal(str(shop[key])), metric
    shot(page, "d1a-conversion")

    page.goto(f"{live_server.url}/b/anlan/data/users/?start={start}&end={end}&platform=wechat_oa")
    page.locator('[data-metric="followers_new"] a').click()
    page.get_by_role("heading", name="原始行").wait_for()
    page.locator("#rows a.file", has_text="user_analysis.xls").first.click()
    page.get_by_role("heading", name="user_analysis.xls").wait_for()

    page.goto(f"{live_server.url}/b/anlan/imports/checklist/?week=2026-11-23")
    wanted = page.locator(".wanted > li")
    assert wanted.count() >= 20
    assert page.locator(".wanted > li.s-done").count() == wanted.count()  # every line ticked by its file, none by hand
    shot(page, "d1a-checklist")


@pytest.mark.timeout(300)
def test_D1_a_brands_own_formula_equals_the_hand_computation_and_its_old_version_stays(director):
    """Files of 小红书 and 抖音; 抖音 states no impressions and no favourites a day, so it is in neither ratio."""
    pages = ("观看数据", "互动数据", "涨粉数据")
    files = [e for e in sample.files("2026-11-23") if e["platform"] == "douyin"]
    files += [e for e in sample.files("2026-11-23") if any(p in e["path"] for p in pages)]
    bring_in(director, files)
    _row, token = workspace.create_token(actor=director, name="define", scopes=["data.view", "data.edit"])
    head, client = {"Authorization": f"Bearer {token}"}, Client()

    def tell(method, path, **body):
        call = getattr(client, method)
        return call(f"/api/own-metrics{path}", body, content_type="application/json", headers=head)

    gain = {"label": "千次曝光涨粉", "formula": "新增粉丝 ÷ 曝光 × 1000", "code": "gain"}
    for body in (gain, {"label": "赞藏率", "formula": "（点赞＋收藏）÷阅读量", "code": "liked"}):
        assert tell("post", "", **body).status_code == 201
    ask, told = Asker(director), sample.truth()["accounts"]["xiaohongshu"]["windows"]["last_28"]
    asked = ask(["gain", "liked", "views"], "last_28", by=["platform"])
    assert asked["totals"]["gain"] == pytest.approx(told["followers_new"] / told["impressions"] * 1000)
    assert asked["totals"]["liked"] == pytest.approx((told["likes"] + told["favorites"]) / told["views"])
    assert asked["totals"]["views"] > told["views"]  # of both platforms
    assert {r["platform"]: r["gain"] for r in asked["rows"]}["douyin"] is None
    assert "parts_unstated" in [n["code"] for n in asked["notes"]]
    changed = gain | {"formula": "净增关注 ÷ 曝光 × 1000", "why": "扣掉取关", "version": 1}
    del changed["code"]
    assert tell("put", "/gain", **changed).status_code == 200
    totals = ask(["gain", "gain@1"], "last_28")["totals"]
    assert totals["gain@1"] == asked["totals"]["gain"]
    assert totals["gain"] == pytest.approx(told["followers_net"] / told["impressions"] * 1000)
    assert tell("post", "/check", formula="实付金额 + 新增关注").json()["code"] == "formula_unlike_units"
