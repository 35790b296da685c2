"""Pages of surveys and interviews: acts by forms, strangers find nothing, figures lead down to the answers. U1, U3."""

import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hongqiao.audience.models import Insight, Interview, Survey, SurveyAnswer
from hongqiao.audience.surveys import finders, kit, results, services
from hongqiao.audience.surveys.interviews import services as talks
from hongqiao.book import services as book
from hongqiao.workspace import todays
from hongqiao.workspace.models import AuditEntry
from hongqiao.workspace.services import create_token
from tests.audience.surveys.cast import Phone, address, answer, asks, drafted, opened

HOME = "/b/anlan/users/surveys/"
KEY = "c" * 64
PAGES = ("", "new/", "interviews/", "insights/")


@pytest.fixture
def answered(cast):
    """A survey with twelve answers, a talk and a card."""
    row = opened(cast.owner)
    for n in range(12):
        answer(row, f"{n:032x}", {"q1": str(n % 11), "q2": "想要小瓶装的" if n < 4 else "", "q3": str(n % 5 + 1)})
    return row


def rows_of(cast, row):
    talk = talks.keep_interview(
        actor=cast.owner, title="一次访谈", day="2026-11-01", quotes=["太厚了"], tags="油皮 质地"
    )
    card = talks.keep_insight(actor=cast.owner, claim="嫌厚")
    inner = ("", "preview/", "results/", "answers/", "export/")
    return [*(f"{row.pk}/{p}" for p in inner), f"interviews/{talk.pk}/", f"insights/{card.pk}/"]


@pytest.mark.parametrize("page", PAGES)
def test_empty_pages_say_the_next_step_and_a_stranger_finds_nothing(cast, page):
    assert cast.client(cast.owner).get(HOME + page).status_code == 200
    assert cast.client(cast.stranger).get(HOME + page).status_code == 404
    assert cast.client(None).get(HOME + page).status_code == 302


def test_every_page_shows_its_row_to_the_brand_and_not_to_a_stranger(cast, answered):
    mine, other, key = cast.client(cast.owner), cast.client(cast.stranger), None
    for path in rows_of(cast, answered):
        answer_ = mine.get(HOME + path)
        assert answer_.status_code == 200, path
        assert other.get(HOME + path).status_code == 404
        assert other.get(f"/b/other/users/surveys/{path}").status_code == 404
        key = key or answered.pk
    for path in (f"{key}/", f"{key}/results/", f"{key}/answers/"):
        assert other.post(f"/b/other/users/surveys/{path}", {"act": "save", "seen": 1}).status_code == 404


def test_a_survey_is_built_and_opened_by_forms_and_what_was_typed_stays(cast):
    browser = cast.client(cast.owner)
    made = browser.post(f"{HOME}new/", {"act": "create", "start": "", "title": "口味 <b>小</b> 调查"})
    row = Survey.objects.get()
    url = f"{HOME}{row.pk}/"
    assert made.url == url
    assert "还没有题目" in browser.get(url).content.decode()
    sent = {"act": "question", "key": "", "kind": "single", "text": "喜欢哪个", "options": "只有一个"}
    failed = browser.post(url, {**sent, "seen": row.version})
    assert failed.status_code == 422
    assert "只有一个" in failed.content.decode()
    for more in (
        {"options": "甲\n乙", "need": "1"},
        {"kind": "nps", "text": "推荐吗"},
        {"kind": "open", "text": "为什么"},
    ):
        row.refresh_from_db()
        assert browser.post(url, {**sent, **more, "seen": row.version}).status_code == 302
    row.refresh_from_db()
    assert browser.post(url, {"act": "open", "seen": row.version}).status_code == 422
    change = {"act": "question", "key": "q1", "kind": "single", "text": "喜欢哪个", "options": "甲\n乙", "need": "1"}
    ways = {"skips": "1", "skip.is": ["o1", ""], "skip.to": ["q3", ""]}
    assert browser.post(url, {**change, **ways, "seen": row.version}).status_code == 302
    assert "第 3 题" in browser.get(url).content.decode()
    row.refresh_from_db()
    for act in ({"act": "save", "title": row.title, "purpose": "看看口味", "keep_days": "90", "once": "free"},
                {"act": "quota", "key": "q1", "most.o1": "5", "most.o2": "5"}, {"act": "open"}):  # fmt: skip
        row.refresh_from_db()
        assert browser.post(url, {**act, "seen": row.version}).status_code == 302, act
    page = browser.get(url).content.decode()
    assert "/q/" in page
    assert "<svg" in page
    assert "&lt;b&gt;小" in page
    row.refresh_from_db()
    assert (row.state, row.quotas) == ("open", {"q1": {"o1": 5, "o2": 5}})
    assert todays.cards(cast.owner)
    assert browser.get("/b/anlan/").status_code == 200


