"""The clocks of law: begun from when it was known, reported once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.crisis.incidents import (
    kit,
    terms,
)
from hongqiao.crisis.models import Duty


@pytest.mark.parametrize(
    ("code", "days", "beside"),
    [("reaction_general", 30, "selfcheck_general"), ("reaction_serious", 15, "selfcheck_serious"),
     ("reaction_social", 3, "selfcheck_serious")],
)  # fmt: skip
def test_a_term_of_law_runs_from_when_it_was_known_with_its_self_check(cast, incident, code, days, beside):
    terms.begin(actor=cast.owner, incident_id=incident.pk, code=code)
    row = Duty.objects.get(code=code)
    assert row.due_at == incident.heard_at + timedelta(days=days)
    assert Duty.objects.get(code=beside).known_at == incident.heard_at
    with pytest.raises(terms.RunsAlready):
        terms.begin(actor=cast.owner, incident_id=incident.pk, code=code)


def test_a_term_is_reported_once_with_its_receipt(cast, incident):
    row = terms.begin(actor=cast.owner, incident_id=incident.pk, code="reaction_social")[0]
    for known in (timezone.now() + timedelta(hours=1), timezone.now() - timedelta(days=400)):
        with pytest.raises(terms.BadKnown):
            terms.begin(actor=cast.owner, incident_id=incident.pk, code="reaction_general", known_at=known)
    with pytest.raises(kit.NeedsProof):
        terms.report(actor=cast.owner, duty_id=row.pk, seen=1)
    terms.report(actor=cast.owner, duty_id=row.pk, seen=1, text="回执 001")
    with pytest.raises(terms.ReportedAlready):
        terms.report(actor=cast.owner, duty_id=row.pk, seen=None, text="回执 002")
