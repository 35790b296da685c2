"""Seats: who sits where, who stands in."""

import pytest

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import (
    kit,
    seating,
)
from hongqiao.crisis.models import Incident, Seat
from hongqiao.errors import Conflict, Invalid
from hongqiao.workspace.models import AuditEntry, Notice


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


def test_who_may_not_sign_is_not_seated_where_one_has_to_and_the_refusal_says_who_could(cast, incident, manager):
    of = {"actor": cast.owner, "incident_id": incident.pk, "role": "legal"}
    for people in ({"member": cast.editor.pk}, {"member": manager.pk, "deputy": cast.editor.pk}):
        with pytest.raises(seating.MayNot) as refused:
            seating.seat(**of, **people)
        assert str(manager) in refused.value.params["could"]
        assert str(cast.editor) not in refused.value.params["could"]
    assert not Seat.objects.exists()
    seating.seat(**of, member=manager.pk, deputy=cast.owner.pk)


def test_a_seat_whose_holder_may_sign_no_more_falls_to_the_commander(cast, incident, manager):
    seating.seat(actor=cast.owner, incident_id=incident.pk, role="legal", member=manager.pk)
    seating.seat(actor=cast.owner, incident_id=incident.pk, role="facts", member=cast.editor.pk)
    incident = Incident.objects.get(pk=incident.pk)
    Incident.objects.filter(pk=incident.pk).update(commander=cast.owner)
    assert seating.who(Incident.objects.get(pk=incident.pk), "legal") == [manager]
    type(manager).objects.filter(pk=manager.pk).update(role="specialist")
    assert seating.who(Incident.objects.get(pk=incident.pk), "legal") == [cast.owner]
    assert seating.who(Incident.objects.get(pk=incident.pk), "facts") == [cast.editor]


def test_the_page_offers_a_signing_seat_to_those_who_sign_and_names_them(cast, incident, manager):
    page = cast.client(cast.owner).get(addresses.incident(incident, "seats")).content.decode()
    legal = page.partition('value="legal"')[2].partition("</form>")[0]
    assert str(manager.pk) in legal
    assert str(cast.editor.pk) not in legal
    assert "可担任" in page
    assert "空着时由总指挥承担" in page


def test_what_is_said_at_handing_over_stands_in_the_timeline_and_not_in_the_audit(cast, incident):
    seating.seat(
        actor=cast.owner, incident_id=incident.pk, role="facts", member=cast.editor.pk, reason="李工休假，由编辑接手"
    )
    page = cast.client(cast.owner).get(addresses.incident(incident)).content.decode()
    assert "李工休假，由编辑接手" in page
    assert "李工" not in str(AuditEntry.objects.get(code="incident.seated").params)
