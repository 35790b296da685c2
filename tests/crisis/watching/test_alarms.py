"""Alarms go up the ladder until somebody takes them; clocks alarm; windows raise and lower; drills stay in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.crisis.models import Alarm, Incident, Seat, Statement
from hongqiao.crisis.watching import acting, alarms, clocks, grading, minding, opening, tables, telling, words
from hongqiao.delivery.models import Group, Message
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Job, Notice
from tests.cast import join
from tests.crisis.watching.house import heard, kept, source_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(cast):
    people = {role: join(cast.brand, role, role) for role in ("lead", "manager", "director", "legal", "product")}
    return people | {"owner": cast.owner, "editor": cast.editor}


def told(alarm):
    return [len(step["members"]) for step in alarm.told]


def ahead(alarm, minutes):
    """Let minutes pass for one alarm, and see what is told."""
    at = timezone.now() - timedelta(minutes=minutes)
    Alarm.objects.filter(pk=alarm.pk).update(at=at, next_at=timezone.now())
    alarms.escalate(alarm.brand)
    alarm.refresh_from_db()
    return set(Notice.objects.filter(code="crisis.alarm").values_list("member__role", flat=True))


def allergy(cast, **fields):
    return heard(cast.brand, "舒缓精华过敏起红疹，批次B2610", kind="allergy", negative=True, **fields)


def test_an_alarm_goes_up_the_ladder_until_it_is_taken(cast, team):
    allergy(cast)
    alarm = Alarm.objects.get()
    roles = set(Notice.objects.filter(code="crisis.alarm").values_list("member__role", flat=True))
    assert roles == {"lead"}
    assert ahead(alarm, 15) == {"lead", "specialist"}
    assert ahead(alarm, 30) == {"lead", "specialist", "manager"}
    assert alarm.step == 3
    acting.take_alarm(actor=team["editor"], alarm_id=alarm.pk)
    alarm.refresh_from_db()
    before = Notice.objects.count()
    assert alarm.next_at is None
    alarms.escalate(cast.brand)
    assert Notice.objects.count() == before


def test_a_step_that_is_due_is_told_once_however_often_the_job_runs(cast, team):
    allergy(cast)
    before = Notice.objects.count()
    assert alarms.escalate(cast.brand) == 0
    assert alarms.escalate(cast.brand) == 0
    assert Notice.objects.count() == before


def test_the_last_step_is_said_again_as_often_as_the_table_says_and_then_rests(cast, team):
    allergy(cast)
    alarm = Alarm.objects.get()
    for _ in range(20):
        ahead(alarm, 60)
        if alarm.next_at is None:
            break
    assert alarm.step == 3 + tables.telling(cast.brand)["most"]


def test_an_alarm_of_an_incident_that_is_over_rests(cast, team):
    row = allergy(cast)
    Incident.objects.filter(pk=row.incident_id).update(state="closed")
    alarm = Alarm.objects.get()
    before = Notice.objects.count()
    ahead(alarm, 60)
    assert alarm.next_at is None
    assert Notice.objects.count() == before


def test_groups_hear_of_real_alarms_and_urgent_mail_goes_now(cast, team):
    Group.objects.create(
        brand=cast.brand, kind="feishu", name="舆情群", address="x", wants=[alarms.CARD], created_by=cast.owner
    )
    allergy(cast)
    assert Message.objects.filter(kind=alarms.CARD, way="group").count() == 1


def test_a_drill_tells_its_members_only_and_no_group(cast, team):
    Group.objects.create(
        brand=cast.brand, kind="feishu", name="舆情群", address="x", wants=[alarms.CARD], created_by=cast.owner
    )
    incident = opening.open_incident(cast.brand, title="演练", why="drill", drill=True, by=team["owner"])
    Seat.objects.create(brand=cast.brand, incident=incident, role="legal", member=team["legal"], deputy=team["product"])
    alarm = alarms.raise_alarm(cast.brand, "grave", "drill", incident=incident, nature="reaction")
    heard_by = set(Notice.objects.filter(code="crisis.alarm").values_list("member__role", flat=True))
    assert heard_by == {"legal", "product", "brand_director", "lead"}  # lead commands it
    assert alarm.drill
    assert not Message.objects.filter(way="group").exists()
    assert telling.card(cast.brand, {"alarm": str(alarm.pk)}).title.startswith("【演练】")


def test_mentions_of_a_drill_never_meet_a_real_incident(cast):
    real = allergy(cast).incident
    drilled = allergy(cast, drill=True).incident
    assert drilled != real
    assert (drilled.drill, real.drill) == (True, False)


def test_a_card_says_what_and_where_and_nothing_once_it_is_taken(cast, team):
    row = allergy(cast)
    alarm = Alarm.objects.get()
    card = telling.card(cast.brand, {"alarm": str(alarm.pk)})
    said = "\n".join(line.text for line in card.lines)
    assert "身体不适" in said
    assert row.text not in said
    assert card.url.endswith(f"/b/anlan/crisis/#alarm-{alarm.pk}")
    acting.take_alarm(actor=cast.owner, alarm_id=alarm.pk)
    assert telling.card(cast.brand, {"alarm": str(alarm.pk)}) is None


def test_the_clock_of_the_first_answer_alarms_near_its_end_and_once_over_it(cast, team, monkeypatch):
    row, start = allergy(cast), timezone.now()
    acting.take_incident(actor=team["lead"], incident_id=row.incident_id, seen=None)
    for minutes, phases in ((40, []), (46, ["near"]), (50, ["near"]), (61, ["near", "over"]), (90, ["near", "over"])):
        monkeypatch.setattr(timezone, "now", lambda m=minutes: start + timedelta(minutes=m))
        minding.mind(cast.brand)
        found = list(Alarm.objects.filter(why="clock").order_by("at").values_list("params__phase", flat=True))
        assert found == phases


def test_the_answer_to_the_person_stops_the_clock_and_the_updates_begin(cast, team):
    row = allergy(cast)
    incident = row.incident
    row.answered_at = timezone.now()
    row.save()
    minding.mind(cast.brand)
    incident.refresh_from_db()
    assert incident.answered_at == row.answered_at
    table = tables.table(cast.brand)
    clock = clocks.running(incident, table, timezone.now())
    assert (clock.code, clock.due_at) == ("update", row.answered_at + timedelta(minutes=1440))


def test_a_statement_that_is_out_is_an_answer_too(cast, team):
    incident = acting.open_by_hand(actor=cast.owner, title="x")
    Statement.objects.create(
        brand=cast.brand, incident=incident, kind="concern", title="t", text="t", state="out", out_at=timezone.now()
    )
    minding.mind(cast.brand)
    incident.refresh_from_db()
    assert incident.answered_at is not None


def test_two_windows_in_a_row_raise_a_level_and_one_look_is_one_window(cast, team):
    source = source_of(cast.brand, heard_at=timezone.now())
    incident = acting.open_by_hand(actor=cast.owner, title="服务", kind="service")
    for _ in range(60):
        row = kept(cast.brand, "客服不理人", negative=True, kind="price", source=source)
        row.incident = incident
        row.save()
    minding.mind(cast.brand)
    minding.mind(cast.brand)  # the same window again is no second hit
    incident.refresh_from_db()
    assert (incident.level, len(incident.hits)) == ("IV", 1)
    source.heard_at += timedelta(minutes=15)
    source.save()
    until = source.heard_at
    incident = Incident.objects.get(pk=incident.pk)
    grading.regard(incident, until=until)
    assert (incident.level, len(incident.hits)) == ("III", 2)  # 60 an hour, all of them: share
    assert incident.parts["columns"]["share"] == "III"
    assert incident.parts["negative"] == 60.0
    assert Alarm.objects.filter(incident=incident, why="level", params__level="III").count() == 1


def test_a_level_falls_after_two_quiet_windows_and_not_below_its_floor(cast, team):
    incident = acting.open_by_hand(actor=cast.owner, title="x", nature="press")
    incident.level = "II"
    incident.save()
    start = timezone.now()
    for n in range(9):
        grading.regard(incident, until=start + timedelta(minutes=15 * n))
    assert incident.level == "III"


def test_a_word_of_a_person_stands_and_a_graver_table_alarms(cast, team):
    incident = acting.open_by_hand(actor=cast.owner, title="x", level="IV", note="只是误会")
    incident = acting.mark(actor=cast.owner, incident_id=incident.pk, seen=None, marks=["executive"])
    assert incident.level == "IV"
    alarm = Alarm.objects.get(incident=incident, params__level="II")
    assert "人工定级" in words.sentence(alarm)


def test_every_alarm_and_notice_has_its_words(cast, team):
    allergy(cast)
    for n, (why, params) in enumerate(
        [
            ("burst", {"kind": "allergy", "n": 9, "minutes": 60, "usual": 2.5}),
            ("burst", {"kind": "", "n": 9, "minutes": 60, "usual": 0}),
            ("share", {"n": 9, "minutes": 60}),
            ("level", {"level": "II", "cause": "volume+share"}),
            ("clock", {"clock": "update", "phase": "near"}),
            ("clock", {"clock": "first", "phase": "over"}),
            ("grave", {"nature": "injury"}),
        ]
    ):
        row = Alarm.objects.create(brand=cast.brand, why=why, key=str(n), params=params, at=timezone.now())
        said = words.sentence(row)
        assert said
        assert "%(" not in said


def test_the_minute_job_looks_at_every_brand_that_listens(cast, team):
    source_of(cast.brand, heard_at=timezone.now())
    jobs.enqueue("crisis.watch", brand_id=None, key="now")
    jobs.work_off()
    done = Job.objects.get(kind="crisis.watch", brand=None)
    assert (done.state, done.result) == ("done", {"brands": 1, "failed": 0})
