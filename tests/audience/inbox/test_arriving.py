"""Messages come in at least once and are kept once; theirs open a thread, ours answer it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.audience.inbox import pushing
from hongqiao.audience.inbox.arriving import Said, arrive, hours
from hongqiao.audience.inbox.errors import NothingPasted, TooManyRows
from hongqiao.audience.models import Thread, ThreadMessage
from hongqiao.errors import NotAllowed, NotFound
from hongqiao.methods.servicehours import spent
from hongqiao.workspace import keys
from hongqiao.workspace.models import AuditEntry, Job
from tests.audience.kit import FINE, LEAK, heard, read, say

pytestmark = pytest.mark.django_db


def test_the_same_message_twice_is_one_and_one_of_a_thread_goes_to_it(cast):
    one = Said("m1", LEAK, thread="t1", author="小柚子", account=cast.account)
    arrive(cast.brand, [one])
    done = arrive(cast.brand, [one, Said("m2", "在吗", thread="t1", account=cast.account)])
    assert (done.new, done.known) == (1, 1)
    (thread,) = Thread.objects.all()
    assert (thread.count, thread.messages.count(), thread.said) == (2, 2, "在吗")


def test_names_are_encrypted_and_a_person_is_a_key(cast):
    first, second = say(cast.brand, LEAK, FINE, author="小柚子")
    assert "小柚子" not in first.author
    assert keys.decrypt(first.author).decode() == "小柚子"
    assert first.subject == second.subject != ""


def test_the_term_counts_in_service_hours_and_an_old_message_has_none(cast):
    (thread,) = say(cast.brand, LEAK)
    assert thread.state == "open"
    assert spent(thread.heard_at, thread.due_at, hours(cast.brand)) == timedelta(minutes=120)
    (old,) = say(cast.brand, FINE, at=timezone.now() - timedelta(days=40))
    assert (old.state, old.due_at) == ("closed", None)


def test_our_answer_given_at_the_source_answers_the_thread_and_their_next_word_opens_it_again(cast):
    now = timezone.now()
    rows = [
        Said("a", LEAK, now - timedelta(hours=3), thread="t"),
        Said("b", "已登记", now - timedelta(hours=2), thread="t", out=True),
    ]
    arrive(cast.brand, rows)
    thread = Thread.objects.get()
    assert (thread.state, thread.due_at) == ("replied", None)
    assert thread.first_reply_at == now - timedelta(hours=2)
    arrive(cast.brand, [Said("c", "还没好", now - timedelta(minutes=5), thread="t")])
    thread.refresh_from_db()
    assert thread.state == "open"
    assert thread.due_at is not None
    # what was said before our answer and is heard late opens nothing
    Thread.objects.update(state="replied", due_at=None)
    arrive(cast.brand, [Said("d", "急", now - timedelta(hours=2, minutes=30), thread="t")])
    assert Thread.objects.get().state == "replied"


def test_two_accounts_may_use_the_same_numbers(cast):
    arrive(cast.brand, [Said("1", LEAK, account=cast.account), Said("1", FINE)])
    assert Thread.objects.count() == 2


def test_what_has_no_words_is_a_problem_by_its_place_and_the_rest_is_kept(cast):
    done = arrive(cast.brand, [Said("1", " \x00 "), Said("2", "好\ud800的"), Said("", "没有编号")])
    assert [p["index"] for p in done.problems] == [0]
    assert set(ThreadMessage.objects.values_list("text", flat=True)) == {"好的", "没有编号"}
    assert arrive(cast.brand, [Said("", "没有编号")]).new == 0  # an id made of what it says


def test_the_job_that_reads_is_asked_for_in_the_same_transaction(cast):
    say(cast.brand, LEAK)
    assert Job.objects.filter(kind="audience.read", brand=cast.brand).count() == 1


def test_reading_keeps_what_a_person_said(cast):
    (thread,) = heard(cast.brand, LEAK)
    Thread.objects.filter(pk=thread.pk).update(kind="praise.product", judged_at=timezone.now(), read_at=None)
    read(cast.brand)
    thread.refresh_from_db()
    assert thread.kind == "praise.product"
    assert thread.read["rule"] == "quality.damaged"  # what the rules say is shown beside it


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (3, ""),
        ({"text": 1.5}, "text"),
        ({"text": "x", "at": "gestern"}, "at"),
        ({"text": "x", "at": "2026-13-40"}, "at"),
        ({"text": "x", "channel": "pigeon"}, "channel"),
        ({"text": "x", "account": "00000000-0000-0000-0000-000000000000"}, "account"),
        ({"text": "x", "followers": -1}, "followers"),
        ({"text": "x", "likes": True}, "likes"),
        ({"text": ""}, "text"),
    ],
)
def test_a_bad_row_is_refused_by_its_column_and_the_good_one_beside_it_is_kept(cast, row, column):
    said = pushing.take(actor=cast.editor, rows=[{"id": "ok", "text": FINE, "at": "2026-11-20 10:00:00"}, row])
    assert (said["new"], said["refused"]) == (1, 1)
    assert said["problems"][0]["index"] == 1
    assert said["problems"][0]["column"] == column


def test_pasted_lines_name_who_said_them_and_come_to_nothing_a_second_time(cast):
    text = f"小柚子：{LEAK}\n\n{FINE}\nhttps://a.cn/x：不是名字"
    assert pushing.paste(actor=cast.editor, text=text, account_id=cast.account.pk).new == 3
    assert pushing.paste(actor=cast.editor, text=text, account_id=cast.account.pk).new == 0
    assert sum(1 for t in Thread.objects.all() if t.author) == 1
    with pytest.raises(NothingPasted):
        pushing.paste(actor=cast.editor, text=" \n")


def test_who_may_not_edit_brings_nothing_in(cast):
    with pytest.raises(NotAllowed):
        pushing.take(actor=cast.viewer, rows=[])
    with pytest.raises(NotFound):
        pushing.paste(actor=cast.editor, text="x", account_id=cast.stranger.pk)
    with pytest.raises(TooManyRows):
        pushing.take(actor=cast.editor, rows=[{}] * 501)


def test_no_word_of_a_user_is_in_the_audit(cast):
    heard(cast.brand, LEAK)
    pushing.paste(actor=cast.editor, text=f"小柚子：{FINE}")
    assert not [e for e in AuditEntry.objects.all() if "小柚子" in e.search or "漏" in e.search]
