"""Group bots: how each wants a message, how it is signed, and that HTTP 200 is no success."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from hongqiao.delivery import bots
from hongqiao.delivery.cards import Card, Line
from hongqiao.delivery.limits import limits

CARD = Card(
    "新增关注下降",
    (Line("抖音 −38%", "https://hq.example/b/x/"), Line("[点我](http://evil) **@所有人**")),
    "https://hq.example/",
)
HOSTS = {
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/0f0f-aa",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=0f0f",
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f0f-aa",
}


@pytest.mark.parametrize("kind", HOSTS)
def test_an_address_of_the_platform_itself_is_taken(kind):
    assert bots.check(kind, f" {HOSTS[kind]} ") == HOSTS[kind]


@pytest.mark.parametrize("kind", HOSTS)
@pytest.mark.parametrize(
    "address",
    [
        "http://open.feishu.cn/open-apis/bot/v2/hook/x",
        "https://open.feishu.cn.evil.example/open-apis/bot/v2/hook/x",
        "https://open.feishu.cn@evil.example/open-apis/bot/v2/hook/x",
        "https://open.feishu.cn/other",
        "https://127.0.0.1/robot/send?access_token=x",
        "https://169.254.169.254/cgi-bin/webhook/send",
        "",
        "机器人",
        "https://oapi.dingtalk.com/" + "x" * 500,
    ],
)
def test_any_other_address_is_refused(kind, address):
    with pytest.raises(bots.BadAddress):
        bots.check(kind, address)


def test_feishu_signs_the_empty_message_with_time_and_secret():
    _, body = bots.signed("feishu", HOSTS["feishu"], "s3cret", {"msg_type": "post"}, 1_700_000_000.9)
    wanted = base64.b64encode(hmac.digest(b"1700000000\ns3cret", b"", hashlib.sha256)).decode()
    assert (body["timestamp"], body["sign"]) == ("1700000000", wanted)


def test_dingtalk_signs_time_and_secret_in_the_address():
    url, _ = bots.signed("dingtalk", HOSTS["dingtalk"], "SEC1", {}, 1_700_000_000.5)
    said = parse_qs(urlsplit(url).query)
    wanted = base64.b64encode(hmac.digest(b"SEC1", b"1700000000500\nSEC1", hashlib.sha256)).decode()
    assert (said["access_token"], said["timestamp"], said["sign"]) == (["0f0f"], ["1700000000500"], [wanted])


@pytest.mark.parametrize("kind", ["dingtalk", "wecom"])
def test_words_of_people_make_no_link_and_call_nobody(kind):
    said = json.dumps(bots.written(kind, CARD), ensure_ascii=False)
    assert "](http://evil)" not in said
    assert "\\\\@" in said
    assert "https://hq.example/b/x/" in said


@pytest.mark.parametrize("kind", HOSTS)
def test_a_long_message_is_cut_at_a_line_and_says_how_many_are_left(kind):
    card = Card("很多", tuple(Line(f"第 {n} 条：" + "长" * 200, "https://hq.example/") for n in range(200)))
    body = json.dumps(bots.written(kind, card), ensure_ascii=False)
    assert len(body.encode()) <= limits()["bots"][kind]["bytes"]
    assert "第 0 条" in body
    assert "+1" in body
    assert "第 199 条" not in body


@pytest.mark.parametrize(
    ("kind", "answer", "error"),
    [
        ("feishu", {"code": 19021, "msg": "sign match fail"}, bots.BotRefused),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, bots.BotBusy),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, bots.BotRefused),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, bots.BotBusy),
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, bots.BotRefused),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, bots.BotBusy),
        ("wecom", {"nothing": "known"}, bots.BotRefused),
        ("wecom", [], bots.BotRefused),
        ("feishu", b"<html>proxy</html>", bots.BotRefused),
        ("feishu", b"", bots.BotRefused),
    ],
)
def test_a_no_with_http_200_is_a_failure_that_says_why(bot, kind, answer, error):
    bot.answer = answer
    with pytest.raises(error):
        bots.send(kind, bot.url, "", CARD)


@pytest.mark.parametrize("kind", HOSTS)
def test_a_yes_is_kept_as_proof(bot, kind):
    assert bots.send(kind, bot.url, "s", CARD)["code"] == 0
    assert "新增关注下降" in json.dumps(bot.got[0][1], ensure_ascii=False)


def test_a_platform_that_is_down_may_be_tried_again(bot):
    bot.status = 503
    with pytest.raises(bots.BotUnreachable) as caught:
        bots.send("wecom", bot.url, "", CARD)
    assert caught.value.again
    bot.status, bot.answer = 302, b""
    with pytest.raises(bots.BotRefused):
        bots.send("wecom", bot.url, "", CARD)
