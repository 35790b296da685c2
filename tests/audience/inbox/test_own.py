"""Own accounts by their connections: comments and messages are threads once; edits, deletions, replies are followed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.audience.inbox import own, services
from hongqiao.audience.models import Identity, Person, Thread, ThreadMessage
from hongqiao.audience.people import identifying
from hongqiao.delivery.connections import comments, heard
from hongqiao.delivery.models import Connection
from hongqiao.delivery.models import Thread as Article
from hongqiao.platforms.sandbox import comments as people
from hongqiao.platforms.sandbox.server import sealed
from hongqiao.workspace import jobs, keys
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, AuditEntry, Job
from tests.audience.kit import LEAK, read
from tests.oa import sandbox as sandbox  # noqa: PLC0414
from tests.oa import wechat
from tests.own import account as account  # noqa: PLC0414
from tests.own import call as call  # noqa: PLC0414
from tests.own import due
from tests.own import out as out  # noqa: PLC0414
from tests.own import row as row  # noqa: PLC0414

pytestmark = pytest.mark.django_db


def listen(account):
    due()
    return comments.ask(account)


def test_a_comment_is_one_thread_with_account_post_and_an_author_who_is_kept_encrypted(
    cast, row, account, sandbox, out
):
    people.comment(sandbox.world, out, LEAK, openid="o_reader_9")
    assert listen(account) == 1
    assert listen(account) == 0
    thread = Thread.objects.get()
    assert (thread.account, thread.channel, thread.place, thread.state) == (account, "comment", "公众号", "open")
    assert (thread.content_title, thread.said) == ("夏日防晒实测", LEAK)
    assert thread.url.startswith(sandbox.url)
    assert keys.decrypt(thread.author).decode() == "o_reader_9"
    kept = " ".join(map(str, Thread.objects.values().get().values()))
    assert "o_reader_9" not in kept + str(ThreadMessage.objects.values().get())
    read(cast.brand)
    thread.refresh_from_db()
    assert thread.kind
    url = reverse("users_thread", args=["anlan", thread.pk])
    assert "o_reader_9" in cast.client(cast.editor).get(url).content.decode()
    assert cast.client(cast.stranger).get(url).status_code == 404


def test_whoever_is_known_by_the_openid_is_the_threads_person(cast, row, account, sandbox, out):
    identifying.take(actor=cast.owner, rows=[{"member": "M-1", "openid": "o_member_1", "name": "林晚"}])
    people.comment(sandbox.world, out, LEAK, openid="o_member_1")
    people.comment(sandbox.world, out, "路过", openid="o_nobody")
    people.comment(sandbox.world, out, "没有编号", openid="")
    listen(account)
    subjects = dict(Thread.objects.values_list("said", "subject"))
    assert subjects[LEAK] == Person.objects.get(identities__kind=Identity.Kind.OPENID).key
    assert subjects["路过"] == keys.person_keys(cast.brand.pk).hash(["o_nobody"])[0]
    assert subjects["没有编号"] == ""


def test_an_answer_that_stands_at_the_platform_leaves_no_open_thread(cast, row, account, sandbox, out):
    one = people.comment(sandbox.world, out, LEAK)
    wechat(sandbox).comment_reply(out, 0, str(one.number), "已补发，抱歉")
    listen(account)
    thread = Thread.objects.get()
    assert (thread.state, thread.due_at, thread.said_by) == ("replied", None, "out")
    ours = ThreadMessage.objects.get(way="out")
    assert (ours.text, ours.state, ours.proof["how"]) == ("已补发，抱歉", "sent", "platform")
    listen(account)
    assert ThreadMessage.objects.count() == 2


def test_an_answer_written_here_is_known_where_it_stands_there_and_not_kept_twice(cast, row, account, sandbox, out):
    one = people.comment(sandbox.world, out, LEAK)
    listen(account)
    thread = Thread.objects.get()
    services.reply(actor=cast.editor, thread_id=thread.pk, seen=None, text="抱歉，已登记，今天给你补发")
    wechat(sandbox).comment_reply(out, 0, str(one.number), "抱歉，已登记，今天给你补发")
    listen(account)
    thread.refresh_from_db()
    ours = ThreadMessage.objects.get(way="out")
    assert (thread.state, ours.state, ours.proof["how"]) == ("replied", "sent", "platform")
    assert AuditEntry.objects.filter(code="thread.replied", member=None).count() == 1
    wechat(sandbox).comment_reply_delete(out, 0, str(one.number))
    listen(account)
    thread.refresh_from_db()
    ours.refresh_from_db()
    assert (thread.state, bool(ours.gone_at)) == ("open", True)


def test_changed_words_are_kept_with_what_they_were_and_read_anew(cast, row, account, sandbox, out):
    people.comment(sandbox.world, out, "不错")
    listen(account)
    read(cast.brand)
    sandbox.world.comments[0].content = LEAK
    listen(account)
    message, thread = ThreadMessage.objects.get(), Thread.objects.get()
    assert (message.text, message.edits[0]["text"], thread.said, thread.read_at) == (LEAK, "不错", LEAK, None)
    read(cast.brand)
    page = cast.client(cast.editor).get(reverse("users_thread", args=["anlan", thread.pk])).content.decode()
    assert "改过 1 次" in page
    listen(account)
    assert len(ThreadMessage.objects.get().edits) == 1


def test_a_deleted_comment_waits_for_no_answer_and_opens_again_where_it_comes_back(cast, row, account, sandbox, out):
    people.comment(sandbox.world, out, LEAK)
    listen(account)
    sandbox.world.comments[0].gone = True
    listen(account)
    assert Thread.objects.get().state == "open"  # one look does not tell
    listen(account)
    thread = Thread.objects.get()
    assert (thread.state, thread.due_at, bool(ThreadMessage.objects.get().gone_at)) == ("closed", None, True)
    page = cast.client(cast.editor).get(reverse("users_thread", args=["anlan", thread.pk])).content.decode()
    assert "已删除" in page
    sandbox.world.comments[0].gone = False
    listen(account)
    assert (Thread.objects.get().state, ThreadMessage.objects.get().gone_at) == ("open", None)


def test_the_inbox_asks_by_itself_where_no_other_room_does_and_leaves_it_to_one_that_does(
    cast, row, account, sandbox, out
):
    people.comment(sandbox.world, out, LEAK)
    assert own.waiting() == [account]
    jobs.enqueue("audience.hear", brand_id=None, key="x")
    jobs.work_off()
    assert Thread.objects.count() == 1
    assert own.waiting() == []
    Article.objects.update(next_at=timezone.now() - timedelta(minutes=1))
    assert own.waiting() == []  # its turn came a minute ago: whoever asks each minute is on the way
    Article.objects.update(next_at=timezone.now() - timedelta(minutes=6))
    assert own.waiting() == [account]
    sandbox.world.fault("comment/list", "quota")
    assert own.ask(account) is None
    assert own.waiting() == []


def test_an_account_that_another_room_heard_before_is_told_to_the_inbox_from_the_beginning(
    cast, row, account, sandbox, out, monkeypatch
):
    people.comment(sandbox.world, out, LEAK)
    heard.discover()
    inbox = heard._LISTENERS["inbox"]
    monkeypatch.setitem(heard._LISTENERS, "inbox", heard.Listener(lambda account, kind: False, inbox.hear))
    monkeypatch.setitem(heard._LISTENERS, "other", heard.Listener(lambda account, kind: True, lambda a, s: None))
    listen(account)
    monkeypatch.setitem(heard._LISTENERS, "inbox", inbox)
    assert not Thread.objects.exists()
    own.ask(account)
    assert Thread.objects.count() == 1


def test_a_rivals_account_one_that_rests_and_a_brand_that_wants_none_are_not_heard(cast, row, account):
    rival = workspace.create_account(
        actor=cast.owner, platform="wechat_oa", name="对手", relation=Account.Relation.COMPETITOR
    )
    assert own.wants(account, "comment")
    assert not own.wants(rival, "comment")
    cast.brand.settings = {"audience": {"inbox": {"hears": ["message"]}}}
    cast.brand.save()
    account.refresh_from_db()
    assert [own.wants(account, kind) for kind in ("comment", "message")] == [False, True]
    assert own.waiting() == []


def test_messages_of_one_person_are_one_thread_and_each_is_kept_once(cast, account, call):
    first = call("什么时候发货", openid="o_writer")
    assert [first().status_code for _ in range(3)] == [200] * 3
    call("还有，能开发票吗", openid="o_writer")()
    call("别人问的", openid="o_else")()
    counts = dict(Thread.objects.values_list("said", "count"))
    assert counts == {"还有，能开发票吗": 2, "别人问的": 1}
    thread = Thread.objects.get(count=2)
    assert (thread.channel, thread.account, thread.url) == ("message", account, "")
    assert "o_writer" not in thread.outer
    assert not any("发票" in str(job.payload) for job in Job.objects.all())


def test_a_conversation_goes_on_after_the_brands_key_was_changed(cast, account, call):
    call("什么时候发货", openid="o_writer")()
    keys.renew_person_key(actor=cast.owner)
    call("到了吗", openid="o_writer")()
    assert Thread.objects.get().count == 2


def test_a_message_that_a_room_cannot_take_is_not_lost_and_a_forged_one_is_nobodys(cast, account, call, sandbox):
    push = call("面霜烂脸")
    query, body = sealed(sandbox.world, sandbox.newest())
    address = reverse("wechat_callback", args=[Connection.objects.get().pk])
    query = {**query, "msg_signature": "0" * 40}
    assert Client().post(address, body, content_type="text/xml", query_params=query).status_code == 404
    assert not Thread.objects.exists()
    assert push().status_code == 200
    assert Thread.objects.get().said == "面霜烂脸"
