"""What the ledger's services write: one audit row each, states, conflicts, strangers, rooms."""

import importlib
import inspect
import io
import pkgutil
from datetime import timedelta
from decimal import Decimal

import pytest

from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.ledger import queries, services
from hongqiao.ledger.measuring.plans import BadPlan
from hongqiao.ledger.models import Action, ActionState, Attachment, Finding, FindingState, Mute, Outcome
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.rules import BadSetting
from hongqiao.ledger.services import kit
from hongqiao.ledger.services.decisions import BadOptions, NoOption
from hongqiao.ledger.services.findings import SameFinding
from hongqiao.workspace import services as workspace
from hongqiao.workspace import words
from hongqiao.workspace.models import AuditEntry, Delivery, Member, Notice
from tests.cast import join
from tests.ledger.house import CODE, DAY, found, made, raised, rule

pytestmark = pytest.mark.usefixtures("fell")
JUDGED = {"method": "controls", "metric": "followers_new", "verdict": "worked", "effect": 20.0, "lo": 5.0, "hi": 35.0}


def begun(actor):
    return services.start_action(actor=actor, action_id=made(actor).pk, seen=None)


def judged(actor):
    row = begun(actor)
    services.keep_outcome(action_id=row.pk, version=row.version, found=JUDGED)
    return row


def calls(cast):
    """Each public write, called once with arguments that let it through; what it takes is made before."""
    o, s, brand = cast.owner, services, cast.brand
    one, other = found(brand, "one"), found(brand, "other")
    gone, into = found(brand, "gone"), found(brand, "into")
    s.merge_finding(actor=o, finding_id=gone.pk, seen=None, into=into.pk)
    refused = found(brand, "refused")
    s.wont_finding(actor=o, finding_id=refused.pk, seen=None, reason="no_budget")
    plan, run, over, done = made(o), begun(o), judged(o), begun(o)
    stopped = s.cancel_action(actor=o, action_id=made(o).pk, seen=None)
    said = s.comment(actor=o, text="在看", action_id=plan.pk)
    file = s.attach(actor=o, stream=io.BytesIO(b"x"), name="a.txt", action_id=plan.pk)
    asked = s.create_decision(actor=o, title="追加预算", options=["批准", "不批准"])
    other_ask = s.create_decision(actor=o, title="换达人", options=["换", "不换"])
    hush = s.mute(actor=o, rule=CODE, reason="known")
    f, a = {"actor": o, "seen": None, "finding_id": one.pk}, {"actor": o, "seen": None, "action_id": plan.pk}
    return {
        s.adopt_proposal: lambda: s.adopt_proposal(**f),
        s.assign_action: lambda: s.assign_action(**a, owner_id=cast.editor.pk),
        s.attach: lambda: s.attach(actor=o, stream=io.BytesIO(b"y"), name="b.txt", finding_id=one.pk),
        s.cancel_action: lambda: s.cancel_action(**a),
        s.change_action: lambda: s.change_action(**a, note="先试一周"),
        s.change_rule: lambda: s.change_rule(actor=o, code=CODE, seen=None, values={"drop": 0.3}),
        s.comment: lambda: s.comment(actor=o, text="好", finding_id=one.pk),
        s.create_action: lambda: made(o),
        s.create_decision: lambda: s.create_decision(actor=o, title="x", options=["是", "否"]),
        s.decide: lambda: s.decide(actor=o, decision_id=asked.pk, seen=None, chosen="批准"),
        s.delete_attachment: lambda: s.delete_attachment(actor=o, attachment_id=file.pk, seen=None),
        s.delete_comment: lambda: s.delete_comment(actor=o, comment_id=said.pk, seen=None),
        s.finish_action: lambda: s.finish_action(actor=o, action_id=run.pk, seen=None),
        s.keep_outcome: lambda: s.keep_outcome(action_id=run.pk, version=run.version, found=JUDGED),
        s.lift_mute: lambda: s.lift_mute(actor=o, mute_id=hush.pk, seen=None),
        s.link_action: lambda: s.link_action(**a, links=[{"kind": "piece", "code": "k1"}]),
        s.mark_finding: lambda: s.mark_finding(**f, right=True),
        s.measure_again: lambda: s.measure_again(actor=o, action_id=over.pk, seen=None),
        s.merge_finding: lambda: s.merge_finding(**f, into=other.pk),
        s.mute: lambda: s.mute(actor=o, rule=CODE, reason="known", everybody=True),
        s.raise_all: lambda: found(brand, "fresh"),
        s.reopen_action: lambda: s.reopen_action(actor=o, action_id=stopped.pk, seen=None),
        s.reopen_finding: lambda: s.reopen_finding(actor=o, finding_id=refused.pk, seen=None),
        s.say_outcome: lambda: s.say_outcome(actor=o, action_id=done.pk, seen=None, text="客户反馈好"),
        s.snooze_finding: lambda: s.snooze_finding(**f, until=today_of(brand) + timedelta(days=2)),
        s.start_action: lambda: s.start_action(**a),
        s.unmerge_finding: lambda: s.unmerge_finding(actor=o, finding_id=gone.pk, seen=None),
        s.withdraw_decision: lambda: s.withdraw_decision(actor=o, decision_id=other_ask.pk, seen=None),
        s.wont_action: lambda: s.wont_action(**a, reason="no_hands"),
        s.wont_finding: lambda: s.wont_finding(**f, reason="other", text="换季正常"),
    }


