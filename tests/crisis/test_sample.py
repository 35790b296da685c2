"""The sample brand's room of crisis: what stands open, what is over, and that nothing is planted twice."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis import sample
from hongqiao.crisis.models import (
    Alarm,
    Drill,
    Entry,
    Goodwill,
    Incident,
    Look,
    Mention,
    Source,
    Statement,
    Step,
    WatchWord,
)  # fmt: skip
from hongqiao.crisis.watching import clocks, tables
from hongqiao.workspace import figures, services
from hongqiao.workspace.models import Job, Member, Notice, User
from tests.cast import Cast

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "anlan" / "crisis"
KEPT = (Alarm, Drill, Entry, Goodwill, Incident, Look, Mention, Notice, Source, Statement, Step, WatchWord)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def owner(django_db_setup, django_db_blocker):
    """Who brought the sample in; planted once for all tests here, each of which takes back what it does."""
    with django_db_blocker.unblock(), transaction.atomic():
        boss = User.objects.create_superuser("owner@example.com", name="owner")
        brand = services.create_brand(user=boss, name="安澜护肤", slug="anlan", industry="美妆护肤")
        brand.settings = {**brand.settings, figures.SAMPLE: {}}
        brand.save(update_fields=["settings"])
        member = Member.objects.get(brand=brand)
        services.create_account(actor=member, platform="xiaohongshu", name="安澜护肤")
        sample.plant(member, FOLDER)
        sample.told(member, FOLDER)
        yield member
        transaction.set_rollback(True)


def incident(**asked):
    return Incident.objects.get(drill=False, **asked)


def test_what_burns_has_both_clocks_running_and_nobody_has_taken_it(owner):
    now = timezone.now()
    live = incident(state="open")
    notes = Mention.objects.filter(outer__startswith="note-")
    assert {m.incident_id for m in notes} == {live.pk}
    assert live.fields["batches"] == ["B2610"]
    assert live.level in ("I", "II")  # somebody saw a doctor
    assert live.nature == "injury"
    assert 0 < (now - live.heard_at).total_seconds() < (now - live.posted_at).total_seconds() < 3600
    clock = clocks.running(live, tables.table(live.brand), now)
    assert (clock.code, clock.late, clock.whole) == ("first", False, timedelta(hours=1))
    assert Alarm.objects.filter(incident=live, taken_at=None).exists()
    assert live.taken_at is None
    assert set(live.steps.values_list("state", flat=True)) == {"waiting"}
    told = Notice.objects.filter(read_at=None).values_list("code", "member__user__name")
    assert ("crisis.alarm", "沈若溪") in set(told)
    assert {code for code, _name in told} == {"crisis.alarm"}  # what is over is no news


def test_a_wave_of_malice_is_closed_with_its_timeline_and_a_press_report_mended_to_its_end(owner):
    wave, press = Incident.objects.filter(drill=False, state="closed").order_by("number")
    assert (wave.kind, wave.mentions.count(), press.kind, press.mentions.count()) == ("malicious", 240, "press", 14)
    for row in (wave, press):
        assert (row.answered_at - row.heard_at).total_seconds() < 3600
        assert row.entries.filter(code="note", at__lt=row.posted_at + timedelta(days=7)).count() >= 3
        assert not row.mentions.filter(state="open").exists()
        assert row.taken_at is None  # told afterwards: nobody took it months later
    said = press.statements.get()
    assert (said.state, len(said.publications)) == ("out", 1)
    assert said.found == [] or not [f for f in said.found if f["level"] in ("block", "hold")]
    assert press.goodwill.exclude(done_at=None).count() == 5
    assert press.lessons["cause"]
    assert press.recovery["recovered"]
    assert press.recovery["few"] == ""  # the days before are known from the files


def test_a_drill_was_held_and_scored_by_what_was_done(owner):
    held = Drill.objects.get()
    assert held.state == "ended"
    lost = {p["code"] for p in held.score["parts"] if p["got"] < p["most"]}
    assert lost == {"answers"}
    assert held.incident.drill


def test_the_year_is_heard_with_its_own_times_and_alarms_nobody(owner):
    old = Mention.objects.filter(source__way=Source.Way.FILE)
    assert old.count() > 1200
    assert not old.exclude(incident=None).exists()
    assert not old.filter(read_at=None).exists()
    rival = Mention.objects.get(outer="talk-8")
    assert not rival.ours
    assert not Mention.objects.get(outer="talk-11").ours  # a hospital of the same name


def test_a_second_time_nothing_is_planted_again(owner):
    before = {model: model.objects.count() for model in KEPT}
    sample.plant(owner, FOLDER)
    sample.told(owner, FOLDER)
    assert {model: model.objects.count() for model in KEPT} == before
    assert Job.objects.filter(kind=sample.TELL).count() == 1


def test_the_pages_show_it(owner):
    client = Cast.client(owner)
    home = client.get(reverse("crisis_home", args=["anlan"])).content.decode()
    assert "B2610" in home
    listed = client.get(reverse("crisis_sources", args=["anlan"])).content.decode()
    assert all(name in listed for name in ("舆情服务推送", "小红书巡检", "微博订阅", "店铺评价导出"))
    assert client.get(reverse("crisis_drills", args=["anlan"])).status_code == 200
    mended = reverse("crisis_repair", args=["anlan", Incident.objects.get(kind="press", drill=False).pk])
    assert re.search(r'<script src="[^"]*chart', client.get(mended).content.decode())  # its curves are drawn
    client.force_login(User.objects.create_user("stranger@example.com", name="stranger"))
    assert client.get(reverse("crisis_home", args=["anlan"])).status_code == 404


def test_what_people_say_today_does_not_move_the_samples_calendar(owner):
    from hongqiao.crisis.reading import facts

    facts.give(owner.brand)
    assert figures.newest_day(owner.brand) is None  # no file has stated a day
