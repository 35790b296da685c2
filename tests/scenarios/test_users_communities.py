"""U2: communities and their activities, by the pages that an operator uses."""

import json
from datetime import date, timedelta

import pytest

from hongqiao.audience.communities.draws import drawing, evidence, opening
from hongqiao.audience.models import Activity, Draw, RunStep, Win
from hongqiao.ledger.models import Outcome
from tests.audience.communities.cast import NOON, VALUE, form, second
from tests.audience.conftest import said  # noqa: F401
from tests.cast import cast  # noqa: F401

pytestmark = pytest.mark.django_db
HOME = "/b/anlan/users/communities/"
FIRST = date(2026, 8, 15)


def started(browser, kind, **plan):
    """Plan an activity on its page, let it be checked, start it; return it and its address."""
    browser.post(f"{HOME}new/", {"act": "create", "kind": kind, "title": "一次活动", "goal": "让用户说话"})
    row = Activity.objects.get()
    url = f"{HOME}{row.pk}/"
    for sent in ({"act": "save", "closes": "2026-12-31T20:00", **plan}, {"act": "ready"}, {"act": "start"}):
        row.refresh_from_db()
        answer = browser.post(url, {**sent, "seen": row.version})
        assert answer.status_code == 302, answer.content.decode()
    return row, url


def test_u2a_a_contest_with_a_verifiable_draw_shows_repurchase_of_takers_against_others(cast, said):  # noqa: F811
    def bought(person, day):
        return person, "purchase", f"{day}T10:00:00", {"amount": "100"}

    rows = [bought(f"p{n}", FIRST - timedelta(days=10)) for n in range(200)]
    rows += [(f"p{n}", "contest_join", "2026-08-16T10:00:00", {"content": "晒单抽正装"}) for n in range(50)]
    rows += [bought(f"p{n}", FIRST + timedelta(days=20)) for n in (*range(30), *range(50, 80))]
    said(*rows)
    browser = cast.client(cast.owner)
    row, url = started(
        browser, "show", opens="2026-08-15T09:00", closes="2026-08-25T23:59", event="contest_join", content="晒单抽正装"
    )
    browser.post(url, {"act": "draw", "mode": "own"})
    draw = Draw.objects.get()
    draw = opening.save_form(actor=cast.owner, draw_id=draw.pk, seen=draw.version, title=draw.title, form=form())
    draw = opening.open_draw(actor=cast.owner, draw_id=draw.pk, seen=draw.version, at=NOON - timedelta(days=7))
    from hongqiao.audience.communities.activities import entries

    for n in range(5):
        one = entries.add_entry(actor=cast.owner, activity_id=row.pk, person=f"p{n}", licence=True)
        entries.approve(actor=cast.owner, entry_id=one.pk, seen=one.version, at=NOON - timedelta(days=1))
    draw = opening.close_draw(actor=cast.owner, draw_id=draw.pk, seen=None, at=NOON + timedelta(hours=1))
    for who in (cast.owner, second(cast)):
        draw = drawing.type_beacon(
            actor=who, draw_id=draw.pk, seen=draw.version, value=VALUE, at=NOON + timedelta(hours=5)
        )
    public = cast.client(None).get(f"/d/{draw.token}/evidence.json").content
    assert json.loads(public) == evidence.public(draw)
    assert Win.objects.filter(draw=draw).exclude(prize="").count() == 3
    row.refresh_from_db()
    browser.post(url, {"act": "end", "seen": row.version})
    row.refresh_from_db()
    assert browser.post(url, {"act": "measure", "seen": row.version}).status_code == 302
    page = browser.get(url).content.decode()
    assert "不是随机分组" in page
    assert "+40.0 个百分点" in page
    assert Outcome.objects.get().reason == "not_randomised"


def test_u2b_a_question_round_is_answered_followed_up_and_trust_asked_twice(cast):  # noqa: F811
    browser = cast.client(cast.owner)
    row, url = started(browser, "qa", expert="产品经理 周工")
    browser.post(url, {"act": "enter", "name": "小红", "words": "孕期能用吗"})
    one = row.entries.get()
    browser.post(url, {"act": "answer", "id": one.pk, "seen": one.version, "text": "请先问医生"})
    one.refresh_from_db()
    browser.post(url, {"act": "follow", "id": one.pk, "seen": one.version, "text": "成分表已发"})
    for n in range(9):
        browser.post(url, {"act": "score", "name": f"人{n}", "before": "3", "after": str(4 + n % 2)})
    assert "数据不足" in browser.get(url).content.decode()
    browser.post(url, {"act": "score", "name": "人9", "before": "3", "after": "4"})
    page = browser.get(url).content.decode()
    assert "成分表已发" in page
    assert "90% 区间" in page


def test_u2c_a_discussion_is_moderated_and_its_best_answers_stand_first(cast):  # noqa: F811
    browser = cast.client(cast.owner)
    row, url = started(browser, "topic", prompts="怎么用\n何时用\n为什么", moderation="代购")
    for words in ("早晚各一次", "找我代购", "敷五分钟就够"):
        browser.post(url, {"act": "enter", "name": words[:2], "words": words})
    for one, act in zip(row.entries.order_by("id"), ("approve", "hide", "approve"), strict=True):
        assert one.flagged == (act == "hide")
        assert browser.post(url, {"act": act, "id": one.pk, "seen": one.version}).status_code == 302
    first = row.entries.order_by("id").first()
    browser.post(url, {"act": "best", "id": first.pk, "seen": first.version})
    page = browser.get(f"{url}?state=approved").content.decode()
    assert page.index("早晚各一次") < page.index("敷五分钟就够")
    assert "代购" not in page.split('id="entries"')[1].split("登记一份")[0]


def test_u2d_a_stream_with_a_co_host_runs_by_its_sheet(cast):  # noqa: F811
    browser = cast.client(cast.owner)
    row, url = started(
        browser,
        "live",
        opens="2026-11-30T20:00",
        guest="皮肤科 李医生",
        kill=str(cast.owner.pk),
        **{"role.host": "陈果"},
    )
    page = browser.get(url).content.decode()
    assert "T-3 天" in page
    assert "陈果" in page
    for line in RunStep.objects.filter(activity=row):
        assert browser.post(url, {"act": "tick", "id": line.pk, "seen": line.version}).status_code == 302
    assert "9/9" in browser.get(url).content.decode()
