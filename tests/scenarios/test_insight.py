"""D2: cut any metric, find what made a change, say it, propose, act, judge; opportunities as well as problems."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hongqiao import warehouse
from hongqiao.ledger import services, watching
from hongqiao.ledger.measuring import judging
from hongqiao.ledger.models import Action, Finding
from hongqiao.ledger.rules import Look, all_rules, settings_of
from hongqiao.ledger.words import said
from hongqiao.workspace.models import Member
from tests.scenarios import sample
from tests.scenarios.test_data import bring_in, director  # noqa: F401  (director is a fixture)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SINCE = "2026-06-01"
PLATFORMS = ("douyin", "xiaohongshu", "wechat_oa", "oceanengine", "toutiao")


@pytest.fixture
def brand_of_half_a_year(director) -> Member:  # noqa: F811
    entries = [e for e in sample.everything() if e["platform"] in PLATFORMS and e["captured_at"] >= SINCE]
    bring_in(director, entries)
    return director


def look(member: Member, day: date) -> dict:
    return watching.watch(member.brand, warehouse.open(member.brand_id), day)


def sentences(finding: Finding) -> list[str]:
    return [said(finding.rule, e["code"], e["params"]) for e in finding.evidence]


def test_d2a_d2c_a_fall_is_found_explained_acted_on_and_judged_and_a_piece_taking_off_is_noticed(brand_of_half_a_year):
    member = brand_of_half_a_year
    story = sample.truth()["stories"]["D2a"]
    # found, the morning after the week
    result = look(member, date(2026, 11, 16))
    assert result["failed"] == {}
    finding = Finding.objects.get(brand=member.brand, rule="insight.source_cut")
    assert finding.subject["where"] == {"platform": "douyin"}
    # explained in parts that are the simulation's own and add up
    parts = {e["params"]["slice"]["parts"][0]["word"]: e["params"]["change"]["value"] for e in finding.evidence
             if e["code"] == "part"}  # fmt: skip
    assert parts["抖音"] == story["change"]["douyin"]
    assert parts["小红书"] == story["change"]["xiaohongshu"]
    rest = next(e["params"] for e in finding.evidence if e["code"] == "rest")
    assert sum(parts.values()) + rest["change"]["value"] == pytest.approx(rest["total"]["value"])
    # the days held against are named: they are the last before the cut, not the week before
    words, days = sentences(finding), finding.params
    assert days["until"] < days["start"]
    assert f"{days['from']}～{days['until']} 合计" in words[0]
    assert f"减投前的 {days['from']}～{days['until']}" in said(finding.rule, finding.variant, finding.params)
    # what coincides is said to coincide, and the lag states its n and p
    assert any("同时发生" in w and story["ad_cut_day"][5:] in w for w in words)
    assert any("消耗领先" in w and "p" in w for w in words)
    # every statement leads to its rows
    browser = Client()
    browser.force_login(member.user)
    for one in finding.evidence:
        assert one["cite"]["metrics"]
    page = browser.get(reverse("ledger_finding", args=["anlan", finding.pk]))
    assert page.content.decode().count("看数据") >= len(finding.evidence)
    # putting spend back is proposed, with what the cut took: the truth lies in the interval
    (proposal,) = [p for p in finding.proposals if p["action"] == "restore_spend"]
    lost = -story["change"]["douyin"] / 7
    assert proposal["expected"]["low"] <= lost <= proposal["expected"]["high"]
    # acted on: the team of the sample brand only did so at the end of the month, so that nothing changes by 11-22
    action = services.adopt_proposal(actor=member, finding_id=finding.pk, seen=None, index=0, owner_id=member.pk)
    action = services.start_action(actor=member, action_id=action.pk, seen=None, on=date(2026, 11, 16))
    finding.refresh_from_db()
    assert finding.state == "acting"
    action = services.finish_action(actor=member, action_id=action.pk, seen=None, on=date(2026, 11, 22))
    # judged from the facts: spend was not put back, so it cannot have worked
    Action.objects.filter(pk=action.pk).update(measure={**action.measure, "days": 7}, measure_on=date(2026, 11, 23))
    action.refresh_from_db()
    handle = warehouse.open(member.brand_id)
    first, second = (judging.measured(action, handle, date(2026, 11, 23)) for _ in range(2))
    assert first == second
    assert first["verdict"] in ("did_not", "cannot_tell")
    # D2c: noticed from the files of the third day, with boosting, repeating and a series proposed
    look(member, date(2026, 11, 23))
    early = Finding.objects.get(brand=member.brand, rule="insight.early")
    assert sample.truth()["stories"]["D2c"]["title"] in said(early.rule, early.variant, early.params)
    assert [p["action"] for p in early.proposals] == ["boost_piece", "repeat_format", "make_series"]


def quiet_weeks(member: Member) -> list[str]:
    """Return what the rule over moved figures says in ten weeks without a story."""
    handle, rule = warehouse.open(member.brand_id), all_rules()["insight.moved"]
    days = [date(2026, 6, 22) + timedelta(weeks=week) for week in range(10)]
    looks = [Look(member.brand, handle, day, settings_of(member.brand, rule), {}) for day in days]
    return [raised.key for one in looks for raised in rule.detect(one)]


#: growth by month, what active users do, platforms against each other: how the second click asks
D2B = [
    ("followers_new", {"by": "month"}, "2026-10"),
    ("interactions", {"by": "platform"}, "抖音"),
    ("piece_follow_rate", {"by": "platform"}, "小红书"),
]


def test_d2b_is_two_clicks_away_and_ten_quiet_weeks_raise_no_alert(brand_of_half_a_year):
    browser = Client()
    browser.force_login(brand_of_half_a_year.user)
    explorer = reverse("data_explore", args=["anlan"])
    board = browser.get(reverse("data_board", args=["anlan", "users"])).content.decode()
    assert explorer in board
    for metric, cut, needle in D2B:
        span = {"start": "2026-08-01", "end": "2026-11-22"}
        answer = browser.get(explorer, {"m": metric, **cut, **span})
        assert answer.status_code == 200
        assert needle in answer.content.decode(), metric
    assert quiet_weeks(brand_of_half_a_year) == []
