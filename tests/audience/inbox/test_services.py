"""Answering: checked, assisted, proved; assigned, closed, corrected; leases; canned answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.audience.inbox import canned, holding, queries, services
from hongqiao.audience.inbox.errors import NameTaken, NoProof, NoText, NotNow, TooLong, WordsAsk, WordsHeld
from hongqiao.audience.models import Canned, Hold, Thread, ThreadMessage
from hongqiao.errors import Conflict, Invalid, NotAllowed, NotFound
from hongqiao.workspace.models import AuditEntry
from tests.audience.kit import FINE, LATE, LEAK, heard

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def thread(cast):
    return heard(cast.brand, LEAK, account=cast.account)[0]


def write(cast, thread, text="抱歉，已登记，今天给你补发", **more):
    return services.reply(actor=cast.editor, thread_id=thread.pk, seen=None, text=text, **more)


def test_an_answer_is_ready_until_it_is_proved_and_the_clock_stops_only_then(cast, thread):
    message = write(cast, thread)
    thread.refresh_from_db()
    assert (message.state, thread.state, thread.first_reply_at) == ("ready", "open", None)
    with pytest.raises(NoProof):
        services.sent(actor=cast.editor, message_id=message.pk)
    with pytest.raises(Invalid):
        services.sent(actor=cast.editor, message_id=message.pk, url="javascript:alert(1)")
    sent = services.sent(actor=cast.editor, message_id=message.pk, declared=True)
    thread.refresh_from_db()
    assert (sent.proof["how"], thread.state, thread.due_at) == ("said", "replied", None)
    with pytest.raises(NotNow):
        services.sent(actor=cast.editor, message_id=message.pk, declared=True)


def test_a_second_answer_before_the_first_went_out_takes_its_place(cast, thread):
    first, second = write(cast, thread), write(cast, thread, "换一句：已补发")
    first.refresh_from_db()
    assert (first.state, second.state) == ("dropped", "ready")
    services.drop(actor=cast.editor, message_id=second.pk)
    assert not ThreadMessage.objects.filter(state="ready").exists()


def test_words_of_law_keep_an_answer_back(cast, thread):
    with pytest.raises(WordsHeld):
        write(cast, thread, "这是全网最好用的祛痘第一品牌，包治百病")
    assert not ThreadMessage.objects.filter(way="out").exists()


def test_a_warning_stands_where_somebody_says_why(cast, thread, monkeypatch):
    from hongqiao.audience.inbox import checking
    from hongqiao.methods.craft import Found

    monkeypatch.setattr(checking, "check", lambda *_a: [Found("law.superlative", "warn", word="最快")])
    with pytest.raises(WordsAsk) as asked:
        write(cast, thread, "最快今天补发")
    assert asked.value.confirm == "confirmed"
    assert write(cast, thread, "最快今天补发", confirmed="说的是快递时效").found[0]["word"] == "最快"


def test_nothing_and_too_much_are_refused(cast, thread):
    with pytest.raises(NoText):
        write(cast, thread, "  ")
    with pytest.raises(TooLong):
        write(cast, thread, "好" * 1001)


def test_one_who_saw_an_older_version_is_told(cast, thread):
    seen = thread.version
    services.assign(actor=cast.editor, thread_id=thread.pk, seen=seen, owner_id=cast.owner.pk)
    with pytest.raises(Conflict):
        services.reply(actor=cast.editor, thread_id=thread.pk, seen=seen, text="好的")


def test_it_is_assigned_closed_and_opened_again(cast, thread):
    with pytest.raises(Invalid):
        services.assign(actor=cast.editor, thread_id=thread.pk, seen=None, owner_id=cast.viewer.pk)
    row = services.assign(actor=cast.owner, thread_id=thread.pk, seen=None, owner_id=cast.editor.pk)
    assert row.assignee == cast.editor
    assert services.move(actor=cast.editor, thread_id=thread.pk, seen=None, state="closed").due_at is None
    with pytest.raises(NotNow):
        services.move(actor=cast.editor, thread_id=thread.pk, seen=None, state="closed")
    assert services.move(actor=cast.editor, thread_id=thread.pk, seen=None, state="open").due_at is not None


def test_several_at_once_and_only_the_brands_own(cast, thread):
    (foreign,) = heard(cast.stranger.brand, LEAK)
    others = heard(cast.brand, LATE, FINE)
    ids = [t.pk for t in (thread, *others, foreign)]
    assert services.assign_many(actor=cast.editor, thread_ids=ids, owner_id=cast.editor.pk) == 3
    assert services.close_many(actor=cast.editor, thread_ids=ids) == 3
    foreign.refresh_from_db()
    assert (foreign.state, foreign.assignee) == ("open", None)


ACTS = [
    lambda a, t, m: services.assign(actor=a, thread_id=t.pk, seen=None, owner_id=None),
    lambda a, t, m: services.reply(actor=a, thread_id=t.pk, seen=None, text="好"),
    lambda a, t, m: services.move(actor=a, thread_id=t.pk, seen=None, state="closed"),
    lambda a, t, m: services.judge(actor=a, thread_id=t.pk, seen=None, kind=""),
    lambda a, t, m: services.sent(actor=a, message_id=m.pk, declared=True),
    lambda a, t, m: services.drop(actor=a, message_id=m.pk),
    lambda a, t, m: holding.hold(actor=a, thread_id=t.pk),
]


@pytest.mark.parametrize("act", ACTS, ids=range(len(ACTS)))
def test_a_stranger_finds_nothing_and_who_may_not_changes_nothing(cast, thread, act):
    message = write(cast, thread)
    for who in (cast.stranger, cast.viewer):
        with pytest.raises((NotFound, NotAllowed)):
            act(who, thread, message)
    message.refresh_from_db()
    assert message.state == "ready"


@pytest.mark.parametrize("act", ACTS[:6], ids=range(6))
def test_every_act_leaves_one_row_of_audit(cast, thread, act):
    message = write(cast, thread)
    before = AuditEntry.objects.count()
    act(cast.editor, thread, message)
    assert AuditEntry.objects.count() == before + 1


def test_who_else_has_it_open_is_seen_until_the_lease_is_over(cast, thread):
    assert holding.hold(actor=cast.editor, thread_id=thread.pk) == []
    assert holding.hold(actor=cast.owner, thread_id=thread.pk) == [cast.editor]
    Hold.objects.filter(member=cast.editor).update(until=timezone.now() - timedelta(seconds=1))
    assert holding.hold(actor=cast.owner, thread_id=thread.pk) == []
    Hold.objects.update(until=timezone.now() - timedelta(hours=1))
    assert holding.clear() == 2


def test_canned_answers_are_checked_named_once_and_offered_by_kind(cast, thread):
    canned.add(actor=cast.editor, name="查物流", text="已帮你催快递", kind="logistics.slow")
    mine = canned.add(actor=cast.editor, name="致歉", text="抱歉，已登记", kind="quality.damaged")
    with pytest.raises(NameTaken):
        canned.add(actor=cast.editor, name="致歉", text="再说一次")
    with pytest.raises(WordsHeld):
        canned.add(actor=cast.editor, name="吹", text="全网最好用的第一品牌")
    assert queries.canned(cast.editor, "quality.damaged")[0] == mine
    write(cast, thread, canned_id=mine.pk)
    assert Canned.objects.get(pk=mine.pk).used == 1
    with pytest.raises(NotFound):
        canned.remove(actor=cast.stranger, canned_id=mine.pk, seen=None)
    canned.remove(actor=cast.editor, canned_id=mine.pk, seen=None)
    assert Canned.objects.count() == 1


def test_pages_follow_each_other_without_gap_or_repeat(cast):
    now = timezone.now() - timedelta(minutes=3)
    heard(cast.brand, *(f"{FINE}{n}" for n in range(7)), at=now)  # all of one moment
    seen, after = [], ""
    while True:
        rows, after = queries.page(queries.threads(cast.editor), after, 3)
        seen += [t.pk for t in rows]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 7
    assert queries.page(queries.threads(cast.editor), "nonsense_x", 3)[0]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"state": "open"}, 2),
        ({"kind": "quality"}, 1),
        ({"kind": "logistics.slow"}, 1),
        ({"kind": "none"}, 0),
        ({"q": "发货"}, 1),
        ({"channel": "message"}, 0),
        ({"owner": "me"}, 0),
        ({"owner": "none"}, 2),
        ({"owner": "x"}, 0),
        ({"account": "x"}, 0),
        ({"overdue": "1"}, 1),
    ],
)
def test_filters_leave_what_they_say(cast, thread, asked, count):
    heard(cast.brand, LATE)
    Thread.objects.filter(pk=thread.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    assert queries.found(cast.editor, asked).count() == count
    assert queries.found(cast.stranger, asked).count() == 0
