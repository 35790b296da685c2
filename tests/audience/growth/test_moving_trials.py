"""The migration that gave trials one home: whoever applied to a journey stands among its trial's applicants."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE, AFTER = [("audience", "0007_heard")], [("audience", "0008_trials")]


@pytest.mark.django_db(transaction=True)
def test_applications_of_journeys_are_moved_with_all_that_was_kept():
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    try:
        old = executor.loader.project_state(BEFORE).apps
        brand = old.get_model("workspace", "Brand").objects.create(name="安澜", slug="moved")
        user = old.get_model("workspace", "User").objects.create(email="a@example.com", name="a")
        member = old.get_model("workspace", "Member").objects.create(brand=brand, user=user, role="lead")
        make = old.get_model("audience", "Journey").objects.create
        row = make(brand=brand, name="试用", kind="sample", goal="first_purchase", places=7, by=member, state="ended")
        plain = make(brand=brand, name="召回", goal="recall", by=member)
        apply = old.get_model("audience", "Participation").objects.create
        kept = {"brand": brand, "journey": row, "delivery": "sealed", "reason": "想试", "parcel": "SF1"}
        apply(**kept, subject="p1", state="reported", report="words", rating=4, may_quote=True)
        apply(**kept, subject="p2", state="declined")
        moved = timezone.now() - timedelta(days=9)
        old.get_model("audience", "Participation").objects.update(moved_at=moved)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    from hongqiao.audience.models import Applicant, Trial

    trial = Trial.objects.get()
    assert (trial.name, trial.journey_id, trial.quota, trial.state) == ("试用", row.pk, 7, "done")
    assert not Trial.objects.filter(journey=plain.pk).exists()
    one, two = Applicant.objects.order_by("subject")
    assert (one.address, one.wish, one.parcel, one.report, one.score) == ("sealed", "想试", "SF1", "words", 4)
    assert (one.state, one.may_quote, two.state) == ("reported", True, "passed")
    assert one.reported_at == one.moved_at == moved