def test_the_preview_walks_the_way_and_keeps_nothing(cast):
    row = drafted(cast.owner, "trial")
    browser, url = cast.client(cast.owner), f"{HOME}{row.pk}/preview/"
    assert "你用了多久" in browser.get(url).content.decode()
    page = browser.get(url, {"at": "q1", "value": "a"}).content.decode()
    assert "最想让我们改" in page
    assert "已收到" in browser.get(url, {"a.q1": "a", "at": "q6", "words": "没有"}).content.decode()
    assert not SurveyAnswer.objects.exists()


def test_the_public_page_needs_no_script_and_says_who_asks_and_what_for(cast):
    row = opened(cast.owner)
    assert cast.client(None).get(address(drafted(cast.owner))).status_code == 404
    phone = Phone(cast.client(None), address(row))
    assert phone.page["X-Robots-Tag"] == "noindex, nofollow"
    assert "安澜护肤" in phone.text
    assert row.purpose in phone.text
    assert "365" in phone.text
    assert phone.says("q1").page.status_code == 422
    assert "这一题要回答" in phone.text
    phone.says("q1", "10").says("q2", words="<script>alert(1)</script>")
    assert SurveyAnswer.objects.get().state == "partial"
    assert "&lt;script&gt;" in phone.client.get(f"{phone.address}?back=q2").content.decode()
    assert "已收到" in phone.says("q3", "5").text
    phone.says("q3", "1")
    held = SurveyAnswer.objects.get()
    assert (held.state, held.said["q3"]) == ("whole", 5)
    assert held.seconds >= 59


def test_a_form_from_another_site_and_too_many_are_refused(cast, one_window):
    row = opened(cast.owner)
    strict = Client(enforce_csrf_checks=True)
    strict.get(address(row))
    assert strict.post(address(row), {"at": "q1", "value": "9", "turn": 0}).status_code == 403
    cache.clear()
    codes = {cast.client(None).post(address(row), {"at": "q1"}).status_code for _n in range(121)}
    assert codes == {302, 429}


def test_a_closed_survey_says_so_kindly(cast):
    row = opened(cast.owner)
    phone = Phone(cast.client(None), address(row))
    services.close_survey(actor=cast.owner, survey_id=row.pk, seen=None)
    assert "已经结束" in phone.says("q1", "9").text
    assert not SurveyAnswer.objects.exists()


def test_results_lead_to_the_answers_and_groups_are_joined_by_a_click(cast, answered):
    for n, words in enumerate(("希望出小一点的规格", "希望出小一点的规格", "希望出小一点规格")):
        answer(answered, f"f{n:031x}", {"q1": "9", "q2": words, "q3": "5"})
    browser, url = cast.client(cast.owner), f"{HOME}{answered.pk}/results/"
    page = browser.get(url).content.decode()
    assert "NPS" in page
    assert "误差最多" in page
    assert "想要小瓶装的" in page
    first = SurveyAnswer.objects.filter(survey=answered).order_by("done_at").first()
    last = SurveyAnswer.objects.filter(survey=answered).order_by("-done_at").first()
    assert f"?answer={first.pk}" in page
    one = browser.get(f"{HOME}{answered.pk}/answers/?answer={first.pk}").content.decode()
    assert "想要小瓶装的" in one
    answered.refresh_from_db()
    act = {"act": "join", "seen": answered.version, "key": "q2", "pick": [first.pk, last.pk]}
    assert browser.post(url, act).status_code == 302
    assert "7 条" in browser.get(url).content.decode()
    answered.refresh_from_db()
    assert browser.post(url, {"act": "part", "seen": answered.version, "key": "q2"}).status_code == 302
    assert "撤回这一题" not in browser.get(url).content.decode()
    assert browser.post(url, {**act, "seen": answered.version + 1, "pick": [first.pk, "nonsense"]}).status_code == 422
    answered.refresh_from_db()
    alone = browser.post(url, {**act, "seen": answered.version, "pick": [first.pk, first.pk]})
    assert alone.status_code == 422
    assert "不到两组" in alone.content.decode()
    aside = {"act": "aside", "id": first.pk, "seen": first.version, "why": "自己人"}
    assert browser.post(f"{HOME}{answered.pk}/answers/", aside).status_code == 302
    assert results.read(answered).left_out == {"by_hand": 1}


def test_few_answers_are_counted_not_judged(cast):
    row = opened(cast.owner)
    answer(row, "a" * 32, {"q1": "9", "q2": "", "q3": "5"})
    page = cast.client(cast.owner).get(f"{HOME}{row.pk}/results/").content.decode()
    assert "样本太少" in page
    assert "误差最多" not in page


