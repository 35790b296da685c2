"""The pages and the interface of journeys: what they show, what they take, and to whom they do not exist."""

import pytest
from django.urls import reverse

from hongqiao.audience.journeys import entering, running, services
from hongqiao.audience.models import Journey
from hongqiao.delivery.models import Consent, Contact, Reach
from hongqiao.delivery.reaching import acting
from hongqiao.workspace import services as workspace
from tests.moves import move
from tests.reach import NOON, SMS, connected, known

pytestmark = pytest.mark.django_db
ACT = {"id": "a", "kind": "act", "channel": "sms", "purpose": "marketing", "content": SMS}
WECOM = {"id": "b", "kind": "act", "channel": "wecom", "purpose": "marketing", "content": {"text": "来试试"}}
GIVEN = {"name": "召回", "goal": "recall", "trigger": {"kind": "tier", "tier": "lapsed", "existing": True}}


@pytest.fixture
def row(house, cast, sms, noon):
    connected(cast, sms)
    for n in range(6):
        known(cast.brand, f"p{n}", f"1390000000{n}")
        known(cast.brand, f"p{n}", f"wmAbCdE{n}", channel="wecom")
    move(cast.account, [f"p{n}" for n in range(6)], "lapsed", NOON)
    return services.create(actor=cast.owner, steps=[ACT, WECOM], holdout=0.05, **GIVEN)


def addresses(row):
    slug = row.brand.slug
    yield reverse("users_journeys", args=[slug])
    yield reverse("users_by_hand", args=[slug])
    yield reverse("users_coupons", args=[slug])
    yield reverse("users_journey", args=[slug, row.pk])
    yield reverse("users_journey_people", args=[slug, row.pk])


def test_every_page_opens_for_the_team_and_for_no_stranger(cast, row):
    for url in addresses(row):
        assert cast.client(cast.owner).get(url).status_code == 200, url
        assert cast.client(cast.editor).get(url).status_code == 200, url
        assert cast.client(cast.stranger).get(url).status_code == 404, url
        assert cast.client(cast.viewer).get(url).status_code == 403, url


def test_a_journey_is_built_started_and_followed_on_its_page(cast, row):
    browser, url = cast.client(cast.owner), reverse("users_journey", args=["anlan", row.pk])
    step = {"act": "step", "seen": row.version, "kind": "wait", "hours": "2", "hours_unit": "days"}
    assert browser.post(url, step).status_code == 302
    row.refresh_from_db()
    assert row.steps[-1]["hours"] == 48
    assert browser.post(url, {"act": "start", "seen": 1}).status_code == 409
    assert browser.post(url, {"act": "start", "seen": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.state == "running"
    entering.let_in(row.pk, NOON)
    running.one_set(cast.brand, NOON)
    acting.one_set(cast.brand)
    page = browser.get(url).content.decode()
    assert "数据不足" in page
    assert "进行中" in page
    tasks = reverse("users_by_hand", args=["anlan"])
    listed = browser.get(f"{tasks}?origin=journey:{row.pk}&channel=wecom")
    assert b"wmAbCdE" in listed.content
    masked = cast.client(cast.editor).get(f"{tasks}?origin=journey:{row.pk}&channel=wecom")
    assert b"wmAbCdE1" not in masked.content
    ids = [str(k) for k in Reach.objects.filter(channel="wecom").values_list("pk", flat=True)]
    assert browser.post(tasks, {"act": "sent", "ids": ids}).status_code == 302
    assert set(Reach.objects.filter(channel="wecom").values_list("state", flat=True)) == {"sent"}


def test_a_step_that_makes_no_sense_is_said_on_the_page_and_nothing_is_lost(cast, row):
    browser, url = cast.client(cast.owner), reverse("users_journey", args=["anlan", row.pk])
    answer = browser.post(url, {"act": "step", "seen": row.version, "kind": "wait", "hours": "x"})
    assert answer.status_code == 422
    assert "没有填对" in answer.content.decode()
    assert Journey.objects.get(pk=row.pk).steps == row.steps


def call(cast, member, scopes=("users.view", "users.edit", "users.send", "ledger.view", "ledger.edit")):
    _, token = workspace.create_token(actor=member, name="t", scopes=list(scopes))
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def test_programs_make_start_and_read_journeys_and_write_consent(cast, row, client):
    head = call(cast, cast.owner)

    def post(path, body, code=201):
        answer = client.post(f"/api/{path}", body, content_type="application/json", **head)
        assert answer.status_code == code, answer.content
        return answer.json()

    made = post("journeys", {"template": "recall"})
    assert made["steps"][0]["id"] == "care"
    assert client.get("/api/journeys", **head).json()["items"][0]["id"] == made["id"]
    said = client.get(f"/api/journeys/{row.pk}/preview", **head).json()
    assert said["came"] == 6
    post(f"journeys/{row.pk}/start", {"version": row.version}, 200)
    post(f"journeys/{row.pk}/dance", {"version": row.version}, 404)
    one = client.get(f"/api/journeys/{row.pk}", **head).json()
    assert (one["state"], one["lift"]["reason"]) == ("running", "too_small")
    line = {"subject": "p9", "purpose": "marketing", "given": True, "source": "门店"}
    post("consents", line, 422)
    post("consents", {**line, "wording": "2026-03"})
    post("contacts", {"subject": "p9", "channel": "sms", "address": "13911112222"})
    assert Consent.objects.filter(subject="p9").count() == 1
    assert Contact.objects.get(subject="p9").hint == "139****2222"
    read = client.get("/api/consents/p9", **head).json()
    assert read["consents"][0]["given"] is True
    other = call(cast, cast.stranger)
    assert client.get(f"/api/journeys/{row.pk}", **other).status_code == 404
    assert client.get("/api/consents/p9", **other).json()["consents"] == []


def test_a_journey_begins_from_nothing_and_starts_only_with_a_step_that_reaches_somebody(cast, row):
    browser, home = cast.client(cast.owner), reverse("users_journeys", args=["anlan"])
    assert "从空白开始" in browser.get(home).content.decode()
    answer = browser.post(home, {"act": "make", "template": ""})
    made = Journey.objects.exclude(pk=row.pk).get()
    assert answer["Location"] == reverse("users_journey", args=["anlan", made.pk])
    url = answer["Location"]
    refused = browser.post(url, {"act": "start", "seen": made.version})
    assert refused.status_code == 422
    assert "第 1 步：后面还没有一步触达" in refused.content.decode()
    step = {"act": "step", "seen": made.version, **{k: v for k, v in ACT.items() if k != "content"}, **SMS, "id": ""}
    assert browser.post(url, step).status_code == 302
    made.refresh_from_db()
    assert browser.post(url, {"act": "start", "seen": made.version}).status_code == 302


def test_a_text_with_a_code_and_no_pool_says_so(cast, row):
    text = {**SMS, "values": {"code": "${coupon}"}}
    made = services.create(actor=cast.owner, steps=[{**ACT, "content": text}], **GIVEN)
    page = cast.client(cast.owner).get(reverse("users_journey", args=["anlan", made.pk])).content.decode()
    assert "还没选券码池" in page
    assert "券码已发完" not in page
