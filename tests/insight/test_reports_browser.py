"""目标 and 报告 in a real browser, wide and on a phone: set a goal, build, read, open a note, take a file."""

import pytest
from django.test import Client

from hongqiao.insight.goals import services as goals
from hongqiao.insight.reports import services
from hongqiao.workspace import jobs

from .test_reports import DAY, START, fill_ledger

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(page, live_server, owner):
    browser = Client()
    browser.force_login(owner.user)
    cookie = {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    return f"{live_server.url}/b/anlan/data"


def test_a_goal_is_set_and_a_morning_brief_is_built_and_read(page, live_server, owner, shot):
    fill_ledger(owner)
    address = enter(page, live_server, owner)
    page.goto(f"{address}/goals/new/")
    page.locator("#g-metric").select_option("views")
    page.locator("#g-target").fill("0.3万")
    page.locator("#g-day").fill("2026-04-09")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("目标已保存").wait_for()
    shot(page, "goals")
    page.get_by_role("button", name="归档").click()
    page.get_by_role("heading", name="归档这个目标？").wait_for()
    page.keyboard.press("Escape")

    page.goto(f"{address}/reports/")
    shot(page, "reports")
    page.get_by_text("选日期").first.click()
    page.locator("#d-morning").fill("2026-04-09")
    page.locator(".kind").first.get_by_role("button", name="生成", exact=True).click()
    page.wait_for_url("**/building/**")
    jobs.work_off()
    page.wait_for_url("**/data/reports/*-*/")
    page.get_by_role("button", name="复制到群").wait_for()
    shot(page, "report-morning")
    page.locator(".cite a").first.click()
    page.get_by_role("heading", name="原始行").wait_for()
    page.go_back()
    with page.expect_download() as got:
        page.get_by_role("link", name="附表").click()
        page.get_by_text("正在生成附表").wait_for()
        jobs.work_off()
    assert got.value.suggested_filename == "anlan-morning-2026-04-09-2026-04-09.xlsx"


@pytest.mark.parametrize("kind", ["morning", "weekly", "review", "onepage"])
def test_a_report_on_a_phone_does_not_scroll_sideways(phone, live_server, owner, shot, kind):
    fill_ledger(owner)
    goals.add_goal(actor=owner, wanted=goals.Wanted("views", 3000, "month", DAY))
    row = services.build(actor=owner, kind=kind, day=DAY, start=START)
    address = enter(phone, live_server, owner)
    phone.goto(f"{address}/reports/{row.pk}/")
    phone.locator("section.card").first.wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shot(phone, f"report-{kind}-phone")


def test_the_lists_on_a_phone_do_not_scroll_sideways(phone, live_server, owner, shot):
    goals.add_goal(actor=owner, wanted=goals.Wanted("views", 3000, "month", DAY))
    services.build(actor=owner, kind="onepage", day=DAY, start=START)
    address = enter(phone, live_server, owner)
    for path in ("goals/", "goals/new/", "reports/"):
        phone.goto(f"{address}/{path}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, path
        shot(phone, path.strip("/").replace("/", "-") + "-phone")
