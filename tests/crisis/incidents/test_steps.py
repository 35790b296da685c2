"""Playbooks and steps: due from the first hearing, branched, done with proof."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.crisis.incidents import (
    book,
    choosing,
    handling,
    kit,
    steps,
)
from hongqiao.crisis.models import Incident, Step
from hongqiao.crisis.watching import acting, clocks, tables
from hongqiao.errors import Invalid
from tests.crisis.room import incident_of, picture


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


CASES = [(level, nature) for level in ("I", "II", "III", "IV") for nature in ("", "reaction", "injury", "press")]


@pytest.mark.parametrize(("level", "nature"), CASES)
def test_no_step_that_makes_the_first_answer_is_due_after_its_clock(cast, house, level, nature):
    for code, known in book.playbooks(cast.brand).items():
        row = incident_of(cast.brand, level=level, nature=nature)
        given = {a["code"]: a["options"][0]["code"] for a in known["asks"]}
        made = steps.start(actor=cast.owner, incident_id=row.pk, seen=None, playbook=code, answers=given)
        due = clocks.answer_by(row, tables.table(cast.brand))
        first = [s for s in made if s.known.get("first")]
        assert {"publish"} <= {s.code for s in first}
        assert {s.code for s in made if s.code == "contact"} <= {s.code for s in first}
        assert all(s.due_at <= due for s in first), code
        if level == "I" or nature in ("reaction", "injury"):
            assert all(s.due_at - row.heard_at <= timedelta(minutes=60) for s in first), code


def test_what_the_first_statement_needs_is_due_before_it(cast):
    base = {s["code"]: s["minutes"] for s in book.steps(cast.brand, "general", {})}
    assert base["facts"] <= base["choose"] <= base["approve"] <= base["publish"] <= 60
    assert base["watch"] == base["publish"] + 30


def test_a_graver_level_brings_the_first_answer_forward_and_leaves_the_rest(cast, incident):
    Incident.objects.filter(pk=incident.pk).update(nature="", level="IV", kind="")
    steps.start(actor=cast.owner, incident_id=incident.pk, seen=None, playbook="general", answers={})
    assert Step.objects.get(code="contact").due_at == incident.heard_at + timedelta(minutes=120)
    second = Step.objects.get(code="second").due_at
    acting.set_level(actor=cast.owner, incident_id=incident.pk, seen=None, level="I", reason="央媒报道")
    assert Step.objects.get(code="contact").due_at == incident.heard_at + timedelta(minutes=60)
    assert Step.objects.get(code="second").due_at == second
