"""What somebody wrote in a survey becomes one ticket, once, and keeps no words longer than the survey promised. U3."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.audience.feedback import services as work
from hongqiao.audience.feedback.errors import NoWords
from hongqiao.audience.models import SurveyAnswer, Ticket
from hongqiao.audience.surveys import jobs, keepers, ticketing
from hongqiao.errors import NotAllowed, NotFound
from hongqiao.workspace.services import create_token
from tests.audience.kit import LEAK
from tests.audience.surveys.cast import answer, opened

HOME = "/b/anlan/users/surveys/"
KEY = "c" * 64


@pytest.fixture
def survey(cast):
    return opened(cast.owner)


@pytest.fixture
def told(cast, survey):
    return answer(survey, "a" * 32, {"q1": "2", "q2": f"{LEAK}，打13812345678", "q3": "1"}).row


def test_one_click_makes_one_ticket_that_leads_back_to_the_answer(cast, survey, told):
    browser, url = cast.client(cast.editor), f"{HOME}{survey.pk}/answers/"
    assert "转成反馈工单" in browser.get(url).content.decode()
    first, second = (browser.post(url, {"act": "ticket", "id": told.pk}) for _n in range(2))
    row = Ticket.objects.get()
    assert (row.origin, row.team, row.kind != "") == ("survey", "product", True)
    assert first.url == second.url == f"/b/anlan/users/tickets/{row.pk}/"
    assert row.text == f"{LEAK}，打138****5678"
    page = browser.get(url).content.decode()
    assert f"工单 #{row.number}" in page
    assert "转成反馈工单" not in page
    assert f"{url}?answer={told.pk}" in browser.get(first.url).content.decode()


def test_an_answer_without_words_makes_none(cast, survey):
    silent = answer(survey, "b" * 32, {"q1": "2", "q2": "", "q3": "1"}).row
    url = f"{HOME}{survey.pk}/answers/"
    assert "转成反馈工单" not in cast.client(cast.editor).get(url).content.decode()
    assert cast.client(cast.editor).post(url, {"act": "ticket", "id": silent.pk}).status_code == 422
    with pytest.raises(NoWords):
        ticketing.open_ticket(actor=cast.editor, survey_id=survey.pk, answer_id=silent.pk)


def test_a_stranger_finds_nothing_and_whoever_only_looks_may_not(cast, survey, told):
    with pytest.raises(NotFound):
        ticketing.open_ticket(actor=cast.stranger, survey_id=survey.pk, answer_id=told.pk)
    with pytest.raises(NotAllowed):
        ticketing.open_ticket(actor=cast.viewer, survey_id=survey.pk, answer_id=told.pk)
    other = opened(cast.owner)
    with pytest.raises(NotFound):
        ticketing.open_ticket(actor=cast.editor, survey_id=other.pk, answer_id=told.pk)
    for path in (f"{HOME}{survey.pk}/answers/", f"/b/other/users/surveys/{survey.pk}/answers/"):
        sent = cast.client(cast.stranger).post(path, {"act": "ticket", "id": told.pk})
        assert sent.status_code == 404
    assert not Ticket.objects.exists()


def test_programs_get_the_same_ticket_and_strangers_none(cast, survey, told):
    scopes = ["users.view", "users.edit"]
    path = f"/api/surveys/{survey.pk}/answers/{told.pk}/ticket"

    def post(member):
        _row, token = create_token(actor=member, name="接口", scopes=scopes)
        return cast.client(None).post(path, headers={"Authorization": f"Bearer {token}"})

    first, second = post(cast.owner), post(cast.owner)
    assert (first.status_code, first.json()["id"]) == (201, second.json()["id"])
    assert "13812345678" not in first.content.decode()
    assert post(cast.stranger).status_code == 404
    assert Ticket.objects.count() == 1


def test_who_agreed_to_be_known_stands_on_the_ticket_and_erasing_takes_its_words(cast, survey):
    row = answer(survey, "d" * 32, {"q1": "2", "q2": LEAK, "q3": "1"}, subject=KEY, agreed=True).row
    ticket = ticketing.open_ticket(actor=cast.editor, survey_id=survey.pk, answer_id=row.pk)
    assert ticket.subject == KEY
    keepers.erase(cast.brand.pk, [KEY])
    ticket.refresh_from_db()
    assert (ticket.text, ticket.title, ticket.subject) == ("", f"#{ticket.number}", "")


def test_an_unnamed_answer_that_is_erased_takes_the_words_of_its_ticket_along(cast, survey):
    row = answer(survey, "d" * 32, {"q1": "2", "q2": LEAK, "q3": "1"}, subject=KEY).row
    ticket = ticketing.open_ticket(actor=cast.editor, survey_id=survey.pk, answer_id=row.pk)
    assert ticket.subject == ""
    keepers.erase(cast.brand.pk, [KEY])
    ticket.refresh_from_db()
    assert ticket.text == ""


def test_a_ticket_loses_its_words_with_the_answer_once_it_is_over(cast, survey, told):
    ticket = ticketing.open_ticket(actor=cast.editor, survey_id=survey.pk, answer_id=told.pk)
    SurveyAnswer.objects.update(started_at=timezone.now() - timedelta(days=400))
    assert jobs.tidy(None) == {"ended": 0, "cleared": 1, "tickets": 0}
    ticket.refresh_from_db()
    assert LEAK in ticket.text  # somebody still works on it
    work.solve(actor=cast.editor, ticket_id=ticket.pk, seen=ticket.version, fix="换了瓶盖")
    assert jobs.tidy(None)["tickets"] == 1
    ticket.refresh_from_db()
    assert (ticket.text, ticket.fix, ticket.state) == ("", "", "solved")
    assert jobs.tidy(None)["tickets"] == 0
