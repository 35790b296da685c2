"""Chapters of a long video: what is amiss is said, and they stand in the description wherever it goes out."""

import io
import zipfile

import pytest
from django.urls import reverse

from hongqiao.content import body as bodies
from hongqiao.content.desk import payload
from hongqiao.content.editors import chapters
from hongqiao.content.models import Revision
from hongqiao.content.production import present, queries
from tests.content.production.house import piece, written

GOOD = [
    {"start": 0, "title": "先看最精彩的一段"},
    {"start": 15, "title": "怎么测"},
    {"start": 3725, "title": "结果"},
]
BODY = {"title": "拆三支防晒", "text": "报告编号见评论区", "chapters": GOOD}
SAID = "00:00 先看最精彩的一段\n00:15 怎么测\n1:02:05 结果"


def film(cast, body=None):
    row = piece(cast.editor, platform="bilibili", form="long_video")
    return written(cast.editor, row, body or BODY)


def test_chapters_in_order_have_nothing_amiss_and_none_at_all_neither():
    assert list(chapters.amiss(GOOD)) == []
    assert list(chapters.amiss([])) == []


@pytest.mark.parametrize(
    ("rows", "end", "number", "words"),
    [
        ([GOOD[0], GOOD[1], GOOD[1]], 0, 3, "比上一章晚"),
        ([GOOD[0], GOOD[2], GOOD[1]], 0, 3, "比上一章晚"),
        (GOOD, 600, 3, "分镜表到 10:00"),
        (GOOD[:2], 0, 0, "现有 2 章"),
        ([{"start": n, "title": "章"} for n in range(9)], 0, 0, "现有 9 章"),
        ([*GOOD[:2], {"start": 90}], 0, 3, "还没有标题"),
        ([*GOOD[:2], {"start": 90, "title": "长" * 21}], 0, 3, "标题 21 字"),
        ([{"start": 3, "title": "迟"}, *GOOD[1:]], 0, 1, "从 00:00 开始"),
    ],
)
def test_what_is_amiss_is_said_at_its_row(rows, end, number, words):
    assert [(n, words in said) for n, said in chapters.amiss(rows, end)] == [(number, True)]


def test_a_line_that_the_text_has_already_is_not_said_again():
    assert bodies.description("long_video", BODY) == f"报告编号见评论区\n\n{SAID}"
    typed = BODY | {"text": f"报告编号见评论区\n{SAID}"}
    assert bodies.description("long_video", typed) == typed["text"]
    assert bodies.description("note", {"text": " 文 "}) == " 文 "


@pytest.mark.django_db
def test_chapters_are_in_what_goes_out_in_the_pack_in_the_preview_and_in_what_is_checked(cast):
    row = film(cast, BODY | {"chapters": [*GOOD[:2], GOOD[2] | {"title": "全国第一的防晒"}]})
    now = queries.newest(row)
    assert "00:15 怎么测" in payload.of(row, now)["text"]
    assert any(f["place"] == "text" and f["level"] == "block" for f in now.found)  # a claim that law forbids
    browser = cast.client(cast.editor)
    answer = browser.post(reverse("content_pack", args=["anlan", row.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as box:
        assert "报告编号见评论区\r\n\r\n00:00 先看" in box.read("03-文案.txt").decode("utf-8-sig")
    assert "【章节】00:15 怎么测" in present.body_lines(row, now.body)


@pytest.mark.django_db
def test_the_form_is_told_what_is_amiss_and_what_goes_out(cast):
    ask = reverse("content_editor_chapters", args=["anlan"])
    sent = {
        "text": "简",
        "platform": "bilibili",
        "chapters.rows": "2",
        "chapters.0.title": "起",
        "chapters.1.start": "x",
    }
    found = cast.client(cast.viewer).post(ask, sent).json()
    assert found["said"] == [{"row": 2, "words": "时间写成 2:30 或 150 的样子"}]
    assert found["text"] == "简\n\n00:00 起"
    assert found["count"] == {"label": "简介", "count": 10, "most": 249, "level": ""}
    late = sent | {"chapters.1.start": "1:00", "chapters.1.title": "完", "shots.rows": "1", "shots.0.end": "0:30"}
    said = cast.client(cast.viewer).post(ask, late).json()["said"]
    assert {"row": 2, "words": "分镜表到 00:30 就结束了"} in said
    assert cast.client(cast.viewer).post(ask, {"platform": "nowhere"}).json() == {"text": "", "count": None, "said": []}
    assert cast.client(cast.stranger).post(ask, sent).status_code == 404
    assert cast.client(cast.viewer).get(ask).status_code == 405


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_chapters_are_typed_put_in_order_and_saved_on_a_phone(cast, live_server, phone, shot):
    row = film(cast)
    client = cast.client(cast.editor)
    phone.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    phone.goto(live_server.url + reverse("content_piece", args=["anlan", row.pk]))
    phone.get_by_label("开始时间").nth(3).fill("2:30")
    phone.get_by_label("章节标题").nth(3).fill("谁不适合")
    phone.get_by_text("时间要比上一章晚").wait_for()
    phone.get_by_role("button", name="按时间排好").click()
    phone.get_by_text("时间要比上一章晚").wait_for(state="detached")
    assert "02:30 谁不适合\n1:02:05 结果" in phone.locator("[data-desc]").inner_text()
    assert phone.evaluate("document.documentElement.scrollWidth <= 390")
    shot(phone, "chapters-phone")
    phone.get_by_role("button", name="保存", exact=True).click()
    phone.get_by_text("已保存第 2 版").wait_for()
    kept = Revision.objects.get(piece=row, number=2).body["chapters"]
    assert [(c["start"], c["title"]) for c in kept][2:] == [(150, "谁不适合"), (3725, "结果")]
