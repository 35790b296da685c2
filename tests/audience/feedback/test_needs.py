"""Needs: offered where several ask, sized by persons, staked by orders, shipped and told."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hongqiao import warehouse
from hongqiao.audience.feedback import grouping, needs, tickets
from hongqiao.audience.feedback.errors import NobodyAsked, NoReason, WrongState
from hongqiao.audience.inbox import services as inbox
from hongqiao.audience.inbox.errors import WordsHeld
from hongqiao.audience.models import Asked, ThreadMessage
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import keys
from hongqiao.workspace.models import AuditEntry
from tests.audience.kit import FINE, SMALL, heard
from tests.warehouse.conftest import FakeReading, numbered, origin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
WISHES = (SMALL, "能不能出旅行装", "希望有小规格")


@pytest.fixture
def wishes(cast):
    return heard(cast.brand, *WISHES)


@pytest.fixture
def need(cast, wishes):
    ids = [t.pk for t in wishes]
    return needs.open_need(actor=cast.editor, title="出小规格", thread_ids=ids, kind="suggest.size")


def test_fewer_than_three_persons_are_no_offer_and_one_is_taken_once(cast):
    heard(cast.brand, *WISHES[:2])
    heard(cast.brand, "求小样", author="用户0")  # one who asked already
    assert grouping.offered(cast.editor) == []
    heard(cast.brand, "出个便携装")
    (group,) = grouping.offered(cast.editor)
    assert (group.persons, len(group.threads)) == (3, 4)
    needs.open_need(actor=cast.editor, title="小", thread_ids=[t.pk for t in group.threads])
    assert grouping.offered(cast.editor) == []
    assert grouping.offered(cast.stranger) == []


def test_whom_nobody_can_tell_apart_counts_one_each_and_is_said(cast, need):
    for thread in heard(cast.brand, "求小样", "出迷你装", author=""):
        needs.attach(actor=cast.editor, need_id=need.pk, thread_ids=[thread.pk])
    size = grouping.size(need)
    assert (size.persons, size.unknown) == (5, 2)


def test_a_ticket_of_a_thread_that_asked_already_is_not_counted_twice(cast, need, wishes):
    ticket = tickets.from_thread(actor=cast.editor, thread_id=wishes[0].pk)
    assert needs.attach(actor=cast.editor, need_id=need.pk, ticket_ids=[ticket.pk]) == 0
    by_phone = tickets.open_ticket(actor=cast.editor, title="电话里要小瓶", text="电话里要小瓶")
    assert needs.attach(actor=cast.editor, need_id=need.pk, ticket_ids=[by_phone.pk]) == 1
    with pytest.raises(NobodyAsked):
        needs.attach(actor=cast.editor, need_id=need.pk)


def test_what_is_alike_is_offered_to_a_need_and_praise_is_not(cast, need):
    more, _praise = heard(cast.brand, "想要更小一点的面霜试试", FINE)
    assert grouping.alike(need) == [more]


def test_it_moves_as_far_as_it_may_and_declining_has_a_reason(cast, need):
    who = {"actor": cast.editor, "need_id": need.pk, "seen": None}
    with pytest.raises(NoReason):
        needs.move(**who, state="declined")
    assert needs.move(**who, state="declined", reason="产线不支持").reason == "产线不支持"
    with pytest.raises(WrongState):
        needs.move(**who, state="shipped")
    needs.move(**who, state="gathering")
    with pytest.raises(Conflict):
        needs.move(actor=cast.editor, need_id=need.pk, seen=1, state="planned")


def test_words_of_law_hold_back_what_everybody_would_be_told(cast, need):
    with pytest.raises(WordsHeld):
        needs.move(actor=cast.editor, need_id=need.pk, seen=None, state="shipped", words="全网最好用的第一品牌上新")
    assert not ThreadMessage.objects.filter(way="out").exists()


def test_once_shipped_everybody_is_told_by_a_person_and_who_asks_later_too(cast, need, wishes):
    needs.move(actor=cast.editor, need_id=need.pk, seen=None, state="shipped", words="小规格上线了")
    asked = list(Asked.objects.filter(need=need).order_by("id"))
    assert [a.state for a in asked] == ["ready"] * 3
    # an ordinary answer in the thread does not push the news aside
    inbox.reply(actor=cast.editor, thread_id=wishes[0].pk, seen=None, text="你好")
    assert ThreadMessage.objects.get(pk=asked[0].message_id).state == "ready"
    inbox.sent(actor=cast.editor, message_id=asked[0].message_id, declared=True)
    needs.told(actor=cast.editor, asked_id=asked[1].pk, how="电话告诉了")
    with pytest.raises(NoReason):
        needs.unreachable(actor=cast.editor, asked_id=asked[2].pk, reason=" ")
    needs.unreachable(actor=cast.editor, asked_id=asked[2].pk, reason="账号注销")
    assert grouping.progress(need) == {"asked": 0, "ready": 0, "told": 2, "unreachable": 1, "all": 3}
    (late,) = heard(cast.brand, "出小样吧")
    needs.attach(actor=cast.editor, need_id=need.pk, thread_ids=[late.pk])
    assert Asked.objects.get(thread=late).state == "ready"
    with pytest.raises(WrongState):
        needs.detach(actor=cast.editor, asked_id=asked[0].pk)


CALLS = [
    lambda a, n: needs.move(actor=a, need_id=n.pk, seen=None, state="planned"),
    lambda a, n: needs.edit(actor=a, need_id=n.pk, seen=None, title="新名"),
    lambda a, n: needs.detach(actor=a, asked_id=n.asked.first().pk),
]


@pytest.mark.parametrize("act", CALLS, ids=range(len(CALLS)))
def test_a_stranger_finds_nothing_who_only_sees_changes_nothing_and_an_act_is_one_row(cast, need, act):
    for who in (cast.stranger, cast.viewer):
        with pytest.raises((NotFound, NotAllowed)):
            act(who, need)
    before = AuditEntry.objects.count()
    act(cast.editor, need)
    assert AuditEntry.objects.count() == before + 1


def orders(cast, *rows):
    """Take orders as a file brings them: (person, paid)."""
    given = [
        {"order_key": f"o{n}", "ts": datetime.now(UTC).replace(tzinfo=None), "person": who, "paid": Decimal(paid)}
        for n, (who, paid) in enumerate(rows)
    ]
    where = origin(brand_id=cast.brand.pk, account_id=cast.account.pk, file_hash="orders")
    warehouse.take(where, FakeReading([("orders", numbered(given))]), keys=keys.person_keys(cast.brand.pk))


def test_what_they_paid_counts_who_is_identified_in_the_orders_and_is_unknown_without(cast, need):
    assert (grouping.stake(need).known, grouping.stake(need).paid) == (3, None)
    orders(cast, ("用户0", "89"), ("用户0", "30"), ("用户1", "200"), ("别人", "999"))
    stake = grouping.stake(need)
    assert (stake.known, stake.buyers, stake.paid) == (3, 2, Decimal(319))
