"""People affected: encrypted, followed to the end of what was promised."""

import pytest

from hongqiao.crisis.incidents import (
    kit,
    people,
)
from hongqiao.crisis.models import Affected, Entry
from hongqiao.workspace import keys
from tests.crisis.room import picture


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
