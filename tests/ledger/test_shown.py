"""What the pages of the ledger and 今日 say: verdicts, changes in words, what was taken, what waits."""

import html
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from hongqiao.insight import morning
from hongqiao.ledger import present, services, today
from hongqiao.ledger.models import Action
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.services.actions import CHANGEABLE
from hongqiao.ledger.words import FIELDS
from hongqiao.workspace.models import Job
from tests.cast import Cast
from tests.ledger.house import found, judged, made

pytestmark = pytest.mark.usefixtures("fell", "house")


def at(name, cast, **more):
    return reverse(f"ledger_{name}", kwargs={"brand": cast.brand.slug, **more})


def words(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def test_the_calendar_keeps_a_judged_action_with_its_newest_verdict(cast):
    judged(cast.owner, "worked", title="换封面")
    row = Action.objects.get()
    web, month = Cast.client(cast.owner), at("calendar", cast)
    assert "有效 · 换封面" in words(web.get(month))
    again = services.measure_again(actor=cast.owner, action_id=row.pk, seen=None)
    found_ = {"method": "controls", "metric": "followers_new", "verdict": "did_not"}
    services.keep_outcome(action_id=row.pk, version=again.version, found=found_)
    said = words(web.get(month))
    assert "无效 · 换封面" in said
    assert "有效 · 换封面" not in said
    theirs = reverse("ledger_calendar", args=[cast.stranger.brand.slug])
    assert "换封面" not in words(Cast.client(cast.stranger).get(theirs))


def test_a_change_is_told_in_the_words_of_the_page(cast):
    row = made(cast.owner, title="换封面")
    services.change_action(actor=cast.owner, action_id=row.pk, seen=None, note="先换两条", cost="100")
    said = words(Cast.client(cast.owner).get(at("action", cast, action_id=row.pk)))
    assert "修改优化动作「换封面」：费用、备注" in said
    assert set(CHANGEABLE) <= set(FIELDS)


def test_a_proposal_that_was_taken_is_not_offered_again_until_that_action_is_over(cast):
    row = found(cast.brand)
    action = services.adopt_proposal(actor=cast.owner, finding_id=row.pk, seen=None)
    page, web = at("finding", cast, finding_id=row.pk), Cast.client(cast.owner)
    said = web.get(page).content.decode()
    assert "已采纳" in said
    assert 'value="adopt"' not in said
    services.cancel_action(actor=cast.owner, action_id=action.pk, seen=None)
    said = web.get(page).content.decode()
    assert "已采纳" not in said
    assert 'value="adopt"' in said


def test_a_former_way_of_judging_is_named_only_where_it_reads_differently(cast):
    days = {"method": "ab", "metric": "piece_views", "days": 28}
    arms = {**days, "arms": {"a": ["x"], "b": ["y"]}, "former": [days]}
    assert present.former_plans(cast.brand, arms) == []
    shorter = {**arms, "days": 14, "former": [days, days]}
    assert present.former_plans(cast.brand, shorter) == [present.measured_by(cast.brand, days)]


def test_today_counts_what_waits_for_a_decision_and_what_is_late_before_jobs_that_have_nothing_to_say(cast):
    assert [(w["count"], w["danger"]) for w in morning.work(cast.owner)] == [(0, False), (0, False)]
    services.create_decision(actor=cast.owner, title="追加预算", options=["批准", "不批准"])
    late = made(cast.owner)
    Action.objects.filter(pk=late.pk).update(due=today_of(cast.brand) - timedelta(days=1))
    decisions, actions = morning.work(cast.owner)
    assert (decisions["count"], decisions["danger"]) == (1, False)
    assert (actions["count"], actions["danger"]) == (1, True)
    web = Cast.client(cast.owner)
    assert "追加预算" in words(web.get(decisions["url"]))
    assert web.get(actions["url"]).content.decode().count(str(late.pk)) >= 1
    Job.objects.create(brand=cast.brand, kind="x", key="x", state=Job.State.FAILED, finished_at=timezone.now())
    assert [w["count"] for w in morning.work(cast.owner)] == [1, 1, 1]
    outsider = morning.work(cast.viewer)  # no ledger: what the background does is all there is
    assert [w["url"] for w in outsider] == ["", ""]
    assert [w["count"] for w in morning.work(cast.stranger)] == [0, 0]


def test_today_says_of_what_is_done_when_it_is_judged_rather_than_that_it_was_due(cast):
    row = services.start_action(actor=cast.owner, action_id=made(cast.owner).pk, seen=None)
    services.finish_action(actor=cast.owner, action_id=row.pk, seen=None)
    Action.objects.filter(pk=row.pk).update(due=today_of(cast.brand) - timedelta(days=4))
    row.refresh_from_db()
    shown = {**today.context(cast.owner), "request": SimpleNamespace(brand=cast.brand)}
    said = re.sub(r"\s+", " ", render_to_string("ledger/today.html", shown))
    assert f"{row.measure_on:%m-%d}</time> 复盘" in said
    assert "逾期" not in said