@pytest.mark.parametrize("service", services.WRITES, ids=lambda f: f.__name__)
def test_every_service_writes_its_audit_row(cast, house, service):
    call = calls(cast)[service]
    before = AuditEntry.objects.count()
    call()
    assert AuditEntry.objects.count() == before + 1
    row = AuditEntry.objects.order_by("id").last()
    assert row.code in words.known("audit")
    assert "%(" not in words.say("audit", row.code, row.params)


def test_the_list_of_services_is_whole():
    names = set()
    for module in pkgutil.iter_modules(services.__path__):
        loaded = importlib.import_module(f"hongqiao.ledger.services.{module.name}")
        functions = inspect.getmembers(loaded, inspect.isfunction)
        names |= {
            n for n, f in functions if f.__module__ == loaded.__name__ and "actor" in inspect.signature(f).parameters
        }
    names = {n for n in names if n[0] != "_"} - {"finding_of", "action_of", "owner_of", "rule_of"}
    assert names | {"raise_all", "keep_outcome"} == {f.__name__ for f in services.WRITES}


def test_said_again_a_finding_moves_and_is_not_doubled(cast):
    row = found(cast.brand)
    services.raise_all(cast.brand, rule(), [raised(severity=3, params={"where": "小红书"})], DAY, 2)
    row.refresh_from_db()
    assert (Finding.objects.count(), row.times, row.severity, row.manifest) == (1, 2, 3, 2)
    assert row.params == {"where": "小红书"}
    services.raise_all(cast.brand, rule(), [raised(severity=1)], DAY, 2)
    row.refresh_from_db()
    assert (row.times, row.severity) == (2, 3)  # the same version of the same day says nothing new


def test_what_a_rule_no_longer_says_closes_by_itself_where_nobody_acted(cast):
    quiet, acted = found(cast.brand, "quiet"), found(cast.brand, "acted")
    services.adopt_proposal(actor=cast.owner, finding_id=acted.pk, seen=None)
    services.raise_all(cast.brand, rule(), [], DAY + timedelta(days=1), 2)
    quiet.refresh_from_db()
    assert quiet.state == FindingState.OPEN  # a day's silence may be a missing file
    services.raise_all(cast.brand, rule(), [], DAY + timedelta(days=4), 3)
    quiet.refresh_from_db()
    acted.refresh_from_db()
    assert (quiet.state, quiet.reason, acted.state) == ("closed", "quiet", "acting")
    services.raise_all(cast.brand, rule(), [raised("quiet")], DAY + timedelta(days=5), 4)
    quiet.refresh_from_db()
    assert (quiet.state, quiet.reason) == ("open", "")


