"""A survey is built, opened, closed, put away; questions change by version; ways lead forwards. U3."""

import pytest

from hongqiao.audience.models import Survey, SurveyForm
from hongqiao.audience.surveys import building, form, grouping, kit, linking, services
from hongqiao.audience.surveys.interviews import services as talks
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace.models import AuditEntry
from tests.audience.surveys.cast import answer, asks, drafted, opened

NASTY = ["<script>alert(1)</script>", "'; DROP TABLE audience_survey; --", "🌈👩‍👩‍👧", "=1+1", "\x00半"]


def questions(row):
    row.refresh_from_db()
    return kit.form_of(row).questions


@pytest.mark.parametrize("start", [s["code"] for s in services.starts()])
def test_every_start_can_be_opened_as_it_is(cast, start):
    row = opened(cast.owner, start)
    assert row.state == "open"
    assert row.waves == (start == "trust")


def test_an_empty_survey_says_what_it_lacks(cast):
    row = services.create(actor=cast.owner, title="空的")
    with pytest.raises(kit.NotReady):
        services.open_survey(actor=cast.owner, survey_id=row.pk, seen=row.version)
    asks(cast.owner, row, "open")
    with pytest.raises(kit.NotReady, match="用途"):
        services.open_survey(actor=cast.owner, survey_id=row.pk, seen=row.version)


@pytest.mark.parametrize("text", NASTY)
def test_whatever_is_typed_is_kept_as_words(cast, text):
    row = services.create(actor=cast.owner, title=text)
    key = asks(cast.owner, row, "single", text, options=[text, "乙"])
    found = form.find(questions(row), key)
    assert found["text"] == text.replace("\x00", "")
    assert len(found["options"]) == 2


def test_too_long_and_too_many_are_refused(cast):
    row = services.create(actor=cast.owner, title="一")
    with pytest.raises(kit.TooLong):
        asks(cast.owner, row, "open", "长" * 10_000)
    with pytest.raises(kit.TooLong):
        services.create(actor=cast.owner, title="长" * 81)
    with pytest.raises(kit.NeedsWords):
        asks(cast.owner, row, "single", options=["只有一个"])
    with pytest.raises(kit.BadChoice):
        asks(cast.owner, row, "poem")
    for _n in range(15):
        asks(cast.owner, row, "open")
    with pytest.raises(building.TooMany):
        asks(cast.owner, row, "open")


def test_a_rule_leads_forwards_only_and_a_move_that_turns_it_is_told(cast):
    row = services.create(actor=cast.owner, title="跳题")
    first = asks(cast.owner, row, "single", options=["甲", "乙"])
    second = asks(cast.owner, row, "nps")
    save = {"actor": cast.owner, "survey_id": row.pk, "seen": None, "text": "一题", "options": ["甲", "乙"]}
    building.save_question(key=first, skips=[("o1", second)], **save)
    with pytest.raises(building.BackWards):
        building.save_question(key=second, skips=[("1", first)], **save)
    with pytest.raises(building.BackWards):
        building.save_question(key=first, skips=[("o1", first)], **save)
    with pytest.raises(kit.BadChoice):
        building.save_question(key=first, skips=[("o9", second)], **save)
    building.move_question(actor=cast.owner, survey_id=row.pk, seen=None, key=first, by=1)
    assert form.problems(questions(row), {}, most=15) == [(first, "back")]
    building.drop_question(actor=cast.owner, survey_id=row.pk, seen=None, key=second)
    assert form.problems(questions(row), {}, most=15) == []


def test_a_way_that_data_would_bend_back_is_still_walked_to_the_end():
    def one(n, to):
        return {"id": f"q{n}", "kind": "nps", "text": "题", "skips": [{"is": "1", "to": to}]}

    looped = [one(1, "q2"), one(2, "q1"), one(3, "q3")]
    assert form.way(looped, {"q1": 1, "q2": 1, "q3": 1}) == ["q1", "q2", "q3", "end"]
    assert form.way(looped, {"q1": 1}) == ["q1", "q2"]
    assert form.way([], {}) == ["end"]


