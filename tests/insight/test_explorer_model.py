"""问数: what the rules do not understand is read by the brand's model, as the explorer's own question or not at all."""

import json
from datetime import date

import pytest

from hongqiao.insight.explorer import ask, modelled
from hongqiao.workspace import services
from hongqiao.workspace.models import Account, AssistantCall
from tests.speaker import speaker  # noqa: F401

from .conftest import text

TODAY = date(2026, 11, 18)
URL = "/b/anlan/data/explore/"
EMPTY = {"metrics": [], "by": [], "platforms": [], "start": "", "end": "", "vs": "", "sort": "", "top": 0}
ASKED = "哪边更热闹些"


def made(**parts):
    return json.dumps(EMPTY | parts, ensure_ascii=False)


@pytest.fixture
def on(owner, speaker):  # noqa: F811
    services.save_assistant(
        actor=owner, url=speaker.url, model="small-1", key="k", uses=["ask"], monthly=50, active=True, seen=None
    )
    return speaker


def helped(owner, sentence=ASKED):
    return modelled.helped(owner, sentence, TODAY, ask.read(owner, sentence, TODAY))


def test_a_sentence_the_rules_do_not_know_becomes_the_models_question_with_its_mark(owner, on, web):
    on.says = made(metrics=["interactions"], by=["platform"], sort="-interactions", top=3)
    sent = web.get(URL, {"q": ASKED})
    page = web.get(sent.headers["Location"])
    question = page.context["question"]
    assert (question.metrics, question.by, question.sort, question.top) == (
        ("interactions",),
        ("platform",),
        "-interactions",
        3,
    )
    assert "由模型理解" in text(page)
    assert "互动量 从高到低" in text(page)
    assert AssistantCall.objects.count() == 1  # the page itself asks nothing
    assert "由模型理解" not in text(web.get(f"{URL}?q=各平台的互动量", follow=True))


def test_what_the_rules_understand_or_offer_never_goes_to_the_model(owner, on):
    for sentence in ("各平台阅读量排名", "近7天涨粉", "阅读量 火星", "", "？？？"):
        helped(owner, sentence)
    assert on.got == []


def test_only_names_and_the_sentence_are_sent(owner, on):
    name = Account.objects.get(platform="douyin").name
    on.says = made(metrics=["interactions"])
    helped(owner, f"{name}最近热闹不热闹 13800138000 li@example.com 2026-03-01")
    assert "interactions=互动量" in on.sent
    asked = on.got[-1][1]["messages"][1]["content"]
    assert asked == "[账号]最近热闹不热闹 [略] [略] 2026-03-01"
    for private in (*Account.objects.values_list("name", flat=True), owner.brand.name, owner.user.email, "owner"):
        assert private not in on.sent


def test_days_and_accounts_that_the_rules_read_stand(owner, on):
    account = Account.objects.get(platform="douyin")
    on.says = made(metrics=["views"], start="2025-01-01", end="2025-01-31")
    question = helped(owner, "安澜官方上月热闹不热闹").question
    assert (question.start, question.end) == (date(2026, 10, 1), date(2026, 10, 31))
    assert question.where == {"account": (str(account.id),)}


@pytest.mark.parametrize(
    "said",
    [
        made(),
        made(metrics=["no_such"]),
        made(metrics=["views"], by=["product"]),
        made(metrics=["views"], by=["day", "platform", "account", "channel"]),
        made(metrics=["views"], platforms=["tiktok"]),
        made(metrics=["views"], platforms=[["douyin"]]),
        made(metrics=["views"], start="2026-13-01", end="2026-13-02"),
        made(metrics=["views"], start="2026-10-01"),
        made(metrics=["views"], vs="account:x"),
        made(metrics=["views"], sort="-likes"),
        made(metrics=["views"], top=-1),
        made(metrics=["views"], top=True),
        made(metrics="views"),
        made(metrics=["views"], sql="select 1"),
        made(metrics=[{"a": 1}]),
        json.dumps({"metrics": ["views"]}),
        "select * from views",
        "[]",
    ],
)
def test_an_answer_that_does_not_hold_leaves_what_the_rules_said(owner, on, said):
    on.says = said
    found = helped(owner)
    assert found.question.metrics == ()
    assert not found.by_model
    assert found.missed == ask.read(owner, ASKED, TODAY).missed
    assert found.notes


@pytest.mark.parametrize(
    ("fault", "why"), [(401, "不认这个密钥"), (429, "请求太多"), (500, "自己出错"), (b"<html>", "不是约定的格式")]
)
def test_a_model_that_fails_is_said_so_beside_the_rules_own_message(owner, on, web, fault, why):
    on.fault = fault
    page = text(web.get(URL, {"q": ASKED}))
    assert "没有认出要看的指标" in page
    assert why in page


def test_where_the_use_is_off_nothing_is_sent(owner, on, web):
    services.save_assistant(
        actor=owner, url=on.url, model="small-1", key="", uses=[], monthly=50, active=True, seen=None
    )
    assert "没有认出要看的指标" in text(web.get(URL, {"q": ASKED}))
    assert on.got == []
