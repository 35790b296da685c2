"""同时发生: pieces, pauses, calendar, notes, actions and gaps beside a change; a fall that is only a piece's fading."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from django.urls import reverse

from hongqiao.insight.models import Annotation
from hongqiao.insight.rules import acts, hits, moved
from hongqiao.insight.rules.windows import Window
from hongqiao.ledger.models import Action

from .conftest import signed_in
from .test_rules import LAST, RNG, Made, look, social, steady, words_of
from .test_rules import made as made

pytestmark = pytest.mark.django_db
WEEK = Window(LAST - timedelta(days=6), LAST)
DOUYIN = {"platform": "douyin"}


def works(made: Made, published: list[tuple[date, int]], stated: date = LAST) -> None:
    """(day of publishing, views so far) of videos, as listed on a day."""
    n, account = len(published), made.account("douyin", "a")
    base = {"platform": ["douyin"] * n, "account": [account] * n, "source_key": [f"w{i}" for i in range(n)]}
    days = [d for d, _v in published]
    at = [datetime.combine(stated + timedelta(days=1), datetime.min.time())] * n
    stamps = [np.datetime64(d, "s") for d in days]
    titles = {"title": [f"作品{i}" for i in range(n)], "form": ["video"] * n, "published_at": stamps}
    made.put("contents", {**base, "day": days, "captured_at": at, **titles})
    made.put("content_snapshots", {**base, "day": [stated] * n, "captured_at": at, "views": [v for _d, v in published]})


def ago(n: int) -> date:
    return LAST - timedelta(days=n)


def said(made: Made, change: float | None = None, window: Window = WEEK, where=DOUYIN) -> dict[str, dict]:
    found = list(acts.coincided(look(made, moved.RULE), "views", where, window, change))
    assert all(e.cite["metrics"] and e.cite["start"] <= e.cite["end"] for e in found)
    return {e.code: dict(e.params) for e in found}


def risen(extra: int, since: int, until: int = 0) -> list[int]:
    """200 days about 1,000 with so much more from `since` to `until` days before the last."""
    values = steady(np.random.default_rng(RNG), 1000)
    return [v + (extra if until <= 199 - i <= since else 0) for i, v in enumerate(values)]


def test_a_rise_says_which_part_of_it_one_piece_is(made):
    social(made, {("douyin", "a"): {"views": risen(1000, 1)}})
    works(made, [*[(ago(3 * k), 300) for k in range(3, 30)], (ago(1), 1500)])
    (found,) = moved.detect(look(made, moved.RULE))
    told = words_of(moved.RULE, found)
    rise = found.params["value"]["value"] - found.params["expected"]["value"]
    assert found.params["share"]["value"] == pytest.approx(1500 / rise)
    assert found.variant.startswith("part_")
    assert "来自《作品27》" in told[0]
    hit = next(e for e in found.evidence if e.code == "hit")
    assert hit.cite["where"] == {"content": "w27"}


def test_a_rise_without_a_strong_piece_names_none(made):
    social(made, {("douyin", "a"): {"views": risen(1000, 1)}})
    works(made, [*[(ago(3 * k), 300) for k in range(3, 30)], (ago(1), 700)])
    (found,) = moved.detect(look(made, moved.RULE))
    assert not found.variant.startswith(("part_", "all_"))
    assert "title" not in found.params


def test_a_fall_after_a_hit_is_told_as_fading_and_is_no_problem(made):
    values = risen(2000, 32, 4)
    social(made, {("douyin", "a"): {"views": values}})
    assert [f.kind for f in moved.detect(look(made, moved.RULE))] == ["problem"]  # nobody knows of a piece
    works(made, [*[(ago(3 * k), 300) for k in range(12, 40)], (ago(32), 58000)])
    assert list(moved.detect(look(made, moved.RULE))) == []
    fall = Window(ago(1), LAST)
    told = said(made, -2000.0 * 2, fall)["faded"]
    assert told["title"] == "作品28"
    assert told["after"]["value"] == pytest.approx(np.mean(values[-2:]), abs=0.1)
    assert told["before"]["value"] < told["after"]["value"] * 1.15 < told["during"]["value"]


def test_a_fall_below_where_it_was_before_the_piece_is_a_problem(made):
    values = [round(v * (0.5 if i >= 196 else 1)) for i, v in enumerate(risen(2000, 32, 4))]
    social(made, {("douyin", "a"): {"views": values}})
    works(made, [*[(ago(3 * k), 300) for k in range(12, 40)], (ago(32), 58000)])
    assert [f.kind for f in moved.detect(look(made, moved.RULE))] == ["problem"]
    assert "faded" not in said(made, -9000.0, Window(ago(1), LAST))


def test_a_small_piece_explains_no_fall(made):
    social(made, {("douyin", "a"): {"views": risen(2000, 32, 4)}})
    works(made, [*[(ago(3 * k), 300) for k in range(12, 40)], (ago(32), 9000)])
    assert hits.fading(look(made, moved.RULE), "views", DOUYIN, ago(1), LAST) is None
    assert [f.kind for f in moved.detect(look(made, moved.RULE))] == ["problem"]


def test_pieces_are_counted_and_a_pause_longer_than_all_before_is_told(made):
    social(made, {("douyin", "a"): {"views": [1000] * 200}})
    works(made, [(ago(3 * k), 300) for k in range(3, 30)])
    told = said(made)
    assert (told["posts"]["before"], told["posts"]["after"]) == (2, 0)
    assert (told["paused"]["n"], told["paused"]["longest"]) == (9, 2)


def test_of_two_pauses_in_the_days_the_longer_is_told(made):
    social(made, {("douyin", "a"): {"views": [1000] * 200}})
    works(made, [*[(ago(3 * k), 300) for k in range(4, 30)], (ago(5), 300)])
    paused = [e for e in acts.coincided(look(made, moved.RULE), "views", DOUYIN, WEEK) if e.code == "paused"]
    assert [(e.params["n"], e.params["longest"]) for e in paused] == [(6, 2)]


def test_a_list_that_was_not_fetched_is_no_pause(made):
    social(made, {("douyin", "a"): {"views": [1000] * 200}})
    works(made, [(ago(3 * k), 300) for k in range(3, 30)], stated=ago(9))
    assert "paused" not in said(made)


def test_the_calendar_notes_actions_and_gaps_stand_beside_it(made):
    values: list = [1000] * 200
    values[196] = None
    late = [None] * 190 + [500] * 10
    social(made, {("douyin", "a"): {"views": values}, ("douyin", "晚"): {"views": late}})
    Annotation.objects.create(brand=made.brand, author=made.member, day=LAST, text="直播间断网")
    Annotation.objects.create(brand=made.brand, author=made.member, day=LAST, text="别的平台", platform="weibo")
    kept = {"brand": made.brand, "owner": made.member, "author": made.member, "room": "data"}
    Action.objects.create(title="换封面", started_on=ago(2), state="running", **kept)
    Action.objects.create(title="停投", started_on=ago(40), ended_on=ago(1), state="done", **kept)
    Action.objects.create(title="取消了的", started_on=ago(2), state="cancelled", **kept)
    told = said(made)
    assert told["event"]["name"]["word"].startswith("双11")
    assert told["note"]["text"] == "直播间断网"
    assert (told["acted"]["text"], told["ended"]["text"]) == ("换封面", "停投")
    assert told["missing"]["n"] == 1
    assert told["joined"]["account"] == "晚"


def test_a_ratio_and_a_cut_finer_than_an_account_are_spared_what_they_do_not_carry(made):
    social(made, {("douyin", "a"): {"views": [1000] * 200, "shares": [10] * 200}})
    works(made, [(ago(3 * k), 300) for k in range(3, 30)])
    one = look(made, moved.RULE)
    assert hits.strongest(one, "share_rate", DOUYIN, ago(30), LAST) is None
    assert hits.strongest(one, "views", {"channel": "推荐"}, ago(30), LAST) is None
    codes = [e.code for e in acts.coincided(one, "visits", {"channel": "小程序"}, WEEK, -3.0)]
    assert "posts" not in codes


def test_one_place_that_cannot_be_split_is_answered_with_what_happened(made):
    social(made, {("douyin", "a"): {"views": [1000] * 193 + [500] * 7}})
    works(made, [(ago(3 * k), 300) for k in range(3, 30)])
    asked = {"start": WEEK.start, "end": WEEK.end, "platform": "douyin", "vs": WEEK.before.start}
    page = signed_in(made.member).get(reverse("data_why", args=["made", "views"]), asked).content.decode()
    assert "只有这一处" in page
    assert 'data-change="-3500.0"' in page
    assert "同期停更 9 天" in page
    assert "m=posts" in page
