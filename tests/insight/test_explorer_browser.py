"""指标探索 in a real browser: choose, go back, keep a view, note a day, by mouse and by keys, wide and on a phone."""

import pytest
from django.test import Client

from .conftest import SPAN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
URL = "/b/anlan/data/explore/"


def enter(page, live_server, owner):
    browser = Client()
    browser.force_login(owner.user)
    cookie = {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    return live_server.url + URL


def test_a_question_is_put_together_and_the_address_follows(page, live_server, owner, shot):
    address = enter(page, live_server, owner)
    page.goto(f"{address}?{SPAN}")
    page.locator("#x-m").select_option("views")
    page.wait_for_url("**m=views**")
    page.locator("#x-by").select_option("day")
    page.wait_for_url("**by=day**")
    page.locator("[data-drawn]").first.wait_for()
    page.locator("#x-vs").select_option("previous")
    page.wait_for_url("**vs=previous**")
    page.go_back()
    page.wait_for_url(lambda url: "vs=" not in url)
    page.locator("[data-drawn]").first.wait_for()
    assert page.locator("#x-vs").input_value() == ""
    shot(page, "explorer")
    page.get_by_role("button", name="加注记").click()
    page.locator("#note-day").fill("2026-04-03")
    page.locator("#note-text").fill("会员日")
    page.locator("#add-note button[type=submit]").click()
    page.get_by_text("注记已保存").wait_for()
    page.get_by_role("button", name="保存视图").click()
    page.locator("#view-name").fill("播放")
    page.locator("#save-view button[type=submit]").click()
    page.get_by_text("已保存视图").wait_for()
    with page.expect_download() as got:
        page.get_by_role("button", name="下载图片").first.click()
    assert got.value.suggested_filename.endswith(".png")
    page.locator("#table tbody a").first.click()
    page.get_by_role("heading", name="原始行").wait_for()


def test_a_sentence_is_typed_with_keys_alone_on_a_phone_that_does_not_scroll_sideways(phone, live_server, owner, shot):
    address = enter(phone, live_server, owner)
    phone.goto(address)
    phone.keyboard.press("/")
    phone.keyboard.type("2026年4月各平台的播放量，火星")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**m=views**")
    phone.get_by_text("火星").first.wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shot(phone, "explorer-phone")


def test_ctrl_k_opens_the_search_and_arrows_walk_through_what_is_found(page, phone, live_server, owner, shot):
    page.goto(enter(page, live_server, owner))
    page.keyboard.press("Control+k")
    page.locator("#search").wait_for()
    page.keyboard.type("完播")
    page.locator("#search a.opt").first.wait_for()
    shot(page, "search", full=False)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent").startswith("完播率")
    page.keyboard.press("Escape")
    page.locator("#search").wait_for(state="hidden")
    phone.goto(enter(phone, live_server, owner))
    phone.locator(".pill.find").click()
    phone.locator("#search input").fill("新增")
    phone.locator("#search a.opt").first.click()
    phone.wait_for_url("**/data/metric/followers_new/**")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shot(phone, "search-phone", full=False)
