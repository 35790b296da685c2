"""U2b, U3: trust asked before and after a Q&A, both shown with intervals; an NPS survey from its link to results."""

import pytest

from hongqiao.audience.models import Activity, Person, Survey, SurveyAnswer
from hongqiao.audience.people import erasing
from hongqiao.audience.surveys import linking
from tests.audience.conftest import said  # noqa: F401
from tests.audience.surveys.cast import Phone, address
from tests.cast import cast  # noqa: F401

pytestmark = pytest.mark.django_db
HOME = "/b/anlan/users/surveys/"


def started(browser, start, **settings):
    """Make a survey from a start on its page, set it, let it be answered; return it and its address."""
    browser.post(f"{HOME}new/", {"act": "create", "start": start})
    row = Survey.objects.latest("created_at")
    url = f"{HOME}{row.pk}/"
    if settings:
        assert browser.post(url, {"act": "save", "seen": row.version, **settings}).status_code == 302
        row.refresh_from_db()
    assert browser.post(url, {"act": "open", "seen": row.version}).status_code == 302
    row.refresh_from_db()
    return row, url


def test_u2b_trust_is_asked_before_and_after_a_qa_and_both_are_shown_with_intervals(cast):  # noqa: F811
    browser = cast.client(cast.owner)
    browser.post("/b/anlan/users/communities/new/", {"act": "create", "kind": "qa", "title": "成分答疑"})
    talk = Activity.objects.get()
    row, url = started(browser, "trust", activity=talk.pk, waves="1")
    phones = [cast.client(None) for _n in range(12)]
    for n, phone in enumerate(phones):
        for wave, score in (("before", 2 + n % 2), ("after", 4 - n % 3 // 2)):
            done = Phone(phone, address(row, wave)).says("q1", str(score)).says("q2", words="价格")
            assert "已收到" in done.text
    Phone(cast.client(None), address(row, "before")).says("q1", "1").says("q2")
    page = browser.get(f"{url}results/").content.decode()
    assert "成分答疑" in page
    assert "活动前平均分" in page
    assert "活动后平均分" in page
    assert page.count("区间") >= 3
    assert "同一个人前后之差，12 人" in page
    assert "没有对照组" in page


def test_u3_an_nps_survey_goes_from_its_link_to_results_and_a_person_leaves_it_when_erased(cast, said):  # noqa: F811
    said(("M1", "visit", "2026-11-01T10:00:00"))
    key = said.key("M1")
    Person.objects.create(brand=cast.brand, key=key)
    browser = cast.client(cast.owner)
    row, url = started(browser, "nps")
    for n in range(20):
        phone = Phone(cast.client(None), address(row))
        phone.says("q1", str(10 if n < 12 else 7 if n < 16 else 3)).says(
            "q2", words="希望出小一点的规格" if n < 5 else ""
        )
        assert "已收到" in phone.says("q3", "5" if n < 15 else "2").text
    hasty = Phone(cast.client(None), address(row), seconds=0)
    hasty.says("q1", "0").says("q2").says("q3", "1")
    link = linking.personal(actor=cast.owner, survey_id=row.pk, people=[key])[0]["url"]
    mine = Phone(cast.client(None), "/q/" + link.split("/q/")[1])
    mine.says("q1", "9", agreed="1").says("q2", words="我的原话").says("q3", "4")
    page = browser.get(f"{url}results/").content.decode()
    assert "答得太快 1" in page
    assert "NPS" in page
    assert "我的原话" in page
    assert "希望出小一点的规格" in page
    assert SurveyAnswer.objects.filter(survey=row, state="whole").count() == 22
    erasing.erase(actor=cast.owner, key=key, known=lambda _key: True)
    assert not SurveyAnswer.objects.filter(subject=key).exists()
    assert SurveyAnswer.objects.filter(survey=row, state="whole").count() == 21
    assert "我的原话" not in browser.get(f"{url}results/").content.decode()