def test_quotas_weigh_and_both_figures_are_shown(cast):
    row = services.create(actor=cast.owner, title="配额")
    key = asks(cast.owner, row, "single", options=["甲", "乙"], need=True)
    asks(cast.owner, row, "nps", need=True)
    asks(cast.owner, row, "scale", need=True)
    services.change(actor=cast.owner, survey_id=row.pk, seen=None, purpose="看看")
    services.set_quotas(actor=cast.owner, survey_id=row.pk, seen=None, question=key, limits={"o1": 50, "o2": 50})
    services.open_survey(actor=cast.owner, survey_id=row.pk, seen=None)
    for n in range(12):
        answer(
            row, f"{n:032x}", {"q1": "o1" if n < 9 else "o2", "q2": "10" if n < 9 else "0", "q3": "5" if n < 9 else "1"}
        )
    row.refresh_from_db()
    read = results.read(row)
    asked = results.question(read, read.questions[1])
    assert asked["nps"][0] == pytest.approx(50)
    assert asked["nps_weighted"][0] == pytest.approx(0, abs=1e-6)
    # 9 answers of weight 2/3 and 3 of weight 2 are worth 12² / (9·4/9 + 3·4) = 9; Wilson's interval of 0.5 of 9
    satisfied = results.question(read, read.questions[2])
    assert satisfied["csat"][0] == pytest.approx(0.75)
    assert satisfied["csat_weighted"] == pytest.approx((0.5, 0.2265, 0.7735), abs=1e-4)
    page = cast.client(cast.owner).get(f"{HOME}{row.pk}/results/").content.decode()
    assert "加权后 0（" in page
    assert "加权后 50%（23% 到 77%）" in page
    assert "9 / 50" in page


def test_answers_go_out_as_a_table_that_runs_nothing(cast, answered):
    answer(answered, "e" * 32, {"q1": "1", "q2": "=HYPERLINK(1)", "q3": "1"})
    browser = cast.client(cast.owner)
    file = b"".join(browser.get(f"{HOME}{answered.pk}/export/?format=csv")).decode("utf-8-sig")
    assert "'=HYPERLINK" in file
    assert len(file.strip().splitlines()) == 14
    assert browser.get(f"{HOME}{answered.pk}/export/?format=xlsx").status_code == 200
    assert cast.client(cast.viewer).get(f"{HOME}{answered.pk}/export/").status_code == 403
    assert AuditEntry.objects.filter(code="survey.exported").count() == 2


def test_a_personal_link_is_made_for_a_person_and_shown_once(cast):
    row = opened(cast.owner)
    browser, url = cast.client(cast.owner), f"{HOME}{row.pk}/"
    answer_ = browser.post(url, {"act": "links", "people": KEY})
    assert answer_["Cache-Control"] == "no-store"
    link = next(w for w in answer_.content.decode().split() if "/q/" in w and w.startswith("http")).split("<")[0]
    phone = Phone(cast.client(None), "/q/" + link.split("/q/")[1])
    assert "会员资料" in phone.text
    phone.says("q1", "9", agreed="1")
    assert SurveyAnswer.objects.get().subject == KEY
    assert browser.post(url, {"act": "links", "people": "没有这个人"}).status_code == 422


def test_talks_are_noted_found_and_put_under_a_claim_of_a_persona(cast, answered):
    persona = book.add_persona(actor=cast.owner, name="油皮通勤", who="25–30 岁")
    browser = cast.client(cast.owner)
    sent = {"act": "keep", "title": "聊质地", "day": "2026-11-01", "person": KEY, "tags": "油皮，质地",
            "words": "笔记 <i>", "quotes": "夏天太厚\n=1+1"}  # fmt: skip
    assert browser.post(f"{HOME}interviews/", sent).status_code == 302
    talk = Interview.objects.get()
    assert (talk.tags, "夏天" in talk.quotes) == (["油皮", "质地"], False)
    assert "聊质地" in browser.get(f"{HOME}interviews/?q=太厚&tag=油皮").content.decode()
    assert "聊质地" not in browser.get(f"{HOME}interviews/?tag=干皮").content.decode()
    cite = {"act": "cite", "claim": "油皮嫌厚", "quote": "夏天太厚", "insight": ""}
    assert browser.post(f"{HOME}interviews/{talk.pk}/", cite).status_code == 302
    card = Insight.objects.get()
    said = SurveyAnswer.objects.exclude(words="").first()
    more = {"act": "cite", "answer": said.pk, "question": "q2", "insight": card.pk}
    for _n in range(2):
        assert browser.post(f"{HOME}insights/", more).status_code == 302
    url = f"{HOME}insights/{card.pk}/"
    keep = {"act": "keep", "seen": card.version, "claim": "油皮嫌厚", "persona": persona.pk, "tier": ""}
    assert browser.post(url, keep).status_code == 302
    card.refresh_from_db()
    assert browser.post(url, {"act": "turn", "seen": card.version, "state": "held"}).status_code == 302
    page = browser.get(url).content.decode()
    assert "2 条证据，2 个人" in page
    assert "油皮通勤" in page
    assert "已验证" in browser.get(f"{HOME}insights/?persona={persona.pk}").content.decode()
    assert [h.title for h in finders.find(cast.owner, "油皮", 5)] == ["油皮嫌厚"]
    bad = browser.post(f"{HOME}interviews/", {**sent, "day": "昨天"})
    assert bad.status_code == 422
    assert "夏天太厚" in bad.content.decode()


