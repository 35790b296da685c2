"""Merging: what somebody still has to do goes over, so that no term and nobody affected is left in a closed room."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import answers, facts, handling, late, people, queries, seating, terms, vault
from hongqiao.crisis.models import Affected, Duty, Fact, Incident, Statement
from hongqiao.crisis.statements import services as statements
from hongqiao.crisis.watching import acting
from hongqiao.workspace.models import Notice
from tests.crisis.room import incident_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast, house):
    return incident_of(cast.brand, title="甲"), incident_of(cast.brand, title="乙", commander=cast.owner)


def merge(cast, two):
    first, second = two
    return acting.merge(actor=cast.owner, incident_id=first.pk, into_id=second.pk, seen=None)


def test_facts_statements_answers_people_and_terms_go_on_in_the_other(cast, two):
    of = {"actor": cast.owner, "incident_id": two[0].pk}
    fact = facts.add_fact(**of, text="三人红疹", state="verified", basis="记录")
    statement = statements.draft(**of, kind="concern", facts=[str(fact.pk)])
    answers.add_answer(**of, question="还能用吗", answer="请停用")
    person = people.add_person(**of, name="王女士", contact="1")
    begun = terms.begin(**of, code="reaction_general")
    into = merge(cast, two)
    assert {m.objects.get().incident for m in (Fact, Statement, Affected)} == {into}
    assert {d.incident for d in Duty.objects.all()} == {into}
    terms.report(actor=cast.owner, duty_id=begun[0].pk, seen=None, text="回执 001")
    people.contacted(actor=cast.owner, person_id=person.pk, seen=None, way="phone", text="致歉")
    statements.drop(actor=cast.owner, statement_id=statement.pk, seen=statement.version, reason="改写")
    page = cast.client(cast.owner).get(addresses.incident(into)).content.decode()
    assert "1 条事实、1 条口径、1 份声明、1 位受影响用户、2 项法定时限" in page


def test_a_term_that_runs_in_both_ends_with_the_earlier_and_is_still_told_of(cast, two):
    for row, days in zip(two, (5, 1), strict=True):
        known = timezone.now() - timedelta(days=days)
        terms.begin(actor=cast.owner, incident_id=row.pk, code="reaction_social", known_at=known)
    earlier = Duty.objects.get(incident=two[0], code="reaction_social").due_at
    into = merge(cast, two)
    row = Duty.objects.get(code="reaction_social")
    assert (row.incident, row.due_at) == (into, earlier)
    late.remind()
    assert Notice.objects.filter(code="incident.duty_near").exists()


def test_an_answer_given_in_one_is_an_answer_of_both(cast, two):
    handling.answer(actor=cast.owner, incident_id=two[0].pk, text="已电话联系")
    into = merge(cast, two)
    assert Incident.objects.get(pk=into.pk).answered_at == Incident.objects.get(pk=two[0].pk).answered_at


def test_evidence_stays_in_its_room_and_is_seen_counted_and_handed_out_in_the_other(cast, two):
    kept = vault.keep(actor=cast.owner, incident_id=two[0].pk, text="原帖")
    into = merge(cast, two)
    kept.refresh_from_db()
    assert kept.incident == two[0]
    assert (queries.counts(into)["evidence"], queries.evidence(into)) == (1, [kept])
    page = cast.client(cast.owner).get(addresses.incident(into, "evidence")).content.decode()
    assert f"来自并入的 #{two[0].number}" in page
    with pytest.raises(vault.KeptAlready):
        vault.keep(actor=cast.owner, incident_id=into.pk, text="原帖")
    _name, body = vault.archive(actor=cast.owner, incident_id=into.pk)
    manifest = zipfile.ZipFile(io.BytesIO(body)).read("manifest.csv").decode()
    assert kept.digest in manifest
    third = incident_of(cast.brand, title="丙")
    last = acting.merge(actor=cast.owner, incident_id=into.pk, into_id=third.pk, seen=None)
    assert queries.evidence(last) == [kept]


def test_who_holds_a_seat_holds_it_in_the_other_where_nobody_does_and_the_commander_stays(cast, two):
    first, second = two
    of = {"actor": cast.owner, "seen": None}
    seating.seat(**of, incident_id=first.pk, role="facts", member=str(cast.editor.pk))
    seating.seat(**of, incident_id=first.pk, role="watch", member=str(cast.editor.pk))
    seating.seat(**of, incident_id=first.pk, role="commander", member=str(cast.editor.pk))
    seating.seat(**of, incident_id=second.pk, role="facts", member=str(cast.owner.pk))
    into = merge(cast, two)
    held = {role: seat.member for role, seat in queries.seats(into).items()}
    assert held == {"facts": cast.owner, "watch": cast.editor}
    assert into.commander == cast.owner
    assert "1 个席位" in cast.client(cast.owner).get(addresses.incident(into)).content.decode()
