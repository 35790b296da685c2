"""Measuring by itself on its day, the preview beforehand, and actions of one kind together."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from hongqiao.ledger import jobs as ledger_jobs
from hongqiao.ledger import services
from hongqiao.ledger.measuring import judging, pool, preview, saying
from hongqiao.ledger.measuring.plans import measure_day
from hongqiao.ledger.models import Outcome
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Delivery, Job, Notice
from tests.ledger.house import made
from tests.ledger.measured import AB, HOLD, PLAN, START, outcome, pieces, running, series, state


def ripe(cast, accounts, **more):
    state(cast, accounts, series(effect=30))
    row = running(cast.owner, **more)
    ledger_jobs.ask_measure(row, row.measure_on)
    return row


def test_on_its_day_an_action_is_measured_by_a_job_and_closed(cast, accounts):
    workspace.create_webhook(actor=cast.owner, name="中台", url="https://example.com/", events=["action.judged"])
    row = ripe(cast, accounts, owner_id=cast.editor.pk)
    jobs.work_off()
    row.refresh_from_db()
    kept = Outcome.objects.get()
    assert (row.state, kept.verdict) == ("judged", "worked")
    assert Delivery.objects.get().event == "action.judged"
    assert Notice.objects.filter(member=cast.editor, code="action.judged").count() == 1
    ledger_jobs.ask_measure(row, row.measure_on)
    jobs.work_off()
    assert Outcome.objects.count() == 1


def test_an_action_cancelled_while_it_is_measured_keeps_no_outcome(cast, accounts, monkeypatch):
    row = ripe(cast, accounts)
    real = judging.measured

    def slow(action, handle, today):
        services.cancel_action(actor=cast.owner, action_id=row.pk, seen=None)
        return real(action, handle, today)

    monkeypatch.setattr(judging, "measured", slow)
    jobs.work_off()
    assert Job.objects.get(kind="ledger.measure").state == "done"
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("how", ["cancelled", "changed", "deleted"])
def test_an_action_that_moved_before_its_job_ran_is_left_alone(cast, accounts, how):
    row = ripe(cast, accounts)
    if how == "cancelled":
        services.cancel_action(actor=cast.owner, action_id=row.pk, seen=None)
    elif how == "changed":
        services.change_action(actor=cast.owner, action_id=row.pk, seen=None, note="x")
    else:
        row.delete()
    jobs.work_off()
    assert Job.objects.get(kind="ledger.measure").state == "done"
    assert not Outcome.objects.exists()


def test_the_tick_asks_for_what_is_due_once_and_never_for_what_is_by_hand(cast, accounts, monkeypatch):
    state(cast, accounts, series(effect=30))
    running(cast.owner)
    running(cast.owner, {"method": "by_hand"}, template="by_hand", title="手工")
    noon = datetime(2026, 11, 25, 4, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    for _ in range(2):
        jobs.enqueue("ledger.due", brand_id=None, key=str(random.random()))
        jobs.work_off()
    assert Job.objects.filter(kind="ledger.measure").count() == 1


def test_measured_again_the_former_outcome_stays_and_the_newest_counts(cast, accounts):
    row = ripe(cast, accounts)
    jobs.work_off()
    row = services.measure_again(actor=cast.owner, action_id=row.pk, seen=None)
    ledger_jobs.ask_measure(row, row.measure_on)
    jobs.work_off()
    assert Outcome.objects.count() == 2
    assert len(pool.newest(Outcome.objects.all())) == 1


# Beforehand, and together


def test_the_preview_says_how_many_pieces_it_takes_and_that_few_will_not_do(cast, house):
    pieces(cast, {"a": 12, "b": 12})
    said = preview.preview(cast.brand, AB, expected={"mid": 0.1, "unit": "percent"})
    assert (said.unit, said.relative) == ("pieces", 0.1)
    assert said.needed > said.there
    assert said.reason == "too_small"
    easy = preview.preview(cast.brand, {**AB, "days": 180}, expected={"mid": 1.0, "unit": "percent"})
    assert easy.needed == 10
    assert easy.enough


def test_the_preview_says_how_many_days_and_people(cast, accounts):
    state(cast, accounts, series())
    said = preview.preview(cast.brand, PLAN, expected={"mid": 0.5, "unit": "percent"})
    assert (said.unit, said.reason) == ("days", "")
    assert said.smallest < 0.5
    assert preview.preview(cast.brand, {**PLAN, "where": {}}).reason == "no_controls"
    assert preview.preview(cast.brand, {"method": "by_hand"}).reason == "by_hand"
    assert preview.preview(cast.brand, HOLD).there == 0


def test_an_empty_brand_previews_without_figures(cast, house):
    for plan in (PLAN, AB, HOLD):
        assert not preview.preview(cast.brand, plan).enough


def test_small_actions_of_one_kind_are_pooled_and_feed_the_next(cast):
    for n, relative in enumerate((0.1, 0.2, 0.15, 0.3)):
        row = running(cast.owner, start=START - timedelta(days=n))
        fields = {"effect": relative * 100, "sd": 4.0, "lo": 1.0, "hi": 40.0, "relative": relative}
        verdict = "worked" if n else "cannot_tell"
        reason = "" if n else "interval_spans_zero"
        base = {"method": "controls", "metric": "followers_new", "verdict": verdict, "reason": reason}
        services.keep_outcome(action_id=row.pk, version=row.version, found={**base, **fields})
    kind = pool.kind_of("raise_spend", Outcome.objects.all())
    assert (kind.n, kind.worked, kind.cannot_tell, kind.pooled) == (4, 3, 1, 4)
    assert kind.rate[0] == 1.0
    assert kind.effect[1] < 0.19 < kind.effect[2]
    fresh = made(cast.owner)
    assert fresh.expected["reason"] == "pooled"
    assert fresh.expected["low"] < fresh.expected["mid"] < fresh.expected["high"]
    from hongqiao.ledger.words import expected_reason, expected_words

    assert "4 次" in expected_reason(fresh.expected)
    assert expected_words(fresh.expected).startswith("新增关注 ")


def test_measuring_days_come_after_the_window_and_the_files_lag():
    assert measure_day({"method": "controls", "days": 14}, START) == date(2026, 4, 17)
    assert measure_day({"method": "by_hand"}, START) == START


@pytest.mark.parametrize(
    ("expected", "smallest"),
    [
        ({"low": 10, "high": 20, "unit": "count"}, 10),
        ({"low": -0.4, "high": -0.2, "unit": "percent"}, 20),
        ({"low": -0.1, "high": 0.3, "unit": "percent"}, 0),
        ({"low": 10, "unit": "count", "metric": "views"}, 0),
        (None, 0),
    ],
)
def test_the_smallest_effect_worth_it_is_the_nearer_end_of_what_was_expected(cast, expected, smallest):
    row = made(cast.owner, expected=expected)
    assert saying.smallest(row, 100.0) == pytest.approx(smallest)


def test_a_metric_that_left_the_dictionary_is_said_not_a_crash(cast, accounts):
    state(cast, accounts, series(effect=30))
    row = running(cast.owner)
    row.measure["metric"] = "gone"
    assert outcome(row)["reason"] == "definition_changed"


def test_a_brand_changes_a_template_by_its_differences_only(cast):
    from hongqiao.ledger import playbook

    cast.brand.settings["playbook"] = {"raise_spend": {"due_days": 9, "measure": {"days": 21}}}
    kept, shipped = playbook.of(cast.brand)["raise_spend"], playbook.of(None)["raise_spend"]
    assert (kept["due_days"], kept["measure"]["days"], kept["measure"]["metric"]) == (9, 21, "followers_new")
    assert (shipped["due_days"], shipped["measure"]["days"]) == (3, 14)


def test_every_template_of_the_playbook_can_be_measured_and_is_in_a_room(cast):
    from hongqiao.ledger import playbook
    from hongqiao.ledger.measuring import plans
    from hongqiao.workspace import permissions

    rooms = {r["code"] for r in permissions.rooms()}
    for code, kept in playbook.of(None).items():
        assert plans.checked(kept["measure"])["method"] in plans.METHODS, code
        assert kept["room"] in rooms, code
        assert kept["due_days"] > 0, code
