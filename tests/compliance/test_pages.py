"""The pages of checking, over HTTP and on the command line; the stranger on each. C2."""

import json
import re

import pytest
from django.urls import reverse

from hongqiao.compliance import queries, services
from hongqiao.compliance.models import Check, Exemption, Word
from hongqiao.methods.craft import Draft, Shot
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
    names = ["content_check", "content_checks", "content_words", "content_rules", "content_craft", "content_exemptions"]
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


DRAFT = {
    "act": "check",
    "form": "video",
    "platform": "douyin",
    "title": "补涂防晒的的办法",
    "tags": "#防晒 #补涂",
    "shots": "0-4 大家好，我是小满 | 主播挥手\n4-12 这支是全网最低价 | 防晒霜",
}


def test_a_pasted_draft_is_checked_with_its_craft_mended_in_place_and_passes(cast):
    browser = cast.client(cast.editor)
    page = browser.post(at("content_check"), DRAFT, follow=True).content.decode()
    for said in ("开头 3 秒没有钩子", "开头是问候", "经验", "全网最低价", "叠字或标点重复", "第 1 镜"):
        assert said in page
    (row,) = Check.objects.all()
    typo = next(f for f in row.found if f["rule"] == "craft.typo")
    key = f"{typo['place']}:{typo['start']}:{typo['end']}"
    assert typo["place"] == "title"
    lines = queries.lines(row)
    price = next(i for i, x in enumerate(lines) if x.hit["word"] == "全网最低价")
    fields = {"act": "replace", "swap": [str(price), key], f"instead.{price}": "活动价", f"instead.{key}": "的"}
    browser.post(at("content_checked", row.pk), fields)
    newest = Check.objects.order_by("-id").first()
    assert newest.draft["title"] == "补涂防晒的办法"
    assert [s["line"] for s in newest.draft["shots"]] == ["大家好，我是小满", "这支是活动价"]
    assert newest.draft["shots"][1]["picture"] == "防晒霜"
    again = browser.get(at("content_check"), {"from": newest.pk}).content.decode()
    assert "0-4 大家好，我是小满 | 主播挥手" in again
    assert "#防晒 #补涂" in again


def test_a_reviewer_lets_a_hook_stay_on_the_page_and_the_author_cannot(cast):
    held = {**DRAFT, "title": "补涂防晒", "shots": "0-4 大家好，我是小满 | 主播挥手"}
    cast.client(cast.editor).post(at("content_check"), held)
    (row,) = Check.objects.all()
    boss = cast.client(cast.owner)
    page = boss.get(at("content_checked", row.pk)).content.decode()
    mark = re.search(r'name="mark" value="(\w+)"', page)[1]
    fields = {"act": "waive", "mark": mark, "reason": "老粉系列，固定开场"}
    assert cast.client(cast.stranger).post(at("content_checked", row.pk), fields).status_code == 404
    assert cast.client(cast.editor).post(at("content_checked", row.pk), fields).status_code == 404
    assert boss.post(at("content_checked", row.pk), fields | {"mark": "none"}).status_code == 404
    page = boss.post(at("content_checked", row.pk), fields, follow=True).content.decode()
    assert "已放行" in page
    assert "老粉系列，固定开场" in page
    assert "没有钩子" in page
    assert "改好前不能发布" not in page


@pytest.mark.parametrize(
    "odd",
    [
        {"shots": "9" * 400 + "-1 x"},
        {"shots": "0-3 " + "长" * 5000},
        {"tags": "#" * 300, "text": "\x00\ud800正文"},
        {"form": "poem", "text": "x"},
        {"platform": "nowhere"},
        {"title": "", "shots": "", "text": ""},
        {"ai": "<b>"},
    ],
)
def test_odd_drafts_are_answered_with_words(cast, odd):
    odd = {k: v.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for k, v in odd.items()}
    answer = cast.client(cast.editor).post(at("content_check"), {**DRAFT, **odd}, follow=True)
    assert answer.status_code < 500


def test_the_interface_checks_a_whole_draft_and_lets_a_hook_stay(cast):
    boss = Program(cast.owner, ["content.view", "content.review"])
    shots = [{"start": 0, "end": 4, "line": "大家好，我是小满"}, {"start": 4, "end": 9, "line": "今天讲补涂"}]
    asked = {"form": "video", "platform": "douyin", "title": "补涂", "shots": shots, "tags": ["防晒"] * 3}
    made = boss.send("/checks", asked).json()
    hook = next(f for f in made["craft"] if f["rule"] == "craft.hook")
    assert (made["held"], hook["level"], hook["place"], hook["heuristic"]) == (True, "hold", "shots.0.line", True)
    assert hook["why"]
    assert hook["todo"]
    mine = {"mark": hook["mark"], "reason": "老粉系列"}
    assert boss.send(f"/checks/{made['id']}/waivers", mine).status_code >= 400
    draft = Draft("douyin", "video", "补涂", shots=(Shot(0, 4, "大家好，我是小满"),))
    row = services.check_draft(actor=cast.editor, draft=draft)
    made = boss.get(f"/checks/{row.pk}").json()
    let = boss.send(f"/checks/{made['id']}/waivers", {"mark": hook["mark"], "reason": "老粉系列"})
    assert let.status_code == 201
    assert not boss.get(f"/checks/{made['id']}").json()["held"]
    other = Program(cast.stranger, ["content.view", "content.review"])
    assert other.send(f"/checks/{made['id']}/waivers", {"mark": hook["mark"], "reason": "老粉系列"}).status_code == 404
    assert boss.send("/checks", {**asked, "form": "poem"}).status_code == 422
    assert boss.send("/checks", {**asked, "shots": [{"start": "x", "end": 1}]}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_the_command_checks_a_video_by_its_shots(house, tmp_path, capsys):
    workspace.create_brand(user=_boss(), name="安澜", slug="anlan")
    path = tmp_path / "shots.txt"
    path.write_text("0-3 大家好，我是小满\n3-9 讲讲补涂", "utf-8")
    asked = ["check", "--brand", "anlan", "--form", "video", "--platform", "douyin", "--title", "补涂", "--json"]
    assert main([*asked, str(path)]) == 1
    (said,) = json.loads(capsys.readouterr().out)
    assert "craft.hook" in {f["rule"] for f in said["craft"]}
    path.write_text("0-3 防晒补三次还是黑？\n3-9 讲讲补涂，先收藏", "utf-8")
    assert main([*asked, str(path)]) == 0


def test_a_brand_sets_how_grave_it_takes_a_rule_of_craft_and_reviewers_only(cast):
    assert cast.client(cast.editor).post(at("content_craft"), {"act": "save"}).status_code in (403, 404)
    boss = cast.client(cast.owner)
    page = boss.get(at("content_craft")).content.decode()
    assert "论证跳跃" in page
    assert "level.label.ad" not in page
    boss.post(at("content_craft"), {"act": "save", "level.craft.hook": "warn", "level.craft.jump": "hold"})
    cast.brand.refresh_from_db()
    assert cast.brand.settings["craft"]["levels"] == {"craft.hook": "warn"}
    draft = Draft("douyin", "video", "补涂", shots=(Shot(0, 4, "大家好，我是小满"),))
    row = services.check_draft(actor=cast.editor, draft=draft)
    assert "craft.hook" in {f["rule"] for f in row.found if f["level"] == "warn"}
    for odd in ({"level.label.ai": "off"}, {"level.craft.hook": "x"}, {"level.none": "off"}):
        assert boss.post(at("content_craft"), {"act": "save", **odd}).status_code == 422


def _boss():
    from hongqiao.site import first

    return first.owner()
