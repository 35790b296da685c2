"""What is not as it should be: figures below zero, rates of nothing, slices that vanish, contradictions, who left."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.urls import reverse

from hongqiao.ledger import jobs as ledger_jobs
from hongqiao.ledger import services
from hongqiao.ledger.measuring import judging, rivals
from hongqiao.ledger.models import Action, Outcome
from hongqiao.ledger.queries import today_of
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from tests.ledger.house import made
from tests.ledger.measured import (
    AB,
    AFTER,
    BEFORE,
    DAYS,
    HOLD,
    PLATFORMS,
    START,
    outcome,
    pieces,
    running,
    series,
    state,
)
from tests.ledger.test_api import Program
from tests.ledger.test_experiments import events
from tests.warehouse.conftest import take


def test_net_figures_below_zero_are_measured_as_they_are(cast, accounts):
    rng = np.random.default_rng(4)
    common = np.cumsum(rng.normal(0, 0.4, len(DAYS))) + 5 * np.sin(np.arange(len(DAYS)) * 2 * np.pi / 7)
    for k, platform in enumerate(PLATFORMS):
        net = common * (1 + 0.2 * k) - 30 + rng.normal(0, 3, len(DAYS))
        net[BEFORE:] += 40 if platform == "douyin" else 0
        rows = [
            {"day": d, "channel": "", "followers_new": max(int(v), 0), "followers_lost": max(-int(v), 0)}
            for d, v in zip(DAYS, net, strict=True)
        ]
        about = {"brand_id": cast.brand.pk, "account_id": accounts[platform].pk, "platform": platform}
        take("account_daily", rows, captured_at=datetime(2026, 4, 20, 4), **about)
    found = outcome(running(cast.owner, {"metric": "followers_net"}))
    assert found["verdict"] == "worked"
    assert found["lo"] < 40 < found["hi"]
    assert found["details"]["checks"]["expected"] < 0
    assert found["relative"] > 0  # better, though what was to be expected is below zero


def test_pieces_that_nobody_saw_have_no_share_rate_and_are_no_zero(cast, house):
    there = pieces(cast, {"a": 12, "b": 12}, mean=(0.036, 0.03))
    blind = [f"a{n:03d}" for n in range(6)]
    rows = [{"source_key": k, "day": date(2026, 4, 21), "views": 0, "shares": 0} for k in blind]
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "captured_at": datetime(2026, 4, 21, 4)}
    take("content_snapshots", rows, **about)
    found = outcome(running(cast.owner, {**AB, "arms": there}))
    assert found["details"]["arms"] == {"a": 6, "b": 12}
    assert found["lo"] < 0.006 < found["hi"]


def test_a_control_that_vanishes_after_the_start_is_no_control(cast, accounts):
    given = series(effect=30)
    gone = {("weibo", n) for n in range(BEFORE + 2, BEFORE + AFTER)}
    state(cast, accounts, given, skip=gone)
    found = outcome(running(cast.owner))
    assert "weibo" not in found["details"]["controls"]
    assert found["verdict"] == "worked"


def test_a_target_that_vanishes_is_missing_and_no_fall_to_zero(cast, accounts):
    state(cast, accounts, series(), skip={("douyin", n) for n in range(BEFORE + 3, BEFORE + AFTER)})
    found = outcome(running(cast.owner), START + timedelta(days=60))
    assert (found["verdict"], found["reason"]) == ("cannot_tell", "missing_days")


def test_a_control_whose_platform_changed_what_it_counts_is_left_out(cast, accounts):
    state(cast, accounts, series(effect=30))
    cast.brand.settings["definitions"] = [{"platform": "weibo", "day": "2026-04-03"}]
    cast.brand.save()
    for row in (running(cast.owner), None):
        row = row or running(cast.owner, {"controls": [{"platform": p} for p in PLATFORMS[1:]]})
        found = outcome(row)
        assert found["details"]["left_out"] == ["weibo"]
        assert found["verdict"] == "worked"
        Action.objects.all().delete()


def test_what_is_bought_past_midnight_here_counts_for_the_day_here(cast, house):
    """Half past midnight in Shanghai is the day before in UTC."""
    known = events(cast, base=0.0)
    row = running(cast.owner, HOLD)
    about = {"brand_id": cast.brand.pk, "account_id": cast.account.pk, "platform": "own", "zone": "Asia/Shanghai"}
    inside = (datetime(2026, 4, 1, 0, 30), datetime(2026, 4, 14, 23, 30))  # as the file says it, in Shanghai
    outside = (datetime(2026, 3, 31, 23, 30), datetime(2026, 4, 15, 0, 30))  # in UTC still the fourteenth
    times = (*inside, *outside)
    fields = {"event": "purchase", "amount": Decimal(100), "currency": "CNY"}
    rows = [{**fields, "ts": ts, "person": f"person-{n}", "event_key": f"m{n}"} for n, ts in enumerate(times)]
    take("events", rows, captured_at=datetime(2026, 4, 17, 4), **about)
    found = outcome(row)
    arms = found["details"]["arms"]
    rates = {"treat": found["details"]["control"] + found["effect"], "hold": found["details"]["control"]}
    assert len(known) == 600
    assert sum(rates[arm] * arms[arm] for arm in arms) == pytest.approx(len(inside))


def test_an_action_deleted_while_it_is_measured_keeps_no_outcome(cast, accounts, monkeypatch):
    state(cast, accounts, series(effect=30))
    row = running(cast.owner)
    ledger_jobs.ask_measure(row, today_of(cast.brand))
    real = judging.measured

    def slow(action, handle, today):
        found = real(action, handle, today)
        Action.objects.filter(pk=action.pk).delete()
        return found

    monkeypatch.setattr(judging, "measured", slow)
    jobs.work_off()
    assert not Outcome.objects.exists()
    assert not Action.objects.exists()


# Contradictions


def test_the_opposite_on_one_platform_is_warned_of_and_confounds_both(cast, accounts):
    state(cast, accounts, series(effect=30))
    more = running(cast.owner)
    roi = {"method": "before_after", "metric": "ad_spend"}
    less = running(cast.owner, roi, START + timedelta(days=2), template="lower_spend")
    assert rivals.rivals(less) == [more]
    assert outcome(more)["reason"] == outcome(less)["reason"] == "overlap"
    elsewhere = {**roi, "where": {"platform": "weibo"}}
    assert rivals.rivals(made(cast.owner, template="lower_spend", measure=elsewhere)) == []


def test_the_form_the_page_and_the_interface_warn_when_it_is_made(cast, house):
    first = made(cast.owner)
    web, slug = cast.client(cast.owner), cast.brand.slug
    asked = {"template": "lower_spend", "method": "controls", "metric": "followers_new", "platform": "douyin"}
    asked |= {"days": "14", "want": "up"}
    assert "和正在做的动作相反：「加大投放」" in web.get(reverse("ledger_reckon", args=[slug]), asked).content.decode()
    beside = web.get(reverse("ledger_reckon", args=[slug]), {**asked, "platform": "weibo"}).content.decode()
    assert "相反" not in beside
    sent = {**asked, "template": "restore_spend", "room": "channels", "owner": cast.owner.pk}
    page = web.post(reverse("ledger_action_new", args=[slug]), sent, follow=True).content.decode()
    assert "同一目标上还有动作：「加大投放」" in page
    plan = {"metric": "followers_new", "where": {"platform": "douyin"}}
    mine = Program(cast.owner).send("/actions", {"template": "lower_spend", "measure": plan}).json()
    assert str(first.pk) in mine["clashes"]
    services.cancel_action(actor=cast.owner, action_id=first.pk, seen=None)
    assert str(first.pk) not in Program(cast.owner).get(f"/actions/{mine['id']}").json()["clashes"]


def test_the_bets_of_who_left_are_nobodys_to_the_lead_who_gives_them_to_another(cast, house):
    row = made(cast.owner, owner_id=cast.editor.pk)
    workspace.deactivate_member(actor=cast.owner, member_id=cast.editor.pk, seen=None)
    web, slug = cast.client(cast.owner), cast.brand.slug
    assert "1 个动作没有人负责" in web.get(reverse("ledger_my", args=[slug])).content.decode()
    services.assign_action(actor=cast.owner, action_id=row.pk, seen=None, owner_id=cast.owner.pk)
    assert "没有人负责" not in web.get(reverse("ledger_my", args=[slug])).content.decode()
