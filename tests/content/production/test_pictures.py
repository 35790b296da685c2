"""Remarks on regions of pictures: framed by mouse, finger and keys, numbered, settled, and told when a picture went."""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from hongqiao.content.assets import services as assets
from hongqiao.content.models import Remark
from hongqiao.content.production import anchors, services
from tests.content.assets.files import picture
from tests.content.production.house import TEXT, at, fresh, piece, written

BOX = {"x": "0.1", "y": "0.2", "w": "0.3", "h": "0.4"}


@pytest.fixture
def row(cast, house):
    """A note with two pictures."""
    cast.pictures = [str(assets.keep(actor=cast.editor, file=picture(size=(600, 400 + n))).pk) for n in range(3)]
    return written(cast.editor, piece(cast.editor), TEXT | {"images": cast.pictures[:2]})


def remarks_of(row):
    return reverse("content_piece_tab", args=["anlan", row.pk, "remarks"])


def remark(client, row, asset, **more):
    return client.post(remarks_of(row), {"act": "remark", "text": "字压到脸了", "asset": asset, **BOX, **more})


def boxes(client, row):
    return {p["label"]: [b["n"] for b in p["boxes"]] for p in client.get(remarks_of(row)).context["pictures"]}


def test_a_region_stands_numbered_on_its_picture_until_it_is_settled_and_again_when_reopened(cast, row):
    client = cast.client(cast.owner)
    for asset in (cast.pictures[1], cast.pictures[0]):
        assert remark(client, row, asset).status_code == 302
    first, second = Remark.objects.order_by("id")
    assert first.anchor == {"asset": cast.pictures[1], "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4}
    assert boxes(client, row) == {"第 1 张图": [2], "第 2 张图": [1]}
    client.post(remarks_of(row), {"act": "settle", "id": first.pk, "seen": first.version})
    assert boxes(client, row) == {"第 1 张图": [2], "第 2 张图": []}  # the other keeps its number
    client.post(remarks_of(row), {"act": "unsettle", "id": first.pk, "seen": fresh(first).version})
    assert boxes(client, row)["第 2 张图"] == [1]
    assert second.by == cast.owner


def test_a_region_goes_with_its_picture_and_says_when_that_was_replaced(cast, row):
    client = cast.client(cast.owner)
    remark(client, row, cast.pictures[0])
    body = TEXT | {"images": [cast.pictures[1], cast.pictures[0]], "cover": cast.pictures[2]}
    services.add_revision(actor=cast.editor, piece_id=row.pk, seen=1, body=body)
    assert boxes(client, row) == {"封面": [], "第 1 张图": [], "第 2 张图": [1]}
    assert "图片已换" not in client.get(remarks_of(row)).content.decode()
    services.add_revision(actor=cast.editor, piece_id=row.pk, seen=2, body=TEXT | {"images": cast.pictures[1:2]})
    page = client.get(remarks_of(row))
    assert page.content.decode().count("图片已换</span>") == 2  # at the remark, and at the picture it stood on
    assert [(p["changed"], len(p["boxes"])) for p in page.context["pictures"]] == [(False, 0), (True, 1)]


@pytest.mark.parametrize("more", [{"w": "0"}, {"h": ""}, {"x": "0.9"}, {"y": "nan"}, {"x": "-0.1"}, {"w": "x"}])
def test_a_box_that_is_none_is_refused_and_what_was_typed_stays(cast, row, more):
    answer = remark(cast.client(cast.owner), row, cast.pictures[0], **more)
    assert answer.status_code == 422
    assert "字压到脸了</textarea>" in answer.content.decode()
    assert not Remark.objects.exists()


def test_a_picture_that_is_not_the_pieces_cannot_be_remarked_upon(cast, row):
    for foreign in (cast.pictures[2], str(uuid4()), "x"):
        assert remark(cast.client(cast.owner), row, foreign).status_code == 422
    with pytest.raises(anchors.BadAnchor):
        services.add_remark(actor=cast.owner, piece_id=row.pk, text="x", anchor={"asset": cast.pictures[2], **BOX})


@pytest.fixture
def link(cast, row):
    at(cast.editor, row, "review")
    _made, token = services.make_link(actor=cast.owner, piece_id=row.pk, name="王律师")
    services.name_link(token=token, name="王律师")
    cache.clear()
    return f"/r/{token}/"


def test_an_outside_reviewer_sees_the_pictures_of_their_piece_and_no_other(cast, row, link):
    browser = Client()
    shown = browser.get(link).content.decode()
    assert f"{link}{cast.pictures[0]}/" in shown
    answer = browser.get(f"{link}{cast.pictures[0]}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert browser.get(f"{link}{cast.pictures[2]}/").status_code == 404
    assert browser.get(f"/r/guess/{cast.pictures[0]}/").status_code == 410
    posted = browser.post(link, {"act": "remark", "text": "这里看不清", "asset": cast.pictures[1], **BOX})
    assert posted.status_code == 302
    assert "这里看不清" in browser.get(link).content.decode()
    assert boxes(cast.client(cast.owner), row)["第 2 张图"] == [1]


def drag(tab, box):
    where = tab.locator(".pic .canvas").first.bounding_box()
    x, y, far, low = (where[k] + f * where[s] for k, s, f in zip("xyxy", ("width", "height") * 2, box, strict=True))
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move((x + far) / 2, (y + low) / 2)
    tab.mouse.move(far, low)
    tab.mouse.up()


def test_a_region_is_framed_by_mouse_and_by_keys_and_stands_there_afterwards(cast, row, live_server, page, shot):
    value = cast.client(cast.owner).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page.goto(live_server.url + remarks_of(row))
    page.locator(".pic img").first.evaluate("i => i.decode()")
    drag(page, (0.25, 0.25, 0.5, 0.75))
    assert "第 1 张图上框出的一块" in page.locator("[data-quoted]").inner_text()
    page.keyboard.type("这里换浅色")  # the words are next: nothing to be clicked
    page.get_by_role("button", name="批注", exact=True).click()
    page.wait_for_selector(".regions a")
    one = Remark.objects.get()
    assert [one.anchor[k] for k in "xywh"] == pytest.approx([0.25, 0.25, 0.25, 0.5], abs=0.02)
    page.get_by_role("button", name="在图上加批注").nth(1).focus()
    for key in ("Enter", "ArrowLeft", "ArrowDown", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("右边空着")
    shot(page, "remarks-framed")
    page.get_by_role("button", name="批注", exact=True).click()
    page.wait_for_function("document.querySelectorAll('.regions a').length === 2")
    two = Remark.objects.get(text="右边空着")
    assert two.anchor == {"asset": cast.pictures[1], "x": 0.28, "y": 0.32, "w": 0.42, "h": 0.4}


def test_an_outside_reviewer_frames_a_region_with_a_finger(cast, row, link, live_server, phone, shot):
    phone.goto(live_server.url + link)
    phone.locator(".pic img").first.evaluate("i => i.decode()")
    phone.get_by_role("button", name=re.compile("在图上加批注")).first.tap()
    canvas = phone.locator(".pic .canvas").first
    canvas.scroll_into_view_if_needed()
    where = canvas.bounding_box()
    told = phone.context.new_cdp_session(phone)
    point = lambda f: {"x": where["x"] + f * where["width"], "y": where["y"] + f * where["height"]}  # noqa: E731
    told.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point(0.1)]})
    for f in (0.2, 0.4, 0.6):
        told.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point(f)]})
    told.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.locator("#remark").fill("这一块太暗")
    shot(phone, "remarks-outside-phone")
    phone.get_by_role("button", name="记下").click()
    phone.wait_for_load_state()
    shot(phone, "remarks-outside-kept")
    phone.wait_for_selector(".regions a")
    assert [Remark.objects.get().anchor[k] for k in "xywh"] == pytest.approx([0.1, 0.1, 0.5, 0.5], abs=0.02)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
