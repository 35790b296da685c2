"""What is done in a room: each service leaves its audit row and its line, refuses strangers and what makes no sense."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta
from inspect import signature

import pytest
from django.utils import timezone

from hongqiao.crisis.incidents import (
    answers,
    book,
    choosing,
    facts,
    handling,
    kit,
    late,
    pausing,
    people,
    seating,
    steps,
    terms,
    vault,
)
from hongqiao.crisis.models import Affected, Alarm, Answer, Duty, Entry, Evidence, Fact, Incident, Seat, Step
from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.workspace import keys, shots
from hongqiao.workspace.models import AuditEntry, Notice, Pause
from tests.crisis.room import incident_of, mention_of, picture

MODULES = (answers, choosing, facts, handling, pausing, people, seating, steps, terms, vault)
WRITES = [f for m in MODULES for f in m.WRITES]


@pytest.fixture
def calls(cast, incident, manager):
    """Each service with what makes it act, and how many audit rows it leaves beside its own."""
    of = {"actor": cast.owner, "incident_id": incident.pk}
    mention_of(incident)
    fact = facts.add_fact(**of, text="批号 A12 有三人反映")
    answer = answers.add_answer(**of, question="还能用吗", answer="请先停用")
    person = people.add_person(**of, name="王女士", contact="13800001111")
    people.promised(actor=cast.owner, person_id=person.pk, seen=None, amount="200")
    first, second, third = (steps.add(**of, text=t, due_at=timezone.now() + timedelta(hours=1)) for t in "甲乙丙")
    begun = terms.begin(**of, code="reaction_general")
    mine = {"actor": cast.owner, "seen": None}
    closed = incident_of(cast.brand, state="closed")
    Pause.objects.create(brand=cast.brand, scope="publishing", on=True, by=cast.owner, reason="x")
    who = {**mine, "person_id": person.pk}
    return {
        handling.take: of,
        handling.answer: {**of, "text": "已电话联系"},
        handling.write: {**of, "text": "记一笔"},
        handling.fill: {**of, "seen": None, "fields": {"product": "面霜", "batches": "A12，A13"}},
        handling.close: {**of, "seen": None, "reason": "转日常跟进"},
        handling.reopen: {**of, "incident_id": closed.pk, "seen": None, "reason": "又有人反映"},
        vault.keep: {**of, "text": "原帖"},
        vault.secure: of,
        vault.archive: of,
        facts.add_fact: {**of, "text": "另一条"},
        facts.change_fact: {**mine, "fact_id": fact.pk, "text": "核实", "state": "verified", "basis": "检测"},
        seating.seat: {**of, "role": "legal", "member": cast.editor.pk},
        seating.seat_defaults: of,
        steps.start: {**of, "seen": None, "playbook": "allergy", "answers": {}},
        steps.add: {**of, "text": "多一步", "due_at": timezone.now() + timedelta(hours=1)},
        steps.by_hand: {**of, "code": "ads"},
        steps.done: {**mine, "step_id": first.pk},
        steps.skip: {**mine, "step_id": second.pk, "reason": "不涉及"},
        steps.give: {**mine, "step_id": third.pk, "owner": cast.editor.pk},
        terms.begin: {**of, "code": "reaction_social"},
        terms.report: {**mine, "duty_id": begun[0].pk, "text": "回执 001"},
        choosing.choose: {**of, "seen": None, "cluster": "victim", "history": False, "reputation": "good"}
        | {"truth": "true", "harm": False},
        answers.add_answer: {**of, "question": "怎么退", "answer": "联系客服"},
        answers.change_answer: {**mine, "answer_id": answer.pk, "question": "还能用吗", "answer": "请停用并就医"},
        answers.approve_answer: {"actor": manager, "answer_id": answer.pk, "seen": None},
        answers.drop_answer: {**mine, "answer_id": answer.pk},
        people.add_person: {**of, "name": "李", "contact": "1"},
        people.change_person: {**who, "name": "王", "contact": "2"},
        people.contacted: {**who, "way": "phone", "text": "已致歉"},
        people.apologised: who,
        people.promised: {**who, "amount": "300"},
        people.paid: {**who, "amount": "200", "text": "转账单号 1"},
        people.refused: {**who, "reason": "要求更高"},
        people.exported: of,
        pausing.press: {**of, "scope": "all", "reason": "先停"},
        pausing.release: {**of, "scope": "publishing"},
    }


@pytest.mark.parametrize("service", WRITES, ids=lambda f: f"{f.__module__.rpartition('.')[2]}.{f.__name__}")
def test_every_service_leaves_one_audit_row_and_a_line_without_personal_data(service, calls, incident):
    given = calls[service]
    Incident.objects.filter(pk=incident.pk).update(answered_at=incident.heard_at)  # a first contact answers, too: below
    before = set(AuditEntry.objects.values_list("id", flat=True))
    lines = Entry.objects.count()
    service(**given)
    rows = [r for r in AuditEntry.objects.exclude(id__in=before) if not r.code.startswith("pause.")]
    assert len(rows) == 1
    assert rows[0].code.startswith("incident.")
    assert Entry.objects.count() == lines + 1
    said = str(rows[0].params) + str(Entry.objects.order_by("-id").first().params)
    assert "王女士" not in said
    assert "13800001111" not in said


@pytest.mark.parametrize("service", WRITES, ids=lambda f: f"{f.__module__.rpartition('.')[2]}.{f.__name__}")
def test_no_service_serves_a_stranger_or_who_may_not(service, calls, cast):
    for who, refused in ((cast.stranger, NotFound), (cast.viewer, NotAllowed)):
        with pytest.raises(refused):
            service(**(calls[service] | {"actor": who}))


CHANGES = [f for f in WRITES if "seen" in signature(f).parameters and f is not seating.seat]  # a seat: further below


@pytest.mark.parametrize("service", CHANGES, ids=lambda f: f"{f.__module__.rpartition('.')[2]}.{f.__name__}")
def test_what_somebody_changed_since_is_a_conflict(service, calls):
    with pytest.raises(Conflict):
        service(**(calls[service] | {"seen": 99}))


def test_every_service_is_called_here(calls):
    assert set(calls) == set(WRITES)


def test_who_takes_it_commands_and_its_alarms_are_quiet(cast, incident):
    alarm = Alarm.objects.create(brand=cast.brand, why="grave", key="k", incident=incident, at=timezone.now())
    row = handling.take(actor=cast.editor, incident_id=incident.pk, seen=incident.version)
    assert (row.state, row.commander) == ("handling", cast.editor)
    alarm.refresh_from_db()
    assert alarm.taken_by == cast.editor
    assert handling.take(actor=cast.editor, incident_id=incident.pk).version == row.version
    with pytest.raises(handling.TakenAlready):
        handling.take(actor=cast.owner, incident_id=incident.pk)
    led = incident_of(cast.brand, commander=cast.owner)
    assert handling.take(actor=cast.editor, incident_id=led.pk).commander == cast.owner  # named when it opened


def test_the_first_answer_stops_the_clock_and_a_second_does_not_move_it(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk}
    with pytest.raises(kit.NeedsProof):
        handling.answer(**of)
    with pytest.raises(kit.BadAddress):
        handling.answer(**of, url="javascript:alert(1)")
    with pytest.raises(shots.NotAPicture):
        handling.answer(**of, picture=b"<script>")
    with pytest.raises(handling.NotLive):
        handling.answer(**of, publication_id=incident.pk)
    first = handling.answer(**of, picture=picture())
    assert first.fields["answer"]["shot"].endswith(".png")
    again = handling.answer(**of, text="再次电话")
    assert again.answered_at == first.answered_at
    codes = list(Entry.objects.order_by("id").values_list("code", flat=True))
    assert codes == ["incident.answered", "incident.answered_again"]


def test_a_merged_incident_is_handled_in_the_other(cast, incident):
    other = incident_of(cast.brand)
    Incident.objects.filter(pk=incident.pk).update(state="merged", into=other)
    with pytest.raises(kit.Merged):
        handling.write(actor=cast.owner, incident_id=incident.pk, text="x")


def test_it_closes_when_all_is_done_or_with_a_reason(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk}
    step = steps.add(**of, text="一步", due_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(handling.StillOpen):
        handling.close(**of, seen=None)
    steps.done(actor=cast.owner, step_id=step.pk, seen=1)
    assert handling.close(**of, seen=None, said="已解决").state == "closed"
    with pytest.raises(handling.NotNow):
        handling.close(**of, seen=None)


def test_evidence_is_kept_once_with_a_hash_that_anybody_can_compute_again(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk}
    mention = mention_of(incident, url="https://example.com/a")
    row = vault.keep(**of, text="原帖", url="https://example.com/1", picture=picture())
    with pytest.raises(vault.KeptAlready):
        vault.keep(**of, text="原帖", url="https://example.com/1", picture=picture())
    assert vault.secure(**of) == 1
    assert vault.secure(**of) == 0
    mention.text = "改过的说法"
    mention.save()
    assert vault.secure(**of) == 1  # what it says now is another piece; the first stays
    assert all(vault.sound(e) for e in Evidence.objects.all())
    Evidence.objects.filter(pk=row.pk).update(text="动过手脚")
    assert not vault.sound(Evidence.objects.get(pk=row.pk))


def test_the_vault_has_every_piece_and_a_manifest_whose_hashes_hold(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk}
    vault.keep(**of, text="=1+1", url="https://example.com/1")
    vault.keep(**of, picture=picture())
    name, body = vault.archive(**of)
    assert name == f"evidence-{incident.number}.zip"
    file = zipfile.ZipFile(io.BytesIO(body))
    lines = list(csv.DictReader(io.StringIO(file.read("manifest.csv").decode("utf-8-sig"))))
    assert len(lines) == 2
    for line in lines:
        assert hashlib.sha256(file.read(line["file"])).hexdigest() == line["file_sha256"]


def test_a_damaged_picture_is_told(cast, incident, house):
    row = vault.keep(actor=cast.owner, incident_id=incident.pk, picture=picture())
    shots.path_of(cast.brand.pk, row.shot).write_bytes(b"other")
    assert not vault.sound(row)


@pytest.mark.parametrize("state", ["verified", "wrong"])
def test_what_is_called_verified_or_wrong_says_on_what_it_stands(cast, incident, state):
    with pytest.raises(facts.NeedsBasis):
        facts.add_fact(actor=cast.owner, incident_id=incident.pk, text="x", state=state)
    with pytest.raises(Invalid):
        facts.add_fact(actor=cast.owner, incident_id=incident.pk, text="x", state="true")
    assert not Fact.objects.exists()


def test_a_seat_has_a_holder_and_a_deputy_who_are_two_people_of_the_brand(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk, "role": "commander"}
    with pytest.raises(seating.SamePerson):
        seating.seat(**of, member=cast.editor.pk, deputy=cast.editor.pk)
    with pytest.raises(kit.NoMember):
        seating.seat(**of, member=cast.stranger.pk)
    with pytest.raises(Invalid):
        seating.seat(**{**of, "role": "king"}, member=cast.editor.pk)
    seat = seating.seat(**of, member=cast.editor.pk, deputy=cast.owner.pk)
    assert Incident.objects.get(pk=incident.pk).commander == cast.editor
    assert Notice.objects.filter(member=cast.editor, code="incident.seated").exists()
    with pytest.raises(Conflict):
        seating.seat(**of, member=cast.owner.pk)  # somebody sits there: say which version was seen
    seating.seat(**of, member=None, seen=seat.version)
    assert Seat.objects.get().member is None


def test_a_playbook_makes_steps_due_from_the_first_hearing(cast, incident):
    made = steps.start(actor=cast.owner, incident_id=incident.pk, seen=1, playbook="allergy", answers={"hurt": "yes"})
    by_code = {s.code: s for s in made}
    assert by_code["facts"].due_at == incident.heard_at + timedelta(minutes=45)
    assert by_code["trust"].due_at == incident.heard_at + timedelta(days=30)
    assert "visit" in by_code
    assert "recall" not in by_code
    again = steps.start(actor=cast.owner, incident_id=incident.pk, seen=2, playbook="allergy", answers={"hurt": "yes"})
    assert again == []


def test_another_branch_adds_its_steps_and_lets_go_of_those_that_wait(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk, "playbook": "allergy"}
    steps.start(**of, seen=None, answers={"hurt": "yes", "batch": "no"})
    steps.done(actor=cast.owner, step_id=Step.objects.get(code="visit").pk, seen=1, text="已上门")
    fresh = steps.start(**of, seen=None, answers={"hurt": "no", "batch": "yes"})
    assert {s.code for s in fresh} == {"stop_sale", "recall", "test"}
    assert Step.objects.get(code="visit").state == "done"
    steps.start(**of, seen=None, answers={"batch": "no"})
    assert Step.objects.get(code="recall").state == "skipped"
    with pytest.raises(Invalid):
        steps.start(**of, seen=None, answers={"hurt": "perhaps"})
    with pytest.raises(steps.NoSuchPlaybook):
        steps.start(**{**of, "playbook": "poem"}, seen=None, answers={})


def test_a_step_that_wants_proof_is_done_only_with_it_and_only_once(cast, incident):
    steps.start(actor=cast.owner, incident_id=incident.pk, seen=None, playbook="general", answers={})
    row = Step.objects.get(code="secure")
    with pytest.raises(kit.NeedsProof):
        steps.done(actor=cast.owner, step_id=row.pk, seen=1)
    steps.done(actor=cast.owner, step_id=row.pk, seen=1, url="https://example.com/1")
    with pytest.raises(steps.OverAlready):
        steps.skip(actor=cast.owner, step_id=row.pk, seen=None, reason="x")


def test_what_is_done_elsewhere_in_the_room_does_its_step_and_nobody_says_it_twice(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk}
    handling.take(**of)
    steps.start(**of, seen=None, playbook="general", answers={})
    assert Step.objects.get(code="take").done_at == Incident.objects.get(pk=incident.pk).taken_at
    given = {"cluster": "victim", "history": False, "reputation": "good", "truth": "true", "harm": False}
    choosing.choose(**of, seen=None, **given)
    handling.answer(**of, url="https://example.com/answer")
    assert Step.objects.get(code="choose").state == "done"
    assert Step.objects.get(code="publish").proof == {"url": "https://example.com/answer"}


def test_a_step_of_ones_own_is_due_later_than_now(cast, incident):
    for due in (None, timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(days=400)):
        with pytest.raises(steps.BadDue):
            steps.add(actor=cast.owner, incident_id=incident.pk, text="x", due_at=due)


def test_advertising_is_paused_by_hand_with_its_list_and_can_be_asked_for_again(cast, incident):
    row = steps.by_hand(actor=cast.owner, incident_id=incident.pk, code="ads")
    labels = book.by_hand(cast.brand, "ads")["labels"]
    with pytest.raises(kit.NeedsProof):
        steps.done(actor=cast.owner, step_id=row.pk, seen=1, ticked=labels[:2])
    done = steps.done(actor=cast.owner, step_id=row.pk, seen=1, ticked=[*labels[:2], "别的"], picture=picture())
    assert done.proof["ticked"] == labels[:2]
    again = steps.by_hand(actor=cast.owner, incident_id=incident.pk, code="ads")
    assert (again.pk, again.state) == (row.pk, "waiting")


@pytest.mark.parametrize(
    ("code", "days", "beside"),
    [("reaction_general", 30, "selfcheck_general"), ("reaction_serious", 15, "selfcheck_serious"),
     ("reaction_social", 3, "selfcheck_serious")],
)  # fmt: skip
def test_a_term_of_law_runs_from_when_it_was_known_with_its_self_check(cast, incident, code, days, beside):
    terms.begin(actor=cast.owner, incident_id=incident.pk, code=code)
    row = Duty.objects.get(code=code)
    assert row.due_at == incident.heard_at + timedelta(days=days)
    assert Duty.objects.get(code=beside).known_at == incident.heard_at
    with pytest.raises(terms.RunsAlready):
        terms.begin(actor=cast.owner, incident_id=incident.pk, code=code)


def test_a_term_is_reported_once_with_its_receipt(cast, incident):
    row = terms.begin(actor=cast.owner, incident_id=incident.pk, code="reaction_social")[0]
    for known in (timezone.now() + timedelta(hours=1), timezone.now() - timedelta(days=400)):
        with pytest.raises(terms.BadKnown):
            terms.begin(actor=cast.owner, incident_id=incident.pk, code="reaction_general", known_at=known)
    with pytest.raises(kit.NeedsProof):
        terms.report(actor=cast.owner, duty_id=row.pk, seen=1)
    terms.report(actor=cast.owner, duty_id=row.pk, seen=1, text="回执 001")
    with pytest.raises(terms.ReportedAlready):
        terms.report(actor=cast.owner, duty_id=row.pk, seen=None, text="回执 002")


def test_the_strategy_is_kept_with_what_was_entered(cast, incident):
    given = {"cluster": "preventable", "history": False, "reputation": "good", "truth": "true", "harm": True}
    row = choosing.choose(actor=cast.owner, incident_id=incident.pk, seen=1, **given)
    assert (row.choice["strategy"], row.choice["harm"]) == ("rebuild", True)
    with pytest.raises(Invalid):
        choosing.choose(actor=cast.owner, incident_id=incident.pk, seen=2, **{**given, "truth": "maybe"})


def test_who_wrote_an_answer_does_not_approve_it_and_rewording_takes_the_approval_away(cast, incident, manager):
    row = answers.add_answer(actor=manager, incident_id=incident.pk, question="还能用吗", answer="请停用")
    with pytest.raises(answers.OwnAnswer):
        answers.approve_answer(actor=manager, answer_id=row.pk, seen=1)
    with pytest.raises(NotAllowed):
        answers.approve_answer(actor=cast.editor, answer_id=row.pk, seen=1)
    answers.approve_answer(actor=cast.owner, answer_id=row.pk, seen=1)
    answers.change_answer(actor=cast.editor, answer_id=row.pk, seen=2, question="还能用吗", answer="可以用")
    assert Answer.objects.get().approved_at is None


def test_names_and_contacts_are_encrypted_and_opened_again_after_a_new_key(cast, incident):
    row = people.add_person(actor=cast.owner, incident_id=incident.pk, name="王女士", contact="13800001111")
    raw = Affected.objects.values("name", "contact").get()
    assert "王" not in raw["name"]
    assert "138" not in raw["contact"]
    keys.rotate()
    assert people.opened(Affected.objects.get(pk=row.pk).name) == "王女士"
    with pytest.raises(kit.NeedsWords):
        people.add_person(actor=cast.owner, incident_id=incident.pk, name=" ", contact="")


def test_compensation_is_followed_to_the_end(cast, incident):
    row = people.add_person(actor=cast.owner, incident_id=incident.pk, name="王", contact="1")
    mine = {"actor": cast.owner, "person_id": row.pk, "seen": None}
    with pytest.raises(people.NothingPromised):
        people.paid(**mine, amount="100", text="x")
    for wrong in ("", "abc", "-1", "0", "NaN", "1e20"):
        with pytest.raises(people.BadAmount):
            people.promised(**mine, amount=wrong)
    people.contacted(**mine, way="phone", text="致歉")
    people.promised(**mine, amount="1,200.50")
    with pytest.raises(kit.NeedsProof):
        people.paid(**mine, amount="200")
    assert people.paid(**mine, amount="200.50", picture=picture()).state == "agreed"
    done = people.paid(**mine, amount="1000", text="单号 2")
    assert (done.state, float(done.paid)) == ("settled", 1200.5)
    assert len(done.proof["paid"]) == 2


def test_the_first_contact_with_a_person_stops_the_clock_and_keeps_what_was_said_to_itself(cast, incident):
    row = people.add_person(actor=cast.owner, incident_id=incident.pk, name="王", contact="1")
    mine = {"actor": cast.owner, "person_id": row.pk, "seen": None, "way": "phone"}
    people.contacted(**mine, text="致电王女士")
    incident.refresh_from_db()
    first = incident.answered_at
    assert first is not None
    assert incident.fields["answer"] == {}
    assert [e.code for e in Entry.objects.order_by("-id")[:2]] == ["incident.answered", "incident.person_contacted"]
    people.contacted(**mine, text="再次致电")
    incident.refresh_from_db()
    assert incident.answered_at == first
    assert Entry.objects.filter(code="incident.answered").count() == 1


def test_the_button_pauses_for_the_incident_and_in_a_drill_only_says_so(cast, incident):
    of = {"actor": cast.owner, "scope": "all", "reason": "先停"}
    pausing.press(**of, incident_id=incident.pk)
    held = Pause.objects.get(scope="all")
    assert held.stands
    assert held.reason == f"#{incident.number} 先停"
    pausing.release(actor=cast.owner, incident_id=incident.pk, scope="all")
    drill = incident_of(cast.brand, drill=True)
    pausing.press(**of, incident_id=drill.pk)
    assert not Pause.objects.get(scope="all").stands
    assert Entry.objects.filter(incident=drill, code="incident.paused").exists()
    with pytest.raises(NotAllowed):
        pausing.press(**{**of, "actor": cast.editor}, incident_id=incident.pk)


def test_who_is_late_is_told_once_and_the_commander_later(cast, incident):
    handling.take(actor=cast.owner, incident_id=incident.pk)
    row = steps.add(
        actor=cast.owner, incident_id=incident.pk, text="查批号", due_at=timezone.now() + timedelta(hours=1)
    )
    steps.give(actor=cast.owner, step_id=row.pk, seen=None, owner=cast.editor.pk)
    told = Notice.objects.filter(code="incident.step_late")
    late.remind(row.due_at - timedelta(minutes=1))
    assert not told.exists()
    late.remind(row.due_at + timedelta(minutes=1))
    late.remind(row.due_at + timedelta(minutes=2))
    assert [n.member for n in told.all()] == [cast.editor]
    late.remind(row.due_at + timedelta(minutes=31))
    assert {n.member for n in told.all()} == {cast.editor, cast.owner}


def test_law_is_reminded_of_three_days_and_a_day_before_and_when_it_is_over(cast, incident):
    handling.take(actor=cast.owner, incident_id=incident.pk)
    row = terms.begin(actor=cast.owner, incident_id=incident.pk, code="reaction_general")[0]
    Duty.objects.exclude(pk=row.pk).delete()
    told = Notice.objects.filter(code="incident.duty_near")
    for before, count in ((4, 0), (2.5, 1), (2, 1), (0.5, 2), (-0.1, 3), (-2, 3)):
        late.remind(row.due_at - timedelta(days=before))
        assert told.count() == count


def test_nobody_seated_means_that_all_who_handle_are_told(cast, incident):
    steps.start(actor=cast.owner, incident_id=incident.pk, seen=None, playbook="general", answers={})
    late.remind(incident.heard_at + timedelta(minutes=10))
    assert {n.member for n in Notice.objects.filter(code="incident.step_late")} == {cast.owner, cast.editor}
