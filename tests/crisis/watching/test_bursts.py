"""Counts by five minutes of posting: once each, in order, only where it was heard; a crash changes nothing of it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.models import Alarm, Incident, Mention, Series
from hongqiao.crisis.watching import bursts, minding
from tests.crisis.watching.house import heard, kept, source_of

pytestmark = pytest.mark.django_db
NOW = bursts.floor(timezone.now())


class Stop(Exception):
    pass


@pytest.fixture
def listening(cast):
    """A brand whose talk was heard for three days, one complaint an hour, and is heard until now."""
    source = source_of(cast.brand, heard_at=NOW)
    for hour in range(1, 72):
        at = NOW - timedelta(hours=hour, minutes=7)
        kept(cast.brand, "快递太慢", negative=True, kind="logistics", posted=at, heard=at, source=source)
        kept(cast.brand, "好用", negative=False, posted=at, heard=at, source=source)
    return source


def wave(brand, source, n=60, *, minutes=60, kind="quality", heard=None):
    for k in range(n):
        at = NOW - timedelta(minutes=minutes) + timedelta(seconds=60 * minutes * k / n)
        kept(brand, f"泵头漏液 {k}", negative=True, kind=kind, posted=at, heard=heard or at, source=source)


def series(source):
    return Series.objects.get(key=f"source|{source.pk}")


def test_quiet_days_are_counted_and_alarm_nothing(cast, listening):
    assert bursts.watch(cast.brand) == []
    assert series(listening).until == NOW
    assert not Incident.objects.exists()


def test_a_wave_opens_one_incident_with_its_mentions(cast, listening):
    wave(cast.brand, listening)
    found = bursts.watch(cast.brand)
    assert found
    incident = Incident.objects.get()
    assert (incident.kind, incident.by) == ("quality", None)
    assert incident.mentions.count() == 60
    assert set(Alarm.objects.values_list("why", "incident")) == {("burst", incident.pk)}


def test_what_is_said_of_a_burst_afterwards_joins_it_for_some_hours(cast, listening):
    wave(cast.brand, listening)
    bursts.watch(cast.brand)
    incident = Incident.objects.get()
    assert heard(cast.brand, "又坏一支", negative=True, kind="quality", source=listening).incident == incident
    other = source_of(cast.brand, "微博", "微博")
    assert heard(cast.brand, "又坏一支", negative=True, kind="quality", source=other).incident is None
    assert heard(cast.brand, "太贵", negative=True, kind="price", source=listening).incident is None


def test_a_second_run_finds_nothing_new(cast, listening):
    wave(cast.brand, listening)
    bursts.watch(cast.brand)
    before = (series(listening).state, Incident.objects.count(), Alarm.objects.count())
    assert bursts.watch(cast.brand) == []
    assert (series(listening).state, Incident.objects.count(), Alarm.objects.count()) == before


def test_a_run_that_breaks_leaves_nothing_and_the_next_says_the_same(cast, listening, monkeypatch):
    wave(cast.brand, listening)

    def broken(*_given, **_more):
        raise Stop

    with monkeypatch.context() as m:
        m.setattr(bursts.alarms, "raise_alarm", broken)
        with pytest.raises(Stop):
            bursts.watch(cast.brand)
    assert not Series.objects.exists()
    assert not Incident.objects.exists()
    bursts.watch(cast.brand)
    assert Incident.objects.count() == 1


def test_two_runs_of_half_the_time_come_to_the_same_state_as_one(cast, listening):
    wave(cast.brand, listening, heard=NOW - timedelta(hours=2))
    Series.objects.all().delete()
    with transaction.atomic():
        bursts.watch(cast.brand)
        whole = series(listening).state["watchers"]
        transaction.set_rollback(True)
    listening.heard_at = NOW - timedelta(minutes=30)
    listening.save()
    bursts.watch(cast.brand)
    listening.heard_at = NOW
    listening.save()
    bursts.watch(cast.brand)
    assert series(listening).state["watchers"] == whole


def test_what_a_source_was_not_heard_past_is_no_row_yet(cast, listening):
    listening.heard_at = NOW - timedelta(minutes=33)
    listening.save()
    bursts.watch(cast.brand)
    assert series(listening).until == bursts.floor(NOW - timedelta(minutes=33))


def test_what_is_read_late_counts_once_in_the_first_minutes_to_come(cast, listening):
    bursts.watch(cast.brand)
    old, later = series(listening).until, NOW + timedelta(minutes=60)
    row = series(listening)
    cursor = bursts._cursor(row)
    at = NOW - timedelta(minutes=90)
    kept(
        cast.brand,
        "漏液",
        negative=True,
        kind="quality",
        posted=at,
        heard=cursor + timedelta(seconds=1),
        source=listening,
    )
    bins = bursts._bins(listening, old, later, cursor, cursor + timedelta(minutes=1))
    assert bins[old]["-quality"] == 1
    again = bursts._bins(listening, later, later + timedelta(hours=1), cursor + timedelta(minutes=1), later)
    assert sum(c["-quality"] for c in again.values()) == 0


def test_words_older_than_a_day_come_too_late_to_be_a_burst(cast, listening):
    bursts.watch(cast.brand)
    cursor = bursts._cursor(series(listening))
    old = NOW - timedelta(days=40)
    for _ in range(50):
        kept(
            cast.brand,
            "旧闻",
            negative=True,
            kind="press",
            posted=old,
            heard=cursor + timedelta(seconds=1),
            source=listening,
        )
    bins = bursts._bins(listening, NOW, NOW + timedelta(hours=1), cursor, cursor + timedelta(minutes=1))
    assert bins == {}


def test_an_old_burst_in_a_first_import_teaches_and_does_not_alarm(cast):
    source = source_of(cast.brand, heard_at=NOW)
    for hour in range(1, 24 * 8):
        at = NOW - timedelta(hours=hour)
        kept(cast.brand, "慢", negative=True, kind="logistics", posted=at, heard=NOW, source=source)
    for k in range(80):
        at = NOW - timedelta(days=3) + timedelta(seconds=30 * k)
        kept(cast.brand, "漏", negative=True, kind="quality", posted=at, heard=NOW, source=source)
    assert bursts.watch(cast.brand) == []
    assert series(source).state["watchers"]["count|quality"]["unsettled"] is True


def test_a_drill_counts_in_no_series(cast, listening):
    at = NOW - timedelta(minutes=9)
    for k in range(80):
        kept(cast.brand, f"演练 {k}", negative=True, kind="quality", posted=at, source=listening, drill=True)
    assert bursts.watch(cast.brand) == []


def test_what_is_set_aside_is_no_part_of_an_incident(cast, listening):
    wave(cast.brand, listening)
    Mention.objects.filter(text__startswith="泵头").update(state="aside")
    bursts.watch(cast.brand)
    assert not Incident.objects.exists()


def test_a_damaged_state_begins_anew_and_stops_nothing(cast, listening):
    bursts.watch(cast.brand)
    row = series(listening)
    row.state = row.state | {"watchers": {"count|": {"version": 7}}}
    row.until = NOW - timedelta(hours=1)
    row.save()
    assert bursts.watch(cast.brand) == []
    assert series(listening).state["watchers"]["count|"]["version"] == 1


def test_after_an_incident_is_closed_the_watchers_are_told_once(cast, listening):
    wave(cast.brand, listening)
    bursts.watch(cast.brand)
    assert series(listening).state["watchers"]["count|quality"]["unsettled"] is True
    Incident.objects.update(state="closed", closed_at=timezone.now())
    minding.mind(cast.brand)
    assert series(listening).state["watchers"]["count|quality"]["unsettled"] is False
    assert Alarm.objects.get(why="burst").params["settled"] is True
