"""Actions from the proposal to the outcome: states, plans, owners, what they do to the finding."""

from datetime import timedelta
from decimal import Decimal

import pytest

from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.ledger import queries, services
from hongqiao.ledger.measuring.plans import BadPlan
from hongqiao.ledger.models import Action, ActionState, Finding, Outcome
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.services import kit
from hongqiao.workspace import services as workspace
from hongqiao.workspace import words
from hongqiao.workspace.models import Notice
from tests.ledger.house import JUDGED, begun, found, made

pytestmark = pytest.mark.usefixtures("fell")


def test_an_action_made_of_a_proposal_knows_owner_due_day_effect_and_measure(cast):
    row = found(cast.brand)
    action = services.adopt_proposal(actor=cast.editor, finding_id=row.pk, seen=row.version)
    assert (action.owner, action.template, action.room) == (cast.editor, "raise_spend", "channels")
    assert action.due == today_of(cast.brand) + timedelta(days=3)
    assert action.measure["where"] == {"platform": "douyin"}
    assert action.measure["days"] == 10
    assert action.expected["low"] == 15
    assert action.measure_on == action.due + timedelta(days=12)
    row.refresh_from_db()
    assert row.state == "acting"
    with pytest.raises(NotFound):
        services.adopt_proposal(actor=cast.editor, finding_id=row.pk, seen=None, index=5)


def test_an_action_moves_along_its_states_and_nowhere_else(cast):
    row = made(cast.editor)
    with pytest.raises(kit.WrongState):
        services.finish_action(actor=cast.editor, action_id=row.pk, seen=None)
    row = services.start_action(actor=cast.editor, action_id=row.pk, seen=row.version)
    assert row.measure_on == row.started_on + timedelta(days=12)
    with pytest.raises(Conflict):
        services.finish_action(actor=cast.editor, action_id=row.pk, seen=row.version - 1)
    row = services.finish_action(actor=cast.editor, action_id=row.pk, seen=row.version)
    with pytest.raises(kit.WrongState):
        services.start_action(actor=cast.editor, action_id=row.pk, seen=None)
    with pytest.raises(kit.WrongState):
        services.measure_again(actor=cast.owner, action_id=row.pk, seen=None)
    assert row.state == ActionState.DONE


def test_how_it_is_measured_is_fixed_once_begun_and_the_former_way_is_kept(cast):
    row = made(cast.editor)
    row = services.change_action(
        actor=cast.editor, action_id=row.pk, seen=None, measure={**row.measure, "days": 20, "former": ["x"]}
    )
    assert row.measure["days"] == 20
    assert [f["days"] for f in row.measure["former"]] == [10]
    services.start_action(actor=cast.editor, action_id=row.pk, seen=None)
    with pytest.raises(Conflict):
        services.change_action(actor=cast.editor, action_id=row.pk, seen=None, measure={"method": "by_hand"})
    services.change_action(actor=cast.editor, action_id=row.pk, seen=None, note="仍可写备注")


def test_pieces_may_join_the_arms_of_an_experiment_that_runs(cast):
    plan = {"method": "ab", "metric": "piece_share_rate", "days": 20}
    row = made(cast.editor, measure=plan)
    row = services.start_action(actor=cast.editor, action_id=row.pk, seen=None)
    arms = {"arms": {"a": ["k1"], "b": ["k2"]}}
    row = services.change_action(actor=cast.editor, action_id=row.pk, seen=None, measure={**row.measure, **arms})
    assert row.measure["arms"] == arms["arms"]
    with pytest.raises(Conflict):
        services.change_action(actor=cast.editor, action_id=row.pk, seen=None, measure={**row.measure, "days": 30})


