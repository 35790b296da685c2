"""A drill stays one incident, the one that its director began, whatever batch or product its mentions name."""

import pytest
from django.utils import timezone

from hongqiao.crisis.drills import injecting, services
from hongqiao.crisis.models import Drill, Incident, Mention
from hongqiao.crisis.watching import acting
from tests.crisis.kit import read
from tests.crisis.room import incident_of

SAID = (
    "用了{brand}舒缓精华批次B2610脸上起红疹又痒又刺痛，去医院了",
    "{brand}氨基酸洁面批次C0101用完过敏，医生说接触性皮炎",
    "{brand}清透防晒乳批次D0202刺痛过敏烂脸，要求公开检测",
)


@pytest.fixture
def drill(cast, house):
    return services.start(actor=cast.owner, scenario="allergy", speed=20)


def say(drill, *texts, first=0):
    for n, text in enumerate(texts, first):
        injecting.inject(drill.source, n, {"text": text, "channel": "小红书"}, timezone.now())
        read(drill.brand)


def test_mentions_of_three_batches_come_to_the_incident_of_the_first(cast, drill):
    say(drill, *SAID)
    row = Incident.objects.get()
    assert row.drill
    assert row.mentions.count() == 3
    assert services.incident_of(drill) == row


def test_what_is_read_at_once_is_one_incident_too(cast, drill):
    for n, text in enumerate(SAID):
        injecting.inject(drill.source, n, {"text": text, "channel": "小红书"}, timezone.now())
    read(cast.brand)
    assert Incident.objects.get().mentions.count() == 3


def test_what_comes_after_its_director_began_it_by_hand_goes_there(cast, drill):
    quiet = "听说{brand}最近有点争议，先观望"
    injecting.inject(drill.source, 0, {"text": quiet, "channel": "微博"}, timezone.now())
    row = services.open_by_hand(actor=cast.owner, drill_id=drill.pk, seen=None, level="III")
    say(drill, *SAID, first=1)
    assert Incident.objects.count() == 1
    assert row.mentions.count() == 4
    assert Incident.objects.get().level in ("I", "II", "III")


def test_every_scenario_stays_one_incident(cast, house):
    for scenario, known in services.scenarios(cast.brand).items():
        drill = services.start(actor=cast.owner, scenario=scenario)
        for n in range(len(known["mentions"])):
            services.play(drill.pk, n)
            read(cast.brand)
        assert Incident.objects.filter(mentions__source=drill.source).distinct().count() <= 1, scenario
        services.end(actor=cast.owner, drill_id=drill.pk, seen=None)


def test_an_earnest_incident_of_the_same_batch_takes_none_of_it(cast, drill):
    earnest = incident_of(cast.brand, topics=[{"of": "batch", "word": "B2610"}])
    say(drill, *SAID)
    assert earnest.mentions.count() == 0
    assert Incident.objects.filter(drill=True).count() == 1


def test_what_comes_after_it_was_merged_or_closed_opens_no_second_one(cast, drill):
    say(drill, SAID[0])
    first = Incident.objects.get()
    other = incident_of(cast.brand, drill=True)
    acting.merge(actor=cast.owner, incident_id=first.pk, into_id=other.pk, seen=None)
    say(drill, SAID[1], first=1)
    assert services.incident_of(Drill.objects.get()) == other
    assert other.mentions.count() == 2
    Incident.objects.filter(pk=other.pk).update(state="closed", closed_at=timezone.now())
    say(drill, SAID[2], first=2)
    assert Incident.objects.count() == 2
    assert Mention.objects.filter(incident=other).count() == 3