@pytest.mark.parametrize("how", ["wont", "wrong", "muted"])
def test_what_people_refused_is_never_opened_again(cast, how):
    row = found(cast.brand)
    if how == "wont":
        services.wont_finding(actor=cast.owner, finding_id=row.pk, seen=None, reason="known")
    elif how == "wrong":
        services.mark_finding(actor=cast.owner, finding_id=row.pk, seen=None, right=False)
    else:
        services.mute(actor=cast.owner, rule=CODE, reason="known", everybody=True)
        services.raise_all(cast.brand, rule(), [], DAY + timedelta(days=4), 2)
    before = Finding.objects.get(pk=row.pk).state
    services.raise_all(cast.brand, rule(), [raised()], DAY + timedelta(days=5), 3)
    assert Finding.objects.get(pk=row.pk).state == before != "open"


def test_a_new_finding_is_announced_to_the_brands_systems(cast):
    workspace.create_webhook(actor=cast.owner, name="中台", url="https://example.com/", events=["finding.raised"])
    found(cast.brand)
    assert Delivery.objects.filter(event="finding.raised").count() == 1
    services.raise_all(cast.brand, rule(), [raised()], DAY, 2)
    assert Delivery.objects.filter(event="finding.raised").count() == 1


def test_a_finding_is_right_wrong_or_taken_back_by_who_judges(cast):
    row = found(cast.brand)
    with pytest.raises(NotAllowed):
        services.mark_finding(actor=cast.editor, finding_id=row.pk, seen=None, right=True)
    services.mark_finding(actor=cast.owner, finding_id=row.pk, seen=row.version, right=False)
    row.refresh_from_db()
    assert (row.right, row.state, row.reason) == (False, "wont", "false_alarm")
    row = services.reopen_finding(actor=cast.owner, finding_id=row.pk, seen=row.version)
    assert (row.right, row.state) == (None, "open")


def test_not_doing_it_wants_a_reason_from_the_list(cast):
    row = found(cast.brand)
    for bad in ("", "quiet", "nonsense", "other"):
        with pytest.raises(kit.BadReason):
            services.wont_finding(actor=cast.editor, finding_id=row.pk, seen=None, reason=bad)
    done = services.wont_finding(actor=cast.editor, finding_id=row.pk, seen=None, reason="not_now", text="等双十一后")
    assert done.reason == "not_now|等双十一后"
    from hongqiao.ledger.words import reason

    assert reason(done.reason) == "时机不对：等双十一后"


def test_snoozing_wants_a_day_to_come_and_wakes_on_it(cast):
    row, today = found(cast.brand), today_of(cast.brand)
    for bad in (today, today - timedelta(days=1), "soon", "0001-01-01"):
        with pytest.raises(kit.BadDay):
            services.snooze_finding(actor=cast.editor, finding_id=row.pk, seen=None, until=bad)
    services.snooze_finding(actor=cast.editor, finding_id=row.pk, seen=None, until=str(today + timedelta(days=2)))
    all_of = queries.findings(cast.editor)
    assert not queries.awake(all_of, today).exists()
    assert queries.awake(all_of, today + timedelta(days=2)).exists()


def test_merging_brings_what_was_merged_along_and_can_be_taken_back(cast):
    a, b, c = (found(cast.brand, k) for k in "abc")
    services.merge_finding(actor=cast.editor, finding_id=a.pk, seen=None, into=b.pk)
    services.merge_finding(actor=cast.editor, finding_id=b.pk, seen=None, into=c.pk)
    assert set(c.merged.values_list("key", flat=True)) == {"a", "b"}
    for wrong in (c, a):
        with pytest.raises(SameFinding):
            services.merge_finding(actor=cast.editor, finding_id=c.pk, seen=None, into=wrong.pk)
    services.raise_all(cast.brand, rule(), [raised("a")], DAY, 2)
    assert Finding.objects.get(key="a").state == "merged"
    services.unmerge_finding(actor=cast.editor, finding_id=a.pk, seen=None)
    assert Finding.objects.get(key="a").state == "open"


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


