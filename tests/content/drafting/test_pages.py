"""The pages of drafting: pieces to draft, the brief, drafts side by side, one taken."""

import json
import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from hongqiao.content.drafting import structures
from hongqiao.content.models import Proposal, Revision
from hongqiao.workspace import jobs

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def at(piece):
    return reverse("content_drafts", args=["anlan", piece.pk])


def test_pieces_in_brief_and_copy_are_listed_and_searched(cast, piece_of):
    browser, home = cast.client(cast.editor), reverse("content_drafts_home", args=["anlan"])
    assert "还没有在简报或文案阶段的稿件" in text(browser.get(home))
    piece_of()
    assert "油皮防晒" in text(browser.get(home))
    assert "没有符合的稿件" in text(browser.get(home, {"q": "没有"}))


def test_a_brief_is_written_drafts_are_compared_and_one_is_taken(cast, piece_of):
    piece = piece_of(brief={})
    browser = cast.client(cast.editor)
    page = text(browser.get(at(piece)))
    assert "没有对上" in page
    assert "模型起草没有开启" in page
    assert 'value="model"' not in page
    form = {
        "act": "brief",
        "seen": "1",
        "audience": "油皮通勤女性",
        "facts": "清透防晒乳",
        "message": "早八防晒",
        "avoid": "闭眼入",
    }
    page = text(browser.post(at(piece), form, follow=True))
    assert "SPF50+ PA++++" in page
    page = text(browser.post(at(piece), {"act": "template"}, follow=True))
    assert "3 稿对照" in page
    for one in Proposal.objects.all():  # every gap is named above the draft and led to where it stands
        marks = re.findall(rf'<span class="gap" id="(g-{one.pk}-\d+)" tabindex="-1">〔待补', page)
        assert marks
        assert sorted(re.findall(rf'href="#(g-{one.pk}-\d+)"', page)) == sorted(marks)
    row = Proposal.objects.first()
    answer = browser.post(at(piece), {"act": "take", "id": str(row.pk), "seen": "0"}, follow=True)
    assert answer.status_code == 200
    assert Revision.objects.get().origin == "template"
    answer = browser.post(at(piece), {"act": "take", "id": str(Proposal.objects.last().pk), "seen": "0"})
    assert answer.status_code == 409


def test_a_draft_of_many_gaps_is_not_the_main_thing_to_take(cast, piece_of, monkeypatch):
    piece, browser = piece_of(brief={}), cast.client(cast.editor)
    browser.post(at(piece), {"act": "template"})
    drafts = browser.get(at(piece)).context["drafts"]
    most = structures.limits()["gaps"]
    assert [d["ready"] for d in drafts] == [d["gaps"] <= most for d in drafts]
    monkeypatch.setattr(structures, "limits", lambda: {"gaps": min(d["gaps"] for d in drafts) - 1})
    page = text(browser.get(at(piece)))
    assert page.count('class="btn full" name="act" value="take"') == len(drafts)


def test_structures_and_what_they_lack_are_named_in_the_readers_language(cast, piece_of):
    piece, browser = piece_of(brief={}), cast.client(cast.editor)
    browser.post(at(piece), {"act": "template"})
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with translation.override("zh-hans"):  # what was spoken before is spoken again
        context = browser.get(at(piece)).context
    assert not re.search("[一-鿿]", "".join(d["label"] for d in context["drafts"]))
    assert not re.search("[一-鿿]", "".join(context["made_of"]["missing"]))


def test_what_was_typed_into_a_brief_that_somebody_else_changed_is_still_there(cast, piece_of):
    piece = piece_of(brief={})
    browser = cast.client(cast.editor)
    browser.post(at(piece), {"act": "brief", "seen": "1", "message": "先存的"})
    answer = browser.post(at(piece), {"act": "brief", "seen": "1", "message": "我后写的"})
    assert answer.status_code == 409
    assert "我后写的" in text(answer)


def test_a_models_draft_stands_beside_with_what_it_added_and_its_cost(cast, piece_of, model):
    piece = piece_of()
    browser = cast.client(cast.editor)
    draft = {"title": "早八防晒", "text": "98% 的人回购。", "tags": []}
    model.says = json.dumps({"drafts": [draft, {"title": "x", "text": "<b>y</b>"}]}, ensure_ascii=False)
    page = text(browser.post(at(piece), {"act": "model"}, follow=True))
    for words in ("模型起草排队中", "可以离开这一页", 'hx-trigger="every 2s"', 'value="stop"'):
        assert words in page, words
    assert 'value="model"' not in page
    assert "排队中" in text(browser.get(at(piece), {"part": "model"}))
    assert 'name="act"' not in text(cast.client(cast.viewer).get(at(piece), {"part": "model"}))
    jobs.work_off()
    assert browser.get(at(piece), {"part": "model"})["HX-Refresh"] == "true"
    page = text(browser.get(at(piece)))
    for words in ("AI 起草", "1 处要核实", "材料里没有的数字", "12 tokens", "1 / 10", "夹带了网页代码"):
        assert words in page, words
    model.fault = 401
    browser.post(at(piece), {"act": "model"})
    jobs.work_off()
    page = text(browser.get(at(piece)))
    for words in (
        "模型起草没成",
        "模型服务不认这个密钥",
        "重新填写密钥",
        'value="model"',
        "98%",
    ):  # the drafts that were there stay
        assert words in page, words
    browser.post(at(piece), {"act": "model"})
    assert browser.post(at(piece), {"act": "stop"}, follow=True).status_code == 200
    assert "上次的模型起草已停止" in text(browser.get(at(piece)))
    assert browser.post(at(piece), {"act": "stop"}).status_code == 409


def test_who_may_only_look_sees_no_button_and_a_stranger_nothing(cast, piece_of):
    piece = piece_of()
    assert 'name="act"' not in text(cast.client(cast.viewer).get(at(piece)))
    assert cast.client(cast.stranger).get(at(piece)).status_code == 404
    assert cast.client(cast.viewer).post(at(piece), {"act": "template"}).status_code == 403


def test_what_a_model_writes_is_never_run(cast, piece_of):
    piece = piece_of()
    Proposal.objects.create(
        brand=cast.brand, piece=piece, maker="model", body={"title": "<i>", "text": "a<script>x</script>〔待补：<b>〕"}
    )
    page = text(cast.client(cast.editor).get(at(piece)))
    assert "<script>x" not in page
    assert "〔待补：&lt;b&gt;〕" in page
