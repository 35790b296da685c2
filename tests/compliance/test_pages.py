"""The pages of checking, over HTTP and on the command line; the stranger on each. C2."""

import json

import pytest
from django.urls import reverse

from hongqiao.compliance import services
from hongqiao.compliance.models import Check, Exemption, Word
from hongqiao.site.cli import main
from hongqiao.workspace import services as workspace
from tests.ledger.test_api import Program

TEXT = "全网最低价，<b>三天见效</b>，zui好用"


@pytest.fixture
def check(cast):
    return services.check_text(actor=cast.editor, text=TEXT, title="六月笔记", industry="cosmetics")


def at(name, *args):
    return reverse(name, args=["anlan", *args])


def addresses(check):
    names = ["content_check", "content_checks", "content_words", "content_rules", "content_exemptions"]
    return [*(at(n) for n in names), at("content_checked", check.pk)]


def test_a_stranger_and_nobody_find_no_page(cast, check):
    for address in addresses(check):
        assert cast.client(cast.stranger).get(address).status_code == 404
        assert cast.client(None).get(address).status_code == 302
        assert cast.client(cast.editor).get(address).status_code == 200


def test_a_pasted_text_is_checked_replaced_and_checked_again(cast):
    browser = cast.client(cast.editor)
    answer = browser.post(at("content_check"), {"act": "check", "text": TEXT, "industry": "cosmetics"}, follow=True)
    page = answer.content.decode()
    assert "全网最低价" in page
    assert "明码标价和禁止价格欺诈规定" in page
    assert "&lt;b&gt;" in page
    (row,) = Check.objects.all()
    fields = {"act": "replace", "swap": ["0", "2"], "instead.0": "到手价 89 元", "instead.2": "很好用"}
    browser.post(at("content_checked", row.pk), fields)
    newest = Check.objects.order_by("-id").first()
    assert newest.text == "到手价 89 元，<b>三天见效</b>，很好用"
    assert [h["word"] for h in newest.hits] == ["三天见效"]


def test_what_was_typed_stays_when_it_cannot_be_checked(cast):
    answer = cast.client(cast.editor).post(
        at("content_check"), {"act": "check", "text": "字" * 50_001, "title": "长文"}
    )
    assert answer.status_code == 422 or answer.status_code == 400
    assert "长文" in answer.content.decode()
    assert "超过一次检查的上限" in answer.content.decode()


def test_a_reviewer_exempts_on_the_page_and_ends_it_again(cast, check):
    browser = cast.client(cast.owner)
    fields = {"act": "exempt", "index": "0", "kind": "evidence", "evidence": "比价单 2026-06"}
    page = browser.post(at("content_checked", check.pk), fields, follow=True).content.decode()
    assert "已豁免" in page
    assert "比价单 2026-06" in page
    row = Exemption.objects.get()
    browser.post(at("content_exemptions"), {"act": "end", "id": row.pk, "seen": row.version})
    row.refresh_from_db()
    assert row.ended_at
    mine = cast.client(cast.editor).post(at("content_checked", check.pk), fields)
    assert mine.status_code == 404


def test_own_words_are_kept_on_the_page_by_reviewers_only(cast):
    fields = {"act": "add", "text": "烂脸", "level": "block", "instead": "不适"}
    assert cast.client(cast.editor).post(at("content_words"), fields).status_code in (403, 404)
    browser = cast.client(cast.owner)
    browser.post(at("content_words"), fields)
    row = Word.objects.get()
    browser.post(at("content_words"), {**fields, "act": "save", "id": row.pk, "seen": 1, "level": "warn"})
    row.refresh_from_db()
    assert row.level == "warn"
    browser.post(at("content_words"), {"act": "remove", "id": row.pk, "seen": row.version})
    assert not Word.objects.exists()


def test_checks_are_searched_and_rules_found_by_a_word(cast, check):
    browser = cast.client(cast.editor)
    assert "六月笔记" in browser.get(at("content_checks"), {"q": "最低价"}).content.decode()
    assert "六月笔记" not in browser.get(at("content_checks"), {"q": "没有的字"}).content.decode()
    assert "驰名商标" in browser.get(at("content_rules"), {"q": "驰名"}).content.decode()


def test_the_interface_checks_pages_and_keeps_strangers_out(cast, check):
    scopes = ["content.view", "content.edit", "content.review"]
    mine, other = Program(cast.owner, scopes), Program(cast.stranger, scopes)
    made = mine.send("/checks", {"text": TEXT, "industry": "cosmetics"}, key="k1")
    again = mine.send("/checks", {"text": TEXT, "industry": "cosmetics"}, key="k1")
    assert made.status_code == 201
    assert made.json()["held"]
    assert made.json()["id"] == again.json()["id"]
    hit = made.json()["hits"][0]
    assert TEXT[hit["start"] : hit["end"]] == hit["word"] == "全网最低价"
    assert hit["basis"]
    assert hit["replacement"]
    first = mine.get("/checks", limit=1).json()
    assert mine.get("/checks", limit=1, after=first["next"]).json()["items"][0]["id"] == str(check.pk)
    assert other.get(f"/checks/{check.pk}").status_code == 404
    assert other.get("/checks").json()["items"] == []
    let = mine.send(f"/checks/{check.pk}/exemptions", {"index": 0, "kind": "evidence", "evidence": "比价单 2026-06"})
    assert let.status_code == 201
    assert mine.get(f"/checks/{check.pk}").json()["hits"][0]["exempted"]
    assert mine.get("/exemptions").status_code == 404
    assert len(mine.get("/checks/exemptions").json()["items"]) == 1
    assert mine.get("/checks/rules").json()["version"]
    problem = mine.send("/checks", {"text": ""})
    assert problem.status_code == 422
    assert problem.json()["code"] == "nothing_to_check"


def test_the_interface_keeps_own_words(cast):
    mine = Program(cast.owner, ["content.view", "content.review"])
    word = mine.send("/words", {"text": "烂脸", "level": "block"}).json()
    changed = mine.send(f"/words/{word['id']}", {"text": "烂脸", "level": "warn", "version": 1}, method="put")
    stale = mine.send(f"/words/{word['id']}", {"text": "烂脸", "level": "info", "version": 1}, method="put")
    assert changed.json()["level"] == "warn"
    assert stale.status_code == 409
    assert len(mine.get("/words").json()["items"]) == 1
    assert mine.send(f"/words/{word['id']}", method="delete").status_code == 204
    assert not Word.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_command_checks_a_file_and_says_so_by_its_exit_status(house, tmp_path, capsys):
    workspace.create_brand(user=_boss(), name="安澜", slug="anlan")
    path = tmp_path / "copy.txt"
    path.write_bytes("全网最低价".encode("gb18030"))
    assert main(["check", "--brand", "anlan", "--json", str(path)]) == 1
    (said,) = json.loads(capsys.readouterr().out)
    assert said["held"]
    assert said["hits"][0]["word"] == "全网最低价"
    path.write_text("今天天气不错", "utf-8")
    assert main(["check", "--brand", "anlan", str(path)]) == 0
    assert main(["check", "--brand", "anlan", str(tmp_path / "none.txt")]) == 2


def _boss():
    from hongqiao.site import first

    return first.owner()
