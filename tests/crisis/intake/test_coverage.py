"""The meter of the last day, and the rounds by hand: what is due, what rests, who is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.crisis.intake import coverage, rounds
from hongqiao.crisis.models import Source
from hongqiao.workspace.models import Notice
from tests.crisis.kit import ago, source

pytestmark = pytest.mark.django_db


def test_the_meter_tells_heard_from_missed_by_the_hour(cast):
    now = timezone.now().replace(minute=30, second=0, microsecond=0)
    row = source(cast.brand, way=Source.Way.FEED)
    Source.objects.update(created_at=now - timedelta(days=3))
    row.refresh_from_db()
    for hours, found, error in ((5, 2, ""), (4, 0, ""), (2, 0, "not_got")):
        coverage.look(row, now - timedelta(hours=hours), found=found, error=error)
    (shown,) = coverage.covered([row], now)
    assert [c.state for c in shown.cells[-6:]] == ["found", "heard", "missed", "failed", "missed", "missed"]
    assert shown.late
    assert shown.share == pytest.approx(2 / 24)


def test_files_and_pasted_words_promise_no_hour(cast):
    rows = [source(cast.brand, w, way=w) for w in ("file", "paste")]
    assert [(c.share, c.late, c.due) for c in coverage.covered(rows)] == [(None, False, None)] * 2


def test_a_round_rests_outside_its_hours_also_over_midnight(cast):
    row = source(cast.brand, way=Source.Way.ROUND, options={"from": 22, "to": 6})
    at = timezone.now().replace(hour=15, minute=0)  # 23:00 in Shanghai
    assert coverage.awake(row, at)
    assert not coverage.awake(row, at + timedelta(hours=9))


def test_who_is_on_duty_is_told_once_that_a_round_is_overdue(cast):
    row = source(cast.brand, way=Source.Way.ROUND, owner=cast.editor, heard_at=ago(hours=5))
    Source.objects.update(created_at=ago(days=1))
    assert rounds.remind() == 1
    assert rounds.remind() == 0
    note = Notice.objects.get()
    assert (note.member, note.code) == (cast.editor, rounds.OVERDUE)
    coverage.look(row, ago(hours=3), by=cast.editor, fine=True)
    assert rounds.remind() == 1
