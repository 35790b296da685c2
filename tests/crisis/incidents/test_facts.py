"""The list of facts: what is called verified or wrong says on what it stands."""

import pytest

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import (
    facts,
)
from hongqiao.crisis.models import Entry, Fact
from hongqiao.errors import Invalid
from hongqiao.workspace.models import AuditEntry


@pytest.mark.parametrize("state", ["verified", "wrong"])
def test_what_is_called_verified_or_wrong_says_on_what_it_stands(cast, incident, state):
    with pytest.raises(facts.NeedsBasis):
        facts.add_fact(actor=cast.owner, incident_id=incident.pk, text="x", state=state)
    with pytest.raises(Invalid):
        facts.add_fact(actor=cast.owner, incident_id=incident.pk, text="x", state="true")
    assert not Fact.objects.exists()


def test_the_timeline_names_the_fact_as_it_was_said_then_and_the_audit_keeps_none_of_its_words(cast, incident):
    of = {"actor": cast.owner}
    row = facts.add_fact(**of, incident_id=incident.pk, text="批号 A12 有三人反映")
    said = {"state": "verified", "basis": "客服记录"}
    facts.change_fact(**of, fact_id=row.pk, seen=row.version, text="批号 A12 有五人反映", **said)
    page = cast.client(cast.owner).get(addresses.incident(incident)).content.decode()
    assert "批号 A12 有三人反映" in page
    assert "批号 A12 有五人反映" in page
    assert "批号 A12" not in str(list(AuditEntry.objects.values_list("params", flat=True)))
    assert "批号 A12" not in str(list(Entry.objects.values_list("params", flat=True)))
