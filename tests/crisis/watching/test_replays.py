"""The stories of the sample, told again: an allergy of one batch, a press report, a wave of malice, everyday talk."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from examples.making import voices
from hongqiao.crisis.models import Alarm, Entry, Incident
from hongqiao.crisis.watching import clocks, hear, tables
from hongqiao.workspace.models import Notice
from tests.cast import join
from tests.crisis.watching.house import heard, kept, source_of

pytestmark = pytest.mark.django_db


def kind_of(text):
    """What a careful reader calls it: a bodily reaction, or a complaint of nothing in particular."""
    return "allergy" if re.search("过敏|刺痛|烂脸|红疹|脸还肿", text) else ""


def test_nine_allergy_notes_of_one_batch_are_one_incident_that_rises_and_has_a_commander(cast):
    manager = join(cast.brand, "manager", "manager")
    lead = join(cast.brand, "lead", "lead")
    start = timezone.now() - timedelta(hours=13)
    said = [voices.ALLERGY[k % 7] for k in range(9)]
    flags = [("injury",) if "医院" in text else () for text in said]
    levels = []
    for n, (text, flag) in enumerate(zip(said, flags, strict=True)):
        at = start + timedelta(minutes=86 * n)
        heard(
            cast.brand, text, posted=at, heard=at + timedelta(minutes=30), flags=flag, negative=True, kind=kind_of(text)
        )
        levels.append(Incident.objects.get().level)
        if n == 0:
            first = Incident.objects.get()
            assert (first.level, first.nature, first.commander) == ("IV", "reaction", lead)
            assert clocks.answer_by(first, tables.table(cast.brand)) == first.heard_at + timedelta(hours=1)
    incident = Incident.objects.get()
    assert incident.mentions.count() == 9
    assert levels == ["IV", "IV", "III", "III", "II", "II", "II", "II", "II"]
    assert incident.posted_at == start
    assert incident.heard_at == start + timedelta(minutes=30)
    assert incident.fields["batches"] == ["B2610"]
    assert incident.title == "舒缓精华 · B2610 · 身体不适 · 小红书"
    assert incident.commander == cast.owner  # 总监 is missing: the nearest above
    assert incident.commander != manager
    whys = list(Alarm.objects.order_by("at").values_list("why", flat=True))
    assert whys == ["grave", "level", "grave"]
    grave = incident.mentions.exclude(nature="")
    assert set(grave.values_list("owner", flat=True)) <= {lead.pk, manager.pk, cast.owner.pk}


def test_a_first_allergy_note_alarms_the_lead_at_once_and_is_assigned(cast):
    lead = join(cast.brand, "lead", "lead")
    row = heard(cast.brand, voices.ALLERGY[0], negative=True)
    incident = row.incident
    assert row.owner == lead
    assert row.assigned_at
    alarm = Alarm.objects.get()
    assert (alarm.why, alarm.incident, alarm.mention, alarm.taken_at) == ("grave", incident, row, None)
    assert Notice.objects.filter(member=lead, code="crisis.alarm").count() == 1
    assert Entry.objects.filter(incident=incident, code="incident.opened").exists()


def test_a_press_report_stands_at_level_three_and_its_followers_join_it(cast):
    source = source_of(cast.brand, "新闻", "新闻")
    start = timezone.now() - timedelta(hours=20)
    for n in range(14):
        at = start + timedelta(hours=n * 1.2)
        text = voices.PRESS[n % 4]
        heard(cast.brand, text, source=source, posted=at, heard=at, kind="press", flags=("press",), negative=True)
    incident = Incident.objects.get()
    assert (incident.level, incident.nature, incident.mentions.count()) == ("III", "press", 14)
    assert Alarm.objects.filter(why="grave").count() == 1


@pytest.mark.parametrize("kind", ["malicious", None])
def test_a_wave_of_malice_is_one_incident(cast, kind):
    source = source_of(cast.brand, "抖音评论", "抖音")
    start = timezone.now() - timedelta(hours=6)
    leaders = {}
    for n in range(240):
        text = voices.MALICE[n % 4]
        at = start + timedelta(seconds=90 * n)
        row = kept(cast.brand, text, source=source, posted=at, heard=at, kind=kind, negative=True)
        row.first = leaders.setdefault(text, row) if text in leaders else None
        leaders.setdefault(text, row)
        row.save()
        hear(cast.brand, [row])
    assert Incident.objects.count() == 1
    incident = Incident.objects.get()
    assert (incident.kind, incident.mentions.count()) == ("malicious", 240)
    assert Alarm.objects.filter(incident=incident, why="burst").count() == 1


def test_everyday_talk_opens_nothing(cast):
    for text in voices.EVERYDAY:
        heard(cast.brand, text)
    heard(cast.brand, "用了两周没有过敏，脸很稳定")
    assert not Incident.objects.exists()
    assert not Alarm.objects.exists()
