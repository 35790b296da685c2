"""Who is told of what is late."""

from datetime import timedelta

from django.utils import timezone

from hongqiao.crisis.incidents import (
    handling,
    late,
    steps,
    terms,
)
from hongqiao.crisis.models import Duty
from hongqiao.workspace.models import Notice


def test_who_is_late_is_told_once_and_the_commander_later(cast, incident):
    handling.take(actor=cast.owner, incident_id=incident.pk)
    row = steps.add(
        actor=cast.owner, incident_id=incident.pk, text="查批号", due_at=timezone.now() + timedelta(hours=1)
    )
    steps.give(actor=cast.owner, step_id=row.pk, seen=None, owner=cast.editor.pk)
    told = Notice.objects.filter(code="incident.step_late")
    late.remind(row.due_at - timedelta(minutes=1))
    assert not told.exists()
    late.remind(row.due_at + timedelta(minutes=1))
    late.remind(row.due_at + timedelta(minutes=2))
    assert [n.member for n in told.all()] == [cast.editor]
    late.remind(row.due_at + timedelta(minutes=31))
    assert {n.member for n in told.all()} == {cast.editor, cast.owner}


def test_law_is_reminded_of_three_days_and_a_day_before_and_when_it_is_over(cast, incident):
    handling.take(actor=cast.owner, incident_id=incident.pk)
    row = terms.begin(actor=cast.owner, incident_id=incident.pk, code="reaction_general")[0]
    Duty.objects.exclude(pk=row.pk).delete()
    told = Notice.objects.filter(code="incident.duty_near")
    for before, count in ((4, 0), (2.5, 1), (2, 1), (0.5, 2), (-0.1, 3), (-2, 3)):
        late.remind(row.due_at - timedelta(days=before))
        assert told.count() == count


def test_nobody_seated_means_that_all_who_handle_are_told(cast, incident):
    steps.start(actor=cast.owner, incident_id=incident.pk, seen=None, playbook="general", answers={})
    late.remind(incident.heard_at + timedelta(minutes=10))
    assert {n.member for n in Notice.objects.filter(code="incident.step_late")} == {cast.owner, cast.editor}
