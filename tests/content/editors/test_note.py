"""The note editor counts as its platform does, and as the check does."""

import pytest
from django.urls import reverse

from hongqiao.methods.craft.counting import length
from hongqiao.platforms import PLATFORMS
from tests.content.production.house import piece, written

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("platform", "mark"), [("xiaohongshu", "over"), ("weibo", "near")])
def test_letters_are_counted_as_the_check_counts_them(cast, live_server, page, shot, platform, mark):
    row = written(cast.editor, piece(cast.editor, platform=platform), {"title": "题", "text": "文"})
    client = cast.client(cast.editor)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url + reverse("content_piece", args=["anlan", row.pk]))
    title, text = "油皮防晒👩‍👧🇨🇳SPF50 实测八小时不搓泥不泛白", "防晒abc👍🏽" * 40
    page.fill("#e-title", title)
    page.fill("#e-text", text)
    page.fill("#e-tags", "#油皮 #通勤 #油皮")
    counting = PLATFORMS[platform].limits.get("counting")
    assert page.locator('[data-of="text"]').inner_text().split("/")[0] == str(length(text, counting))
    assert page.locator('[data-of="title"]').inner_text().split("/")[0].split(" ")[0] == str(length(title, counting))
    assert page.locator(f'[data-of="{"title" if mark == "over" else "text"}"].{mark}').count() == 1
    assert "重复：油皮" in page.locator('[data-of="tags"]').inner_text()
    assert page.locator("[data-chips] li").count() == 3
    shot(page, f"note-{platform}")
