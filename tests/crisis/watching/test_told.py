"""What the timeline tells of a level set by hand and of who commands; what the chart draws of hours nobody listened."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis import addresses
from hongqiao.crisis.models import Entry, Incident, Source
from hongqiao.crisis.watching import acting, picture, queries
from tests.cast import join
from tests.crisis.room import incident_of
from tests.crisis.watching.house import kept, source_of

pytestmark = pytest.mark.django_db


def timeline(cast, incident):
    return cast.client(cast.owner).get(addresses.incident(incident)).content.decode()


def test_the_reason_for_a_level_set_by_hand_stands_in_the_timeline(cast):
    incident = incident_of(cast.brand, level="III")
    of = {"actor": cast.owner, "incident_id": incident.pk, "seen": None}
    acting.set_level(**of, level="II", reason="央媒记者已来电")
    acting.set_level(**of, level="II", reason="仍按橙色处置到周五")  # the same level: held all the same
    page = timeline(cast, incident)
    assert "央媒记者已来电" in page
    assert "仍按橙色处置到周五" in page
    assert "央媒记者" not in str(list(Entry.objects.values_list("params", flat=True)))


def test_who_commands_after_a_rise_is_told_with_who_did_before(cast):
    specialist = join(cast.brand, "lead", "lead")
    incident = incident_of(cast.brand, level="IV", commander=specialist)
    acting.set_level(actor=cast.owner, incident_id=incident.pk, seen=None, level="I", reason="人身伤害")
    now = Incident.objects.get(pk=incident.pk).commander
    assert now != specialist
    assert Entry.objects.get(code="incident.commander").params == {"before": str(specialist), "name": str(now)}
    assert f"总指挥由 {specialist} 改为 {now}" in timeline(cast, incident)


def test_hours_before_anybody_listened_are_a_gap_and_not_zero(cast):
    now = timezone.now()
    source = source_of(cast.brand)
    Source.objects.filter(pk=source.pk).update(created_at=now - timedelta(hours=5), heard_at=now)
    kept(cast.brand, "脸上起红疹", source=source, posted=now - timedelta(hours=2), heard=now - timedelta(hours=2))
    found = queries.volume(cast.owner, hours=24, step=timedelta(hours=1))
    assert [known for known, n in zip(found["heard"], found["all"], strict=True) if not n][:18] == [False] * 18
    drawn = picture.volume(cast.owner, 24)["series"][0]["values"]
    assert drawn[:18] == [None] * 18
    assert 0 in drawn[18:]
    assert "开始监听" in cast.client(cast.owner).get(reverse("crisis_home", args=["anlan"])).content.decode()


def test_what_was_posted_before_and_came_later_is_drawn_where_it_was_posted(cast):
    now = timezone.now()
    source = source_of(cast.brand, heard_at=now)
    kept(cast.brand, "脸上起红疹", source=source, posted=now - timedelta(hours=20), heard=now)
    drawn = picture.volume(cast.owner, 24)["series"][0]["values"]
    assert sum(v or 0 for v in drawn) == 1
    assert drawn.count(None) >= 20


def test_a_brand_without_a_source_has_no_quiet_hours(cast):
    assert set(queries.volume(cast.owner, hours=24, step=timedelta(hours=1))["heard"]) == {False}
    assert queries.listened_since(cast.owner) is None


def test_a_source_of_a_drill_listens_to_nothing(cast):
    Source.objects.create(brand=cast.brand, name="演练", way="paste", on=False, options={"drill": True})
    assert queries.listened_since(cast.owner) is None
