"""The report of an incident a year old: its coverage and its recovery stand, though looks are not kept for ever."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from hongqiao.crisis.incidents import handling
from hongqiao.crisis.intake import keeping
from hongqiao.crisis.intake.jobs import looks
from hongqiao.crisis.models import Incident, Look, Mention, Source
from hongqiao.crisis.repair import report, series
from hongqiao.workspace import figures


@pytest.fixture
def source(cast):
    return Source.objects.create(brand=cast.brand, name="小红书巡检", way=Source.Way.ROUND, channel="小红书")


def a_year_ago(cast, source, *, heard):
    """An incident of ten days a year ago, closed by hand and never measured, heard in so many of its first hours."""
    at = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=365)
    row = Incident.objects.create(
        brand=cast.brand, number=1, title="舒缓精华过敏", kind="allergy", level="III", state="handling",
        posted_at=at, heard_at=at, topics=[],
    )  # fmt: skip
    Mention.objects.create(
        brand=cast.brand, source=source, outer="1", text="红疹", posted_at=at, heard_at=at, read_at=at, negative=True,
        incident=row, channel="小红书",
    )  # fmt: skip
    heard_at = [at + timedelta(hours=n, minutes=5 * k) for n in range(heard) for k in range(3)]
    heard_at += [at + timedelta(days=150, hours=n) for n in range(50)]  # long after it: nobody counts on them
    Look.objects.bulk_create(Look(brand=cast.brand, source=source, at=when) for when in heard_at)
    handling.close(actor=cast.owner, incident_id=row.pk, seen=None, reason="已了结")
    Incident.objects.filter(pk=row.pk).update(closed_at=at + timedelta(days=10))
    return Incident.objects.get(pk=row.pk)


def clear():
    assert looks(None)["deleted"] >= 0


@pytest.mark.parametrize(("heard", "share", "says"), [(24, 0.1, "数据不足，不写声量"), (240, 1.0, "提及共 1 条")])
def test_a_year_later_it_states_its_floor_as_on_its_last_day(cast, source, heard, share, says):
    row = a_year_ago(cast, source, heard=heard)
    before = report.plain(report.sections(row))
    assert report.coverage(row) == pytest.approx(share)
    clear()
    assert report.coverage(row) == pytest.approx(share)
    assert says in before
    assert report.plain(report.sections(row)) == before
    assert Look.objects.count() == heard  # one an hour, and none of after it
    clear()
    assert Look.objects.count() == heard  # again it takes nothing more


def test_days_that_somebody_listened_on_in_silence_stay_days_and_the_report_says_the_same(cast, source):
    row = a_year_ago(cast, source, heard=240)
    month = [row.posted_at - timedelta(days=n) for n in range(1, 31)]
    Look.objects.bulk_create(Look(brand=cast.brand, source=source, at=when) for when in month)
    before = series.measured(row, figures.calendar_day(cast.brand))
    clear()
    assert series.measured(row, figures.calendar_day(cast.brand)) == before
    first, last = (at.astimezone(ZoneInfo(cast.brand.zone)).date() for at in (month[-1], month[0]))
    days = series.days(cast.brand, first, last)
    assert sum(d.heard for d in days) >= 30


def test_looks_of_a_brand_without_incidents_and_failures_go(cast, source):
    old = timezone.now() - timedelta(days=200)
    Look.objects.bulk_create(Look(brand=cast.brand, source=source, at=old + timedelta(hours=n)) for n in range(30))
    Look.objects.create(brand=cast.brand, source=source, at=timezone.now())
    assert keeping.forget(timezone.now() - timedelta(days=100)) == 30
    row = a_year_ago(cast, source, heard=3)
    Look.objects.filter(brand=cast.brand, at__lt=row.heard_at + timedelta(days=1)).update(error="timeout")
    keeping.forget(timezone.now() - timedelta(days=100))
    assert Look.objects.count() == 1
