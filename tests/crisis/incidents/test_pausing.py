"""The red button in a room; in a drill it only says so."""

import pytest

from hongqiao.crisis.incidents import (
    pausing,
)
from hongqiao.crisis.models import Entry
from hongqiao.errors import NotAllowed
from hongqiao.workspace.models import Pause
from tests.crisis.room import incident_of


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
