"""The list of facts: what is called verified or wrong says on what it stands."""

import pytest

from hongqiao.crisis.incidents import (
    facts,
)
from hongqiao.crisis.models import Fact
from hongqiao.errors import Invalid


@pytest.mark.parametrize("state", ["verified", "wrong"])
def test_what_is_called_verified_or_wrong_says_on_what_it_stands(cast, incident, state):
    with pytest.raises(facts.NeedsBasis):
        facts.add_fact(actor=cast.owner, incident_id=incident.pk, text="x", state=state)
    with pytest.raises(Invalid):
        facts.add_fact(actor=cast.owner, incident_id=incident.pk, text="x", state="true")
    assert not Fact.objects.exists()
