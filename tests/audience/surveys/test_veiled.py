"""Numbers and addresses that people write in their own words: whole to who may see contacts, veiled at every other
door. U3."""

import pytest

from hongqiao.audience.models import Evidence, SurveyAnswer
from hongqiao.audience.surveys import kit
from hongqiao.audience.surveys.interviews import queries, services
from hongqiao.workspace.services import create_token
from tests.audience.surveys.cast import answer, opened

HOME = "/b/anlan/users/surveys/"
PHONE, MAIL, CARD, BANK = "13812345678", "an.lan@example.com", "110101199003074578", "6222021234567890123"
SAID = f"打我{PHONE}或写{MAIL}，证件{CARD}，退到{BANK}"
WHOLE, VEILED = (PHONE, MAIL, CARD, BANK), ("138****5678", "an***@example.com", "110****4578", "****0123")


def seen(text):
    """Return which way the four stand in a page: "whole" or "veiled"; both at once is wrong."""
    whole, veils = [w in text for w in WHOLE], [v in text for v in VEILED]
    assert all(whole) != all(veils), text
    assert any(whole) != any(veils), text
    return "whole" if all(whole) else "veiled"


@pytest.fixture
def survey(cast):
    row = opened(cast.owner)
    for n in range(4):
        answer(row, f"{n:032x}", {"q1": "9", "q2": SAID, "q3": "5"})
    return row


@pytest.fixture
def talk(cast):
    return services.keep_interview(actor=cast.owner, title="一次访谈", day="2026-11-01", quotes=[SAID], words=SAID)


def page(cast, who, path):
    return cast.client(getattr(cast, who)).get(HOME + path).content.decode()


@pytest.mark.parametrize(("who", "how"), [("owner", "whole"), ("editor", "veiled")])
def test_an_answer_and_a_talk_are_whole_to_who_may_see_contacts_only(cast, survey, talk, who, how):
    for path in (f"{survey.pk}/answers/", f"interviews/{talk.pk}/"):
        told = page(cast, who, path)
        assert seen(told) == how, path
        assert ("已打码" in told) == (how == "veiled")


@pytest.mark.parametrize("who", ["owner", "editor"])
def test_groups_cards_files_and_programs_never_get_them_whole(cast, survey, talk, who):
    card = services.keep_insight(actor=cast.owner, claim="要人回电")
    first = SurveyAnswer.objects.filter(survey=survey).first()
    services.add_evidence(actor=cast.owner, insight_id=card.pk, answer_id=str(first.pk), question="q2")
    assert seen(kit.unseal(Evidence.objects.get().quote)) == "veiled"
    Evidence.objects.update(quote=kit.seal(SAID))  # as those of before were kept
    for path in (f"{survey.pk}/results/", f"insights/{card.pk}/"):
        assert seen(page(cast, who, path)) == "veiled", path
    assert "138****5678" in page(cast, who, "insights/")
    file = cast.client(getattr(cast, who)).get(f"{HOME}{survey.pk}/export/?format=csv")
    assert seen(b"".join(file).decode("utf-8-sig")) == "veiled"
    _row, token = create_token(actor=cast.owner, name="CRM", scopes=["users.view", "users.contact", "data.export"])
    told = cast.client(None).get(f"/api/surveys/{survey.pk}/answers", headers={"Authorization": f"Bearer {token}"})
    assert seen(told.content.decode()) == "veiled"


def test_the_same_quote_is_evidence_once_whoever_cites_it(cast, talk):
    card = services.keep_insight(actor=cast.owner, claim="要人回电")
    for who, quote in ((cast.owner, SAID), (cast.editor, kit.veiled(SAID))):
        services.add_evidence(actor=who, insight_id=card.pk, interview_id=str(talk.pk), quote=quote)
    assert Evidence.objects.count() == 1


def test_a_talk_changed_by_who_sees_it_veiled_keeps_its_numbers(cast, talk):
    veiled = kit.veiled(SAID)
    row = services.keep_interview(
        actor=cast.editor, interview_id=talk.pk, seen=talk.version, title="改过", day="2026-11-01",
        quotes=[f"先说：{veiled}", "新的一句"], words=f"{veiled}\n补一行",
    )  # fmt: skip
    assert services.opened_quotes(row) == [f"先说：{SAID}", "新的一句"]
    assert kit.unseal(row.words) == f"{SAID}\n补一行"


def test_a_number_cannot_be_guessed_by_searching_for_it(cast, talk):
    assert queries.interviews(cast.owner, q=PHONE) == [talk]
    assert queries.interviews(cast.editor, q=PHONE) == []
    assert queries.interviews(cast.editor, q="退到") == [talk]
