"""The pages of the tiers show what the facts say, lead to the persons, and are nobody else's. U1."""

import random
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hongqiao.audience.models import TierRun
from hongqiao.audience.tiers import history, jobs, judging, queries, repurchasing
from hongqiao.warehouse import open as open_facts
from hongqiao.workspace import figures, services
from hongqiao.workspace.models import AuditEntry, Brand, Job

TODAY = timezone.localdate()
PAGES = ("", "rules/", "repurchase/", "people/")


def at(days: int) -> str:
    return f"{TODAY - timedelta(days=days)}T10:00:00"


@pytest.fixture
def judged(cast, said):
    """Two persons who moved in the last days, and the weeks of their history."""
    said(
        ("甲", "follow", at(20), {"channel": "企微"}),
        ("甲", "purchase", at(2), {"amount": "120", "channel": "企微"}),
        ("乙", "follow", at(18), {"channel": "小红书笔记"}),
    )
    while (day := history.next_day(cast.brand)) is not None:
        judging.judge(cast.brand, day)
    return said


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_brand_is_told_what_to_do_next(cast, house, page):
    shown = cast.client(cast.owner).get(f"/b/anlan/users/{page}")
    assert shown.status_code == 200
    assert (
        "导入" in shown.content.decode() or "规则" in shown.content.decode() or "分层完成后" in shown.content.decode()
    )


@pytest.mark.parametrize("page", [*PAGES, "people/export/", f"people/{'a' * 64}/"])
def test_a_stranger_finds_nothing(cast, house, page):
    assert cast.client(cast.stranger).get(f"/b/anlan/users/{page}").status_code == 404
    assert cast.client(None).get(f"/b/anlan/users/{page}").status_code == 302


def test_the_matrix_leads_to_exactly_those_who_moved(cast, judged):
    browser = cast.client(cast.owner)
    bought = TODAY - timedelta(days=2)
    home = browser.get(f"/b/anlan/users/?week={bought}").content.decode()
    assert "首次购买" in home
    assert "tier=active" in home
    since, until = queries.span(cast.owner, str(bought))
    asked = f"from=potential&tier=active&since={since}&until={until}"
    listed = browser.get(f"/b/anlan/users/people/?{asked}").content.decode()
    assert judged.key("甲")[:8] in listed
    assert judged.key("乙")[:8] not in listed
    narrowed = browser.get("/b/anlan/users/?channel=小红书笔记").content.decode()
    assert "只看“小红书笔记”来的" in narrowed


def test_the_list_filters_and_goes_out_as_a_table(cast, judged):
    browser = cast.client(cast.owner)
    assert judged.key("甲")[:8] in browser.get("/b/anlan/users/people/?orders=1").content.decode()
    assert judged.key("乙")[:8] not in browser.get("/b/anlan/users/people/?orders=1&sort=-spent").content.decode()
    odd = browser.get("/b/anlan/users/people/?orders=many&tier=king&sort=drop&since=x&page=-3&q=';--")
    assert odd.status_code == 200
    table = b"".join(browser.get("/b/anlan/users/people/export/?format=csv&tier=active").streaming_content).decode()
    assert judged.key("甲") in table
    assert judged.key("乙") not in table


def test_a_persons_page_tells_what_they_did_and_why_they_stand_there(cast, judged):
    shown = cast.client(cast.owner).get(f"/b/anlan/users/people/{judged.key('甲')}/").content.decode()
    assert "潜在用户 → 活跃用户" in shown
    assert "首次购买" in shown
    assert "¥120.00" in shown
    assert cast.client(cast.owner).get("/b/anlan/users/people/nobody/").status_code == 404


