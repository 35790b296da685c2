"""A journey sends each person their own link of a survey, waits for the answer, and goes on by it. U1, U3."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.audience.journeys import entering, queries, questionnaires, running, services, words
from hongqiao.audience.journeys import errors as wrong
from hongqiao.audience.models import Enrolment, Person, SurveyAnswer
from hongqiao.audience.surveys import answering
from hongqiao.audience.surveys import services as surveys
from hongqiao.delivery.models import Reach
from hongqiao.delivery.reaching import acting
from hongqiao.workspace import services as workspace
from tests.audience.surveys.cast import Phone, drafted, opened
from tests.moves import move
from tests.reach import NOON, known

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house", "noon")]
TIER = {"kind": "tier", "tier": "loyal", "existing": True}


@pytest.fixture
def survey(cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return opened(cast.owner)


def steps(asked, **more):
    said = {"subject": "想听听你的想法", "text": "半分钟，三道题：${survey}", "survey": str(asked.pk)} | more
    thanks = {"subject": "谢谢", "text": "你的回答我们都会读。"}
    return [
        {"id": "ask", "kind": "act", "channel": "email", "purpose": "research", "content": said},
        {"id": "done", "kind": "condition", "test": "answered", "value": str(asked.pk), "within_hours": 72},
        {"id": "thanks", "kind": "act", "channel": "email", "purpose": "research", "content": thanks},
    ]


def begin(cast, made, people=("p0", "p1", "p2")):
    for n, key in enumerate(people):
        known(cast.brand, key, f"lan{n}@example.com", channel="email", purpose="research")
    move(cast.account, people, "loyal", NOON - timedelta(hours=1))
    row = services.create(actor=cast.owner, name="听听老客", goal="co_creation", trigger=TIER, steps=made)
    row = services.start(actor=cast.owner, journey_id=row.pk, seen=row.version)
    entering.let_in(row.pk, NOON)
    Enrolment.objects.filter(arm="hold").update(arm="treat", state="active", step="ask", due_at=NOON)
    return row


def run(cast, now=NOON):
    while running.one_set(cast.brand, now):
        pass
    while acting.one_set(cast.brand):
        pass


def links(mailoutbox):
    return {m.to[0]: re.search(r"/q/[^\s]+/", m.body).group() for m in mailoutbox if "/q/" in m.body}


def finish(address):
    phone = Phone(Client(), address)
    for at, value, words_ in (("q1", "9", ""), ("q2", "", "好用"), ("q3", "4", "")):
        phone.says(at, value, words_)
    return phone


def test_each_gets_their_own_link_and_who_answers_goes_on(cast, survey, mailoutbox, monkeypatch):
    row = begin(cast, steps(survey))
    run(cast)
    sent = links(mailoutbox)
    assert len(set(sent.values())) == 3
    assert Enrolment.objects.filter(step="done").count() == 3
    finish(sent["lan0@example.com"])
    assert SurveyAnswer.objects.get().state == "whole"
    assert SurveyAnswer.objects.get().subject == ""  # they did not agree to be known; the journey hears it all the same
    later = NOON + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    run(cast, later)
    assert [m.to[0] for m in mailoutbox if m.subject == "谢谢"] == ["lan0@example.com"]
    assert Enrolment.objects.get(subject="p0").state == "done"
    late = NOON + timedelta(hours=80)
    monkeypatch.setattr(timezone, "now", lambda: late)
    run(cast, late)
    assert dict(queries.left(row)) == {"done": 1, "condition": 2}
    assert len(mailoutbox) == 4


def test_who_has_answered_is_not_asked_again_and_a_closed_survey_is_not_sent(cast, survey, mailoutbox):
    begin(cast, steps(survey))
    finish(f"/q/{answering.token(survey, subject='p0')}/")
    Enrolment.objects.exclude(subject="p0").update(due_at=NOON + timedelta(hours=1))
    run(cast)
    assert [m.subject for m in mailoutbox] == ["谢谢"]
    surveys.close_survey(actor=cast.owner, survey_id=survey.pk, seen=None)
    run(cast, NOON + timedelta(hours=1))
    assert len(mailoutbox) == 1
    assert set(Enrolment.objects.exclude(subject="p0").values_list("why", flat=True)) == {"survey_closed"}


def test_an_answer_by_the_link_of_somebody_found_to_be_them_is_theirs(cast, survey):
    keep = Person.objects.create(brand=cast.brand, key="p0")
    between = Person.objects.create(brand=cast.brand, key="p8", into=keep)
    Person.objects.create(brand=cast.brand, key="p9", into=between)
    finish(f"/q/{answering.token(survey, subject='p9')}/")
    found = questionnaires.answered(cast.brand, [str(survey.pk)], ["p0", "p1"])
    assert found == {(str(survey.pk), "p0")}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"survey": ""}, "no_survey"),
        ({"text": "请帮我们填问卷"}, "no_survey_link"),
        ({}, "survey_closed"),
    ],
)
def test_a_journey_does_not_start_with_a_link_that_would_lead_nowhere(cast, survey, more, code):
    surveys.close_survey(actor=cast.owner, survey_id=survey.pk, seen=None)
    made = steps(survey, **more)[:1]
    row = services.create(actor=cast.owner, name="一", goal="recall", trigger=TIER, steps=made)
    with pytest.raises(wrong.NotStartable) as found:
        services.start(actor=cast.owner, journey_id=row.pk, seen=None)
    assert found.value.params["why"] == words.WHY[code]


def test_a_draft_or_one_asked_twice_is_not_sent_and_another_brands_is_not_there(cast, survey):
    for one in (drafted(cast.owner), opened(cast.owner, waves=True)):
        row = services.create(actor=cast.owner, name="一", goal="recall", trigger=TIER, steps=steps(one))
        with pytest.raises(wrong.NotStartable):
            services.start(actor=cast.owner, journey_id=row.pk, seen=None)
    foreign = opened(cast.stranger)
    for made in (steps(foreign)[:1], steps(foreign)[1:2]):
        with pytest.raises(wrong.BadStep):
            services.create(actor=cast.owner, name="一", goal="recall", trigger=TIER, steps=made)


def test_the_builder_and_the_interface_take_a_survey(cast, survey, client):
    browser = cast.client(cast.owner)
    row = services.create(actor=cast.owner, name="一", goal="recall", trigger=TIER, steps=steps(survey)[2:])
    url = reverse("users_journey", args=["anlan", row.pk])
    given = {"act": "step", "seen": row.version, "kind": "act", "channel": "email", "purpose": "research"}
    given |= {"subject": "问问你", "text": "${survey}", "survey": str(survey.pk)}
    assert browser.post(url, given).status_code == 302
    row.refresh_from_db()
    given = {"act": "step", "seen": row.version, "kind": "condition", "test": "answered", "within": "24"}
    assert browser.post(url, given | {"value_answered": str(survey.pk)}).status_code == 302
    assert browser.post(url, given | {"seen": row.version + 1, "value_answered": "nonsense"}).status_code == 422
    row.refresh_from_db()
    assert [s["content"]["survey"] for s in row.steps if s.get("content", {}).get("survey")] == [str(survey.pk)]
    page = browser.get(url).content.decode()
    assert f"已回答问卷「{survey.title}」" in page
    assert "（问卷链接）" in page
    _, token = workspace.create_token(actor=cast.owner, name="t", scopes=["users.view", "users.edit"])
    body = json.dumps({"name": "二", "goal": "recall", "trigger": TIER, "steps": steps(survey)})
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    made = client.post("/api/journeys", body, content_type="application/json", **head)
    assert made.status_code == 201
    assert made.json()["steps"][1]["value"] == str(survey.pk)
    assert not Reach.objects.exists()
