"""Comments by the interface of 公众号: pages, limits, what is closed; and what a person wrote to the account."""

import httpx
import pytest

from hongqiao.platforms.client import PlatformError
from hongqiao.platforms.sandbox import comments as people
from hongqiao.platforms.wechat_oa.api import WeChatPublisher, book, comments
from hongqiao.platforms.wechat_oa.api.security import Guard
from tests.oa import AES_KEY, article, wechat


@pytest.fixture
def out(sandbox, tmp_path):
    """An article that is out, with comments open; its msg_data_id."""
    publisher, payload = WeChatPublisher(wechat(sandbox)), article(tmp_path, comments=True)
    said = publisher.submit(payload, dict(publisher.prepare(payload, {})))
    publisher.poll(said.ids)
    return said.ids["msg_data_id"]


def test_a_comment_comes_with_who_when_and_the_reply_that_stands_there(sandbox, out):
    one = people.comment(sandbox.world, out, "用了泛红", openid="o_a")
    account = wechat(sandbox)
    account.comment_reply(out, 0, str(one.number), "已私信您，请提供批号")
    account.comment_elect(out, 0, str(one.number))
    read = comments.fetch(account, out, 1)
    (said,) = read.said
    assert (said.text, said.author, said.thread, said.shown) == ("用了泛红", "o_a", f"{out}_1", True)
    assert said.at.timestamp() == one.at
    assert (said.reply, said.replied_at.timestamp()) == ("已私信您，请提供批号", one.replied_at)
    assert read.whole
    account.comment_reply_delete(out, 0, str(one.number))
    account.comment_elect(out, 0, str(one.number), on=False)
    (said,) = comments.fetch(account, out, 1).said
    assert (said.reply, said.shown) == ("", False)


def test_who_comments_otherwise_than_as_a_user_of_wechat_has_no_id(sandbox, out):
    people.comment(sandbox.world, out, "路过", openid="")
    (said,) = comments.fetch(wechat(sandbox), out, 1).said
    assert said.author == ""


def test_all_pages_are_read_once_and_of_very_many_both_ends(sandbox, out, monkeypatch):
    for n in range(120):
        people.comment(sandbox.world, out, f"第 {n} 条")
    read = comments.fetch(wechat(sandbox), out, 1)
    assert ({s.text for s in read.said}, read.whole) == ({f"第 {n} 条" for n in range(120)}, True)
    assert sandbox.world.asked["comment/list"] == 3
    monkeypatch.setitem(book("comments"), "pages", 2)
    read = comments.fetch(wechat(sandbox), out, 1)
    texts = {s.text for s in read.said}
    assert {"第 0 条", "第 119 条"} <= texts
    assert not read.whole


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"count": 50}, 88010),
        ({"count": 0}, 88010),
        ({"begin": -1}, 40097),
        ({"type": 3}, 40097),
        ({"msg_data_id": 1}, 88001),
        ({"index": 5}, 88001),
        ({"index": -1}, 88001),
        ({"begin": "x"}, 47001),
    ],
)
def test_the_limits_of_a_list_are_the_documented_ones(sandbox, out, more, answer):
    token = wechat(sandbox).caller.token().value
    url = f"{sandbox.url}/cgi-bin/comment/list?access_token={token}"
    asked = {"msg_data_id": int(out), "index": 0, "begin": 0, "count": 49, "type": 0}
    assert httpx.post(url, json=asked, trust_env=False).json()["errcode"] == 0
    assert httpx.post(url, json={**asked, **more}, trust_env=False).json()["errcode"] == answer


def test_elected_and_other_comments_can_be_asked_for_alone(sandbox, out):
    one, _other = (people.comment(sandbox.world, out, t) for t in ("好", "坏"))
    one.elected = True
    account = wechat(sandbox)
    assert [account.comments(out, 0, 0, 49, kind)["total"] for kind in (0, 1, 2)] == [2, 1, 1]


