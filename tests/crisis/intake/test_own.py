"""Own accounts: comments under their articles and messages to them are heard once, edits, deletions, replies too."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis.intake import coverage, listening, own, sources
from hongqiao.crisis.intake.errors import BadSource
from hongqiao.crisis.models import Look, Mention, Source
from hongqiao.crisis.reading import facts
from hongqiao.delivery.connections import comments, heard, services
from hongqiao.delivery.models import Connection, Thread
from hongqiao.errors import NotFound
from hongqiao.platforms.client import NotSure, PlatformError
from hongqiao.platforms.sandbox import comments as people
from hongqiao.platforms.sandbox.server import sealed
from hongqiao.workspace import jobs, keys
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, AuditEntry, Job
from tests.crisis.kit import RASH, read
from tests.oa import sandbox as sandbox  # noqa: PLC0414
from tests.oa import wechat
from tests.own import account as account  # noqa: PLC0414
from tests.own import call as call  # noqa: PLC0414
from tests.own import due, publish
from tests.own import out as out  # noqa: PLC0414
from tests.own import row as row  # noqa: PLC0414

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(cast, account):
    given = {"account": str(account.pk)}
    return sources.add(actor=cast.editor, name="公众号留言", way="own", given=given)


def listen(source):
    due()
    return listening.ask(Source.objects.select_related("brand", "account").get(pk=source.pk))


def test_a_comment_is_heard_once_with_its_article_as_thread_and_read(cast, row, source, sandbox, out):
    one = people.comment(sandbox.world, out, RASH, openid="o_reader_9")
    assert listen(source) == 1
    assert listen(source) == 0
    said = Mention.objects.get()
    assert (said.text, said.thread, said.channel) == (RASH, f"{out}_1", "公众号")
    assert said.url.startswith(sandbox.url)
    assert abs(said.posted_at.timestamp() - one.at) < 1
    assert not said.guessed_time
    read(cast.brand)
    said.refresh_from_db()
    assert (said.state, said.negative) == ("open", True)


def test_who_commented_is_kept_encrypted_and_shown_to_who_handles_alone(cast, row, source, sandbox, out):
    people.comment(sandbox.world, out, RASH, openid="o_reader_9")
    listen(source)
    kept = Mention.objects.values().get()
    assert "o_reader_9" not in " ".join(map(str, kept.values()))
    assert keys.decrypt(kept["author"]).decode() == "o_reader_9"
    assert "o_reader_9" not in " ".join(str(t.known) for t in Thread.objects.all())
    url = reverse("crisis_mention", args=["anlan", kept["id"]])
    assert "o_reader_9" in cast.client(cast.editor).get(url).content.decode()
    assert cast.client(cast.stranger).get(url).status_code == 404


def test_all_pages_are_heard_and_only_what_changed_is_told_again(cast, row, source, sandbox, out, monkeypatch):
    for n in range(60):
        people.comment(sandbox.world, out, f"第 {n} 条", openid=f"o_{n}")
    assert listen(source) == 60
    told = []
    monkeypatch.setattr(heard, "tell", lambda account, said: told.append(said))
    sandbox.world.comments[3].content = "改过的第 3 条"
    listen(source)
    ((said,),) = told
    assert said.text == "改过的第 3 条"


def test_a_comment_that_two_looks_do_not_find_is_gone_and_one_look_is_not_enough(cast, row, source, sandbox, out):
    people.comment(sandbox.world, out, RASH)
    listen(source)
    sandbox.world.comments[0].gone = True
    listen(source)
    assert Mention.objects.get().gone_at is None
    listen(source)
    assert Mention.objects.get().gone_at is not None
    listen(source)
    assert Mention.objects.count() == 1


def test_comments_that_are_closed_or_an_article_that_is_gone_delete_nothing(cast, row, source, sandbox, out):
    people.comment(sandbox.world, out, RASH)
    listen(source)
    sandbox.world.publications[0].articles[0]["need_open_comment"] = 0
    listen(source)
    listen(source)
    assert Mention.objects.get().gone_at is None
    assert Thread.objects.get().closed


def test_what_the_brand_replied_there_marks_the_mention_answered_and_stops_at_what_a_person_noted(
    cast, row, source, sandbox, out
):
    one = people.comment(sandbox.world, out, RASH)
    listen(source)
    wechat(sandbox).comment_reply(out, 0, str(one.number), "已私信您，请提供批号")
    listen(source)
    said = Mention.objects.get()
    assert (said.state, said.answer["text"], said.answer["way"]) == ("answered", "已私信您，请提供批号", "reply")
    assert said.answered_at >= said.heard_at
    assert AuditEntry.objects.filter(code="mention.answered", member=None).count() == 1
    page = cast.client(cast.editor).get(reverse("crisis_mention", args=["anlan", said.pk])).content.decode()
    assert "已私信您，请提供批号" in page
    read(cast.brand)
    listen(source)
    assert Mention.objects.get().state == "answered"
    assert AuditEntry.objects.filter(code="mention.answered").count() == 1


def test_the_minutes_job_asks_an_account_in_its_turn_and_the_meter_counts_a_silent_look(
    cast, row, source, sandbox, out
):
    jobs.enqueue("crisis.listen", brand_id=None, key="x")
    jobs.work_off()
    assert Look.objects.get(source=source).error == ""
    (shown,) = coverage.covered([Source.objects.get(pk=source.pk)])
    assert shown.cells[-1].state == "heard"
    assert not shown.late
    assert listening.due() == []
    asked = sandbox.world.asked["comment/list"]
    listening.ask(Source.objects.select_related("brand", "account").get(pk=source.pk))
    assert sandbox.world.asked["comment/list"] == asked  # no article's turn yet


def test_an_article_is_asked_less_often_with_age_and_an_old_one_no_more(cast, row, source, sandbox, out):
    listen(source)
    one, now = Thread.objects.get(), timezone.now()
    assert timedelta(minutes=9) < one.next_at - now <= timedelta(minutes=10)
    Thread.objects.update(published_at=now - timedelta(days=5))
    listen(source)
    assert Thread.objects.get().next_at - timezone.now() > timedelta(minutes=50)
    sandbox.world.publications[0].done_at -= 40 * 86400
    Thread.objects.update(published_at=now - timedelta(days=40))
    listen(source)
    assert not Thread.objects.exists()


def test_an_account_that_is_not_connected_says_so_and_offers_the_connection(cast, account, source):
    assert listening.ask(source) == 0
    source.refresh_from_db()
    assert source.error["code"] == "not_connected"
    (shown,) = coverage.covered([source])
    assert shown.cells[-1].state == "failed"
    link = reverse("settings_connection", args=["anlan", account.pk])
    page = reverse("crisis_source", args=["anlan", source.pk])
    boss = cast.client(cast.owner).get(page).content.decode()
    assert "账号还没有接入" in boss
    assert link in boss
    assert link not in cast.client(cast.editor).get(page).content.decode()
    assert cast.client(cast.stranger).get(page).status_code == 404


def test_an_account_that_could_be_heard_and_is_not_is_offered_on_the_page_of_sources(cast, row, account):
    boss, page = cast.client(cast.owner), reverse("crisis_sources", args=["anlan"])
    assert "没有人听它的留言和私信" in boss.get(page).content.decode()
    given = {"act": "add", "way": "own", "name": "安澜公众号 留言与私信", "account": str(account.pk)}
    assert boss.post(page, given).status_code == 302
    assert Source.objects.get().account == account
    assert "没有人听它的留言和私信" not in boss.get(page).content.decode()
    services.turn(actor=cast.owner, account_id=account.pk, seen=None, on=False)
    one = reverse("crisis_source", args=["anlan", Source.objects.get().pk])
    assert "接入已停用" in boss.get(one).content.decode()


def test_a_kind_of_account_without_the_interface_is_not_asked_and_says_so(cast, row, source, sandbox):
    Connection.objects.update(kind="subscription")
    listening.ask(source)
    source.refresh_from_db()
    assert source.error["code"] == "no_comment_interface"
    assert sum(sandbox.world.asked.values()) == 0
    page = cast.client(cast.owner).get(reverse("crisis_source", args=["anlan", source.pk])).content.decode()
    assert "没有留言接口" in page


def test_only_an_own_account_is_listened_to_so(cast, account):
    rival = workspace.create_account(
        actor=cast.owner, platform="wechat_oa", name="对手", relation=Account.Relation.COMPETITOR
    )
    for given in ({}, {"account": str(rival.pk)}, {"account": "no key"}):
        with pytest.raises(BadSource):
            sources.add(actor=cast.editor, name="x", way="own", given=given)
    with pytest.raises(NotFound):
        sources.switch(actor=cast.stranger, source_id=Source.objects.create(brand=cast.brand, name="y", way="own").pk,
                       seen=None, on=False)  # fmt: skip


def test_an_account_of_a_platform_without_an_interface_is_pushed_to_and_never_asked(cast):
    given = {"account": str(cast.account.pk)}
    row = sources.add(actor=cast.editor, name="抖音评论", way="own", given=given)
    assert listening.due() == []
    page = cast.client(cast.editor).get(reverse("crisis_source", args=["anlan", row.pk])).content.decode()
    assert "没有可接入的留言接口" in page
    assert 'value="renew"' in page


def test_a_used_up_quota_lets_the_account_rest_till_the_platforms_next_day_and_says_so(cast, row, source, sandbox, out):
    people.comment(sandbox.world, out, RASH)
    sandbox.world.fault("comment/list", "quota")
    listen(source)
    source.refresh_from_db()
    assert source.error["params"]["answer"] == "45009"
    until = Connection.objects.get().comments_until
    assert until > timezone.now()
    asked = sandbox.world.asked["comment/list"]
    listen(source)
    source.refresh_from_db()
    assert source.error["code"] == "comments_resting"
    assert sandbox.world.asked["comment/list"] == asked
    Connection.objects.update(comments_until=timezone.now())
    assert listen(source) == 1


def test_what_was_heard_before_a_failure_is_kept_and_the_one_that_fails_holds_up_no_other(
    cast, row, source, sandbox, tmp_path
):
    for title in ("甲", "乙"):
        people.comment(sandbox.world, publish(sandbox, tmp_path, title), f"{title}下的话")
    due()
    sandbox.world.fault("comment/list", "500")
    with pytest.raises(NotSure):
        comments.ask(source.account)
    Connection.objects.update(listed_at=timezone.now())
    assert comments.ask(source.account) == 1  # the other; the one that failed is put off
    assert Mention.objects.count() == 1
    due()
    assert comments.ask(source.account) == 1
    assert Mention.objects.count() == 2


def test_where_a_room_cannot_take_it_nothing_counts_as_told(cast, row, source, sandbox, out, monkeypatch):
    people.comment(sandbox.world, out, RASH)
    due()

    def broken(account, said):
        raise RuntimeError("no room")

    monkeypatch.setitem(heard._LISTENERS, "other", heard.Listener(lambda account, kind: True, broken))
    with pytest.raises(RuntimeError):
        comments.ask(source.account)
    assert (Mention.objects.count(), Thread.objects.get().known) == (0, {})
    monkeypatch.delitem(heard._LISTENERS, "other")
    due()
    assert (comments.ask(source.account), Mention.objects.count()) == (1, 1)


def test_a_second_room_hears_the_same_and_an_account_that_nobody_listens_to_is_not_asked(
    cast, row, account, sandbox, out, monkeypatch
):
    people.comment(sandbox.world, out, RASH, openid="o_a")
    heard.discover()
    monkeypatch.delitem(heard._LISTENERS, "inbox")  # the users' room takes what is said to every own account
    due()
    assert comments.ask(account) == 0
    assert sandbox.world.asked["comment/list"] == 0
    got = []
    other = heard.Listener(lambda account, kind: kind == "comment", lambda account, said: got.extend(said))
    monkeypatch.setitem(heard._LISTENERS, "inbox", other)
    assert comments.ask(account) == 1
    assert (got[0].text, got[0].author, got[0].title) == (RASH, "o_a", "夏日防晒实测")
    assert not Mention.objects.exists()


def test_a_source_that_begins_later_hears_what_stands_there_already(cast, row, source, account, sandbox, out):
    people.comment(sandbox.world, out, RASH)
    listen(source)
    Mention.objects.all().delete()
    sources.switch(actor=cast.editor, source_id=source.pk, seen=None, on=False)
    sources.switch(actor=cast.editor, source_id=source.pk, seen=None, on=True)
    assert listen(source) == 1


def test_a_refusal_that_a_person_must_mend_is_on_the_page_of_the_account_too(cast, row, source, sandbox, out):
    sandbox.world.whitelist = ("203.0.113.7",)
    due()
    with pytest.raises(PlatformError):
        comments.ask(source.account)
    row.refresh_from_db()
    assert (row.state, row.said["params"]["answer"]) == ("refused", "40164")


# -- messages


def test_a_message_is_a_mention_of_its_own_channel_once_however_often_it_comes(cast, source, call):
    push = call("你们的面霜用了脸上起红疹", openid="o_writer")
    assert [push().status_code for _ in range(3)] == [200] * 3
    said = Mention.objects.get()
    assert (said.channel, said.text, said.thread, said.url) == ("私信", "你们的面霜用了脸上起红疹", "", "")
    assert keys.decrypt(said.author).decode() == "o_writer"
    assert not any("红疹" in str(j.payload) for j in Job.objects.all())


def test_a_message_stays_in_the_room_and_goes_to_no_warehouse(cast, source, call):
    call("用了过敏，我的电话 13800000000")()
    read(cast.brand)
    facts.give(cast.brand)
    assert Mention.objects.get().fact_at is not None
    from hongqiao import warehouse

    handle = warehouse.open(cast.brand.pk)
    assert handle.fetch(handle.current("mentions")).num_rows == 0


def test_pictures_and_what_nobody_listens_to_are_not_kept(cast, account, call):
    assert call("没有人听")().status_code == 200
    given = {"account": str(account.pk), "messages": "0"}
    row = sources.add(actor=cast.editor, name="只听留言", way="own", given=given)
    assert call("也不听")().status_code == 200
    sources.change(actor=cast.editor, source_id=row.pk, seen=None, given={"messages": "1"})
    assert call("", kind="image")().status_code == 200
    assert not Mention.objects.exists()
    call("现在听")()
    assert Mention.objects.get().text == "现在听"


def test_a_forged_message_is_heard_by_nobody(cast, source, call, sandbox):
    push = call("面霜烂脸")
    query, body = sealed(sandbox.world, sandbox.newest())
    address = reverse("wechat_callback", args=[Connection.objects.get().pk])
    answer = Client().post(address, body, content_type="text/xml", query_params={**query, "msg_signature": "0" * 40})
    assert answer.status_code == 404
    assert not Mention.objects.exists()
    assert push().status_code == 200


def test_an_account_without_a_source_has_no_account_to_ask(cast):
    with pytest.raises(own.NoAccount):
        own.hear(Source.objects.create(brand=cast.brand, name="没有账号", way="own"))
