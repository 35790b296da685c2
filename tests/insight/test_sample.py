"""The sample's story: told once through the rules, services and judging of any brand; no finding, no verdict in it."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from hongqiao.errors import Conflict
from hongqiao.imports.checklist import jobs as checklist
from hongqiao.insight.sample import acts, jobs, telling
from hongqiao.ledger import watching
from hongqiao.ledger.models import Action, Comment, Decision, Finding
from hongqiao.ledger.queries import today_of
from hongqiao.site import first
from hongqiao.workspace import figures
from hongqiao.workspace.jobs import enqueue, work_off
from hongqiao.workspace.models import AuditEntry, Brand, Job, Member
from tests.cast import cast  # noqa: F401
from tests.ledger import house
from tests.ledger.conftest import fell  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
STORY = first.SAMPLE / "anlan" / "desk.json"
PEOPLE = [
    {"code": "lead", "name": "周以安", "role": "lead", "email": "zhou@anlan.example"},
    {"code": "ads", "name": "唐一鸣", "role": "specialist", "email": "tang@anlan.example"},
]
FELL = {"rule": house.CODE, "subject": {"metric": "followers_new"}}


@pytest.fixture
def sample(cast, fell):  # noqa: F811
    """A brand marked as the sample, whose rule of the tests speaks of two things."""
    cast.brand.settings = {figures.SAMPLE: {}}
    cast.brand.save()
    house.rule_said["said"] = [house.raised(), house.raised("views|douyin", subject={"metric": "views", "where": {}})]
    return Member.objects.select_related("brand", "user").get(pk=cast.owner.pk)


def story(*days):
    return {"people": PEOPLE, "days": list(days), "reports": []}


MONDAY = {
    "day": "2026-04-06",
    "acts": [
        {"do": "adopt", "by": "lead", "as": "more", "owner": "ads", "due": "2026-04-08", "finding": FELL},
        {"do": "say", "by": "ads", "action": "more", "text": "先问预算"},
        {
            "do": "wont",
            "by": "lead",
            "finding": {"rule": house.CODE, "subject": {"metric": "views"}},
            "reason": "known",
        },
        {"do": "ask", "by": "lead", "title": "加不加", "options": ["加", "不加"], "amount": "100"},
    ],
}
NEXT = {"day": "2026-04-13", "acts": [{"do": "start", "by": "ads", "action": "more", "on": "2026-04-07"}]}


def always(_told):
    return True


def test_a_story_is_told_through_the_services_by_the_people_it_names(sample):
    assert telling.tell(sample, story(MONDAY, NEXT), always)
    action = Action.objects.get()
    assert (str(action.author), str(action.owner), action.state) == ("周以安", "唐一鸣", "running")
    assert (action.due, action.started_on) == (date(2026, 4, 8), date(2026, 4, 7))
    assert {f.state for f in Finding.objects.all()} == {"acting", "wont"}
    assert Finding.objects.order_by("id")[0].first_said.date() == date(2026, 4, 6)
    said = set(AuditEntry.objects.filter(brand=sample.brand).values_list("code", flat=True))
    assert {"finding.watched", "finding.wont", "action.created", "action.started", "decision.asked"} <= said
    assert Comment.objects.get().text == "先问预算"
    assert Decision.objects.count() == 1


def test_a_story_that_was_stopped_goes_on_where_it_was_and_says_nothing_twice(sample):
    assert not telling.tell(sample, story(MONDAY, NEXT), lambda told: told == 0)
    assert telling.told(Brand.objects.get(pk=sample.brand_id)) == 1
    for _ in range(2):
        assert telling.tell(sample, story(MONDAY, NEXT), always)
    assert Action.objects.count() == Comment.objects.count() == Decision.objects.count() == 1
    assert Member.objects.filter(brand=sample.brand, user__email__endswith=".example").count() == 2


def test_a_day_that_breaks_in_its_middle_is_not_half_told(sample, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setitem(acts.VERBS, "ask", broken)
    with pytest.raises(RuntimeError):
        telling.tell(sample, story(MONDAY), always)
    assert Action.objects.count() == 0
    assert telling.told(Brand.objects.get(pk=sample.brand_id)) == 0
    monkeypatch.undo()
    telling.tell(sample, story(MONDAY), always)
    assert Action.objects.count() == 1


def test_what_somebody_answered_before_is_left_to_them_and_the_rest_is_told(sample, monkeypatch):
    def quicker(*_args):
        raise Conflict

    monkeypatch.setitem(acts.VERBS, "adopt", quicker)
    telling.tell(sample, story(MONDAY), always)
    assert Action.objects.count() == 0
    assert Decision.objects.count() == 1


def test_an_action_is_judged_on_its_own_measuring_day_by_the_job_of_any_brand(sample):
    last = {"day": "2026-05-04", "acts": []}
    telling.tell(sample, story(MONDAY, NEXT, last), always)
    action = Action.objects.get()
    outcome = action.outcomes.get()  # no file, so no verdict but this one
    assert (outcome.verdict, outcome.reason) == ("cannot_tell", "missing_days")
    assert outcome.day > action.measure_on  # it waited for files that might still have come


def test_nobody_is_told_of_days_long_gone_but_of_the_last(sample):
    telling.tell(sample, story(MONDAY, NEXT), lambda told: told == 0)
    assert not Finding.objects.filter(told__isnull=False).exists()
    house.rule_said["said"].append(house.raised("new|one"))
    telling.tell(sample, story(MONDAY, NEXT), always)
    assert Finding.objects.get(key="new|one").told.filter(member=sample).exists()


def test_nobody_is_reminded_to_fetch_files_for_the_sample(sample, monkeypatch):
    asked = []
    monkeypatch.setattr(checklist, "remind_brand", lambda brand: asked.append(brand.slug) or 0)
    monkeypatch.setattr(checklist, "book", lambda: {"remind_hour": 0})
    checklist.remind(None)
    assert asked == ["other"]


def test_only_the_samples_calendar_stands_still(sample, cast):  # noqa: F811
    real = Brand.objects.get(pk=cast.stranger.brand_id)
    now = today_of(real)
    with figures.on_day(date(2026, 4, 6)):
        assert today_of(real) == now == figures.today_of(real)
        assert today_of(sample.brand) == figures.today_of(sample.brand) == date(2026, 4, 6)
    assert today_of(sample.brand) == now  # without files there is no day to stand at


@pytest.fixture
def asked(sample, tmp_path):
    """The payload of the job that tells a story kept in a file."""
    kept = tmp_path / "desk.json"
    kept.write_text(json.dumps(story(MONDAY)), "utf-8")
    return {"story": str(kept), "member": str(sample.pk)}


def test_when_its_files_are_in_the_story_is_told_by_itself(sample, asked, tmp_path):
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"files": []}), "utf-8")
    payload = {"manifest": str(manifest), "member": str(sample.pk), "then": {"kind": jobs.TELL, "payload": asked}}
    enqueue("imports.listed", brand_id=sample.brand_id, key="x", payload=payload)
    work_off()
    assert Job.objects.get(kind=jobs.TELL).state == "done"
    assert Action.objects.count() == 1


def test_today_says_that_the_story_is_being_told_and_comes_anew_once_it_is(sample, asked, cast):  # noqa: F811
    browser, here = cast.client(cast.owner), f"/b/{sample.brand.slug}/"
    enqueue(jobs.TELL, brand_id=sample.brand_id, key="", payload=asked)
    assert watching.busy(sample.brand)  # the look of the day waits for it
    assert "正在准备示例的台账" in browser.get(here).content.decode()
    assert "hx-get" in browser.get(f"{here}data/sample/").content.decode()
    assert cast.client(cast.stranger).get(f"{here}data/sample/").status_code == 404
    work_off()
    assert not watching.busy(sample.brand)
    assert browser.get(f"{here}data/sample/?was=1").headers["HX-Refresh"] == "true"
    assert "正在准备示例的台账" not in browser.get(here).content.decode()


def test_the_shipped_story_plants_no_verdict_and_ends_on_the_day_after_the_files():
    shipped = telling.read(STORY)
    manifest = json.loads((first.SAMPLE / "anlan" / "manifest.json").read_text("utf-8"))
    days = [date.fromisoformat(d["day"]) for d in shipped["days"]]
    assert days == sorted(set(days))
    assert days[-1] == date.fromisoformat(manifest["last_day"]) + timedelta(days=1)
    done = [a for d in shipped["days"] for a in d["acts"]]
    assert {a["do"] for a in done} <= set(acts.VERBS)
    source = Path(acts.__file__).read_text("utf-8")  # no verb of a story can speak as a rule or as the measuring job
    assert not any(name in source for name in ("keep_outcome", "say_outcome", "raise_all"))
    assert not any({"verdict", "outcome", "effect"} & set(a) for a in done)
    assert all(p["email"].endswith(".example") for p in shipped["people"])
