"""A journey lets people in by their moves, reaches some and leaves some alone, once each, and stops when it should."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from hongqiao.audience.growth import trials
from hongqiao.audience.journeys import book, checking, entering, preview, queries, running, samples, services
from hongqiao.audience.journeys import errors as wrong
from hongqiao.audience.models import Applicant, Enrolment, Journey, Person
from hongqiao.delivery.models import Reach
from hongqiao.delivery.reaching import acting, coupons
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.ledger.models import Assignment
from hongqiao.workspace import persons
from hongqiao.workspace.keys import person_keys
from hongqiao.workspace.models import Pause
from tests.moves import buy, move
from tests.reach import NOON, SMS, connected, known

pytestmark = pytest.mark.django_db
ACT = {"id": "a", "kind": "act", "channel": "sms", "purpose": "marketing", "content": SMS}
STEPS = [ACT, {"id": "w", "kind": "wait", "hours": 48}, {**ACT, "id": "b"}]
TIER = {"kind": "tier", "tier": "lapsed", "existing": True}


@pytest.fixture
def house_(house, cast, sms, noon):
    connected(cast, sms)
    return cast


def people(cast, count, prefix="p"):
    """Persons with an address who agreed, in the facts as lapsed; their keys."""
    keys = person_keys(cast.brand.pk).hash([f"{prefix}{n}" for n in range(count)])
    for n, key in enumerate(keys):
        known(cast.brand, key, f"139{n:08d}")
    move(cast.account, keys, "lapsed", NOON - timedelta(hours=1))
    return keys


def journey(cast, **more):
    given = {"name": "召回", "goal": "recall", "trigger": TIER, "steps": STEPS, "holdout": 0.1, **more}
    row = services.create(actor=cast.owner, **given)
    return services.start(actor=cast.owner, journey_id=row.pk, seen=row.version)


def at(monkeypatch, moment):
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


def run(cast, now=NOON):
    for row in Journey.objects.filter(state="running"):
        entering.let_in(row.pk, now)
    steps = 0
    while done := running.one_set(cast.brand, now):
        steps += done
    while acting.one_set(cast.brand):
        pass
    return steps


def test_those_who_stand_in_the_tier_come_in_once_and_one_in_ten_is_never_reached(house_, monkeypatch):
    keys = people(house_, 60)
    row = journey(house_)
    run(house_)
    arms = dict(Enrolment.objects.values_list("subject", "arm"))
    assert arms == {k: entering.arm_of(entering.seed(row), k, 0.1) for k in keys}
    held = {k for k, arm in arms.items() if arm == "hold"}
    assert len(held) < 25  # of sixty by lot; none at all once in six hundred times
    assert queries.counted([row])[row.pk]["hold"] == len(held)
    assert set(Reach.objects.filter(state="sent").values_list("subject", flat=True)) == set(keys) - held
    assert run(house_) == 0
    assert Reach.objects.count() == len(keys) - len(held)
    assert Assignment.objects.filter(action=row.action).count() == len(keys)
    assert row.action.measure["entering"] is True
    run(house_, at(monkeypatch, NOON + timedelta(hours=49)))
    assert Reach.objects.count() == 2 * (len(keys) - len(held))
    assert not Enrolment.objects.filter(state="active").exists()


def test_whoever_moves_later_comes_in_and_another_tier_does_not(house_, monkeypatch):
    journey(house_, trigger={"kind": "tier", "tier": "lapsed"}, holdout=0.05)
    move(house_.account, ["old"], "lapsed", NOON - timedelta(days=9))
    run(house_)
    later = at(monkeypatch, NOON + timedelta(hours=1))
    move(house_.account, ["new1", "new2"], "lapsed", later)
    move(house_.account, ["other"], "loyal", later)
    run(house_, later)
    run(house_, later)
    assert set(Enrolment.objects.values_list("subject", flat=True)) >= {"new1", "new2"}
    assert not Enrolment.objects.filter(subject="other").exists()


def test_a_history_that_comes_in_lets_nobody_in_who_has_moved_on(house_, monkeypatch):
    journey(house_)
    run(house_)
    later = at(monkeypatch, NOON + timedelta(hours=1))
    move(house_.account, ["gone", "stays"], "lapsed", NOON - timedelta(days=30))
    move(house_.account, ["gone"], "active", NOON - timedelta(days=5))
    run(house_, later)
    assert set(Enrolment.objects.values_list("subject", flat=True)) == {"stays"}


def test_one_who_buys_leaves_and_one_who_opts_out_leaves(house_, monkeypatch):
    keys = people(house_, 12)
    row = journey(house_, holdout=0.05)
    run(house_)
    treated = list(Enrolment.objects.filter(arm="treat").values_list("subject", flat=True))
    raw = {k: f"p{n}" for n, k in enumerate(keys)}
    buy(house_.account, [raw[treated[0]]], NOON + timedelta(hours=2))
    from hongqiao.delivery.reaching import contacts, opting

    place = contacts.of(house_.brand, [treated[1]], "sms")[treated[1]]
    run(house_, at(monkeypatch, NOON + timedelta(hours=47)))
    opting.opt_out(house_.brand, channel="sms", digests=[place.digest], source="sms_reply")
    run(house_, at(monkeypatch, NOON + timedelta(hours=49)))
    why = dict(Enrolment.objects.filter(subject__in=treated[:2]).values_list("subject", "why"))
    assert why[treated[0]] == "goal"
    assert Reach.objects.filter(subject=treated[0]).count() == 1
    assert Reach.objects.filter(subject=treated[1]).count() <= 2
    assert Reach.objects.filter(subject=treated[1], state="sent").count() == 1
    assert queries.counted([row])[row.pk]["goal"] == 1


def test_one_journey_a_person_and_goal_and_the_young_come_into_none(house_):
    keys = people(house_, 5)
    Person.objects.create(brand=house_.brand, key=keys[0], minor=True)
    Person.objects.create(brand=house_.brand, key=keys[1], no_profile=True)
    journey(house_, name="一")
    journey(house_, name="二")
    journey(house_, name="三", goal="repurchase")
    run(house_)
    by = dict.fromkeys(keys, 0)
    for subject in Enrolment.objects.values_list("subject", flat=True):
        by[subject] += 1
    assert [by[k] for k in keys] == [0, 0, 2, 2, 2]


def test_what_a_vendor_refuses_goes_by_the_other_channel(house_, sms, settings, mailoutbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for key in people(house_, 6):
        known(house_.brand, key, "lan@example.com", channel="email")
    sms.world.templates["SMS_1"] = "好久不见，送你优惠券，拒收请回复R"
    other = {"channel": "email", "content": {"subject": "好久不见", "text": "给你留了一张券"}}
    row = journey(house_, steps=[{**ACT, "fallback": other}], holdout=0.05)
    run(house_)
    treated = Enrolment.objects.filter(arm="treat").count()
    assert treated > 0
    states = sorted(Reach.objects.values_list("channel", "state"))
    assert states == [("email", "sent")] * treated + [("sms", "failed")] * treated
    assert "给你留了一张券" in mailoutbox[0].body
    said = preview.sent(row)
    assert said["all"] == 2 * treated
    assert said["reasons"][0][0] == "vendor"


def test_the_red_button_and_a_pause_hold_everything_where_it_stands(house_):
    people(house_, 3)
    row = journey(house_, holdout=0.05)
    Pause.objects.create(brand=house_.brand, scope=f"reaching/{running.origin(row)}", on=True)
    assert run(house_) == 0
    Pause.objects.all().delete()
    entering.let_in(row.pk, NOON)
    running.one_set(house_.brand, NOON)
    services.pause(actor=house_.owner, journey_id=row.pk, seen=None)
    assert run(house_) == 0
    assert set(Reach.objects.values_list("state", flat=True)) == {"waiting"}
    row = services.start(actor=house_.owner, journey_id=row.pk, seen=None)
    run(house_)
    assert set(Reach.objects.values_list("state", flat=True)) == {"sent"}
    assert Journey.objects.get().action_id == row.action_id


def test_the_preview_says_how_many_can_be_reached_and_why_not_and_sends_nothing(house_):
    keys = people(house_, 30)
    nobody = person_keys(house_.brand.pk).hash([f"x{n}" for n in range(10)])
    move(house_.account, nobody, "lapsed", NOON - timedelta(hours=2))
    row = services.create(actor=house_.owner, name="召回", goal="recall", trigger=TIER, steps=STEPS)
    said = preview.of(row)
    assert (said.came, said.free) == (40, 40)
    assert said.asked == 40 - said.held
    assert said.main + sum(n for _, _, n in said.refused) == said.asked
    assert [code for code, _, _ in said.refused] == ["no_consent"]
    assert said.main <= len(keys)
    assert not Reach.objects.exists()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ([], wrong.BadJourney),
        ([{"id": "a", "kind": "dance"}], wrong.BadStep),
        ([{"id": "a", "kind": "wait", "hours": 0}], wrong.BadStep),
        ([{"id": "a", "kind": "wait", "hours": "x"}], wrong.BadStep),
        ([{"id": "a", "kind": "condition", "test": "joined", "value": "won"}], wrong.BadStep),
        ([ACT, {**ACT}], wrong.BadJourney),
        ([{**ACT, "channel": "pigeon"}], wrong.BadStep),
        ([{**ACT, "fallback": {"channel": "sms", "content": SMS}}], wrong.BadStep),
        ([ACT, {"id": "c", "kind": "condition", "test": "bought", "else": "a"}], wrong.BadStep),
        ("no list", wrong.BadJourney),
    ],
)
def test_steps_that_make_no_sense_are_refused(house_, steps, error):
    with pytest.raises(error):
        services.create(actor=house_.owner, name="一", goal="recall", trigger=TIER, steps=steps)


def test_who_may_not_send_does_not_start_and_a_stranger_sees_nothing(house_):
    row = services.create(actor=house_.editor, name="一", goal="recall", trigger=TIER, steps=STEPS)
    with pytest.raises(NotAllowed):
        services.start(actor=house_.editor, journey_id=row.pk, seen=None)
    with pytest.raises(NotFound):
        services.start(actor=house_.stranger, journey_id=row.pk, seen=None)
    with pytest.raises(Conflict):
        services.change(actor=house_.editor, journey_id=row.pk, seen=9, name="二")
    bad = services.create(
        actor=house_.editor, name="二", goal="recall", trigger=TIER, steps=[{**ACT, "content": {"text": "无签名"}}]
    )
    with pytest.raises(wrong.NotStartable):
        services.start(actor=house_.owner, journey_id=bad.pk, seen=None)


def test_steps_are_moved_written_and_taken_out_while_nothing_runs(house_):
    row = services.create(actor=house_.editor, name="一", goal="recall", trigger=TIER, steps=STEPS)
    given = {"actor": house_.editor, "journey_id": row.pk}
    row = services.move_step(seen=row.version, step="b", by=-1, **given)
    assert [s["id"] for s in row.steps] == ["a", "b", "w"]
    row = services.put_step(seen=row.version, step={"kind": "wait", "hours": 5}, **given)
    row = services.remove_step(seen=row.version, step="a", **given)
    assert [s["id"] for s in row.steps] == ["b", "w", "s1"]
    services.start(actor=house_.owner, journey_id=row.pk, seen=None)
    with pytest.raises(wrong.StepsFixed):
        services.remove_step(seen=None, step="b", **given)


def test_a_set_that_dies_did_nothing_of_it(house_, monkeypatch):
    people(house_, 8)
    row = journey(house_, holdout=0.05)
    entering.let_in(row.pk, NOON)
    real = running.bulk.update

    def die(*_given):
        raise RuntimeError("killed")

    monkeypatch.setattr(running.bulk, "update", die)
    with pytest.raises(RuntimeError):
        running.one_set(house_.brand, NOON)
    assert not Reach.objects.exists()
    monkeypatch.setattr(running.bulk, "update", real)
    run(house_)
    assert Reach.objects.count() == Enrolment.objects.filter(arm="treat").count()
    assert connection.in_atomic_block


def test_an_ended_journey_lets_everybody_go_and_sends_nothing_more(house_):
    people(house_, 4)
    row = journey(house_, holdout=0.05)
    entering.let_in(row.pk, NOON)
    running.one_set(house_.brand, NOON)
    services.end(actor=house_.owner, journey_id=row.pk, seen=None)
    assert acting.one_set(house_.brand) == 0
    assert set(Reach.objects.values_list("state", flat=True)) == {"stopped"}
    assert not Enrolment.objects.filter(state="active").exists()
    assert Journey.objects.get().action.state == "done"
    Enrolment.objects.filter(arm="treat").update(state="held", arm="hold")
    running.watched(NOON + timedelta(days=31))
    assert not Enrolment.objects.filter(state="held").exists()


def test_every_template_that_ships_is_whole(house_):
    for said in book.of(house_.brand)["templates"]:
        row = services.create(actor=house_.editor, template=said["code"])
        assert len(row.steps) == len(said["steps"])
        assert row.goal in book.of(house_.brand)["goals"]


def test_a_sample_is_applied_for_chosen_sent_and_reported(house_, settings, client):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    row = services.create(actor=house_.owner, template="sample", places=1)
    Journey.objects.filter(pk=row.pk).update(state="running")
    url = samples.link(row, "p1")
    path = url[url.index("/j/") :]
    assert client.get(path).status_code == 200
    given = {"name": "安", "phone": "13900001234", "address": "上海市长宁区虹桥路一号", "agreed": "1"}
    assert client.post(path, {**given, "phone": "x"}).status_code == 422
    assert client.post(path, given).status_code == 302
    one = Applicant.objects.get()
    assert "虹桥路" not in json.dumps(list(Applicant.objects.values("address", "wish")))
    with pytest.raises(NotAllowed):
        samples.opened(actor=house_.editor, key=one.pk)
    assert samples.opened(actor=house_.owner, key=one.pk)["phone"] == "13900001234"
    with pytest.raises(NotAllowed):  # who gets something is chosen by whoever may start a journey, and with a reason
        samples.move(actor=house_.editor, key=one.pk, seen=None, to="chosen", reason="写得真诚")
    with pytest.raises(trials.NeedsReason):
        samples.move(actor=house_.owner, key=one.pk, seen=None, to="chosen")
    one = samples.move(actor=house_.owner, key=one.pk, seen=one.version, to="chosen", reason="写得真诚")
    second = samples.apply(row, "p2", given)
    with pytest.raises(trials.NoPlaces):
        samples.move(actor=house_.owner, key=second.pk, seen=None, to="chosen", reason="也写得真诚")
    with pytest.raises(trials.Closed):
        trials.draw(actor=house_.owner, trial_id=one.trial_id, seen=None)
    with pytest.raises(wrong.WrongTurn):
        samples.report(row, "p1", {"report": "用了两周，很润，不油。", "rating": "5"})
    samples.move(actor=house_.editor, key=one.pk, seen=None, to="sent", parcel="SF123")
    assert client.post(path, {"report": "用了两周，很润，不油，会再买。", "rating": "5"}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.score, one.parcel) == ("reported", 5, "SF123")
    assert "会再买" in trials.report_of(one)
    (told,) = trials.listed(house_.owner)
    assert (told.journey, told.quota, told.n_applied, told.n_reported) == (row, 1, 2, 1)
    samples.move(actor=house_.owner, key=second.pk, seen=None, to="passed")
    second.refresh_from_db()
    assert second.state == "passed"
    assert client.get("/j/forged/").status_code == 404


def test_the_lift_says_too_little_data_and_later_what_it_brought(house_, monkeypatch):
    count = 260
    raw = [f"p{n}" for n in range(count)]
    keys = person_keys(house_.brand.pk).hash(raw)
    move(house_.account, keys, "lapsed", NOON - timedelta(hours=1))
    buy(house_.account, ["somebody"], NOON - timedelta(days=1))
    row = journey(house_, holdout=0.5, days=7)
    entering.let_in(row.pk, NOON)
    assert queries.lift(row)["reason"] == "too_small"
    Assignment.objects.update(created_at=NOON)
    arms = dict(Enrolment.objects.values_list("subject", "arm"))
    treated = [r for r, k in zip(raw, keys, strict=True) if arms[k] == "treat"]
    held = [r for r, k in zip(raw, keys, strict=True) if arms[k] == "hold"]
    buy(house_.account, treated[: len(treated) // 2] + held[: len(held) // 20], NOON + timedelta(days=3))
    buy(house_.account, ["somebody"], NOON + timedelta(days=8))
    said = queries.lift(row)
    assert said["details"]["arms"] == {"treat": len(treated), "hold": len(held)}
    assert said["lo"] > 0.2
    assert said["effect"] == pytest.approx(len(treated) // 2 / len(treated) - len(held) // 20 / len(held), abs=0.01)


def test_a_coupon_pool_is_named_before_a_journey_starts(house_, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    row = services.create(actor=house_.owner, template="coupon")
    assert [p["code"] for p in checking.problems(row)] == ["no_pool"]
    with pytest.raises(wrong.NotStartable):
        services.start(actor=house_.owner, journey_id=row.pk, seen=None)
    pool = coupons.make_pool(actor=house_.owner, name="专属", benefit="满减")
    step = json.loads(json.dumps(row.steps[0]))
    step["content"]["pool"] = step["fallback"]["content"]["pool"] = str(pool.pk)
    row = services.put_step(actor=house_.owner, journey_id=row.pk, seen=None, step=step)
    assert services.start(actor=house_.owner, journey_id=row.pk, seen=None).state == "running"


def test_a_person_found_to_be_another_is_led_by_one_journey_and_an_erased_one_by_none(house_):
    people(house_, 8)
    row = journey(house_, holdout=0.05)
    entering.let_in(row.pk, NOON)
    one, two = Enrolment.objects.filter(arm="treat").values_list("subject", flat=True)[:2]
    samples.apply(row, one, {"name": "安", "phone": "13900001234", "agreed": "1"})
    kept = persons.keepers()
    what = {name: kept[name].move(house_.brand.pk, one, two) for name in ("journeys", "trials")}
    assert Enrolment.objects.get(subject=one).why == "merged"
    assert Applicant.objects.get().subject == two
    for name, moved in what.items():
        kept[name].back(house_.brand.pk, moved, one)
    assert Applicant.objects.get().subject == one
    assert kept["trials"].export(house_.brand.pk, [one])[-1]["phone"] == "13900001234"
    assert kept["journeys"].export(house_.brand.pk, [one])[-1]["journey"] == row.name
    assert [kept[name].erase(house_.brand.pk, [one]) for name in ("journeys", "trials")] == [1, 1]
