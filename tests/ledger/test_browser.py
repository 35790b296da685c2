"""The ledger in a real browser, wide and on a phone: from a finding to an action to its outcome, without a mouse."""

from datetime import timedelta

import pytest
from django.test import Client

from hongqiao.ledger import jobs as ledger_jobs
from hongqiao.ledger import services
from hongqiao.ledger.models import Action
from hongqiao.ledger.queries import today_of
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from tests.ledger.house import found, made
from tests.ledger.measured import PLATFORMS, running, series, state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fell", "house")]


def enter(tab, live_server, member, path=""):
    browser = Client()
    browser.force_login(member.user)
    cookie = {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": live_server.url}
    tab.context.add_cookies([cookie])
    tab.goto(f"{live_server.url}/b/anlan/ledger/{path}")


def filled(cast):
    """A brand with a measured action, a running one, a late one, a decision, and findings."""
    accounts = {"douyin": cast.account}
    for code in PLATFORMS[1:]:
        accounts[code] = workspace.create_account(actor=cast.owner, platform=code, name=code)
    state(cast, accounts, series(effect=30))
    row = running(cast.owner, title="抖音信息流预算 +30%")
    ledger_jobs.ask_measure(row, row.measure_on)
    jobs.work_off()
    for n in range(2):
        late = made(cast.owner, title=("改写三篇图文的结尾", "换成两位垂类达人")[n], cost="12000")
        Action.objects.filter(pk=late.pk).update(due=today_of(cast.brand) + timedelta(days=4 * n - 2))
    services.start_action(actor=cast.owner, action_id=Action.objects.order_by("-id")[0].pk, seen=None)
    services.create_decision(
        actor=cast.editor,
        title="双十二前追加抖音投放",
        options=["批准 3 万", "批准 1 万", "不批准"],
        amount="30000",
        deadline=today_of(cast.brand) + timedelta(days=3),
        note="消耗已减半两周",
    )
    found(cast.brand, "one", severity=3)
    found(
        cast.brand,
        "two",
        kind="opportunity",
        severity=1,
        params={"metric": "笔记阅读", "change": "", "where": "小红书"},
    )
    return row


def test_a_finding_is_adopted_by_keys_and_becomes_an_action_on_the_board(cast, page, live_server, shot):
    row = filled(cast)
    enter(page, live_server, cast.owner)
    shot(page, "ledger-findings")
    page.get_by_role("button", name="不做").first.or_(page.locator("summary", has_text="不做…").first).first.wait_for()
    page.locator("summary", has_text="不做…").first.click()
    shot(page, "ledger-wont", full=False)
    page.keyboard.press("Escape")
    page.locator("button[value=adopt]").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("已建立优化动作").wait_for()
    for name, path in (
        ("board", "actions/"),
        ("list", "actions/?view=list"),
        ("new", "actions/new/"),
        ("action", f"actions/{row.pk}/"),
        ("my", "my/"),
        ("outcomes", "outcomes/"),
        ("decisions", "decisions/"),
        ("calendar", "calendar/"),
        ("rules", "rules/"),
    ):
        page.goto(f"{live_server.url}/b/anlan/ledger/{path}")
        if name == "new":
            page.locator("#reckon .alert", has_text="按现在的量").wait_for()
        if name == "action":
            page.locator("[data-drawn]").first.wait_for()
        shot(page, f"ledger-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    page.goto(f"{live_server.url}/b/anlan/")
    page.get_by_text("进行中的优化").wait_for()
    shot(page, "ledger-today")
    page.goto(f"{live_server.url}/b/anlan/ledger/actions/")
    page.get_by_role("button", name="取消").first.click()
    page.get_by_role("heading", name="取消这个动作？").wait_for()
    page.get_by_role("button", name="取消动作").click()
    page.get_by_text("已取消，可以重新计划").wait_for()


def test_on_a_phone_nothing_scrolls_sideways(cast, phone, live_server, shot):
    row = filled(cast)
    enter(phone, live_server, cast.owner)
    paths = {"findings": "", "board": "actions/", "list": "actions/?view=list", "action": f"actions/{row.pk}/"}
    paths |= {
        "my": "my/",
        "outcomes": "outcomes/",
        "decisions": "decisions/",
        "calendar": "calendar/",
        "rules": "rules/",
    }
    for name, path in {**paths, "new": "actions/new/"}.items():
        phone.goto(f"{live_server.url}/b/anlan/ledger/{path}")
        shot(phone, f"ledger-{name}-phone")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, name
    phone.goto(f"{live_server.url}/b/anlan/ledger/")
    phone.locator("summary", has_text="稍后…").first.click()
    phone.get_by_role("button", name="3 天后").first.click()
    phone.get_by_text("再提醒").wait_for()
