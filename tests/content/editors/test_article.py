"""The article's editor: what it asks of the server, and what a person pastes into it in a real browser."""

import base64
from pathlib import Path

import pytest
from django.urls import reverse

from hongqiao.content import body as bodies
from hongqiao.content.assets import services as assets
from hongqiao.content.desk import payload
from hongqiao.content.editors import pictures
from hongqiao.content.models import Asset, Revision
from hongqiao.content.production import checking, services
from hongqiao.workspace import jobs
from hongqiao.workspace.models import AuditEntry
from hongqiao.workspace.webhooks import getting
from tests.content.assets import files
from tests.content.production.house import fresh, piece, written

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
    assert rich["html"].strip() == "<h2>怎么测的</h2>"
    assert browser.post(address("switch"), {"html": rich["html"]}).json()["markdown"] == "## 怎么测的"


def test_the_page_an_article_is_written_in_runs_nothing_and_stands_in_this_house_only(cast):
    answer = cast.client(cast.viewer).get(address("frame"))
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", ["frame", "paste", "preview", "switch", "pictures", "look"])
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


def test_a_picture_in_the_text_itself_becomes_an_asset_at_once_and_what_is_none_is_told(cast):
    said = base64.b64encode(files.picture(size=(60, 40))).decode()
    wrong = base64.b64encode(b"MZ a program").decode()
    html = f'<p>甲<img src="data:image/png;base64,{said}"><img src="data:image/png;base64,{wrong}"></p>'
    answer = cast.client(cast.editor).post(address("paste"), {"html": html}).json()
    row = Asset.objects.get()
    assert (row.width, row.height, row.mime) == (60, 40, "image/png")
    assert f'src="{reverse("content_asset_file", args=["anlan", row.pk])}"' in answer["html"]
    assert "data:" not in answer["html"]
    assert answer["said"] == ["有一张粘贴的图片没有留下：素材库不收这种文件"]


def fetched(cast, monkeypatch, answers):
    """Ask for pictures, run the job, return what the page is told."""

    def get(url, *, accept, most):
        if isinstance(answers[url], Exception):
            raise answers[url]
        return answers[url]

    monkeypatch.setattr(pictures.getting, "get", get)
    browser = cast.client(cast.editor)
    look = browser.post(address("pictures"), {"address": [*answers, "https://127.0.0.1/x.png", "/own.png"]}).json()
    before = browser.get(look["look"]).json()
    assert (before["done"], before["taken"]) == (False, {})
    jobs.work_off()
    return look["look"], browser.get(look["look"]).json()


@pytest.mark.django_db(transaction=True)
def test_pictures_on_the_web_are_fetched_in_the_background_and_each_failure_is_told(cast, monkeypatch):
    answers = {
        "https://img.example.com/a%20b.png": files.picture(),
        "https://img.example.com/b": getting.NotGot(why="404"),
        "https://img.example.com/c.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    look, said = fetched(cast, monkeypatch, answers)
    row = Asset.objects.get()
    assert row.name == "a b.png"
    here = reverse("content_asset_file", args=["anlan", row.pk])
    assert said["done"]
    assert said["taken"] == {"https://img.example.com/a%20b.png": here}
    assert said["failed"] == [
        "https://img.example.com/b：取不到这个地址：404",
        "https://img.example.com/c.svg：不收 SVG：里面可以藏脚本",
    ]
    assert cast.client(cast.owner).get(look).status_code == 404
    assert cast.client(cast.stranger).get(look).status_code == 404


@pytest.mark.parametrize("url", ["https://127.0.0.1/a.png", "https://[::1]/a", "https://169.254.169.254/latest"])
def test_no_picture_leads_into_this_network(cast, url):
    assert pictures.fetch(cast.editor, url)["error"]["code"] == "bad_webhook_url"
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("body", "holds"),
    [
        ({"html": '<p>正文</p><img src="https://img.example.com/a.png">'}, True),
        ({"markdown": "正文\n\n![图](https://img.example.com/a.png)"}, True),
        ({"html": '<p>正文</p><img src="https://mmbiz.qpic.cn/a"><img src="/b/anlan/content/assets/1/file/">'}, False),
        ({"markdown": "正文见[报告](https://x.example)"}, False),
    ],
)
def test_a_picture_left_elsewhere_stops_an_article_for_公众号(cast, body, holds):
    row = piece(cast.editor, form="article", platform="wechat_oa")
    found = [line for line in checking.check(row, {"title": "题", **body}) if line.found.rule == "craft.image_outside"]
    assert [line.holds for line in found] == ([True] if holds else [])


