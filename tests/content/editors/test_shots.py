"""A shot table: its files, and its rows moved by keys in a real browser."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from hongqiao.content import body as bodies
from hongqiao.content.models import Revision
from hongqiao.content.shape import BadBody
from tests.content.editors.test_pictures import picture
from tests.content.production.house import piece, written

SHOTS = [
    {"start": 0, "end": 3, "picture": "额头特写", "line": "油皮夏天别再涂错防晒"},
    {"start": 3, "end": 8, "picture": "=1+1", "line": "我连着测了八小时，额头中午就开始泛油"},
]


def film(cast, form="video"):
    row = piece(cast.editor, form=form, platform="douyin")
    return written(cast.editor, row, {"title": "八小时实测", "text": "文", "shots": SHOTS})


def address(row, kind):
    return reverse("content_editor_file", args=["anlan", row.pk, kind])


def test_a_shot_table_is_a_workbook_and_a_file_of_subtitles(cast):
    row, browser = film(cast), cast.client(cast.viewer)
    sheet = load_workbook(io.BytesIO(browser.get(address(row, "xlsx")).content)).active
    assert [c.value for c in sheet[2]][:5] == [1, 0, 3, None, "额头特写"]
    assert sheet.cell(3, 5).data_type == "s"  # never a formula
    said = browser.get(address(row, "srt")).content.decode("utf-8-sig")
    assert said.startswith("1\n00:00:00,000 --> 00:00:03,000\n油皮夏天别再涂错防晒\n")
    assert all(len(line) <= 15 for block in said.split("\n\n") for line in block.splitlines()[2:])


def test_an_article_is_a_page_and_markdown(cast):
    row = piece(cast.editor, form="article", platform="wechat_oa")
    row = written(cast.editor, row, {"title": "题<b>", "html": '<h2>怎么测的</h2><p style="color: #c00000">正文</p>'})
    browser = cast.client(cast.viewer)
    page = browser.get(address(row, "html"))
    assert "<title>题&lt;b&gt;</title>" in page.content.decode()
    assert "attachment" in page["Content-Disposition"]
    assert "## 怎么测的\n\n正文" in browser.get(address(row, "md")).content.decode()


def test_a_kind_that_the_form_has_not_and_a_piece_of_others_are_not_found(cast):
    row = film(cast)
    assert cast.client(cast.viewer).get(address(row, "md")).status_code == 404
    assert cast.client(cast.stranger).get(address(row, "srt")).status_code == 404
    empty = piece(cast.editor, form="video", platform="douyin")
    assert cast.client(cast.viewer).get(address(empty, "srt")).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_rows_are_moved_by_keys_inserted_timed_and_saved_in_the_order_that_is_seen(cast, live_server, page, shot):
    row = film(cast)
    client = cast.client(cast.editor)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url + reverse("content_piece", args=["anlan", row.pk]))
    second = page.locator("[data-handle]").nth(1)
    second.focus()
    page.keyboard.press("Alt+ArrowUp")
    page.locator("[data-insert]").first.click()
    page.get_by_label("画面").nth(1).fill("插入的镜头")
    page.get_by_role("button", name="按语速排时间").click()
    page.get_by_text("共 3 个镜头").wait_for()
    shot(page, "shot-table")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存第 2 版").wait_for()
    shots = Revision.objects.get(piece=row, number=2).body["shots"]
    assert [s["picture"] for s in shots] == ["=1+1", "插入的镜头", "额头特写"]
    assert shots[0]["start"] == 0
    assert [a["end"] for a in shots[:-1]] == [b["start"] for b in shots[1:]]


def test_a_shot_keeps_its_picture_and_the_workbook_names_it(cast):
    key = picture(cast.editor, "分镜一.png", (30, 40), "red")
    row = piece(cast.editor, form="video", platform="douyin")
    row = written(cast.editor, row, {"title": "题", "text": "文", "shots": [SHOTS[0] | {"image": key}, SHOTS[1]]})
    sheet = load_workbook(io.BytesIO(cast.client(cast.viewer).get(address(row, "xlsx")).content)).active
    assert [sheet.cell(1, 10).value, sheet.cell(2, 10).value, sheet.cell(3, 10).value] == ["参考图", "分镜一.png", None]
    shown = cast.client(cast.editor).get(reverse("content_piece", args=["anlan", row.pk])).content.decode()
    assert f'name="shots.0.image" value="{key}"' in shown


def test_a_shot_s_picture_is_an_asset_or_refused_and_a_body_without_one_keeps_its_digest():
    with pytest.raises(BadBody):
        bodies.checked("video", {"shots": [{"image": "../x"}]})
    plain = bodies.checked("video", {"title": "题", "shots": [{"line": "词", "image": ""}]})
    assert plain == {"title": "题", "shots": [{"line": "词"}]}


@pytest.mark.parametrize(
    ("typed", "kept"), [("2:30", 150), ("1:02:03", 3723), ("0：15", 15), ("90:00", 5400), ("0:01.5", 1.5), ("12", 12)]
)
def test_times_may_be_typed_as_a_clock_says_them(typed, kept):
    assert bodies.checked("video", {"shots": [{"start": typed}]})["shots"][0]["start"] == kept


@pytest.mark.parametrize("typed", ["2:", ":30", "1:99", "1:2:3:4", "两分", "200:00:00", "-1:00"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(BadBody):
        bodies.checked("video", {"shots": [{"start": typed}]})


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_each_shot_is_a_card_that_is_moved_by_buttons_and_given_a_picture(cast, live_server, phone, shot):
    key = picture(cast.editor, "参考.png", (300, 400), "#2c6e5a")
    row = film(cast)
    client = cast.client(cast.editor)
    phone.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    phone.goto(live_server.url + reverse("content_piece", args=["anlan", row.pk]))
    first = phone.locator("[data-row]").first
    first.get_by_role("button", name="选参考图").click()
    phone.locator(f'#pick-dialog input[value="{key}"]').check()
    phone.get_by_role("button", name="放进来").click()
    first.get_by_role("button", name="下移", exact=True).click()
    phone.locator("[data-row]").first.get_by_role("button", name="插入").click()
    phone.get_by_label("画面").nth(1).fill("插入的镜头")
    assert phone.evaluate("document.documentElement.scrollWidth <= 390")
    assert phone.evaluate("[...document.querySelectorAll('.shotbox *')].every(e => e.scrollWidth <= 390)")
    label = "getComputedStyle(document.querySelector('[data-row] td.full'), '::before').content"
    assert phone.evaluate(label) == '"画面"'
    shot(phone, "shot-table-phone")
    phone.get_by_role("button", name="保存", exact=True).click()
    phone.get_by_text("已保存第 2 版").wait_for()
    kept = Revision.objects.get(piece=row, number=2).body["shots"]
    assert [(s["picture"], s.get("image")) for s in kept] == [("=1+1", None), ("插入的镜头", None), ("额头特写", key)]
