"""The look of a day: every rule that is on, one failure stops nobody, twice is once."""

from datetime import UTC, datetime

import pytest

from hongqiao import warehouse
from hongqiao.ledger import rules, services, watching
from hongqiao.ledger.models import Finding, Told
from hongqiao.workspace import jobs, words
from hongqiao.workspace.models import Job, Notice
from tests.ledger import house as ledger_house
from tests.ledger.house import CODE, DAY, raised, rule
from tests.warehouse.conftest import take

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)


@pytest.fixture
def facts(cast, house, fell, monkeypatch):
    """A brand with one file, on a noon in spring; the tests' rule has something to say."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "captured_at": datetime(2026, 4, 10, 3)}
    take("account_daily", [{"day": DAY, "channel": "", "followers_new": 5}], **about)
    ledger_house.rule_said["said"] = [raised()]
    return cast


def look(cast, **more):
    return watching.watch(cast.brand, warehouse.open(cast.brand.pk), DAY, **more)


def test_what_rules_say_becomes_findings_and_people_are_told(facts):
    result = look(facts)
    assert result["said"][CODE]["new"] == 1
    assert Finding.objects.get().manifest == warehouse.open(facts.brand.pk).version
    assert Told.objects.filter(member=facts.editor).count() == 1
    look(facts)
    assert (Finding.objects.count(), Finding.objects.get().times, Told.objects.filter(member=facts.editor).count()) == (
        1,
        1,
        1,
    )


def test_a_rule_that_fails_stops_no_other_and_is_said_to_who_keeps_the_jobs(facts):
    def explode(_look):
        raise ZeroDivisionError

    other = rules.Rule(**{**vars(rule("test.broken")), "detect": explode})
    rules.register(other)
    try:
        for _ in range(2):
            result = look(facts)
        assert result["failed"] == {"test.broken": "ZeroDivisionError"}
        assert Finding.objects.count() == 1
        told = Notice.objects.get(member=facts.owner, code="ledger.rule_failed")
        assert "测试规则" in words.say("notice", told.code, told.params)
        assert not Notice.objects.filter(member=facts.editor, code="ledger.rule_failed").exists()
    finally:
        rules._RULES.pop("test.broken")


def test_a_rule_that_is_off_is_not_asked_and_thresholds_reach_it(facts):
    asked = []
    rules.register(rules.Rule(**{**vars(rule()), "detect": lambda look: asked.append(look.settings) or []}))
    services.change_rule(actor=facts.owner, code=CODE, seen=None, values={"drop": 0.5})
    facts.brand.refresh_from_db()
    look(facts)
    services.change_rule(actor=facts.owner, code=CODE, seen=None, on=False)
    facts.brand.refresh_from_db()
    look(facts)
    assert asked == [{"drop": 0.5}]


def test_a_run_that_must_rest_goes_on_where_it_ended(facts):
    known = sorted(rules.all_rules())
    result = look(facts, step=lambda code, share: False)
    assert result["left"] == known
    assert look(facts, skip=known)["said"] == {}


def test_the_tick_asks_once_a_day_and_version_in_the_morning_and_not_while_imports_run(facts, monkeypatch):
    def tick(key):
        jobs.enqueue("ledger.tick", brand_id=None, key=key)
        jobs.work_off()
        return Job.objects.filter(kind="ledger.watch", brand=facts.brand).count()

    early = datetime(2026, 4, 9, 21, tzinfo=UTC)  # 5 in the morning in Shanghai
    monkeypatch.setattr("django.utils.timezone.now", lambda: early)
    assert tick("a") == 0
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    busy = Job.objects.create(brand=facts.brand, kind="imports.run", key="x", state="running")
    assert watching.due(facts.brand) is None
    busy.delete()
    assert tick("b") == 1
    assert Finding.objects.count() == 1
    assert tick("c") == 1
    job = Job.objects.get(kind="ledger.watch", brand=facts.brand)
    assert (job.state, job.result["said"][CODE]["new"]) == ("done", 1)


def test_a_brand_without_facts_is_not_looked_at(cast, house, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    assert watching.due(cast.brand) is None
