"""Nothing that a person wrote is cut in silence: kept whole, or refused with its length, and still on the page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import answers, facts, handling, kit, people, steps, vault
from hongqiao.crisis.intake import errors, pasting
from hongqiao.crisis.mentions import services as mentions
from hongqiao.crisis.models import Entry, Fact, Incident, Mention
from hongqiao.crisis.watching import acting
from tests.crisis.room import mention_of

LONG = "长" * 20001


def writes(cast, incident):
    """Every text that a room takes, with its limit."""
    of, soon = {"actor": cast.owner, "incident_id": incident.pk}, timezone.now() + timedelta(hours=1)
    step = steps.add(**of, text="一步", due_at=soon)
    person = people.add_person(**of, name="王", contact="1")
    mention = mention_of(incident)
    who = {"actor": cast.owner, "person_id": person.pk, "seen": None}
    heard = {"actor": cast.owner, "mention_id": mention.pk, "seen": None}
    yield 2000, lambda t: handling.write(**of, text=t)
    yield 500, lambda t: handling.answer(**of, text=t)
    yield 300, lambda t: handling.close(**of, seen=None, reason=t)
    yield 300, lambda t: handling.fill(**of, seen=None, fields={"region": t})
    yield 500, lambda t: facts.add_fact(**of, text=t)
    yield 500, lambda t: facts.add_fact(**of, text="x", basis=t)
    yield 300, lambda t: answers.add_answer(**of, question=t, answer="x")
    yield 2000, lambda t: answers.add_answer(**of, question="x", answer=t)
    yield 300, lambda t: steps.skip(actor=cast.owner, step_id=step.pk, seen=None, reason=t)
    yield 20000, lambda t: vault.keep(**of, text=t)
    yield 80, lambda t: people.add_person(**of, name=t, contact="1")
    yield 300, lambda t: people.change_person(**who, name="王", contact="1", harm=t)
    yield 1000, lambda t: people.contacted(**who, way="phone", text=t)
    yield 300, lambda t: people.refused(**who, reason=t)
    yield 300, lambda t: acting.set_level(**of, seen=None, level="II", reason=t)
    yield 2000, lambda t: acting.open_by_hand(actor=cast.owner, title="x", note=t)
    yield 2000, lambda t: mentions.answer(**heard, way="reply", text=t)
    yield 200, lambda t: mentions.move(**heard, state="aside", reason=t)


def test_every_text_that_is_too_long_is_refused_with_limit_and_length(cast, incident):
    for most, write in writes(cast, incident):
        with pytest.raises(kit.TooLong) as refused:
            write("长" * (most + 1))
        assert (refused.value.params["most"], refused.value.params["length"]) == (most, most + 1)
    assert Entry.objects.filter(text__startswith="长长").count() == 0
    assert not Fact.objects.exists()


def test_a_text_of_just_the_limit_is_kept_whole(cast, incident):
    for most, write in list(writes(cast, incident))[:2]:
        write("长" * most)
    assert len(Entry.objects.get(code="note").text) == 2000


def test_the_page_says_limit_and_length_and_still_shows_what_was_typed(cast, incident):
    answer = cast.client(cast.owner).post(addresses.incident(incident), {"act": "note", "text": "记" * 2001})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "最多 2000 字，现在有 2001 字" in page
    assert "记" * 2001 in page


def test_more_is_pasted_than_goes_at_once_and_none_of_it_is_lost(cast):
    with pytest.raises(errors.TooManyPasted):
        pasting.paste(actor=cast.owner, text="\n".join(f"第 {n} 条说过敏" for n in range(201)))
    with pytest.raises(kit.TooLong):
        pasting.paste(actor=cast.owner, text=LONG)
    assert not Mention.objects.exists()


@pytest.mark.parametrize("wrong", ["很多人", "-1", "1.5", "约 3 人", "1e3", "9" * 10])
def test_a_number_of_people_is_a_number(cast, incident, wrong):
    of = {"actor": cast.owner, "incident_id": incident.pk, "seen": None}
    with pytest.raises(handling.BadCount):
        handling.fill(**of, fields={"count": wrong, "region": "上海"})
    assert "count" not in Incident.objects.get(pk=incident.pk).fields


@pytest.mark.parametrize(
    ("typed", "kept"), [("0", "0"), (" 12 ", "12"), ("１２", "12"), ("1,200 人", "1200"), ("", "")]
)
def test_however_a_number_of_people_is_typed_it_is_kept_in_digits(cast, incident, typed, kept):
    row = handling.fill(actor=cast.owner, incident_id=incident.pk, seen=None, fields={"count": typed, "region": "上海"})
    assert row.fields.get("count", "") == kept


def test_a_refused_number_of_people_stays_in_the_form_beside_what_was_typed(cast, incident):
    form = {"act": "fill", "seen": incident.version, "count": "很多人", "region": "上海浦东"}
    answer = cast.client(cast.owner).post(addresses.incident(incident, "terms"), form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "涉及人数要是 0 或更大的整数，“很多人”不是" in page
    assert 'value="很多人"' in page
    assert 'value="上海浦东"' in page


def test_more_batches_than_are_kept_are_refused(cast, incident):
    with pytest.raises(handling.TooManyBatches):
        handling.fill(
            actor=cast.owner, incident_id=incident.pk, seen=None, fields={"batches": "，".join(map(str, range(21)))}
        )
