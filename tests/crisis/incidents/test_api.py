"""The room over HTTP: read by who may see, found by nobody else."""

import pytest
from django.test import Client

from hongqiao.crisis.incidents import facts, people, steps
from hongqiao.workspace import services


@pytest.fixture
def full(cast, incident):
    of = {"actor": cast.owner, "incident_id": incident.pk}
    facts.add_fact(**of, text="批号 A12", state="verified", basis="客服记录")
    steps.start(**of, seen=None, playbook="general", answers={})
    people.add_person(**of, name="王女士", contact="13800001111")
    return incident


def call(member, incident, part, scopes=("crisis.view",)):
    _row, token = services.create_token(actor=member, name="t", scopes=list(scopes))
    return Client().get(f"/api/incidents/{incident.pk}/{part}", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("part", "holds"), [("timeline", "incident.playbook"), ("facts", "verified"), ("steps", "secure")]
)
def test_each_part_is_read_without_names(cast, full, part, holds):
    answer = call(cast.owner, full, part)
    assert answer.status_code == 200
    said = answer.content.decode()
    assert holds in said
    assert "王女士" not in said
    assert "13800001111" not in said


@pytest.mark.parametrize("part", ["timeline", "facts", "steps"])
def test_a_stranger_finds_nothing_and_a_token_without_the_scope_may_not(cast, full, part):
    assert call(cast.stranger, full, part).status_code == 404
    assert call(cast.owner, full, part, scopes=("data.view",)).status_code == 403
    assert Client().get(f"/api/incidents/{full.pk}/{part}").status_code == 401
