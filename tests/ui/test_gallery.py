"""Every component in a real Chromium: wide and narrow, light and dark, by mouse and keyboard, with a silent console."""

import re

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.ui.urls")]


@pytest.fixture
def visitor(django_user_model, client):
    """A signed-in person; returns the session's cookie."""
    user = django_user_model.objects.create_user(email="lin@example.test", password="a-long-passphrase")
    client.force_login(user)
    return client.cookies["sessionid"].value


@pytest.fixture
def come(live_server, visitor):
    """Open the gallery in a tab, signed in, its charts drawn and Alpine awake (a click before that would be lost)."""

    def open_in(tab, path="/gallery/"):
        tab.context.add_cookies([{"name": "sessionid", "value": visitor, "url": live_server.url}])
        tab.goto(live_server.url + path)
        expect(tab.locator(".plot:not([data-drawn])")).to_have_count(0)
        expect(tab.locator("[x-cloak]")).to_have_count(0)
        return tab

    return open_in


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_gallery_draws_without_errors_or_sideways_scrolling(come, new_page, shot, width, theme):
    tab = come(new_page(viewport={"width": width, "height": 900}, color_scheme=theme))
    assert tab.locator(".plot canvas").count() == 5
    tab.wait_for_timeout(300)
    shot(tab, f"gallery-{width}-{theme}")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(250, 249, 247)" if theme == "light" else "rgb(21, 23, 26)"
    )


def test_a_missing_day_is_a_gap_in_the_chart_and_named_in_its_table(come, page):
    come(page)
    expect(page.locator("[data-chart=c-line] .under").get_by_text("缺数据", exact=True)).to_be_visible()
    row = page.locator("[data-chart=c-line] tbody tr").nth(8)
    assert row.locator("td").all_text_contents() == ["缺数据", "缺数据"]
    assert "未满一天" in page.locator("[data-chart=c-line] tbody tr").nth(27).text_content()
    drawn = page.evaluate(
        "echarts.getInstanceByDom(document.getElementById('c-line')).getOption().series[0].data.map(d => d && d.value)"
    )
    assert drawn[8] is None
    assert drawn[9] is None
    assert drawn[7] > 0


def test_pointing_at_a_missing_day_says_so_and_clicking_a_day_opens_it(come, page, shot):
    come(page)
    plot = page.locator("#c-line")
    plot.scroll_into_view_if_needed()
    spot = page.evaluate(
        "echarts.getInstanceByDom(document.getElementById('c-line')).convertToPixel({gridIndex: 0}, [8, 9000])"
    )
    plot.hover(position={"x": spot[0], "y": spot[1]})
    page.locator(".tip").wait_for()
    assert page.locator(".tip .miss").first.text_content() == "缺数据"
    shot(page, "chart-tooltip", full=False)
    spot = page.evaluate(
        "echarts.getInstanceByDom(document.getElementById('c-line')).convertToPixel({gridIndex: 0}, [12, 3000])"
    )
    plot.click(position={"x": spot[0], "y": spot[1]})
    page.wait_for_url("**/gallery/?day=2025-11-07")


def test_a_chart_is_saved_as_a_picture(come, page):
    come(page)
    with page.expect_download() as waiting:
        page.locator("[data-chart=c-bar] [data-png]").click()
    assert waiting.value.suggested_filename == "内容 GMV.png"


def test_the_theme_chosen_by_hand_holds_over_the_systems_and_over_a_reload(come, page):
    come(page)
    page.get_by_label("我的", exact=True).click()
    page.get_by_role("button", name="深色").first.click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 26)"
    assert page.locator("[data-theme-set=dark]").first.get_attribute("aria-pressed") == "true"


def test_a_form_that_cannot_be_undone_asks_first(come, page, shot):
    come(page)
    page.locator("#undo").click()
    box = page.locator("#confirm")
    expect(box).to_be_visible()
    assert "1,204 行" in box.text_content()
    shot(page, "dialog", full=False)
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    assert page.url.endswith("/gallery/")
    page.locator("#undo").click()
    box.get_by_role("button", name="撤销").click()
    page.locator("#thanks").wait_for()


def test_htmx_fetches_posts_with_the_token_and_shows_a_bar_only_when_slow(come, page):
    come(page)
    page.locator("#ok").click()
    page.locator("#got").wait_for()
    assert "on" not in (page.locator("#progress").get_attribute("class") or "")
    page.locator("#slow").click()
    page.locator("#progress.on").wait_for(state="attached")
    page.locator("#progress:not(.on)").wait_for(state="attached")
    page.evaluate("document.getElementById('target').replaceChildren()")
    page.locator("#post").click()  # without the CSRF header this would be a 403 and a toast
    page.locator("#got").wait_for()