def test_comments_are_taken_back_by_their_author_or_who_judges(cast):
    row = made(cast.owner)
    mine = services.comment(actor=cast.editor, text=" 看过了 ", action_id=row.pk)
    assert mine.text == "看过了"
    theirs = services.comment(actor=cast.owner, text="好", action_id=row.pk)
    with pytest.raises(NotAllowed):
        services.delete_comment(actor=cast.editor, comment_id=theirs.pk, seen=None)
    services.delete_comment(actor=cast.owner, comment_id=mine.pk, seen=None)
    for bad in ("", "  ", "长" * 2001):
        with pytest.raises(kit.BadText):
            services.comment(actor=cast.editor, text=bad, action_id=row.pk)
    with pytest.raises(Invalid):
        services.comment(actor=cast.editor, text="x")


def test_a_file_is_kept_once_by_its_hash_and_goes_with_its_last_row(cast, house, django_capture_on_commit_callbacks):
    row = made(cast.owner)
    one = services.attach(actor=cast.owner, stream=io.BytesIO(b"same"), name="../../etc/passwd", action_id=row.pk)
    two = services.attach(actor=cast.owner, stream=io.BytesIO(b"same"), name="b\x00.html", action_id=row.pk)
    kept = house / "attachments" / str(cast.brand.pk) / one.digest
    assert (one.name, two.name, one.digest == two.digest) == ("passwd", "b.html", True)
    assert kept.read_bytes() == b"same"
    for gone in (one, two):
        with django_capture_on_commit_callbacks(execute=True):
            services.delete_attachment(actor=cast.owner, attachment_id=gone.pk, seen=None)
        assert kept.exists() == Attachment.objects.exists()


def test_an_empty_or_too_large_file_leaves_nothing_behind(cast, house, monkeypatch):
    from hongqiao.ledger import files
    from hongqiao.ledger.limits import limits

    row = made(cast.owner)
    with pytest.raises(files.EmptyFile):
        services.attach(actor=cast.owner, stream=io.BytesIO(b""), name="a", action_id=row.pk)
    monkeypatch.setitem(limits(), "attachment_mb", 0)
    with pytest.raises(files.TooLarge):
        services.attach(actor=cast.owner, stream=io.BytesIO(b"x"), name="a", action_id=row.pk)
    assert not list((house / "attachments").rglob("*.part"))
    assert not Attachment.objects.exists()


def test_a_decision_about_money_is_for_who_approves_budgets(cast):
    lead = join(cast.brand, "lead", "lead")
    row = services.create_decision(
        actor=cast.editor, title="加 3 万", options=["批准", "批准", "不批准"], amount="30000"
    )
    assert row.options == ["批准", "不批准"]
    with pytest.raises(NotAllowed):
        services.decide(actor=lead, decision_id=row.pk, seen=None, chosen="批准")
    with pytest.raises(NoOption):
        services.decide(actor=cast.owner, decision_id=row.pk, seen=None, chosen="也许")
    services.decide(actor=cast.owner, decision_id=row.pk, seen=row.version, chosen="批准", note="分两次")
    assert Notice.objects.filter(member=cast.editor, code="decision.decided").exists()
    with pytest.raises(kit.WrongState):
        services.withdraw_decision(actor=cast.editor, decision_id=row.pk, seen=None)
    with pytest.raises(BadOptions):
        services.create_decision(actor=cast.editor, title="x", options=["只有一个"])