@pytest.mark.parametrize(
    "bad",
    [
        {"method": "magic"},
        {"metric": "nonsense", "method": "controls"},
        {"metric": "followers_new", "where": {"nonsense": "x"}},
        {"metric": "followers_new", "where": {"day": "2026-04-01"}},
        {"metric": "followers_new", "days": 100000},
        {"metric": "followers_new", "days": "many"},
        {"metric": "followers_new", "want": "sideways"},
        {"metric": "followers_new", "controls": "all"},
        {"metric": "followers_new", "method": "ab"},
        {"metric": "piece_views", "method": "ab", "arms": {"a": ["k"], "b": ["k"]}},
        {"metric": "purchase", "method": "holdout", "share": 0.99},
        {"metric": "followers_new", "method": "holdout"},
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_when_it_is_made(cast, bad):
    with pytest.raises(BadPlan):
        made(cast.editor, template="by_hand", title="x", measure={"method": None, **bad})


def test_bad_titles_amounts_days_rooms_and_links_are_refused(cast):
    for bad in (
        {"template": "", "title": " "},
        {"cost": "-1"},
        {"cost": "NaN"},
        {"cost": "12345678901234567890"},
        {"due": today_of(cast.brand) - timedelta(days=1)},
        {"due": "31/12/2026"},
        {"room": "nowhere"},
        {"template": "nonsense"},
        {"links": [{"kind": "url", "code": "x"}]},
        {"links": [{"kind": "piece", "code": ""}]},
        {"title": "长" * 121},
    ):
        with pytest.raises(Invalid):
            made(cast.owner, **bad)
    assert made(cast.owner, cost="1,200.50").cost == Decimal("1200.50")


def test_giving_an_action_to_another_is_for_who_judges_and_they_hear_of_it(cast):
    row = made(cast.owner, owner_id=cast.editor.pk)
    assert Notice.objects.filter(member=cast.editor, code="action.assigned").count() == 1
    assert "交给你" in words.say("notice", "action.assigned", Notice.objects.get(code="action.assigned").params)
    with pytest.raises(NotAllowed):
        services.assign_action(actor=cast.editor, action_id=row.pk, seen=None, owner_id=cast.owner.pk)
    for wrong in (cast.viewer.pk, cast.stranger.pk, "nobody"):
        with pytest.raises(kit.BadOwner):
            services.assign_action(actor=cast.owner, action_id=row.pk, seen=None, owner_id=wrong)


def test_an_action_whose_owner_left_is_nobodys_and_stays_where_it_is(cast):
    row = made(cast.owner, owner_id=cast.editor.pk)
    workspace.deactivate_member(actor=cast.owner, member_id=cast.editor.pk, seen=None)
    row.refresh_from_db()
    assert list(queries.nobodys(queries.actions(cast.owner))) == [row]
    assert not queries.carried(Action.objects.get(pk=row.pk))
    row = services.start_action(actor=cast.owner, action_id=row.pk, seen=None)
    services.keep_outcome(action_id=row.pk, version=row.version, found=JUDGED)
    services.comment(actor=cast.owner, text="还在", action_id=row.pk)
    assert not Notice.objects.filter(member=cast.editor, code__in=["action.judged", "action.commented"]).exists()


def test_refusing_or_cancelling_the_only_action_opens_the_finding_again(cast):
    row = found(cast.brand)
    action = services.adopt_proposal(actor=cast.editor, finding_id=row.pk, seen=None)
    services.wont_action(actor=cast.editor, action_id=action.pk, seen=None, reason="no_hands")
    assert Finding.objects.get(pk=row.pk).state == "open"
    services.reopen_action(actor=cast.editor, action_id=action.pk, seen=None)
    assert Finding.objects.get(pk=row.pk).state == "acting"


def test_an_outcome_closes_action_and_finding_and_a_helpful_one_says_it_was_right(cast):
    row = found(cast.brand)
    action = services.adopt_proposal(actor=cast.owner, finding_id=row.pk, seen=None)
    action = services.start_action(actor=cast.owner, action_id=action.pk, seen=None)
    services.keep_outcome(action_id=action.pk, version=action.version, found=JUDGED)
    row.refresh_from_db()
    action.refresh_from_db()
    assert (row.state, row.reason, row.right, action.state) == ("closed", "acted", True, "judged")


@pytest.mark.parametrize("verdict", ["did_not", "cannot_tell"])
def test_an_act_that_did_not_help_does_not_make_the_finding_wrong(cast, verdict):
    row = found(cast.brand)
    action = services.adopt_proposal(actor=cast.owner, finding_id=row.pk, seen=None)
    action = services.start_action(actor=cast.owner, action_id=action.pk, seen=None)
    services.keep_outcome(action_id=action.pk, version=action.version, found={**JUDGED, "verdict": verdict})
    row.refresh_from_db()
    assert (row.state, row.right) == ("closed", None)


def test_what_moved_since_it_was_measured_keeps_no_outcome(cast):
    row = begun(cast.owner)
    services.cancel_action(actor=cast.owner, action_id=row.pk, seen=None)
    assert services.keep_outcome(action_id=row.pk, version=row.version, found=JUDGED) is None
    assert not Outcome.objects.exists()


def test_a_persons_word_closes_as_too_little_data_and_counts_in_no_hit_rate(cast):
    from hongqiao.ledger.measuring import pool

    row = begun(cast.owner)
    outcome = services.say_outcome(actor=cast.owner, action_id=row.pk, seen=row.version, text="询单多了", effect=12)
    assert (outcome.verdict, outcome.reason, outcome.params["text"]) == ("cannot_tell", "by_hand", "询单多了")
    assert pool.overall(Outcome.objects.all()).rate is None
