"""Seats: who sits where, who stands in."""

import pytest

from hongqiao.crisis.incidents import (
    kit,
    seating,
)
from hongqiao.crisis.models import Incident, Seat
from hongqiao.errors import Conflict, Invalid
from hongqiao.workspace.models import Notice


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
