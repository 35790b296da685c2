"""目标: what counts how, time progress, who may set and change, what a stranger sees."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.insight import queries as figures
from hongqiao.insight.goals import kinds, periods, present, progress, queries, services
from hongqiao.insight.models import Goal
from hongqiao.metrics import METRICS
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, AuditEntry, Member
from tests.imports.conftest import member

from .conftest import VIEWS, signed_in, text

URL = "/b/anlan/data/goals/"
TODAY = date(2026, 4, 9)  # the eighth is the last whole day


def wanted(metric="views", target=3000, **more):
    return services.Wanted(**{"metric": metric, "target": target, "span": "month", "day": date(2026, 4, 15), **more})


def measured(goal, today=TODAY):
    return progress.measure(goal, figures.opened(goal.author), today)


def test_a_sum_counts_up_and_is_held_against_the_days_that_are_over(owner):
    goal = services.add_goal(actor=owner, wanted=wanted())
    assert (goal.start, goal.end) == (date(2026, 4, 1), date(2026, 4, 30))
    found = measured(goal)
    value = sum(v for day, v in VIEWS.items() if day <= 8)
    assert found.way == "sum"
    assert int(found.value) == value
    assert found.share == pytest.approx(value / 3000)
    assert found.time == pytest.approx(8 / 30)
    assert found.gap == pytest.approx(value / 3000 - 8 / 30)
    assert found.state == "on_pace"
    slow = services.add_goal(actor=owner, wanted=wanted(metric="followers_new", target=9000))
    assert measured(slow).state == "behind"
    rooms = {g.pk: present.line(g, measured(g), {}, TODAY)["room"] for g in (goal, slow)}
    assert rooms == {goal.pk: "data", slow.pk: "warn"}  # a meter that is behind is seen without reading


def test_time_is_counted_to_the_newest_day_with_a_figure(owner):
    goal = services.add_goal(actor=owner, wanted=wanted(target=9000))
    found = measured(goal, date(2026, 4, 20))
    assert found.through == date(2026, 4, 10)
    assert found.time == pytest.approx(10 / 30)
    assert found.stale


def test_a_ratio_stands_above_or_below_and_has_no_way_to_go(owner):
    goal = services.add_goal(actor=owner, wanted=wanted(metric="follow_purchase", target="0.9"))
    found = measured(goal)
    assert (found.way, found.gap) == ("ratio", None)
    assert found.state in ("no_data", "below")
    down = services.add_goal(actor=owner, wanted=wanted(metric="refund_rate", target="0.5"))
    assert kinds.ceiling(down.metric)
    assert measured(down).state in ("no_data", "within")


def test_a_goal_before_its_period_waits_and_one_without_facts_says_so(owner):
    later = services.add_goal(actor=owner, wanted=wanted(day=date(2026, 6, 1)))
    assert measured(later).state == "waiting"
    empty = services.add_goal(actor=owner, wanted=wanted(metric="ad_gmv"))
    assert measured(empty).state == "no_data"
    assert measured(empty).value is None


@pytest.mark.parametrize(
    ("value", "opening", "target", "share"),
    [(150, 100, 200, 0.5), (90, 100, 200, -0.1), (150, None, 200, 0.75), (210, 205, 200, 1.05), (100, 300, 200, 0.5)],
)
def test_a_level_is_measured_on_its_way_from_where_it_stood(value, opening, target, share):
    assert progress.share_of("level", value, Decimal(target), opening) == pytest.approx(share)


def test_every_metric_that_may_be_a_goal_has_a_way():
    ways = {c: kinds.way_of(c) for c in METRICS if kinds.fits(c)}
    assert ways["followers_total"] == "level"
    assert ways["share_rate"] == "ratio"
    assert ways["views"] == "sum"
    assert ways["buyers"] == "distinct"
    assert "brand_index" not in ways


@pytest.mark.parametrize(
    ("span", "day", "end", "days"),
    [
        ("month", date(2024, 2, 29), None, (date(2024, 2, 1), date(2024, 2, 29))),
        ("quarter", date(2026, 11, 1), None, (date(2026, 10, 1), date(2026, 12, 31))),
        ("year", date(2026, 11, 1), None, (date(2026, 1, 1), date(2026, 12, 31))),
        ("custom", date(2026, 1, 5), date(2026, 1, 5), (date(2026, 1, 5), date(2026, 1, 5))),
    ],
)
def test_periods_are_whole(span, day, end, days):
    assert periods.days_of(span, day, end) == days


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": 0},
        {"target": "NaN"},
        {"target": "Infinity"},
        {"target": "1e30"},
        {"target": "多"},
        {"target": -5},
        {"metric": "brand_index"},
        {"metric": "nonsense"},
        {"scope": "house"},
        {"scope": "platform"},
        {"scope": "platform", "platform": "myspace"},
        {"scope": "account"},
        {"span": "custom", "end": date(2026, 4, 1)},
        {"span": "custom"},
        {"span": "fortnight"},
        {"day": None},
        {"note": "\x00"},
    ],
)
def test_what_is_no_goal_is_refused_and_leaves_nothing(owner, wrong):
    with pytest.raises((services.BadGoal, periods.BadGoalDays, figures.BadOption)):
        services.add_goal(actor=owner, wanted=wanted(**wrong))
    assert not Goal.objects.exists()


def test_goals_of_a_place_count_that_place_alone(owner):
    own = Account.objects.get(brand=owner.brand, platform="douyin")
    goal = services.add_goal(actor=owner, wanted=wanted(scope="account", account_id=own.pk))
    assert goal.where == {"account": str(own.pk)}
    shop = Account.objects.get(brand=owner.brand, platform="doudian")
    other = services.add_goal(actor=owner, wanted=wanted(scope="account", account_id=shop.pk))
    assert measured(goal).value
    assert measured(other).state == "no_data"


def test_a_competitors_account_counts_in_no_goal_of_the_brand(owner):
    goal = services.add_goal(actor=owner, wanted=wanted())
    before = measured(goal).value
    own = Account.objects.get(brand=owner.brand, platform="douyin")
    workspace.change_account_relation(actor=owner, account_id=own.pk, seen=own.version, relation="competitor")
    assert before
    assert measured(goal).state == "no_data"


def test_the_same_goal_twice_is_refused_until_the_first_is_put_away(owner):
    goal = services.add_goal(actor=owner, wanted=wanted())
    with pytest.raises(services.GoalTwice):
        services.add_goal(actor=owner, wanted=wanted(target=5))
    services.archive_goal(actor=owner, goal_id=goal.pk, seen=1)
    again = services.add_goal(actor=owner, wanted=wanted(target=5))
    with pytest.raises(services.GoalTwice):
        services.revive_goal(actor=owner, goal_id=goal.pk, seen=2)
    with pytest.raises(Conflict):
        services.change_goal(actor=owner, goal_id=again.pk, seen=7, wanted=wanted(target=6))
    services.change_goal(actor=owner, goal_id=again.pk, seen=1, wanted=wanted(target=6))
    codes = [e.code for e in AuditEntry.objects.filter(code__startswith="goal.").order_by("id")]
    assert codes == ["goal.added", "goal.archived", "goal.added", "goal.changed"]


def test_a_specialist_sets_their_own_goal_and_not_the_brands(filled, owner, specialist):
    with pytest.raises(NotAllowed):
        services.add_goal(actor=specialist, wanted=wanted())
    mine = services.add_goal(actor=specialist, wanted=wanted(scope="person", platform="douyin"))
    assert mine.owner == specialist
    with pytest.raises(NotAllowed):
        services.add_goal(actor=specialist, wanted=wanted(scope="person", owner_id=owner.pk))
    brands = services.add_goal(actor=owner, wanted=wanted())
    with pytest.raises(NotAllowed):
        services.archive_goal(actor=specialist, goal_id=brands.pk, seen=1)


def test_who_left_leaves_a_goal_nobody_answers_for(filled, owner, web, specialist):
    services.add_goal(actor=owner, wanted=wanted(owner_id=specialist.pk))
    assert "无人负责" not in text(web.get(URL))
    workspace.deactivate_member(actor=owner, member_id=specialist.pk, seen=specialist.version)
    page = text(web.get(URL))
    assert "无人负责" in page
    with pytest.raises(NotFound):
        services.add_goal(actor=owner, wanted=wanted(metric="likes", owner_id=specialist.pk))


def test_a_goal_is_set_changed_and_put_away_on_the_page(filled, web, owner):
    form = {"metric": "views", "target": "0.3万", "scope": "brand", "span": "month", "day": "2026-04-09"}
    assert web.post(f"{URL}new/", form | {"target": "很多"}).status_code == 422
    assert "很多" in text(web.post(f"{URL}new/", form | {"target": "很多"}))
    assert web.post(f"{URL}new/", form).status_code == 302
    goal = Goal.objects.get()
    assert goal.target == 3000
    page = text(web.get(URL))
    assert f'data-goal="{goal.pk}"' in page
    assert "时间进度" in page
    assert "目标" in text(web.get("/b/anlan/"))
    assert web.post(f"{URL}{goal.pk}/", form | {"target": "4000", "seen": "9"}).status_code == 409
    assert web.post(f"{URL}{goal.pk}/", form | {"target": "4000", "seen": "1"}).status_code == 302
    assert web.get(f"{URL}{goal.pk}/archive/").status_code == 405
    assert web.post(f"{URL}{goal.pk}/archive/", {"seen": "2"}).status_code == 302
    assert f'data-goal="{goal.pk}"' in text(web.get(f"{URL}?show=archived"))
    assert web.post(f"{URL}{goal.pk}/archive/", {"seen": "3", "do": "revive"}).status_code == 302
    assert Goal.objects.get().archived_at is None


@pytest.mark.parametrize(
    ("code", "typed", "target"),
    [
        ("views", "4.2万", 42000),
        ("views", "1,200", 1200),
        ("share_rate", "2.5", "0.025"),
        ("share_rate", "2.5%", "0.025"),
    ],
)
def test_targets_are_typed_as_they_are_shown(code, typed, target):
    assert present.typed_target(code, typed) == Decimal(str(target))


def test_a_stranger_and_who_sees_no_figures_reach_nothing(filled, owner, stranger, reviewer):
    goal = services.add_goal(actor=owner, wanted=wanted())
    foreign, closed = signed_in(stranger), signed_in(reviewer)
    for path in ("", "new/", f"{goal.pk}/"):
        assert foreign.get(URL + path).status_code == 404
        assert closed.get(URL + path).status_code == 403
        assert foreign.get(f"/b/other/data/goals/{goal.pk}/").status_code == 404
    assert foreign.post(f"{URL}{goal.pk}/archive/", {"seen": "1"}).status_code == 404
    assert foreign.post(f"/b/other/data/goals/{goal.pk}/archive/", {"seen": "1"}).status_code == 404
    with pytest.raises(NotFound):
        services.archive_goal(actor=stranger, goal_id=goal.pk, seen=1)
    assert not queries.goals(stranger)
    assert not queries.goals(reviewer)


class Tongue:
    """Calls the interface with a token."""

    def __init__(self, person: Member, *scopes: str):
        self.head = {
            "Authorization": f"Bearer {workspace.create_token(actor=person, name='t', scopes=list(scopes))[1]}"
        }
        self.web = Client()

    def __call__(self, way: str, path: str, body=None):
        call = getattr(self.web, way)
        more = {"data": body, "content_type": "application/json"} if body is not None else {}
        return call(f"/api{path}", headers=self.head, **more)


def test_goals_over_http(filled, owner, stranger):
    call = Tongue(owner, "data.view", "data.edit")
    made = call("post", "/goals", {"metric": "views", "target": "3000", "day": "2026-04-15"})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["metric"], body["target"], body["state"]) == ("views", "3000", "on_pace")
    days = (figures.today_of(owner.brand) - date(2026, 4, 1)).days
    assert body["time"] == pytest.approx(days / 30)
    assert call("get", "/goals").json()["items"][0]["id"] == body["id"]
    change = {"metric": "views", "target": "9000", "day": "2026-04-15", "version": 1}
    assert call("put", f"/goals/{body['id']}", change).json()["state"] == "behind"
    assert call("put", f"/goals/{body['id']}", change).status_code == 409
    theirs = Tongue(stranger, "data.view", "data.edit")
    assert theirs("get", f"/goals/{body['id']}").status_code == 404
    assert theirs("delete", f"/goals/{body['id']}").status_code == 404
    assert theirs("get", "/goals").json()["items"] == []
    assert Tongue(owner, "imports.view")("get", "/goals").status_code == 403
    assert (
        Tongue(owner, "data.view")(
            "post", "/goals", {"metric": "likes", "target": "1", "day": "2026-04-15"}
        ).status_code
        == 403
    )
    assert call("delete", f"/goals/{body['id']}").status_code == 204
    assert call("get", "/goals").json()["items"] == []
    assert len(call("get", "/goals?archived=true").json()["items"]) == 1


def test_a_lead_tends_the_brands_goals(filled, owner):
    lead = member(filled, "lead")
    goal = services.add_goal(actor=lead, wanted=wanted())
    assert queries.may_tend(lead, goal)