def test_a_change_after_answers_is_the_next_version_and_ids_are_not_given_twice(cast):
    row = opened(cast.owner)
    answer(row, "a" * 32, {"q1": "9", "q2": "好", "q3": "5"})
    with pytest.raises(kit.WrongState):
        asks(cast.owner, row, "open")
    services.close_survey(actor=cast.owner, survey_id=row.pk, seen=None)
    building.drop_question(actor=cast.owner, survey_id=row.pk, seen=None, key="q3")
    row.refresh_from_db()
    assert row.form == 2
    assert row.answers.get().form.number == 1
    assert asks(cast.owner, row, "open") == "q4"
    assert SurveyForm.objects.filter(survey=row).count() == 2


def test_an_option_mended_before_anybody_answered_is_the_same_option(cast):
    row = services.create(actor=cast.owner, title="选项")
    key = asks(cast.owner, row, "single", options=["甲", "已"])
    building.save_question(
        actor=cast.owner, survey_id=row.pk, seen=None, key=key, text="一题", options=["甲", "乙", "丙"][:2]
    )
    assert [o["code"] for o in questions(row)[0]["options"]] == ["o1", "o2"]


def test_a_survey_that_was_answered_is_archived_never_deleted(cast):
    row = opened(cast.owner)
    answer(row, "a" * 32, {"q1": "9"})
    services.close_survey(actor=cast.owner, survey_id=row.pk, seen=None)
    with pytest.raises(kit.HasAnswers):
        services.remove(actor=cast.owner, survey_id=row.pk, seen=None)
    services.archive(actor=cast.owner, survey_id=row.pk, seen=None)
    assert services.restore(actor=cast.owner, survey_id=row.pk, seen=None).state == "closed"
    other = drafted(cast.owner)
    services.remove(actor=cast.owner, survey_id=other.pk, seen=other.version)
    assert Survey.objects.count() == 1


def test_a_copy_has_the_questions_and_no_answers(cast):
    row = opened(cast.owner)
    answer(row, "a" * 32, {"q1": "9"})
    made = services.duplicate(actor=cast.owner, survey_id=row.pk)
    assert (made.state, made.answers.count()) == ("draft", 0)
    assert questions(made) == questions(row)


WRITES = [*services.WRITES, *building.WRITES, *grouping.WRITES, *linking.WRITES, *talks.WRITES]


def call(service, member, survey, **ids):
    """Call a write with arguments that would do, were it allowed."""
    from inspect import signature

    known = {
        "survey_id": survey.pk, "seen": None, "key": "q1", "by": 1, "question": "q1", "limits": {}, "people": ["甲"],
        "answers": [survey.pk, survey.brand_id], "why": "", "state": "held",
        "answer_id": None, "insight_id": None, "evidence_id": None,
        "interview_id": None, "title": "标题", "claim": "结论", "day": "2026-11-01",
    } | ids  # fmt: skip
    return service(actor=member, **{n: known[n] for n in signature(service).parameters if n in known})


@pytest.mark.parametrize("service", WRITES, ids=lambda f: f.__name__)
def test_who_may_not_cannot(cast, service):
    row = opened(cast.owner)
    one = answer(row, "a" * 32, {"q1": "9"}).row
    claim = talks.keep_insight(actor=cast.owner, claim="结论")
    before = AuditEntry.objects.count()
    ids = {"answer_id": one.pk, "insight_id": claim.pk, "evidence_id": one.pk, "interview_id": one.pk}
    with pytest.raises((NotAllowed, NotFound)):
        call(service, cast.viewer, row, **ids)
    if service not in (services.create, talks.keep_insight, talks.keep_interview):
        with pytest.raises((NotFound, Conflict)):
            call(service, cast.stranger, row, **ids)
    assert AuditEntry.objects.count() == before
