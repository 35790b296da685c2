"""Two people in one room, in a real browser: what the other did comes by itself, and takes nothing away."""

import pytest
from django.conf import settings
from django.urls import reverse

from hongqiao.crisis.incidents import facts, handling
from hongqiao.crisis.models import Fact
from tests.crisis.room import incident_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(cast, live_server, tab, member):
    key = cast.client(member).cookies[settings.SESSION_COOKIE_NAME].value
    tab.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])


def test_what_another_does_comes_by_itself_and_typing_is_never_lost(cast, house, live_server, page, shot):
    row = incident_of(cast.brand)
    of = {"actor": cast.owner, "incident_id": row.pk}
    facts.add_fact(**of, text="批号 A12 有三人反映")
    enter(cast, live_server, page, cast.editor)
    page.goto(live_server.url + reverse("crisis_incident_tab", args=["anlan", row.pk, "facts"]))
    facts.add_fact(**of, text="同批次已停售", state="verified", basis="仓库记录")
    page.locator("#room-body .line span", has_text="同批次已停售").wait_for()  # came by itself
    page.locator("#room-body summary").first.click()
    typed = page.locator("#room-body textarea").first
    typed.fill("我正在写的说法")
    first = Fact.objects.order_by("id").first()
    facts.change_fact(actor=cast.owner, fact_id=first.pk, seen=1, text="甲先改了", state="checking", basis="")
    page.locator("#room-body[data-stale]").wait_for()
    assert typed.input_value() == "我正在写的说法"
    handling.take(**of)
    page.locator("#room-head .tag", has_text="处置中").wait_for()  # the head goes on, the list waits
    page.allow(r"409")
    page.locator("#room-body button[value=change_fact]").first.click()
    page.locator(".alert", has_text="刚刚被别人改过").wait_for()
    assert page.locator(".copyline .text").first.input_value() == "我正在写的说法"
    shot(page, "crisis-conflict")
