"""D1: an operator's week (25–30 files: 抖音 one a metric, 小红书 four and a list) in the browser: 27 files, nothing
typed for any of them, every line of 取数清单 ticked by its file.
"""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from hongqiao.imports.models import ImportFile
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Member, User
from tests.scenarios import sample

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = "2026-11-23"
#: platform → the names of its files of that Monday: one for every line of the list.
WEEK = {
    "douyin": ["作品列表.xlsx", *(f"账号数据总览_{m}.xlsx" for m in (
        "播放量", "作品点赞", "作品评论", "作品分享", "净增粉丝", "取关粉丝", "总粉丝量", "主页访问", "封面点击率",
    ))],
    "xiaohongshu": ["笔记列表明细表.xlsx", *(f"近30日{d}数据.xlsx" for d in ("观看", "互动", "涨粉", "发布"))],
    "wechat_oa": ["user_analysis.xls", "tendency_20260923_20261122.xls", "已通知内容.xls"],
    "bilibili": ["近期稿件对比.csv"],
    "channels": ["动态数据明细.csv"],
    "kuaishou": ["作品列表明细.xlsx"],
    "zhihu": ["日报表.xls", "内容数据.csv"],
    "toutiao": ["数据趋势_20261024_20261122.xlsx", "粉丝趋势_20261024_20261122.xlsx"],
    "doudian": ["1795399500_32e179b3eae078455b28eb65f0e00b67.csv"],
    "own": ["events_2026-11.csv"],
}  # fmt: skip
#: what a person reads afterwards: dashboard, platform, metric → key of truth.json for the last seven days
FIGURES = [
    ("content", "douyin", "views", "views"),
    ("users", "xiaohongshu", "followers_net", "followers_net"),
    ("users", "wechat_oa", "followers_total", "followers_total"),
]


@pytest.fixture
def director(house) -> Member:
    owner = User.objects.create_superuser("owner@example.com", "a long pass phrase")
    brand = workspace.create_brand(user=owner, name="安澜护肤", slug="anlan")
    return Member.objects.get(brand=brand, user=owner)


def week() -> list[dict]:
    return [
        e
        for e in sample.everything()
        if e["captured_at"] >= MONDAY and sample.path(e).name in WEEK.get(e["platform"], ())
    ]


def work_off() -> None:
    """The worker, in a thread of its own, until nothing is left to do."""

    def run() -> None:
        jobs.work_off()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_D1_twenty_seven_files_of_a_week_are_imported_and_none_is_typed_twice(page, shot, live_server, director):
    entries = week()
    assert len(entries) == 27
    accounts = {(e["platform"], e["account"]) for e in entries}
    assert len(accounts) == len(WEEK)
    for platform, name in sorted(accounts):
        workspace.create_account(actor=director, platform=platform, name=name)
    page.goto(f"{live_server.url}/in/{workspace.make_sign_in_link(user=director.user)}")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/b/anlan/")

    checklist = f"{live_server.url}/b/anlan/imports/checklist/?week={MONDAY}"
    page.goto(checklist)
    assert page.locator(".wanted > li").count() == 27
    assert page.locator(".wanted > li.s-done").count() == 0

    page.goto(f"{live_server.url}/b/anlan/imports/")
    page.set_input_files('input[type="file"]', [str(sample.path(e)) for e in entries])
    page.get_by_role("button", name="上传 27 个文件").click()
    page.get_by_role("heading", name="27 个文件待处理").wait_for(timeout=120_000)
    page.wait_for_load_state("networkidle")
    shot(page, "week-proposed")
    for control in page.locator('#waiting [name="account"], #waiting [name="captured_at"]').all():
        assert control.input_value(), control.get_attribute("id")  # proposed for every file: nothing to type
    proposed = {(f.account.platform, f.name): f for f in ImportFile.objects.select_related("account")}
    for entry in entries:
        got = proposed[entry["platform"], sample.path(entry).name]
        assert got.account.name == entry["account"]
        day = got.captured_at.astimezone(sample.ZONE).date()
        assert day == date.fromisoformat(MONDAY), (got.name, got.captured_from, got.captured_at)

    page.get_by_role("button", name="全部确认（27 个）").click()  # the one click for all of them
    page.get_by_text("正在导入").first.wait_for()
    work_off()
    assert set(ImportFile.objects.values_list("state", flat=True)) == {"done"}
    page.goto(checklist)
    assert page.locator(".wanted > li").count() == 27
    assert page.locator(".wanted > li.s-done").count() == 27  # every line ticked by its file, none by hand
    shot(page, "week-ticked")

    start, end = sample.window("last_7")
    for board, platform, metric, key in FIGURES:
        page.goto(f"{live_server.url}/b/anlan/data/{board}/?start={start}&end={end}&platform={platform}")
        told = sample.truth()["accounts"][platform]["windows"]["last_7"][key]
        shown = page.locator(f'[data-metric="{metric}"]').get_attribute("data-value")
        assert Decimal(shown) == told, (board, platform, metric)
