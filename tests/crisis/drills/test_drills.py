"""Drills: mentions come over time, marked as a drill; the whole is practised, scored, and nothing leaves the house."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis.drills import services
from hongqiao.crisis.incidents import answers, choosing, facts, handling, steps
from hongqiao.crisis.models import Drill, Incident, Mention, Source
from hongqiao.crisis.statements import publishing
from hongqiao.crisis.statements import services as statements
from hongqiao.delivery.models import Message, Publication
from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.workspace import jobs
from hongqiao.workspace.models import AuditEntry, Job, Notice
from tests.cast import join


@pytest.fixture
def drill(cast, house):
    return services.start(actor=cast.owner, scenario="allergy", speed=20)


def fresh(row):
    return Drill.objects.get(pk=row.pk)


def all_come(row):
    for n in range(5):
        services.play(row.pk, n)


@pytest.mark.parametrize("scenario", ["allergy", "press", "rumour"])
def test_every_scenario_plays_to_its_end_and_each_mention_says_that_it_is_a_drill(cast, house, scenario):
    row = services.start(actor=cast.owner, scenario=scenario)
    said = services.scenarios(cast.brand)[scenario]["mentions"]
    for n in range(len(said)):
        assert services.play(row.pk, n)
    heard = Mention.objects.filter(source=row.source)
    assert heard.count() == len(said)
    assert all(m.drill and cast.brand.name in m.text for m in heard)
    assert not services.play(row.pk, len(said))


def test_each_mention_has_its_job_at_its_minute_and_comes_once(cast, house):
    row = services.start(actor=cast.owner, scenario="allergy", speed=5)
    first = Job.objects.get(kind=services.STEP)
    assert first.run_at == row.started_at
    jobs.work_off()
    assert Mention.objects.count() == 1
    second = Job.objects.exclude(pk=first.pk).get(kind=services.STEP)
    assert second.run_at == row.started_at + timedelta(minutes=4 / 5)
    assert not services.play(row.pk, 0)
    assert Mention.objects.count() == 1


def test_one_runs_at_a_time_and_only_what_there_is(cast, drill):
    with pytest.raises(services.OneRuns):
        services.start(actor=cast.owner, scenario="press")
    services.end(actor=cast.owner, drill_id=drill.pk, seen=None)
    for wrong in ({"scenario": "war"}, {"scenario": "press", "speed": 3}):
        with pytest.raises(Invalid):
            services.start(**({"actor": cast.owner} | wrong))
    services.start(actor=cast.owner, scenario="press")
    assert Source.objects.filter(on=True).count() == 0


def test_colleagues_are_told_that_it_is_a_drill(cast, drill):
    assert [n.member for n in Notice.objects.filter(code="drill.started")] == [cast.editor]


def test_an_incident_is_opened_by_hand_once_something_was_heard_and_once_only(cast, drill):
    of = {"actor": cast.owner, "drill_id": drill.pk, "seen": None}
    with pytest.raises(services.NothingHeard):
        services.open_by_hand(**of, level="II")
    services.play(drill.pk, 0)
    with pytest.raises(Invalid):
        services.open_by_hand(**of, level="V")
    row = services.open_by_hand(**of, level="II")
    assert (row.drill, row.level, row.mentions.count()) == (True, "II", 1)
    with pytest.raises(services.HasIncident):
        services.open_by_hand(**of, level="II")


def test_a_drill_done_well_has_a_hundred_points_and_nothing_left_the_house(cast, drill):
    manager, seen = join(cast.brand, "manager", "manager"), None
    all_come(drill)
    row = services.open_by_hand(actor=cast.owner, drill_id=drill.pk, seen=seen, level="II")
    of = {"actor": cast.owner, "incident_id": row.pk}
    handling.take(**of)
    fact = facts.add_fact(**of, text="三位用户反映使用面霜后出现红疹", state="verified", basis="客服记录")
    given = {"cluster": "preventable", "history": False, "reputation": "good", "truth": "unknown", "harm": True}
    choosing.choose(**of, seen=None, **given)
    steps.start(**of, seen=None, playbook="allergy", answers={})
    made = statements.draft(**of, kind="concern", facts=[str(fact.pk)], next="11月30日 18:00", contact="400-820-1234")
    statements.submit(actor=cast.owner, statement_id=made.pk, seen=1)
    statements.sign(actor=manager, statement_id=made.pk, seen=2)
    publishing.publish(actor=cast.owner, statement_id=made.pk, seen=3, accounts=[str(cast.account.pk)])
    said = answers.add_answer(**of, question="怎么办", answer="请停用并就医，凭就诊单可退货退款")
    answers.approve_answer(actor=manager, answer_id=said.pk, seen=1)
    services.review(actor=cast.owner, drill_id=drill.pk, seen=None, what="红疹", why="批次", change="复核")
    done = services.end(actor=cast.owner, drill_id=drill.pk, seen=None)
    assert done.score["total"] == 100, done.score["parts"]
    assert Incident.objects.get(pk=row.pk).state == "closed"
    assert not Publication.objects.exists()
    assert not Message.objects.exclude(way="in_app").exists()
    told = Notice.objects.filter(code="statement.submitted")
    assert told.exists()
    assert all(n.params["title"].startswith("【演练】") for n in told)


def test_a_drill_that_nobody_noticed_has_none(cast, drill):
    all_come(drill)
    assert services.end(actor=cast.owner, drill_id=drill.pk, seen=None).score["total"] == 0


def test_after_its_end_nothing_comes_any_more(cast, drill):
    services.play(drill.pk, 0)
    services.end(actor=cast.owner, drill_id=drill.pk, seen=None)
    assert not services.play(drill.pk, 1)
    with pytest.raises(services.EndedAlready):
        services.end(actor=cast.owner, drill_id=drill.pk, seen=None)


def test_a_faster_drill_counts_its_clock_as_fast(cast, drill):
    services.play(drill.pk, 0)
    row = services.open_by_hand(actor=cast.owner, drill_id=drill.pk, seen=None, level="II")
    Incident.objects.filter(pk=row.pk).update(created_at=row.heard_at + timedelta(minutes=2))  # 40 of the scenario
    found = services.end(actor=cast.owner, drill_id=drill.pk, seen=None).score["parts"][0]
    assert (found["got"], found["why"], found["params"]["minutes"]) == (7, "found_late", 40)


@pytest.fixture
def calls(cast, drill):
    services.play(drill.pk, 0)
    of = {"actor": cast.owner, "drill_id": drill.pk, "seen": None}
    return {
        services.open_by_hand: {**of, "level": "II"},
        services.review: {**of, "what": "a", "why": "b", "change": "c"},
        services.end: of,
    }


@pytest.mark.parametrize("service", services.WRITES[1:], ids=lambda f: f.__name__)
def test_every_service_leaves_its_audit_row_and_refuses_strangers_and_conflicts(service, calls, cast, drill):
    if service is services.review:
        services.open_by_hand(**calls[services.open_by_hand])
    for more, refused in (
        ({"actor": cast.stranger}, NotFound),
        ({"actor": cast.viewer}, NotAllowed),
        ({"seen": 99}, Conflict),
    ):
        with pytest.raises(refused):
            service(**(calls[service] | more))
    before = AuditEntry.objects.count()
    service(**calls[service])
    assert AuditEntry.objects.count() == before + 1


def test_starting_is_audited_and_not_for_who_only_sees(cast, drill):
    assert AuditEntry.objects.get(code="drill.started").params["scenario"] == "allergy"
    services.end(actor=cast.owner, drill_id=drill.pk, seen=None)
    with pytest.raises(NotAllowed):
        services.start(actor=join(cast.brand, "product", "product"), scenario="press")


def test_the_pages_start_open_review_and_end_a_drill(cast, house):
    boss, home = cast.client(cast.owner), reverse("crisis_drills", args=["anlan"])
    began = boss.post(home, {"act": "start", "scenario": "press", "speed": "20"})
    row = Drill.objects.get()
    services.play(row.pk, 0)
    page = reverse("crisis_drill", args=["anlan", row.pk])
    assert (began.status_code, began["Location"]) == (302, page)  # to the drill that runs, not back to the list
    assert boss.post(page, {"act": "open", "seen": fresh(row).version, "level": "III"}).status_code == 302
    assert boss.post(page, {"act": "review", "seen": 1, "what": "写了很久的复盘"}).status_code == 409
    assert "写了很久的复盘" in boss.post(page, {"act": "review", "seen": 1, "what": "写了很久的复盘"}).content.decode()
    assert "定为 III 级，与预期一致" in boss.get(page).content.decode()
    assert boss.post(page, {"act": "end", "seen": fresh(row).version}).status_code == 302
    assert "得分" in boss.get(page).content.decode()
    assert "媒体求证与报道" in boss.get(home).content.decode()


def test_a_stranger_finds_neither_page(cast, drill):
    for name, args in (("crisis_drills", []), ("crisis_drill", [drill.pk])):
        assert cast.client(cast.stranger).get(reverse(name, args=["anlan", *args])).status_code == 404
        assert cast.client(cast.viewer).get(reverse(name, args=["anlan", *args])).status_code == 403
    assert cast.client(cast.stranger).get(reverse("crisis_drill", args=["other", drill.pk])).status_code == 404
    assert timezone.now() >= drill.started_at


def test_what_comes_between_looking_and_ending_is_no_conflict(cast, drill):
    seen = drill.version
    services.play(drill.pk, 0)
    services.play(drill.pk, 1)
    assert services.end(actor=cast.owner, drill_id=drill.pk, seen=seen).state == "ended"