def test_what_fails_in_htmx_says_why_what_next_and_offers_to_try_again(come, page, shot):
    page.allow(r"409|Response Status Error")
    come(page)
    page.locator("#fail").click()
    toast = page.locator(".toast")
    toast.wait_for()
    assert "刚刚被别人改过" in toast.text_content()
    assert "刷新后再改" in toast.text_content()
    shot(page, "toast", full=False)
    with page.expect_request("**/gallery/conflict"):
        toast.get_by_role("button", name="重试").click()
    page.locator(".toast").wait_for()
    page.locator(".toast").get_by_role("button", name="关闭").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_keys_go_to_places_and_the_question_mark_lists_them(come, page, shot):
    come(page)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    shot(page, "keys", full=False)
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/gallery/imports")


def test_the_first_tab_stop_skips_to_the_content(come, page):
    come(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_files_are_listed_refused_by_name_uploaded_and_answered_one_by_one(come, page, shot):
    page.allow("422")
    come(page)
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "抖音作品.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"},
            {"name": "坏.csv", "mimeType": "text/csv", "buffer": b"bad"},
            {"name": "空.csv", "mimeType": "text/csv", "buffer": b""},
            {"name": "图.png", "mimeType": "image/png", "buffer": b"x"},
        ]
    )
    rows = page.locator(".files li")
    assert rows.count() == 4
    assert "空文件" in rows.nth(2).text_content()
    assert "不是可以导入的类型" in rows.nth(3).text_content()
    page.get_by_role("button", name="上传 2 个文件").click()
    page.get_by_text("已识别：抖音作品.csv").wait_for()
    page.get_by_text("第 3 行缺日期；请补上日期后再上传").wait_for()
    page.locator(".drop").scroll_into_view_if_needed()
    shot(page, "dropzone", full=False)
    assert page.get_by_role("button", name="上传 1 个文件").is_enabled()  # the failed one may be tried again


def test_the_copy_button_selects_the_text_where_the_clipboard_is_refused(come, page):
    page.add_init_script("delete Navigator.prototype.clipboard; Document.prototype.execCommand = () => false")
    come(page)
    page.get_by_role("button", name="复制").click()
    assert (
        page.evaluate("document.getSelection().toString() || document.activeElement.value")
        == "https://example.test/invite/abc"
    )
    page.get_by_text("请按 Ctrl+C").wait_for()


def test_a_phone_has_a_bar_of_real_links_and_everything_in_the_drawer(come, phone, shot):
    come(phone)
    expect(phone.locator(".rail")).to_be_hidden()
    bar = phone.locator(".bar-phone a")
    assert bar.all_text_contents() == ["今日", "内容", "用户", "数据", "舆情", "我的"]
    assert all(re.match(r"/\w", a.get_attribute("href")) for a in bar.all())
    phone.get_by_role("button", name="菜单").click()
    assert phone.locator("#drawer a").count() == 11
    shot(phone, "drawer", full=False)
    phone.keyboard.press("Escape")
    phone.locator(".bar-phone").get_by_text("我的").click()
    phone.wait_for_url("**/gallery/me/")
    shot(phone, "me", full=False)


def test_the_period_menu_offers_presets_and_own_dates_and_keeps_the_rest(come, page, shot):
    come(page, "/gallery/?platform=douyin")
    page.locator(".period summary").click()
    shot(page, "period", full=False)
    page.get_by_role("link", name="近7日").click()
    page.wait_for_url("**/gallery/?platform=douyin&period=d7")
    page.locator(".period summary").click()
    page.locator("input[name=start]").fill("2025-11-01")
    page.locator("input[name=end]").fill("2025-11-10")
    page.get_by_role("button", name="查看").click()
    page.wait_for_url("**/gallery/?platform=douyin&start=2025-11-01&end=2025-11-10")
    assert page.locator(".pagehead .sub").text_content() == "11-01～11-10 · 10 天"


def test_alpine_runs_under_the_content_security_policy(come, page):
    come(page)
    expect(page.locator("#alpine-text")).to_be_hidden()
    page.locator("#alpine").click()
    expect(page.locator("#alpine-text")).to_be_visible()


def test_the_language_is_switched_from_the_menu(come, page):
    come(page)
    page.get_by_label("我的", exact=True).click()
    page.get_by_role("button", name="English").first.click()
    page.locator("html[lang=en]").wait_for()
