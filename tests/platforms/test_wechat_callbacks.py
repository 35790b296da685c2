"""Callbacks of 公众号: signed, encrypted, fresh, for this account alone."""

import base64
import time

import pytest

from hongqiao.platforms.sandbox import WeChatWorld, publishing
from hongqiao.platforms.sandbox.server import sealed
from hongqiao.platforms.wechat_oa.api import events
from hongqiao.platforms.wechat_oa.api.security import BadAesKey, BadCallback, Guard, aes_bytes, signature
from tests.oa import AES_KEY

TOKEN, APP = "callback-token", "wx0123456789abcdef"
GUARD = Guard(APP, TOKEN, AES_KEY)
EVENT = (
    "<xml><MsgType>event</MsgType><Event>PUBLISHJOBFINISH</Event>"
    "<FromUserName>o1</FromUserName><CreateTime>7</CreateTime>%s</xml>"
)


def posted(text=EVENT % "", guard=GUARD, stamp=None, token=TOKEN):
    stamp = str(int(time.time()) if stamp is None else stamp)
    inner = guard.encrypt(text)
    query = {"timestamp": stamp, "nonce": "n1", "encrypt_type": "aes"}
    query["msg_signature"] = signature(token, stamp, "n1", inner)
    return query, f"<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{inner}]]></Encrypt></xml>".encode()


def why(query, body, guard=GUARD, **more):
    with pytest.raises(BadCallback) as caught:
        guard.open(query, body, **more)
    return caught.value.params["why"]


def test_a_sealed_message_is_opened():
    assert GUARD.open(*posted())["Event"] == "PUBLISHJOBFINISH"


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 31, 32, 33, 500])
def test_any_length_comes_back_as_it_was(length):
    text = "汉" * length
    assert GUARD.decrypt(GUARD.encrypt(text)).decode() == text


def test_a_message_of_another_accounts_is_refused_though_its_signature_is_right():
    assert why(*posted(guard=Guard("wxffffffffffffffff", TOKEN, AES_KEY))) == "appid"


def test_a_tampered_message_is_refused():
    query, body = posted()
    assert why(query, body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[AAAA")) == "signature"
    assert why({**query, "nonce": "n2"}, body) == "signature"
    assert why({**query, "msg_signature": "é"}, body) == "signature"
    assert why({k: v for k, v in query.items() if k != "msg_signature"}, body) == "signature"


def test_a_signature_with_another_token_is_refused():
    assert why(*posted(token="guess")) == "signature"
    assert why(*posted(), guard=Guard(APP, "", AES_KEY)) == "signature"


@pytest.mark.parametrize("stamp", [0, int(time.time()) - 3600, int(time.time()) + 3600])
def test_an_old_or_coming_moment_is_refused(stamp):
    assert why(*posted(stamp=stamp)) == "timestamp"


@pytest.mark.parametrize("stamp", ["", "x", "９", "9" * 40])
def test_a_moment_that_is_none_is_refused(stamp):
    query, body = posted()
    inner = body.split(b"CDATA[")[1].split(b"]]")[0].decode()
    query = {**query, "timestamp": stamp, "msg_signature": signature(TOKEN, stamp, "n1", inner)}
    assert why(query, body) == "timestamp"


def test_plain_text_is_refused_where_encryption_is_on():
    stamp = str(int(time.time()))
    query = {"timestamp": stamp, "nonce": "n", "signature": signature(TOKEN, stamp, "n")}
    assert why(query, (EVENT % "").encode()) == "not encrypted"
    assert Guard(APP, TOKEN).open(query, (EVENT % "").encode())["CreateTime"] == "7"


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
)
FILE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>'


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        FILE,
        b"",
        b"<xml>",
        b"\xff\xfe",
        b"{}",
        b"<xml><![CDATA[",
        b"<?xml version='1.0' encoding='no-such'?><x/>",
    ],
)
def test_what_is_no_plain_xml_is_refused(body):
    assert why(posted()[0], body) == "xml"


def test_a_bomb_inside_the_envelope_is_refused_too():
    assert why(*posted(BOMB.decode())) == "xml"


def test_a_body_that_is_too_long_is_not_read():
    assert why(posted()[0], b"<" * (2 << 20)) == "too long"


@pytest.mark.parametrize("sealed_text", ["", "AAAA", "!!!", base64.b64encode(b"x" * 33).decode()])
def test_what_cannot_be_decrypted_is_refused(sealed_text):
    with pytest.raises(BadCallback):
        GUARD.decrypt(sealed_text)


@pytest.mark.parametrize("key", ["", "short", "é" * 43, "a" * 44, "=" * 43])
def test_a_key_that_is_none_is_said(key):
    with pytest.raises(BadAesKey):
        aes_bytes(key)


def test_the_check_of_the_address_answers_with_its_echo():
    stamp = str(int(time.time()))
    query = {"timestamp": stamp, "nonce": "n", "echostr": "4711", "signature": signature(TOKEN, stamp, "n")}
    assert GUARD.check_address(query) == "4711"
    with pytest.raises(BadCallback):
        GUARD.check_address({**query, "signature": "0" * 40})


@pytest.mark.parametrize("aes_key", ["", AES_KEY])
@pytest.mark.parametrize(
    ("mass", "status", "state"), [(False, 0, "live"), (False, 4, "failed"), (True, 0, "live"), (True, 4, "failed")]
)
def test_what_the_test_server_sends_is_understood(aes_key, mass, status, state):
    world = WeChatWorld(callback_token=TOKEN, aes_key=aes_key, verdicts=[status], publish_seconds=0)
    world.drafts["m"] = {"articles": [{"title": "题"}], "update_time": 0}
    made = publishing._begin(world, "m", mass=mass)
    publishing.settle(world)
    (event,) = world.outbox
    message = Guard(world.app_id, TOKEN, aes_key).open(*sealed(world, event))
    ids, said = events.outcome(message)
    assert ids == {"msg_id" if mass else "publish_id": made.publish_id}
    assert said.state == state
    assert bool(said.address) == (state == "live")
    assert events.identity(message) == events.identity(dict(message))


def test_what_tells_of_no_publication_is_left_alone():
    assert events.outcome({"MsgType": "text", "Content": "你好", "MsgId": "1"}) is None
    assert events.outcome({"MsgType": "event", "Event": "subscribe"}) is None
    assert events.outcome({"MsgType": "event", "Event": "PUBLISHJOBFINISH", "PublishEventInfo": "x"}) is None
    assert events.identity({"MsgId": "1"}) != events.identity({"MsgId": "2"})
