"""The article's editor: what it asks of the server, and what a person pastes into it in a real browser."""

from pathlib import Path

import pytest
from django.urls import reverse

from hongqiao.content.desk import payload
from hongqiao.content.models import Revision
from hongqiao.content.production import services
from tests.content.production.house import piece, written

PASTED = Path(__file__).resolve().parents[1] / "pasted"


def address(name):
    return reverse(f"content_editor_{name}", args=["anlan"])


def test_pasting_answers_clean_html_and_what_is_left_to_do(cast):
    answer = cast.client(cast.editor).post(address("paste"), {"html": (PASTED / "word.html").read_text("utf-8")}).json()
    assert "color: #C00000" in answer["html"]
    assert "mso-" not in answer["html"]
    assert answer["said"] == ["有 2 张图片还在你的电脑里，没有粘过来，请另行上传"]


def test_the_preview_counts_against_what_the_platform_takes(cast):
    sent = {"title": "题" * 33, "digest": "摘" * 121, "author": "安澜", "markdown": "[报告](https://x.example)"}
    answer = cast.client(cast.viewer).post(address("preview"), sent).json()
    assert "[1] https://x.example" in answer["html"]
    levels = {c["label"]: (c["count"], c["most"], c["level"]) for c in answer["counts"]}
    assert levels["标题"] == (33, 64, "warn")
    assert levels["摘要"] == (121, 120, "danger")
    assert levels["作者"] == (2, 16, "")


def test_the_ways_of_writing_are_changed_into_each_other(cast):
    browser = cast.client(cast.editor)
    rich = browser.post(address("switch"), {"markdown": "## 怎么测的"}).json()
    assert rich["markdown"] == ""
    assert "<h2 style=" in rich["html"]
    assert browser.post(address("switch"), {"html": rich["html"]}).json()["markdown"] == "## 怎么测的"


def test_the_page_an_article_is_written_in_runs_nothing_and_stands_in_this_house_only(cast):
    answer = cast.client(cast.viewer).get(address("frame"))
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", ["frame", "paste", "preview", "switch"])
def test_a_stranger_finds_nothing(cast, name):
    browser = cast.client(cast.stranger)
    assert {browser.get(address(name)).status_code, browser.post(address(name)).status_code} <= {404, 405}


def test_one_who_only_looks_may_not_paste(cast):
    assert cast.client(cast.viewer).post(address("paste"), {"html": "<p>x</p>"}).status_code in (403, 404)


def test_without_scripts_the_form_still_saves_an_article(cast):
    row = piece(cast.editor, form="article", platform="wechat_oa")
    page = reverse("content_piece", args=["anlan", row.pk])
    sent = {"act": "save", "seen": "0", "title": "题", "html": "", "markdown": "## 一\n\n正文"}
    cast.client(cast.editor).post(page, sent)
    assert Revision.objects.get(piece=row).body == {"title": "题", "markdown": "## 一\n\n正文"}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_pasted_from_word_is_still_there_after_the_page_is_opened_again(cast, live_server, page, shot):
    row = piece(cast.editor, form="article", platform="wechat_oa")
    client = cast.client(cast.editor)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    url = live_server.url + reverse("content_piece", args=["anlan", row.pk])
    page.goto(url)
    main = page.frame_locator("[data-sheet]").locator("main")
    main.click()
    word = (PASTED / "word.html").read_text("utf-8")
    main.evaluate(
        """(main, html) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/html", html);
            clipboardData.setData("text/plain", "x");
            main.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        word,
    )
    main.get_by_text("实测八小时").wait_for()
    page.get_by_text("还在你的电脑里").wait_for()
    page.frame_locator("[data-phone]").get_by_text("参考链接").wait_for()
    page.fill("#e-title", "油皮夏天怎么选防晒")
    shot(page, "article-editor")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存第 1 版").wait_for()
    page.goto(url)
    heading = page.frame_locator("[data-sheet]").get_by_text("油皮夏天怎么选防晒")
    heading.wait_for()
    assert heading.evaluate("e => getComputedStyle(e).color") == "rgb(192, 0, 0)"
    again = services.restore_revision(actor=cast.editor, piece_id=row.pk, seen=None, number=1)
    assert again.number == 1  # what was kept is what it says: cleaning it again makes no other text


@pytest.mark.parametrize(
    "body", [{"markdown": "见[报告](https://x.example)"}, {"html": '见<a href="https://x.example">报告</a>'}]
)
def test_what_is_published_is_laid_out_whichever_way_it_was_written(cast, body):
    row = written(cast.editor, piece(cast.editor, form="article", platform="wechat_oa"), {"title": "题", **body})
    sent = payload.of(row, Revision.objects.get(piece=row))
    assert "[1] https://x.example" in sent["body"]["html"]
    assert "<a " not in sent["body"]["html"]
