"""The pictures of a note: their order, the first as the cover, and what its platform's shape cuts away."""

import io
from uuid import uuid4

import pytest
from django.urls import reverse
from PIL import Image

from hongqiao.content.assets import services
from hongqiao.content.models import HalfWritten, Revision
from hongqiao.content.templatetags.content_editors import cover_shape
from tests.content.production.house import piece, written


def picture(actor, name, size, colour):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    row = services.keep(actor=actor, file=out.getvalue(), name=name, licence={"kind": "own"})
    return str(row.pk)


def note(cast, **body):
    row = piece(cast.editor, platform="xiaohongshu")
    return written(cast.editor, row, {"title": "妆前搓泥", "text": "文", **body})


def address(row):
    return reverse("content_piece", args=["anlan", row.pk])


@pytest.mark.django_db
def test_the_shape_of_a_cover_is_what_the_platform_says_and_none_where_it_says_none():
    assert cover_shape("xiaohongshu") | {"cut_share": 0} == {"label": "3:4", "ratio": 0.75, "cut_share": 0}
    assert cover_shape("weibo")["ratio"] == ""
    assert cover_shape("nowhere")["ratio"] == ""


@pytest.mark.django_db
def test_a_cover_that_is_not_among_the_pictures_stands_first_and_one_that_is_gone_keeps_its_place(cast):
    one, two, gone = picture(cast.editor, "一", (30, 40), "red"), picture(cast.editor, "二", (30, 40), "blue"), uuid4()
    row = note(cast, cover=two, images=[one, str(gone)])
    shown = cast.client(cast.editor).get(address(row)).content.decode()
    assert f'name="images" value="{two} {one} {gone} "' in shown
    assert f'name="cover" value="{two}"' in shown
    assert "这张图不在素材库里" in shown


@pytest.mark.django_db
def test_the_order_that_a_form_sends_is_the_order_that_is_kept_and_a_key_that_is_none_is_refused(cast):
    one, two = picture(cast.editor, "一", (30, 40), "red"), picture(cast.editor, "二", (30, 40), "blue")
    row, browser = note(cast, images=[one, two], cover=one), cast.client(cast.editor)
    sent = {"act": "save", "seen": 1, "title": "题", "text": "文", "images": f"{two} {one} ", "cover": two}
    assert browser.post(address(row), sent).status_code == 302
    assert Revision.objects.get(piece=row, number=2).body["images"] == [two, one]
    browser.post(address(row), sent | {"seen": 2, "images": f"{one} x"})
    assert Revision.objects.filter(piece=row).count() == 2


@pytest.mark.django_db
def test_who_may_only_look_has_nothing_to_move_pictures_with(cast):
    row = note(cast, images=[picture(cast.editor, "一", (30, 40), "red")])
    shown = cast.client(cast.viewer).get(address(row)).content.decode()
    assert "data-pic=" in shown
    assert "data-pic-up" not in shown


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pictures_are_moved_by_buttons_on_a_phone_kept_half_written_and_saved(cast, live_server, phone, shot):
    tall = picture(cast.editor, "竖图", (300, 400), "#2c6e5a")
    wide = picture(cast.editor, "横图", (400, 300), "#c8493d")
    row = note(cast, images=[wide, tall])
    client = cast.client(cast.editor)
    phone.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    phone.goto(live_server.url + address(row))
    first = phone.locator("[data-pics-order] > li").first
    first.get_by_text("离 3:4 较远：当封面会裁掉 44%").wait_for()
    cut = phone.locator("[data-cover-cut]").evaluate("e => e.style.width")
    assert cut == "56.3%"
    first.locator("[data-pic-down]").press("Enter")
    assert phone.locator("[data-pics-order] > li").first.get_attribute("data-pic") == tall
    phone.get_by_text("已移到第 2 张").wait_for(state="attached")
    assert phone.evaluate("document.activeElement.hasAttribute('data-pic-up')")  # the other way is all that is left
    assert phone.evaluate("document.documentElement.scrollWidth <= 390")
    shot(phone, "note-pictures-phone")
    phone.locator("[data-half-said]").wait_for()
    half = HalfWritten.objects.get(piece=row).body
    assert (half["images"], half["cover"]) == ([tall, wide], tall)
    phone.get_by_role("button", name="保存", exact=True).click()
    phone.get_by_text("已保存第 2 版").wait_for()
    assert Revision.objects.get(piece=row, number=2).body["images"] == [tall, wide]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pictures_are_added_from_the_library_dragged_and_taken_out(cast, live_server, page, shot):
    one, two = picture(cast.editor, "一", (300, 400), "#2c6e5a"), picture(cast.editor, "二", (400, 400), "#c8493d")
    row = note(cast, images=[one])
    client = cast.client(cast.editor)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url + address(row))
    page.get_by_role("button", name="从素材库加图").click()
    page.locator(f'#pick-dialog input[value="{one}"]').check()
    page.locator(f'#pick-dialog input[value="{two}"]').check()
    page.get_by_role("button", name="放进来").click()
    rows = page.locator("[data-pics-order] > li")
    rows.nth(1).wait_for()
    assert rows.count() == 2  # the one that was there is there once
    rows.nth(1).locator("img").drag_to(rows.nth(0).locator("img"))
    assert page.locator('[name="images"]').input_value() == f"{two} {one}"
    shot(page, "note-pictures")
    rows.nth(1).get_by_role("button", name="移除").click()
    assert page.locator('[name="images"]').input_value() == two
    assert page.locator('[name="cover"]').input_value() == two