def test_an_article_whose_comments_are_closed_or_that_is_gone_has_none_and_is_no_error(sandbox, out):
    account = wechat(sandbox)
    people.comment(sandbox.world, out, "在吗")
    account.comments_open(out, 0, on=False)
    assert comments.fetch(account, out, 1) == comments.Comments(closed=True)
    account.comments_open(out, 0)
    assert len(comments.fetch(account, out, 1).said) == 1
    assert comments.fetch(account, "1", 1).closed


def test_what_the_platform_refuses_of_a_comment_says_so(sandbox, out):
    account, one = wechat(sandbox), people.comment(sandbox.world, out, "在吗")
    tries = {
        "88007": lambda: account.comment_reply(out, 0, str(one.number), " "),
        "88008": lambda: account.comment_delete(out, 0, "77"),
    }
    account.comment_reply(out, 0, str(one.number), "在的")
    tries["88005"] = lambda: account.comment_reply(out, 0, str(one.number), "还在")
    for answer, attempt in tries.items():
        with pytest.raises(PlatformError) as caught:
            attempt()
        assert caught.value.answer == answer
    one.gone = True
    with pytest.raises(PlatformError) as caught:
        account.comment_reply(out, 0, str(one.number), "在的")
    assert caught.value.answer == "88004"
    one.gone = False
    account.comment_delete(out, 0, str(one.number))
    assert comments.fetch(account, out, 1).said == ()


def test_quotas_and_rights_hold_for_comments_too(sandbox, out):
    sandbox.world.day_limits["comment/list"] = 1
    account = wechat(sandbox)
    comments.fetch(account, out, 1)
    with pytest.raises(PlatformError) as caught:
        comments.fetch(account, out, 1)
    assert (caught.value.answer, caught.value.kind) == ("45009", "day")
    sandbox.world.kind = "subscription"
    with pytest.raises(PlatformError) as caught:
        comments.fetch(account, out, 1)
    assert caught.value.answer == "48001"


def test_a_count_beside_an_empty_list_proves_no_deletion(sandbox, out, monkeypatch):
    account = wechat(sandbox)
    odd = {"errcode": 0, "comment": [], "total": 0, "comment_cnt": 182}
    monkeypatch.setattr(account.caller, "ask", lambda *_: odd)
    assert not comments.fetch(account, out, 1).whole


@pytest.mark.parametrize("odd", [{}, {"comment": None}, {"comment": ["x", {}, {"user_comment_id": 0}], "total": "x"}])
def test_an_answer_of_another_form_has_no_comments(sandbox, out, monkeypatch, odd):
    account = wechat(sandbox)
    monkeypatch.setattr(account.caller, "ask", lambda *_: odd)
    assert comments.fetch(account, out, 1).said == ()


def test_a_message_goes_to_the_callback_signed_and_encrypted_and_is_read_there(sandbox):
    from hongqiao.platforms.sandbox.server import sealed

    world = sandbox.world
    world.callback_token, world.aes_key = "token", AES_KEY
    number = people.write(world, "面霜 <过敏> & 找谁", openid="o_b")
    query, body = sealed(world, sandbox.newest())
    assert "过敏" not in body.decode()
    said = comments.message(Guard(world.app_id, "token", AES_KEY).open(query, body))
    assert (said.outer, said.text, said.author) == (f"message|{number}", "面霜 <过敏> & 找谁", "o_b")
    assert abs(said.at.timestamp() - world.now()) < 5


def test_what_is_no_text_of_a_person_is_no_message(sandbox):
    for told in ({}, {"MsgType": "event", "Content": "x", "MsgId": "1"}, {"MsgType": "image", "MsgId": "1"}):
        assert comments.message(told) is None
    assert comments.message({"MsgType": "text", "Content": " ", "MsgId": "1"}) is None
    assert comments.message({"MsgType": "text", "Content": "x"}) is None
