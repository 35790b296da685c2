"""What the ledger's pages say of what is behind them: verdicts in the calendar, changes in words, what was taken."""

import html
import re

import pytest
from django.urls import reverse

from hongqiao.ledger import present, services
from hongqiao.ledger.models import Action
from hongqiao.ledger.services.actions import CHANGEABLE
from hongqiao.ledger.words import FIELDS
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
