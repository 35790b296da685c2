"""Taking, answering, closing: who takes it commands, the first answer stops the clock, nothing closes half done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.crisis.incidents import (
    handling,
    kit,
    steps,
)
from hongqiao.crisis.models import Alarm, Entry, Incident
from hongqiao.workspace import shots
from tests.crisis.room import incident_of, picture


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
