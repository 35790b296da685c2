"""What actions brought, on simulated series and hand-made facts: every verdict, every reason."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from hongqiao import warehouse
from hongqiao.ledger import jobs as ledger_jobs
from hongqiao.ledger import services
from hongqiao.ledger.measuring import judging, persons, pool, preview
from hongqiao.ledger.measuring.plans import measure_day
from hongqiao.ledger.models import Action, Assignment, Outcome
from hongqiao.warehouse import identity
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Delivery, Job, Notice
from tests.ledger.house import made
from tests.warehouse.conftest import take

START = date(2026, 4, 1)
BEFORE, AFTER = 56, 14
DAYS = [START + timedelta(days=n) for n in range(-BEFORE, AFTER)]
PLATFORMS = ("douyin", "xiaohongshu", "bilibili", "weibo")


@pytest.fixture
def accounts(cast, house):
    """platform → account of the brand."""
    made_ = {"douyin": cast.account}
    for code in PLATFORMS[1:]:
        made_[code] = workspace.create_account(actor=cast.owner, platform=code, name=code)
    return made_


def series(seed=2, effect=0.0, noise=4.0, drift=0.0, start=BEFORE, trend=0.0):
    """Four platforms that share a common movement; 抖音 gets `effect` from the start on."""
    rng = np.random.default_rng(seed)
    n = len(DAYS)
    common = 100 + 10 * np.sin(np.arange(n) * 2 * np.pi / 7) + np.cumsum(rng.normal(0, 0.4 + drift, n))
    found = {p: common * (1 + 0.3 * k) + rng.normal(0, noise, n) for k, p in enumerate(PLATFORMS)}
    found["douyin"][start:] += effect
    found["douyin"] += trend * np.arange(n)
    return {p: np.round(v).astype(int) for p, v in found.items()}


def state(cast, accounts, given, *, skip=()):
    """Put daily new followers into the warehouse, a file a platform; `skip`: (platform, index) that no file states."""
    for platform, values in given.items():
        rows = [
            {"day": d, "channel": "", "followers_new": int(v)}
            for n, (d, v) in enumerate(zip(DAYS, values, strict=True))
            if (platform, n) not in skip
        ]
        about = {"brand_id": cast.brand.pk, "account_id": accounts[platform].pk, "platform": platform}
        take("account_daily", rows, captured_at=datetime(2026, 4, 20, 4), layout=f"{platform}.daily", **about)


PLAN = {"method": "controls", "metric": "followers_new", "where": {"platform": "douyin"}, "days": AFTER}


def running(actor, plan=None, start=START, **more):
    row = made(actor, measure={**PLAN, "before": BEFORE, **(plan or {})}, **more)
    return services.start_action(actor=actor, action_id=row.pk, seen=None, on=start)


def outcome(row, today=date(2026, 4, 20)):
    return judging.measured(row, warehouse.open(row.brand_id), today)


def test_a_planted_effect_is_found_with_an_interval_that_holds_it(cast, accounts):
    state(cast, accounts, series(effect=30))
    found = outcome(running(cast.owner))
    assert (found["verdict"], found["reason"]) == ("worked", "")
    assert found["lo"] < 30 < found["hi"]
    assert abs(found["effect"] - 30) < 4
    assert found["details"]["controls"] == ["bilibili", "weibo", "xiaohongshu"]
    assert found["cumulative"] == pytest.approx(found["effect"] * AFTER)
    assert len(found["details"]["series"]["expected"]) == AFTER
    assert found["manifest"] == warehouse.open(cast.brand.pk).version


def test_computed_twice_on_one_version_it_is_identical(cast, accounts):
    state(cast, accounts, series(effect=12))
    row = running(cast.owner)
    assert outcome(row) == outcome(row)


def test_what_made_it_worse_did_not_work_and_down_is_wanted_where_it_is_said(cast, accounts):
    state(cast, accounts, series(effect=-30))
    assert outcome(running(cast.owner))["verdict"] == "did_not"
    Action.objects.all().delete()
    assert outcome(running(cast.owner, {"want": "down"}))["verdict"] == "worked"


def test_where_nothing_was_done_the_data_do_not_call_it_a_success(cast, accounts):
    state(cast, accounts, series())
    found = outcome(running(cast.owner))
    assert (found["verdict"], found["reason"]) == ("cannot_tell", "interval_spans_zero")


def test_an_effect_that_was_hoped_for_and_is_ruled_out_did_not_work(cast, accounts):
    state(cast, accounts, series())
    hoped = {"metric": "followers_new", "low": 40, "high": 60, "unit": "count"}
    assert outcome(running(cast.owner, expected=hoped))["verdict"] == "did_not"


def test_false_successes_stay_within_the_stated_rate(cast, accounts):
    """Of thirty worlds in which nothing was done, at a level of 90 % about 5 % may look like a success."""
    from hongqiao.ledger.measuring import series as fetched

    worlds, wrong, held = 30, 0, 0
    row = running(cast.owner)
    for seed in range(worlds):
        given = {p: v.astype(float) for p, v in series(seed=seed).items()}
        controls = {p: v for p, v in given.items() if p != "douyin"}
        daily = fetched.Daily(DAYS, BEFORE, given["douyin"], controls)
        found = judging._effect(row, daily, True)
        wrong += found["verdict"] == "worked"
        held += found["lo"] <= 0 <= found["hi"]
    assert wrong <= 4
    assert held >= 24  # of a 90 % interval; fewer has a chance under 3 %


@pytest.mark.parametrize(
    ("reason", "plan"), [("no_controls", {"where": {}}), ("no_controls", {"method": "before_after"})]
)
def test_without_controls_nothing_is_claimed_whatever_moved(cast, accounts, reason, plan):
    state(cast, accounts, series(effect=60))
    found = outcome(running(cast.owner, plan))
    assert (found["verdict"], found["reason"]) == ("cannot_tell", reason)
    assert found["effect"] > 20


def test_one_slice_only_has_no_controls(cast, accounts):
    state(cast, accounts, {"douyin": series(effect=60)["douyin"]})
    assert outcome(running(cast.owner))["reason"] == "no_controls"


def test_a_short_history_is_too_short(cast, accounts):
    skip = {("douyin", n) for n in range(BEFORE - 8)}
    state(cast, accounts, series(effect=30), skip=skip)
    assert outcome(running(cast.owner))["reason"] == "too_short"


def test_missing_days_are_waited_for_and_then_said(cast, accounts):
    skip = {(p, n) for n in range(BEFORE + 4, BEFORE + AFTER) for p in PLATFORMS}
    state(cast, accounts, series(effect=30), skip=skip)
    row = running(cast.owner)
    assert isinstance(outcome(row, row.measure_on), judging.Waiting)
    found = outcome(row, row.measure_on + timedelta(days=7))
    assert (found["reason"], found["params"]["n"]) == ("missing_days", 10)


def test_gaps_and_zeros_before_the_start_do_not_stop_it(cast, accounts):
    given = series(effect=30)
    given["douyin"][5] = 0
    given["weibo"][:] = 0
    skip = {("douyin", 3), ("bilibili", 9), ("xiaohongshu", 60)}
    state(cast, accounts, given, skip=skip)
    found = outcome(running(cast.owner))
    assert found["verdict"] == "worked"
    assert "weibo" not in found["details"]["controls"]


def test_a_slice_that_appears_after_the_start_is_no_control(cast, accounts):
    skip = {("bilibili", n) for n in range(BEFORE)}
    state(cast, accounts, series(effect=30), skip=skip)
    assert "bilibili" not in outcome(running(cast.owner))["details"]["controls"]


def test_a_target_that_drifted_away_before_the_start_is_not_judged(cast, accounts):
    state(cast, accounts, series(effect=30, trend=2.5))
    assert outcome(running(cast.owner))["verdict"] == "cannot_tell"


def test_where_the_past_cannot_be_told_either_the_fit_is_poor(cast, accounts):
    given = series(effect=30)
    given["douyin"][BEFORE - 10 : BEFORE] += 150
    state(cast, accounts, given)
    found = outcome(running(cast.owner))
    assert found["verdict"] == "cannot_tell"
    assert found["reason"] in ("poor_fit", "pre_trend")


@pytest.mark.parametrize(
    ("z", "reason"), [([2.4, 2.6, 2.1], "pre_trend"), ([3.4, -0.2, 0.1], "poor_fit"), ([0.5, -0.4], "")]
)
def test_placebo_windows_say_which_doubt_it_is(z, reason):
    from hongqiao.methods.causal import Effect

    checks = {"placebo": z, "holds": max(map(abs, z)) <= 3}
    one = Effect("structural", 1, 1, 0, 2, 0, 2, 1, 0.1, 50, 10, 0.9, checks)
    assert judging._doubt(one, True) == reason


def test_contradictory_actions_on_one_target_cannot_be_told_apart(cast, accounts):
    state(cast, accounts, series(effect=30))
    more = running(cast.owner)
    less = running(cast.owner, {"want": "down"}, START + timedelta(days=3), template="lower_spend")
    for row in (more, less):
        found = outcome(row)
        assert (found["verdict"], found["reason"], found["params"]["n"]) == ("cannot_tell", "overlap", 1)


def test_a_slice_that_another_action_touched_is_no_control(cast, accounts):
    state(cast, accounts, series(effect=30))
    row = running(cast.owner)
    running(cast.owner, {"where": {"platform": "weibo"}}, START - timedelta(days=5))
    found = outcome(row)
    assert found["details"]["left_out"] == ["weibo"]
    assert "weibo" not in found["details"]["controls"]


def test_a_platform_that_changed_what_it_counts_is_not_compared_across_that_day(cast, accounts):
    state(cast, accounts, series(effect=30))
    cast.brand.settings["definitions"] = [{"platform": "douyin", "metrics": ["followers_new"], "day": "2026-04-03"}]
    cast.brand.save()
    assert outcome(running(cast.owner))["reason"] == "definition_changed"
    cast.brand.settings["definitions"] = [{"platform": "weibo", "day": "2026-04-03"}, {"day": "nonsense"}]
    cast.brand.save()
    assert outcome(Action.objects.get())["reason"] == ""


def test_an_older_version_gives_the_older_outcome(cast, accounts):
    state(cast, accounts, series(effect=30))
    row, version = running(cast.owner), warehouse.open(cast.brand.pk).version
    before = outcome(row)
    about = {"brand_id": cast.brand.pk, "account_id": accounts["douyin"].pk, "platform": "douyin"}
    take(
        "account_daily",
        [{"day": START, "channel": "", "followers_new": 9000}],
        captured_at=datetime(2026, 4, 21, 4),
        **about,
    )
    assert judging.measured(row, warehouse.open(cast.brand.pk, version), date(2026, 4, 20)) == before
    assert outcome(row)["effect"] != before["effect"]


# Pieces


def pieces(cast, arms, seed=3, mean=(0.03, 0.03)):
    """Pieces with a share rate by arm; returns arm → keys."""
    rng = np.random.default_rng(seed)
    found, contents, snaps = {}, [], []
    for arm, level in zip(("a", "b"), mean, strict=True):
        found[arm] = []
        for n in range(arms[arm]):
            key = f"{arm}{n:03d}"
            views = 10_000
            contents.append(
                {"source_key": key, "form": "video", "title": key, "published_at": datetime(2026, 4, 2, n % 20, n)}
            )
            shares = max(0, int(views * rng.normal(level, 0.004)))
            snaps.append({"source_key": key, "day": date(2026, 4, 20), "views": views, "shares": shares})
            found[arm].append(key)
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "captured_at": datetime(2026, 4, 20, 4)}
    take("contents", contents, **about)
    take("content_snapshots", snaps, **about)
    return found


AB = {"method": "ab", "metric": "piece_share_rate", "where": {}, "days": AFTER}


def test_new_endings_that_are_shared_more_work(cast, house):
    arms = pieces(cast, {"a": 12, "b": 12}, mean=(0.036, 0.03))
    found = outcome(running(cast.owner, {**AB, "arms": arms}))
    assert (found["verdict"], found["n"], found["unit"]) == ("worked", 24, "percent")
    assert found["lo"] < 0.006 < found["hi"]


def test_a_few_pieces_are_too_small_and_alike_ones_span_zero(cast, house):
    arms = pieces(cast, {"a": 12, "b": 12})
    row = running(cast.owner, {**AB, "arms": {"a": arms["a"][:4], "b": arms["b"]}})
    assert outcome(row)["reason"] == "too_small"
    Action.objects.all().delete()
    assert outcome(running(cast.owner, {**AB, "arms": arms}))["reason"] == "interval_spans_zero"


def test_pieces_that_are_in_two_experiments_at_once_are_an_overlap(cast, house):
    arms = pieces(cast, {"a": 12, "b": 12}, mean=(0.036, 0.03))
    row = running(cast.owner, {**AB, "arms": arms})
    running(cast.owner, {**AB, "arms": {"a": arms["b"][:6], "b": arms["a"][:6]}})
    assert outcome(row)["reason"] == "overlap"


# Persons

HOLD = {"method": "holdout", "metric": "purchase", "share": 0.3, "people": {"days": 60}, "seed": "s1", "days": AFTER}


def events(cast, people=600, *, lift=0.0, base=0.1, seed=5, plan=HOLD):
    """Persons who visited before the start; in the window they buy, those who are reached with a lift."""
    rng = random.Random(seed)
    keys = [f"person-{n}" for n in range(people)]
    rows = [{"event": "visit", "ts": datetime(2026, 3, 10, 4), "person": k, "event_key": f"v{k}"} for k in keys]
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "platform": "own", "zone": "Asia/Shanghai"}
    take("events", rows, **about)
    handle = warehouse.open(cast.brand.pk)
    known = {r["event_key"]: r["person_key"] for r in handle.fetch(handle.current("events")).to_pylist()}
    bought = []
    for k in keys:
        arm = persons.arm_of(plan["seed"], known[f"v{k}"], plan["share"])
        if rng.random() < base + (lift if arm == "treat" else 0):
            fields = {"amount": Decimal(100), "currency": "CNY", "event_key": f"p{k}", "person": k}
            bought.append({"event": "purchase", "ts": datetime(2026, 4, 5, 4), **fields})
    last = {"event": "visit", "ts": datetime(2026, 4, 15, 4), "person": "late", "event_key": "late"}
    take("events", [*bought, last], captured_at=datetime(2026, 4, 16, 4), **about)
    return known


def test_a_hold_out_is_drawn_before_the_start_kept_and_can_be_checked(cast, house):
    events(cast)
    row = running(cast.owner, HOLD)
    kept = dict(Assignment.objects.filter(action=row).values_list("person_key", "arm"))
    assert len(kept) == 600  # who came after the start is in no arm
    assert kept == {k: persons.arm_of("s1", k, 0.3) for k in kept}
    assert row.measure["drawn"]["hold"] == sum(a == "hold" for a in kept.values())


def test_the_lift_over_the_hold_out_is_measured(cast, house):
    events(cast, lift=0.25)
    found = outcome(running(cast.owner, HOLD))
    assert (found["verdict"], found["unit"], found["n"]) == ("worked", "percent", 600)
    assert found["lo"] < 0.25 < found["hi"]
    amount = {**HOLD, "metric": "amount"}
    Action.objects.all().delete()
    assert outcome(running(cast.owner, amount))["effect"] == pytest.approx(found["effect"] * 100)


def test_no_lift_spans_zero_and_events_that_have_not_come_are_waited_for(cast, house):
    events(cast)
    row = running(cast.owner, HOLD)
    assert outcome(row)["reason"] == "interval_spans_zero"
    Action.objects.all().delete()
    late = running(cast.owner, HOLD, START + timedelta(days=10))
    assert isinstance(outcome(late, late.measure_on), judging.Waiting)
    assert outcome(late, late.measure_on + timedelta(days=8))["reason"] == "missing_days"


def test_too_few_people_are_refused_before_anything_starts(cast, house):
    events(cast, people=80)
    with pytest.raises(persons.TooFewPeople):
        running(cast.owner, HOLD)
    assert Action.objects.get().state == "planned"
    assert not Assignment.objects.exists()


def test_merged_persons_count_once_and_one_in_both_arms_is_left_out(cast, house):
    events(cast, lift=0.25)
    row = running(cast.owner, HOLD)
    by = {}
    for key, arm in Assignment.objects.filter(action=row).values_list("person_key", "arm"):
        by.setdefault(arm, []).append(key)
    identity.merge_persons(cast.brand.pk, by["treat"][0], by["treat"][1], "t")
    identity.merge_persons(cast.brand.pk, by["treat"][2], by["hold"][0], "t")
    found = outcome(row)
    assert found["n"] == 600 - 1 - 2
    assert found["details"]["in_both"] == 1


# The job


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
    assert judging._smallest(row, 100.0) == pytest.approx(smallest)


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