def test_the_preview_says_which_pictures_stay_elsewhere_and_whose_licence_wants_a_look(cast):
    row = assets.keep(actor=cast.editor, file=files.picture(), name="主图.png")
    own = reverse("content_asset_file", args=["anlan", row.pk])
    html = f'<img src="{own}"><img src="https://img.example.com/a.png"><img src="https://x.feishu.cn/b.png">'
    answer = cast.client(cast.viewer).post(address("preview"), {"html": html}).json()
    assert answer["warned"] == ["主图.png：缺授权信息"]
    assert answer["outside"] == ["https://img.example.com/a.png"]
    assert answer["pictures"] == "2 张外部图片，公众号不收"


def test_a_look_is_kept_for_the_brand_by_those_who_may_and_shown_in_every_piece(cast):
    sent = {"theme": "letter", "colour": "#0B5CAD"}
    assert cast.client(cast.editor).post(address("look"), sent).status_code == 403
    assert cast.client(cast.owner).post(address("look"), sent).status_code == 200
    assert cast.client(cast.owner).post(address("look"), {"theme": "stolen"}).status_code == 422
    said = cast.client(cast.viewer).post(address("preview"), {"markdown": "## 一"}).json()["html"]
    assert "#0b5cad" in said
    assert AuditEntry.objects.filter(code="look.kept").count() == 1
    row = written(cast.editor, piece(cast.editor, form="article", platform="wechat_oa"), {"markdown": "## 一"})
    assert "#0b5cad" in payload.of(fresh(row), Revision.objects.get(piece=row))["body"]["html"]
    with pytest.raises(bodies.BadBody):
        bodies.checked("article", {"theme": "../x"})
    with pytest.raises(bodies.BadBody):
        bodies.checked("article", {"colour": "red;}"})


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_picture_of_the_library_is_put_at_the_cursor_and_a_theme_changes_the_preview(cast, live_server, page, shot):
    assets.keep(actor=cast.editor, file=files.picture(), name="主图.png", alt="一支防晒")
    row = written(
        cast.editor, piece(cast.editor, form="article", platform="wechat_oa"), {"html": "<h2>一</h2><p>二</p>"}
    )
    client = cast.client(cast.editor)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(live_server.url + reverse("content_piece", args=["anlan", row.pk]))
    page.frame_locator("[data-sheet]").locator("p").click()
    page.get_by_role("button", name="图片", exact=True).click()
    page.get_by_role("radio").check()
    shot(page, "article-pick")
    page.get_by_role("button", name="放进来").click()
    page.get_by_text("主图.png：缺授权信息").wait_for()
    page.select_option("#e-theme", "block")
    heading = page.frame_locator("[data-phone]").locator("h2")
    page.wait_for_function(
        "() => document.querySelector('[data-phone]').contentDocument.querySelector('h2').style.backgroundColor"
    )
    assert heading.evaluate("e => e.style.color") == "rgb(255, 255, 255)"
    shot(page, "article-theme")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存第 2 版").wait_for()
    body = Revision.objects.get(piece=row, number=2).body
    assert body["theme"] == "block"
    assert 'alt="一支防晒"' in body["html"]
    assert f'src="/b/anlan/content/assets/{Asset.objects.get().pk}/file/"' in body["html"]
    assert "picked" not in str(body)
    page.set_viewport_size({"width": 390, "height": 844})  # a phone's page shows the same dialog
    page.get_by_role("button", name="图片", exact=True).click()
    page.get_by_role("radio").first.wait_for()
    page.get_by_role("button", name="取消").click()


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
