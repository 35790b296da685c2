"""What the ledger's services write: one audit row each, conflicts, strangers, rooms; words, files, decisions, rules."""

import importlib
import inspect
import io
import pkgutil
from datetime import timedelta

import pytest

from hongqiao.errors import Invalid, NotAllowed, NotFound
from hongqiao.ledger import queries, services
from hongqiao.ledger.models import Attachment, Mute
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.rules import BadSetting
from hongqiao.ledger.services import kit
from hongqiao.ledger.services.decisions import BadOptions, NoOption
from hongqiao.workspace import words
from hongqiao.workspace.assistant import Answer, rewording
from hongqiao.workspace.models import AuditEntry, Member, Notice
from tests.cast import join
from tests.ledger.house import CODE, JUDGED, begun, found, judged, made, rule

pytestmark = pytest.mark.usefixtures("fell")


def calls(cast):
    """Each public write, called once with arguments that let it through; what it takes is made before."""
    o, s, brand = cast.owner, services, cast.brand
    one, other = found(brand, "one"), found(brand, "other")
    gone, into = found(brand, "gone"), found(brand, "into")
    s.merge_finding(actor=o, finding_id=gone.pk, seen=None, into=into.pk)
    refused = found(brand, "refused")
    s.wont_finding(actor=o, finding_id=refused.pk, seen=None, reason="no_budget")
    trial = begun(o, measure={"method": "ab", "metric": "piece_share_rate"})
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
        s.change_template: lambda: s.change_template(actor=o, code="by_hand", seen=None, values={"due_days": 2}),
        s.comment: lambda: s.comment(actor=o, text="好", finding_id=one.pk),
        s.conclude_action: lambda: s.conclude_action(actor=o, action_id=trial.pk, seen=None),
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
        s.reword_finding: lambda: s.reword_finding(**f),
        s.unword_finding: lambda: s.unword_finding(**f),
        s.snooze_finding: lambda: s.snooze_finding(**f, until=today_of(brand) + timedelta(days=2)),
        s.start_action: lambda: s.start_action(**a),
        s.unmerge_finding: lambda: s.unmerge_finding(actor=o, finding_id=gone.pk, seen=None),
        s.withdraw_decision: lambda: s.withdraw_decision(actor=o, decision_id=other_ask.pk, seen=None),
        s.wont_action: lambda: s.wont_action(**a, reason="no_hands"),
        s.wont_finding: lambda: s.wont_finding(**f, reason="other", text="换季正常"),
    }


@pytest.mark.parametrize("service", services.WRITES, ids=lambda f: f.__name__)
def test_every_service_writes_its_audit_row(cast, house, service, monkeypatch):
    monkeypatch.setattr(rewording, "ask", lambda _b, _u, messages, **_m: Answer(messages[1]["content"], "m"))
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
    names = {n for n in names if n[0] != "_"} - {"finding_of", "action_of", "owner_of", "rule_of", "template_of"}
    assert names | {"raise_all", "keep_outcome"} == {f.__name__ for f in services.WRITES}


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
    with pytest.raises(BadSetting) as refused:
        services.change_rule(actor=cast.owner, code=CODE, seen=None, values={"drop": 0.99})
    assert refused.value.params == {"name": "下降幅度", "value": "99%", "low": "5%", "high": "90%"}
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
