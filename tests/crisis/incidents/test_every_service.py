"""What every service of the room keeps to: an audit row and a line each, no stranger, no lost change."""

from datetime import timedelta
from inspect import signature

import pytest
from django.utils import timezone

from hongqiao.crisis.incidents import (
    answers,
    choosing,
    facts,
    handling,
    pausing,
    people,
    seating,
    steps,
    terms,
    vault,
)
from hongqiao.crisis.models import Entry, Incident
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace.models import AuditEntry, Pause
from tests.crisis.room import incident_of, mention_of

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
        seating.seat: {**of, "role": "facts", "member": cast.editor.pk},
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