def test_programs_make_open_read_and_close_a_survey(cast):
    _row, token = create_token(actor=cast.owner, name="接口", scopes=["users.view", "users.edit", "users.send"])
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    browser, json_ = cast.client(None), "application/json"
    body = {"title": "接口问卷", "purpose": "看看", "questions": [
        {"kind": "single", "text": "选一个", "options": ["甲", "乙"], "skips": [{"option": "甲", "to": "end"}]},
        {"kind": "open", "text": "说说", "required": False}]}  # fmt: skip
    made = browser.post("/api/surveys", json.dumps(body), content_type=json_, **head)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert made.json()["questions"][0]["skips"] == [{"is": "o1", "to": "end"}]
    assert browser.post(f"/api/surveys/{key}/open", "{}", content_type=json_, **head).json()["state"] == "open"
    row = Survey.objects.get()
    for n in range(3):
        answer(row, f"{n:032x}", {"q1": "o2", "q2": "想说的话"})
    first = browser.get(f"/api/surveys/{key}/answers?limit=2", **head).json()
    assert (len(first["items"]), "words" in first["items"][0]) == (2, False)
    assert len(browser.get(f"/api/surveys/{key}/answers?limit=2&after={first['next']}", **head).json()["items"]) == 1
    links = browser.post(f"/api/surveys/{key}/links", json.dumps({"persons": ["甲"]}), content_type=json_, **head)
    assert "/q/" in links.json()["items"][0]["url"]
    assert browser.post(f"/api/surveys/{key}/close", "{}", content_type=json_, **head).json()["state"] == "closed"
    assert browser.get("/api/surveys?state=closed", **head).json()["items"][0]["answers"] == 3
    assert browser.get(f"/api/surveys/{key}", **head).json()["title"] == "接口问卷"
    bad = {"questions": [{"kind": "poem", "text": "?"}], "title": "坏的"}
    assert browser.post("/api/surveys", json.dumps(bad), content_type=json_, **head).status_code == 422
    assert Survey.objects.count() == 1
    _row, theirs = create_token(actor=cast.stranger, name="别家", scopes=["users.view", "users.edit", "users.send"])
    head = {"HTTP_AUTHORIZATION": f"Bearer {theirs}"}
    assert browser.get("/api/surveys", **head).json()["items"] == []
    for path in ("", "/answers"):
        assert browser.get(f"/api/surveys/{key}{path}", **head).status_code == 404
    for path, said in (("open", {}), ("close", {}), ("links", {"persons": ["甲"]})):
        sent = browser.post(f"/api/surveys/{key}/{path}", json.dumps(said), content_type=json_, **head)
        assert sent.status_code == 404
    assert kit.form_of(row).questions


def test_a_long_list_of_groups_is_cut_short_and_says_what_is_left_out(cast, answered):
    cast.brand.settings = {"audience": {"survey": {"shown": {"groups": 1, "words": 2, "single": 1}}}}
    cast.brand.save()
    said = ["物流等了整整一周才到"] * 3 + ["香味太浓有点冲鼻子", "泵头按不出来换一个", "夏天用着有些闷"]
    for n, words in enumerate(said):
        answer(answered, f"f{n:031x}", {"q1": "9", "q2": words, "q3": "5"})
    page = cast.client(cast.owner).get(f"{HOME}{answered.pk}/results/").content.decode()
    assert page.count('name="pick"') == 2  # one group, one alone
    assert page.count(">想要小瓶装的</a>") == 2
    for left in ("另有 2 条", "另有 1 组", "没有归到一起的 3 条"):
        assert left in page


def test_a_larger_survey_asks_the_database_no_oftener(cast, answered, django_assert_max_num_queries):
    browser, url = cast.client(cast.owner), f"{HOME}{answered.pk}/results/"
    browser.get(url)
    with CaptureQueriesContext(connection) as few:
        browser.get(url)
    for n in range(40):
        answer(answered, f"e{n:031x}", {"q1": "9", "q2": f"第 {n} 句都不一样", "q3": "5"})
    with django_assert_max_num_queries(len(few)):
        browser.get(url)
