"""D2d: the director's one page and the operator's morning brief for the sample brand, goals against time progress."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from hongqiao.insight.goals import services as goals
from hongqiao.insight.models import Goal, Report
from hongqiao.insight.reports import queries, services
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, Member, User
from tests.scenarios import sample
from tests.scenarios.test_data import Asker, bring_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(900)]
DAY = date(2026, 11, 22)
URL = "/b/anlan/data/reports/"


@pytest.fixture
def director(house) -> Member:
    """The owner of the sample brand with its files of the last two months."""
    owner = User.objects.create_superuser("owner@example.com", "a long pass phrase")
    brand = workspace.create_brand(user=owner, name="安澜护肤", slug="anlan")
    member = Member.objects.get(brand=brand, user=owner)
    bring_in(member, sample.files("2026-09-20"))
    return member


def web(member: Member) -> Client:
    browser = Client()
    browser.force_login(member.user)
    return browser


def build(browser: Client, **form: str) -> Report:
    """Press the button and wait until the report is there, as a person does."""
    waiting = browser.post(f"{URL}build/", form)
    assert waiting.status_code == 302
    jobs.work_off()
    address = browser.get(waiting.headers["Location"]).headers["Location"]
    assert browser.get(address).status_code == 200
    return Report.objects.get(pk=address.rstrip("/").rpartition("/")[2])


def stated(truth: dict, window: str) -> int:
    """New followers of the three accounts in a window, counted from the simulation."""
    accounts = (truth["accounts"][p] for p in ("douyin", "wechat_oa", "xiaohongshu"))
    return sum(a["windows"][window]["followers_new"] for a in accounts)


def noted(browser: Client, row: Report, metric: str, **where: str) -> dict:
    """Open the note of a metric on the page: the context of what stands behind it."""
    notes = browser.get(f"{URL}{row.pk}/").context["said"].notes
    found = [n for n in notes if n.cite.get("metrics") == [metric] and (n.cite.get("where") or {}) == where]
    assert found, metric
    answer = browser.get(f"{URL}{row.pk}/notes/{found[0].number}/")
    assert answer.status_code == 200
    return answer.context


def test_D2d_the_morning_brief_and_the_directors_page_of_the_sample_brand(director):
    browser, ask, truth = web(director), Asker(director), sample.truth()
    form = {"metric": "followers_new", "target": "4.2万", "scope": "brand", "span": "month", "day": "2026-11-22"}
    assert browser.post("/b/anlan/data/goals/new/", form).status_code == 302
    assert Goal.objects.get().target == 42000

    morning = build(browser, kind="morning", day=str(DAY))
    page = browser.get(f"{URL}{morning.pk}/")
    said = page.context["said"]
    piece = truth["stories"]["D2c"]
    assert piece["title"] in said.line, "what took off is in the line for the group"
    assert any(piece["title"] in b.get("text", "") for s in said.sections for b in s["blocks"])
    context = noted(browser, morning, "views")
    day = [context["row"].start, context["row"].end]
    assert day == [DAY, DAY]
    answer = ask(["views"], "last_7", start=str(DAY), end=str(DAY))
    assert str(context["cards"][0]["value"]) == str(answer["totals"]["views"])
    assert context["behind"]["rows"], "the statement leads to the rows of the files"
    assert "取数清单" in page.content.decode() or "还缺" in page.content.decode()

    onepage = build(browser, kind="onepage", start="2026-11-16", day=str(DAY))
    shown = browser.get(f"{URL}{onepage.pk}/")
    said = shown.context["said"]
    (goal,) = [g for s in said.sections if s["code"] == "head.goals" for g in s["blocks"][0]["items"]]
    reached = stated(truth, "2026-11")
    assert goal["share"] == pytest.approx(reached / 42000)
    assert goal["time"] == pytest.approx(22 / 30)
    assert goal["state"] == "慢于进度"
    assert goal["gap"].startswith("进度差 −")
    assert goal["outlook"].startswith("期末约")
    context = noted(browser, onepage, "followers_new")
    expected = ask(["followers_new"], "last_7")["totals"]["followers_new"]
    assert context["cards"][0]["value"] == expected
    assert expected == stated(truth, "last_7")
    paid = ask(["net_paid"], "last_7")["totals"]["net_paid"]
    assert Decimal(str(noted(browser, onepage, "net_paid")["cards"][0]["value"])) == Decimal(paid)
    codes = [s["code"] for s in said.sections]
    for part in ("goals", "money", "market", "hits", "competitors", "people", "promised", "decisions"):
        assert f"head.{part}" in codes

    again = services.build(actor=director, kind="onepage", start=date(2026, 11, 16), day=DAY)
    assert again.pk == onepage.pk, "two runs on the same data are identical"
    for shape, magic in (("pdf", b"%PDF"), ("png", b"\x89PNG"), ("pptx", b"PK"), ("xlsx", b"PK")):
        waiting = browser.get(f"{URL}{onepage.pk}/file.{shape}", follow=True)
        assert "正在生成" in waiting.content.decode()
        jobs.work_off()
        first = browser.get(f"{URL}{onepage.pk}/file.{shape}")
        assert first.status_code == 200
        assert first.content.startswith(magic)
        assert first.content == queries.file_of(director, onepage, shape)
    assert json.dumps(onepage.document) == json.dumps(again.document)


def test_D2d_what_fell_in_the_week_is_said_with_the_parts_that_add_up(director):
    row = services.build(actor=director, kind="weekly", day=date(2026, 11, 13))
    said = queries.in_words(director, row)
    blocks = [b for s in said.sections if s["code"] == "head.moved" for b in s["blocks"]]
    at = next(n for n, b in enumerate(blocks) if b["text"].startswith("新增关注"))
    assert blocks[at]["tone"] == "bad"
    story = sample.truth()["stories"]["D2a"]
    change = story["change"]
    assert blocks[at + 1]["text"].startswith(f"合计 −{-story['change_total']:,}：抖音 −{-change['douyin']:,}、小红书")
    days = [b["text"] for s in said.sections if s["code"] == "head.points" for b in s["blocks"]]
    assert any(t.startswith("11-09") and "抖音 新增关注" in t for t in days)


def test_a_persons_goal_at_one_account_counts_that_account_alone(director):
    account = Account.objects.get(brand=director.brand, platform="douyin")
    wanted = goals.Wanted("followers_new", 9000, "month", DAY, scope="person", account_id=account.pk)
    goal = goals.add_goal(actor=director, wanted=wanted)
    page = web(director).get("/b/anlan/data/goals/")
    (line,) = [x for x in page.context["now"] if x["goal"].pk == goal.pk]
    told = sample.truth()["accounts"]["douyin"]["windows"]["2026-11"]["followers_new"]
    assert line["progress"].value == told
    assert line["progress"].time == pytest.approx(22 / 30)
