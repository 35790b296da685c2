"""A journey for those who move into a tier takes who moved there since it began, and nobody who only stands there:
however often history is written anew, whatever is heard late, whoever is found to be whom. Each of these would be a
message to somebody to whom it is not true."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.audience.journeys import entering, preview, running, services
from hongqiao.audience.models import Enrolment, TierRun
from hongqiao.audience.people import merging
from hongqiao.audience.tiers import changing, history, judging, standing
from hongqiao.audience.tiers import jobs as tiers
from hongqiao.imports import services as imports
from hongqiao.workspace import services as workspace
from hongqiao.workspace.jobs import work_off
from hongqiao.workspace.keys import person_keys
from tests.moves import move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
ACT = {"id": "a", "kind": "act", "channel": "wecom", "purpose": "marketing", "content": {"text": "好久不见"}}
LAPSED = {"kind": "tier", "tier": "lapsed"}
START = date(2024, 11, 22)  # a Friday, as long past as all that is told after it
SILENT = 91  # days after the last purchase on which somebody is lapsed


@pytest.fixture
def clock(monkeypatch):
    def to(day, hour=12):
        moment = datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    to(START)
    return to


@pytest.fixture
def tell(cast):
    """Hand over a file of what persons did, [(person, event, day)], as somebody does; the day it is of may be long
    past."""
    shop = workspace.create_account(actor=cast.owner, platform="own", name="商城")
    made = []

    def take(*rows):
        lines = ["event_id,event,person,ts,amount"]
        for person, event, day in rows:
            made.append(person)
            lines.append(f"e{len(made)},{event},{person},{day} 09:00:00,99")
        data = io.BytesIO("\n".join(lines).encode())
        file = imports.receive(actor=cast.owner, name=f"{len(made)}.csv", stream=data)
        given = {"account_id": shop.pk, "captured_at": timezone.now(), "queue": False}
        imports.confirm(actor=cast.owner, file_id=file.id, seen=None, **given)
        assert imports.run(file.id).state == "done"

    return take


@pytest.fixture
def told(cast, clock, tell):
    """A brand whose people lapse on known days: long ago, on the Monday before the start, on the Monday after it."""
    tell(*((name, "purchase", bought(day)) for name, day in DAYS.items()), ("周围", "purchase", START))
    judge(cast)
    return cast


DAYS = {"早走了": date(2024, 10, 7), "周一走的": date(2024, 11, 18), "之后走的": date(2024, 11, 25)}


def bought(lapses):
    return lapses - timedelta(days=SILENT)


def judge(cast, since=None, *, anew=False):
    tiers.ask(cast.brand, since, anew=anew)
    work_off()


def journey(cast, **more):
    given = {"name": "召回", "goal": "recall", "trigger": LAPSED, "steps": [ACT], "holdout": 0.1, **more}
    row = services.create(actor=cast.owner, **given)
    row = services.start(actor=cast.owner, journey_id=row.pk, seen=row.version)
    entering.let_in(row.pk, timezone.now())
    return row


def look(row):
    """Look three times, as in three minutes; return who is in by then, by the names told."""
    for _ in range(3):
        entering.let_in(row.pk, timezone.now())
    names = dict(zip(person_keys(row.brand_id).hash(ALL), ALL, strict=True))
    return {names[key] for key in Enrolment.objects.filter(journey=row).values_list("subject", flat=True)}


ALL = [*DAYS, "周围", "旧单", "旧单新走", "并进来的", "回头客", "新来的"]


def stands(cast):
    names = dict(zip(person_keys(cast.brand.pk).hash(ALL), ALL, strict=True))
    rows = standing.judged(cast.brand)
    return {names[r["key"]]: r["tier"] for r in rows.fetch(standing.current(rows)).to_pylist()}


def test_who_stands_there_at_the_start_never_comes_in_and_who_moves_there_does(told, clock):
    row = journey(told)
    assert look(row) == set()
    clock(START + timedelta(days=4))
    judge(told)
    assert stands(told)["早走了"] == stands(told)["之后走的"] == "lapsed"
    assert look(row) == {"之后走的"}


def test_a_history_judged_anew_lets_nobody_in_who_stood_there_before(told, clock):
    row = journey(told)
    judge(told, anew=True)
    assert look(row) == set()
    clock(START + timedelta(days=4))
    judge(told, anew=True)  # who went on the Monday before the start is dated by the end of that week, after it
    rows = standing.judged(told.brand)
    moved = {r["key"]: r["since"] for r in rows.fetch(standing.current(rows)).to_pylist()}
    assert moved[person_keys(told.brand.pk).hash(["周一走的"])[0]] > START
    assert look(row) == {"之后走的"}
    clock(START + timedelta(days=12))
    judge(told, anew=True)
    assert look(row) == {"之后走的"}


def test_other_thresholds_move_nobody_and_by_them_only_who_moves_later(told, clock, tell):
    tell(("旧单", "purchase", START - timedelta(days=50)), ("新来的", "purchase", START - timedelta(days=39)))
    judge(told)
    row = journey(told)
    clock(START, hour=13)
    changing.save(actor=told.owner, seen=None, wanted={"lapsed_days": 40})
    work_off()
    assert stands(told)["旧单"] == "lapsed"
    assert look(row) == set()
    judge(told, anew=True)
    assert look(row) == set()
    clock(START + timedelta(days=3))
    judge(told)
    assert look(row) == {"新来的"}


def test_an_old_file_that_comes_late_takes_along_only_who_moved_after_the_start_and_not_long_ago(told, clock, tell):
    row = journey(told)
    clock(START + timedelta(days=4))
    judge(told)
    assert look(row) == {"之后走的"}
    clock(START + timedelta(days=50))
    tell(
        ("旧单", "purchase", bought(START - timedelta(days=30))),  # lapsed before the start
        ("回头客", "purchase", bought(START + timedelta(days=5))),  # after it, but six weeks ago: no news any more
        ("旧单新走", "purchase", bought(START + timedelta(days=40))),
    )
    tiers._look(told.brand)
    work_off()
    assert {stands(told)[name] for name in ("旧单", "回头客", "旧单新走")} == {"lapsed"}
    assert look(row) == {"之后走的", "旧单新走"}


def test_old_facts_of_an_interface_move_people_today_and_let_nobody_in(told, said, clock):
    lapsed = journey(told)
    active = journey(told, name="首购之后", goal="repurchase", trigger={"kind": "tier", "tier": "active"})
    at = clock(START + timedelta(days=2))
    judge(told)
    said(("新来的", "follow", (at - timedelta(hours=1)).isoformat()))
    tiers._look(told.brand)
    clock(START + timedelta(days=3))
    judge(told)
    assert stands(told)["新来的"] == "potential"
    said(
        ("新来的", "purchase", f"{START - timedelta(days=60)}T09:00:00"),  # so they were active before the start
        ("旧单", "purchase", f"{bought(START - timedelta(days=30))}T09:00:00"),
    )
    assert tiers._look(told.brand) == 2
    assert [stands(told)[name] for name in ("新来的", "旧单")] == ["active", "lapsed"]
    assert (look(lapsed), look(active)) == ({"之后走的"}, set())


def test_nobody_comes_in_while_half_of_the_history_is_judged(told, tell, clock, monkeypatch):
    clock(START + timedelta(days=4))
    tell(("回头客", "purchase", START - timedelta(days=400)), ("回头客", "purchase", START))
    judge(told, anew=True)
    row, all_ = journey(told), journey(told, name="全部", goal="repurchase", trigger={**LAPSED, "existing": True})
    before = look(all_)
    assert before == set(DAYS)
    Enrolment.objects.all().delete()
    type(all_).objects.update(began=False, cursor=0)
    real, weeks = judging.Judging.judge, []

    def dies(self, day=None):
        weeks.append(day)
        if len(weeks) == 9:
            raise RuntimeError("killed")
        return real(self, day)

    monkeypatch.setattr(judging.Judging, "judge", dies)
    tiers.ask(told.brand, anew=True)
    with pytest.raises(RuntimeError):
        tiers.judge(_Ctx(told.brand.pk))
    assert TierRun.objects.count() == 8
    assert not standing.whole(told.brand)
    assert look(row) == look(all_) == set()
    url = reverse("users_journey", args=["anlan", row.pk])
    assert "分层正在重算" in told.client(told.owner).get(url).content.decode()
    monkeypatch.setattr(judging.Judging, "judge", real)
    tiers.judge(_Ctx(told.brand.pk))
    assert look(row) == set()
    assert look(all_) == before
    assert "分层正在重算" not in told.client(told.owner).get(url).content.decode()


class _Ctx:
    """A run of a job by hand."""

    should_rest, payload = False, {}

    def __init__(self, brand_id):
        self.brand_id = brand_id


def test_moves_and_runs_are_taken_out_together_or_not_at_all(told, monkeypatch):
    def dies(*_given):
        raise RuntimeError("killed")

    before, runs = stands(told), TierRun.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr("django.db.models.query.QuerySet.delete", dies)
        with pytest.raises(RuntimeError):
            history.clear(told.brand)
    assert (stands(told), TierRun.objects.count()) == (before, runs)
    history.clear(told.brand)
    assert TierRun.objects.count() == 0
    assert standing.judged(told.brand) is None


def test_a_wish_to_judge_anew_is_kept_while_a_judgement_is_under_way(told, clock, monkeypatch):
    real, once = judging.Judging.judge, []

    def asked_meanwhile(self, day=None):
        run = real(self, day)
        if not once:
            once.append(run.day)
            tiers.ask(told.brand, anew=True)  # finds the job running
        return run

    first = TierRun.objects.order_by("day").first().pk
    monkeypatch.setattr(judging.Judging, "judge", asked_meanwhile)
    clock(START + timedelta(days=10))
    judge(told)
    assert once
    assert standing.whole(told.brand)
    assert not TierRun.objects.filter(pk=first).exists()


def test_two_found_to_be_one_are_no_move(told, tell, clock):
    row = journey(told)
    clock(START + timedelta(days=1))
    tell(("并进来的", "follow", START + timedelta(days=1)))
    judge(told)
    assert stands(told)["并进来的"] == "potential"
    keys = person_keys(told.brand.pk).hash(["早走了", "并进来的"])
    one, other = (merging.of(told.brand, key) for key in keys)
    merging.merge_by_hand(actor=told.owner, keep_id=one.pk, other_id=other.pk)
    work_off()
    assert look(row) == set()
    judge(told, anew=True)
    assert look(row) == set()
    clock(START + timedelta(days=4))
    judge(told)
    assert look(row) == {"之后走的"}


def test_one_round_more_takes_only_who_was_elsewhere_in_between(told, tell, clock):
    row = journey(told, trigger={**LAPSED, "existing": True, "again_days": 30})
    assert look(row) == {"早走了", "周一走的"}
    Enrolment.objects.update(state="done", ended_at=timezone.now())
    back = START + timedelta(days=10)
    clock(back)
    tell(("早走了", "purchase", back))
    judge(told)
    clock(back + timedelta(days=SILENT + 1))
    judge(told)
    judge(told, anew=True)
    look(row)
    key = person_keys(told.brand.pk).hash(["早走了", "周一走的"])
    assert [Enrolment.objects.filter(journey=row, subject=k).count() for k in key] == [2, 1]


def test_an_event_of_before_the_start_lets_nobody_in_however_late_it_is_heard(told, tell, clock):
    row = journey(told, trigger={"kind": "event", "event": "purchase"}, goal="repurchase")
    assert look(row) == set()
    clock(START + timedelta(days=40))
    tell(
        ("旧单", "purchase", START - timedelta(days=1)),
        ("回头客", "purchase", START + timedelta(days=2)),
        ("新来的", "purchase", START + timedelta(days=39)),
    )
    assert look(row) == {"新来的"}


def test_the_preview_names_who_moved_the_day_before_and_not_who_was_written_anew(told, clock):
    row = services.create(actor=told.owner, name="召回", goal="recall", trigger=LAPSED, steps=[ACT])
    clock(START + timedelta(days=3))
    judge(told)
    judge(told, anew=True)
    assert preview.of(row).came == 1


def test_a_condition_on_the_tier_waits_while_the_history_is_judged_anew(told, clock):
    here = {"id": "c", "kind": "condition", "test": "tier", "value": "lapsed", "within_hours": 0, "else": ""}
    row = journey(told, trigger={**LAPSED, "existing": True}, steps=[here, ACT], holdout=0.05)
    someone = Enrolment.objects.filter(journey=row).first()
    Enrolment.objects.exclude(pk=someone.pk).delete()
    Enrolment.objects.filter(pk=someone.pk).update(arm="treat", state="active", step="c", due_at=timezone.now())
    history.mark(told.brand)
    while running.one_set(told.brand, timezone.now()):
        pass
    someone.refresh_from_db()
    assert (someone.state, someone.step) == ("active", "c")
    judge(told)
    clock(START, hour=14)
    while running.one_set(told.brand, timezone.now()):
        pass
    someone.refresh_from_db()
    assert (someone.state, someone.step) == ("done", "")


def test_a_stage_is_entered_by_a_move_within_its_tier(cast, clock):
    new = {"kind": "tier", "tier": "active", "stage": "at_risk"}
    move(cast.account, ["stood"], "active", timezone.now() - timedelta(hours=2), stage="at_risk")
    row = journey(cast, trigger=new)
    later = clock(START, hour=14)
    move(cast.account, ["came"], "active", later - timedelta(hours=1), stage="new")
    move(cast.account, ["came"], "active", later + timedelta(days=1), stage="at_risk")
    entering.let_in(row.pk, later + timedelta(days=1))
    assert set(Enrolment.objects.values_list("subject", flat=True)) == {"came"}