def test_thresholds_are_tried_before_they_are_kept(cast, judged):
    browser, brand = cast.client(cast.owner), Brand.objects.get(pk=cast.brand.pk)
    typed = {"lapsed_days": "1", "active_days": "0.5"}
    tried = browser.post("/b/anlan/users/rules/", {"act": "preview", "seen": brand.version, **typed})
    assert "2 人会换层" in tried.content.decode()
    assert "audience" not in Brand.objects.get(pk=brand.pk).settings
    kept = browser.post("/b/anlan/users/rules/", {"act": "save", "seen": brand.version, "lapsed_days": "60"})
    assert kept.status_code == 302
    assert Brand.objects.get(pk=brand.pk).settings["audience"] == {"tiers": {"lapsed_days": 60}}
    page = browser.get("/b/anlan/users/rules/").content.decode()
    assert "60 天没有互动" in page
    assert "三个月" not in page
    assert AuditEntry.objects.filter(code="audience.rules_changed").count() == 1
    assert Job.objects.filter(kind=jobs.JUDGE, brand=brand).exists()
    late = browser.post("/b/anlan/users/rules/", {"act": "save", "seen": brand.version, "lapsed_days": "61"})
    assert late.status_code == 409
    said = browser.post("/b/anlan/users/rules/", {"act": "preview", "lapsed_days": "many"}).content.decode()
    assert "流失天数（many）" in said, "in the page's words"
    for wrong in ({"lapsed_days": "many"}, {"lapsed_days": "10"}, {"new_days": "-3"}, {"loyal_orders": "2.5"}):
        now = Brand.objects.get(pk=brand.pk).version
        answer = browser.post("/b/anlan/users/rules/", {"act": "save", "seen": now, **wrong})
        assert answer.status_code == 422, wrong
        assert next(iter(wrong.values())) in answer.content.decode()


def test_who_only_looks_changes_no_thresholds(cast, judged):
    cast.editor.role = "product"
    cast.editor.save()
    browser = cast.client(cast.editor)
    assert "保存并重新分层" not in browser.get("/b/anlan/users/rules/").content.decode()
    assert browser.post("/b/anlan/users/rules/", {"act": "save", "seen": 1}).status_code in (403, 404)
    assert browser.post("/b/anlan/users/", {"act": "anew"}).status_code in (403, 404)


def test_repurchase_is_refused_where_too_few_bought_again(cast, judged):
    jobs._forecast(cast.brand)
    shown = cast.client(cast.owner).get("/b/anlan/users/repurchase/").content.decode()
    assert "买过两次的人太少" in shown


def test_repurchase_is_told_with_how_well_it_told_before(cast, said):
    rng, rows = random.Random(11), []
    for n in range(500):
        rate, gone, day = rng.gammavariate(0.6, 0.25), rng.betavariate(0.8, 2.4), rng.uniform(182, 364)
        while day > 1:
            rows.append((f"p{n}", "purchase", at(int(day)), {"amount": str(rng.randrange(50, 200))}))
            day -= 7 * rng.expovariate(rate) if rng.random() > gone else 400
    said(*rows)
    judging.judge(cast.brand)
    jobs._forecast(cast.brand)
    run = TierRun.objects.get(brand=cast.brand)
    told = run.summary["repurchase"]
    assert told["parameters"]["r"] > 0
    assert told["held"]["actual"] > 0
    shown = cast.client(cast.owner).get("/b/anlan/users/repurchase/").content.decode()
    assert "BG/NBD：r" in shown
    one = repurchasing.of_person(open_facts(cast.brand.pk), cast.brand, said.key("p3"), run.summary, TODAY)
    assert 0 <= one["alive"] <= 1
    page = cast.client(cast.owner).get(f"/b/anlan/users/people/{said.key('p3')}/").content.decode()
    assert "周预计下单" in page


def test_a_program_asks_for_tiers_their_flow_and_one_person(cast, judged):
    def ask(member, path):
        _row, token = services.create_token(actor=member, name="tiers", scopes=["users.view"])
        return Client().get(f"/api/tiers{path}", HTTP_AUTHORIZATION=f"Bearer {token}")

    now = ask(cast.owner, "").json()
    assert now["tiers"] == {"potential": 1, "active": 1, "loyal": 0, "lapsed": 0}
    moved = ask(cast.owner, f"/flow?week={TODAY}").json()
    assert sum(m["people"] for m in moved["moves"]) == 2
    one = ask(cast.owner, f"/of/{judged.key('甲')}").json()
    assert (one["tier"], one["why"]) == ("active", "first_purchase")
    assert ask(cast.stranger, f"/of/{judged.key('甲')}").status_code == 404
    assert ask(cast.stranger, "").json()["code"] == "nothing_judged"
    assert Client().get("/api/tiers").status_code == 401


@pytest.mark.parametrize("page", ["", "people/"])
def test_before_the_sample_is_there_nobody_is_sent_to_import(cast, house, page):
    browser, address = cast.client(cast.owner), f"/b/anlan/users/{page}"
    assert "去导入" in browser.get(address).content.decode()
    Brand.objects.filter(pk=cast.brand.pk).update(settings={figures.SAMPLE: {}})
    waiting = browser.get(address).content.decode()
    assert "示例数据正在准备" in waiting
    assert "去导入" not in waiting