def test_a_rules_threshold_is_kept_within_its_bounds_as_a_difference(cast):
    from hongqiao.ledger import rules

    with pytest.raises(NotAllowed):
        services.change_rule(actor=cast.editor, code=CODE, seen=None, on=False)
    for bad in ({"drop": 2}, {"drop": "x"}, {"drop": "nan"}, {"other": 1}):
        with pytest.raises(BadSetting):
            services.change_rule(actor=cast.owner, code=CODE, seen=None, values=bad)
    brand = services.change_rule(actor=cast.owner, code=CODE, seen=None, values={"drop": "0.4"}, on=False)
    assert rules.settings_of(brand, rule()) == {"drop": 0.4}
    assert not rules.is_on(brand, rule())
    brand = services.change_rule(actor=cast.owner, code=CODE, seen=None, values={"drop": 0.2}, on=True)
    assert brand.settings["rules"] == {}


def test_muting_for_all_is_for_who_judges_and_is_lifted_again(cast):
    row = found(cast.brand)
    with pytest.raises(NotAllowed):
        services.mute(actor=cast.editor, rule=CODE, reason="known", everybody=True)
    mine = services.mute(actor=cast.editor, rule=CODE, reason="known", finding_id=row.pk)
    assert not queries.hushed(cast.editor, queries.findings(cast.editor)).exists()
    assert queries.hushed(cast.owner, queries.findings(cast.owner)).exists()
    with pytest.raises(NotFound):
        services.lift_mute(actor=cast.owner, mute_id=mine.pk, seen=None)
    services.lift_mute(actor=cast.editor, mute_id=mine.pk, seen=None)
    assert queries.hushed(cast.editor, queries.findings(cast.editor)).exists()
    assert Mute.objects.count() == 1


def test_a_stranger_finds_nothing_and_a_reviewer_may_nothing(cast):
    row, action = found(cast.brand), made(cast.owner)
    for who in (cast.stranger, cast.viewer):
        with pytest.raises(NotFound):
            services.wont_finding(actor=who, finding_id=row.pk, seen=None, reason="known")
        with pytest.raises(NotFound):
            services.start_action(actor=who, action_id=action.pk, seen=None)
        with pytest.raises(NotFound):
            services.comment(actor=who, text="x", finding_id=row.pk)
    with pytest.raises(NotFound):
        services.merge_finding(actor=cast.owner, finding_id=row.pk, seen=None, into=found(cast.stranger.brand, "x").pk)
    with pytest.raises(NotAllowed):
        services.create_action(actor=cast.viewer, template="by_hand", title="x")


def test_a_member_of_some_rooms_sees_only_their_findings_and_actions(cast):
    data, content = found(cast.brand, "d"), found(cast.brand, "c", room="content")
    made(cast.owner)
    Member.objects.filter(pk=cast.editor.pk).update(rooms=["content"])
    narrow = Member.objects.select_related("brand", "user").get(pk=cast.editor.pk)
    assert list(queries.findings(narrow)) == [content]
    assert not queries.actions(narrow).exists()
    with pytest.raises(NotFound):
        services.wont_finding(actor=narrow, finding_id=data.pk, seen=None, reason="known")
    with pytest.raises(Invalid):
        made(narrow, room="data")
    ask = services.create_decision(actor=cast.owner, title="x", options=["是", "否"], finding_id=data.pk)
    assert not queries.decisions(narrow).filter(pk=ask.pk).exists()


def test_files_that_no_row_names_are_swept_after_a_day(cast, house):
    import os

    from hongqiao.workspace import jobs

    row = services.attach(actor=cast.owner, stream=io.BytesIO(b"kept"), name="a", action_id=made(cast.owner).pk)
    home = house / "attachments" / str(cast.brand.pk)
    for name in ("orphan", "half.part", row.digest):
        (home / name).write_bytes(b"x")
        os.utime(home / name, (1, 1))
    (home / "fresh").write_bytes(b"x")
    jobs.enqueue("ledger.tidy", brand_id=None, key="t")
    jobs.work_off()
    assert {p.name for p in home.iterdir()} == {row.digest, "fresh"}
