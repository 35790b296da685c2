"""People answer once, a step at a time; what is late, full or strange changes nothing. U3."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from hongqiao.audience.models import SurveyAnswer
from hongqiao.audience.surveys import answering, jobs, keepers, kit, results, services
from hongqiao.errors import NotFound
from tests.audience.surveys.cast import answer, asks, drafted, opened

A, B, KEY = "a" * 32, "b" * 32, "c" * 64


def step(row, device, at, value, turn=0, **more):
    given = {"value": value, "values": [value] if value else [], "words": value}
    return answering.take(answering.Link(row, "", ""), device, turn=turn, at=at, given=given, **more)


def test_the_way_skips_what_a_rule_skips_and_what_falls_off_it_is_dropped(cast):
    row = opened(cast.owner, "trial")
    found = answer(row, A, {"q1": "d", "q2": "5"})
    assert found.at == "q3"
    found = step(row, A, "q1", "a")
    assert found.at == "q6"
    held = SurveyAnswer.objects.get()
    assert held.said == {"q1": "a"}
    answer(row, A, {"q6": "没有"})
    held.refresh_from_db()
    assert (held.state, held.said) == ("whole", {"q1": "a", "q6": None})
    assert "没有" not in held.words
    assert kit.opened(held.words) == {"q6": "没有"}


@pytest.mark.parametrize(
    ("at", "value", "wrong"),
    [
        ("q1", "", answering.NeedsAnswer),
        ("q1", "11", answering.BadAnswer),
        ("q1", "<b>", answering.BadAnswer),
        ("q1", "1; DROP TABLE", answering.BadAnswer),
    ],
)
def test_an_answer_that_is_none_is_refused(cast, at, value, wrong):
    row = opened(cast.owner)
    with pytest.raises(wrong):
        step(row, A, at, value)
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize("at", ["q9", "", "q3", "end", "__class__"])
def test_a_question_that_is_not_next_changes_nothing(cast, at):
    row = opened(cast.owner)
    assert step(row, A, at, "5").at == "q1"
    assert not SurveyAnswer.objects.exists()


def test_words_are_kept_whatever_they_are_and_not_longer_than_allowed(cast):
    row = opened(cast.owner)
    answer(row, A, {"q1": "9"})
    with pytest.raises(kit.TooLong):
        step(row, A, "q2", "长" * 10_000)
    for said in ("<img src=x onerror=alert(1)>", "'); DELETE FROM x; --", "👩‍👩‍👧🌈", "=cmd|' /C calc'!A0"):
        step(row, A, "q2", said)
        assert kit.opened(SurveyAnswer.objects.get().words) == {"q2": said}


def test_a_step_sent_twice_is_one_answer(cast):
    row = opened(cast.owner)
    answer(row, A, {"q1": "9", "q2": "", "q3": "5"})
    again = answer(row, A, {"q3": "1", "q1": "0"})
    assert again.why == "done"
    held = SurveyAnswer.objects.get()
    assert held.said == {"q1": 9, "q2": None, "q3": 5}


def test_a_shared_device_gives_one_answer_after_the_other(cast):
    row = opened(cast.owner, once="free")
    answer(row, A, {"q1": "9", "q2": "", "q3": "5"})
    link = answering.Link(row, "", "")
    assert answering.standing(link, A).why == "done"
    assert answering.standing(link, A, again=True).turn == 1
    answer(row, A, {"q1": "3", "q2": "", "q3": "1"}, turn=1)
    answer(row, A, {"q1": "3"}, turn=7)
    assert SurveyAnswer.objects.filter(state="whole").count() == 2


def test_after_the_close_and_before_the_start_nothing_is_taken(cast):
    row = opened(cast.owner)
    answer(row, A, {"q1": "9"})
    services.close_survey(actor=cast.owner, survey_id=row.pk, seen=None)
    row.refresh_from_db()
    assert step(row, A, "q2", "晚了").why == "closed"
    assert step(row, B, "q1", "9").why == "closed"
    assert SurveyAnswer.objects.get().said == {"q1": 9}
    soon = opened(cast.owner, opens=timezone.now() + timedelta(days=1))
    assert step(soon, A, "q1", "9").why == "soon"
    over = opened(cast.owner, closes=timezone.now() + timedelta(days=1))
    assert step(over, A, "q1", "9", now=timezone.now() + timedelta(days=2)).why == "closed"


def quotas(cast, most):
    row = services.create(actor=cast.owner, title="配额")
    key = asks(cast.owner, row, "single", options=["甲", "乙"], need=True)
    services.change(actor=cast.owner, survey_id=row.pk, seen=None, purpose="看看")
    services.set_quotas(actor=cast.owner, survey_id=row.pk, seen=None, question=key, limits={"o1": most, "o2": 5})
    return services.open_survey(actor=cast.owner, survey_id=row.pk, seen=None)


def test_a_full_quota_is_declined_and_the_other_still_taken(cast):
    row = quotas(cast, 1)
    assert answer(row, A, {"q1": "o1"}).why == "done"
    assert answer(row, B, {"q1": "o1"}).why == "full"
    assert answer(row, "d" * 32, {"q1": "o2"}).why == "done"
    read = results.read(row)
    assert (len(read.rows), read.states["full"]) == (2, 1)


def test_who_fails_the_attention_check_takes_no_place_of_a_quota(cast):
    row = services.create(actor=cast.owner, title="配额")
    key = asks(cast.owner, row, "single", options=["甲", "乙"], need=True)
    asks(cast.owner, row, "attention", options=["选我", "不选"], right="o1", need=True)
    services.change(actor=cast.owner, survey_id=row.pk, seen=None, purpose="看看")
    services.set_quotas(actor=cast.owner, survey_id=row.pk, seen=None, question=key, limits={"o1": 1})
    row = services.open_survey(actor=cast.owner, survey_id=row.pk, seen=None)
    assert answer(row, A, {"q1": "o1", "q2": "o2"}).why == "done"
    assert results.quotas(results.read(row))[0]["lines"][0]["n"] == 0
    assert answer(row, B, {"q1": "o1", "q2": "o1"}).why == "done"
    assert answer(row, "d" * 32, {"q1": "o1", "q2": "o1"}).why == "full"
    assert results.quotas(results.read(row))[0]["lines"][0]["n"] == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once_though_two_ask_at_the_same_time(cast):
    row, gate, said = quotas(cast, 1), Barrier(2), []

    def go(device):
        try:
            gate.wait(10)
            said.append(answer(row, device, {"q1": "o1"}).why)
        finally:
            connection.close()

    threads = [Thread(target=go, args=(d,)) for d in (A, B)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert sorted(said) == ["done", "full"]


def test_a_link_cannot_be_guessed_or_bent(cast):
    row = opened(cast.owner)
    token = answering.token(row)
    assert answering.link_of(token).survey == row
    for bad in (token[:-2], f"x{token}", "", str(row.pk), answering.token(row, wave="before")):
        with pytest.raises(NotFound):
            answering.link_of(bad)


def test_a_person_is_known_only_where_they_agree_and_answers_once_on_any_device(cast):
    row = opened(cast.owner)
    answer(row, A, {"q1": "9", "q2": "", "q3": "5"}, subject=KEY)
    held = SurveyAnswer.objects.get()
    assert (held.subject, KEY in held.who) == ("", False)
    assert answer(row, B, {"q1": "0"}, subject=KEY).why == "done"
    other = opened(cast.owner)
    answer(other, A, {"q1": "9"}, subject=KEY, agreed=True)
    assert other.answers.get().subject == KEY
    assert KEY not in answering.token(row, subject=KEY)


def test_a_person_takes_out_and_erases_all_they_answered_named_or_not(cast):
    row, other = opened(cast.owner), opened(cast.owner)
    answer(row, A, {"q1": "9", "q2": "很好用", "q3": "5"}, subject=KEY)
    answer(other, A, {"q1": "1", "q2": "不好"}, subject=KEY, agreed=True)
    answer(row, B, {"q1": "5"})
    told = keepers.export(cast.brand.pk, [KEY])
    assert {"很好用", "不好"} <= {v for one in told for v in one["said"].values()}
    moved = keepers.move(cast.brand.pk, KEY, "d" * 64)
    assert SurveyAnswer.objects.filter(subject="d" * 64).count() == 1
    keepers.back(cast.brand.pk, moved, KEY)
    assert keepers.erase(cast.brand.pk, [KEY]) == 2
    assert SurveyAnswer.objects.get().survey == row


def test_words_and_persons_go_when_they_were_promised_to(cast):
    row = opened(cast.owner, keep_days="30")
    answer(row, A, {"q1": "9", "q2": "很好用"}, subject=KEY, agreed=True)
    late = timezone.now() + timedelta(days=1)
    assert jobs.clear(row, late) == 1
    assert jobs.clear(row, late) == 0
    held = SurveyAnswer.objects.get()
    assert (held.words, held.subject, held.said["q1"]) == ("", "", 9)


def test_quick_inattentive_and_put_aside_answers_do_not_count(cast):
    row = opened(cast.owner, "trial")
    good = {"q1": "d", "q2": "5", "q3": ["a"], "q4": "b", "q5": "a", "q6": ""}
    for n in range(4):
        answer(row, f"{n}" * 32, good)
    answer(row, "e" * 32, {**good, "q4": "a"})
    answer(row, "f" * 32, good, seconds=2)
    read = results.read(row)
    assert len(read.rows) == 4
    assert read.left_out == {"inattentive": 1, "hasty": 1}


def test_drafts_are_not_answered(cast):
    row = drafted(cast.owner)
    assert step(row, A, "q1", "9").why == "closed"


def test_who_goes_back_may_take_their_name_back(cast):
    row = opened(cast.owner)
    answer(row, A, {"q1": "9"}, subject=KEY, agreed=True)
    answer(row, A, {"q1": "9"}, subject=KEY)
    assert SurveyAnswer.objects.get().subject == ""


def test_a_survey_ends_by_itself_when_it_is_due(cast):
    row = opened(cast.owner, closes=timezone.now() + timedelta(days=1))
    row.closes = timezone.now() - timedelta(minutes=1)
    row.save(update_fields=["closes"])
    assert jobs.tidy(None) == {"ended": 1, "cleared": 0, "tickets": 0}
    assert jobs.tidy(None)["ended"] == 0
    row.refresh_from_db()
    assert row.state == "closed"
