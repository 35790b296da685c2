"""A test server of the vendors of text messages: signatures verified as documented, templates and signs approved, the
refusals that they are known for, reports and answers posted back. Nothing reaches a phone.

with SmsSandbox(SmsWorld(kind="aliyun_sms")) as sandbox: …   # sandbox.url
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import httpx

from hongqiao.platforms.aliyun_sms.client import signature
from hongqiao.platforms.tencent_sms.client import authorization

Json = dict[str, Any]
ZONE = ZoneInfo("Asia/Shanghai")
#: What the vendors refuse in marketing, as templates of these words are not approved.
RECALL = ("优惠券", "抽奖", "好久不见", "回归礼", "问卷")


class No(Exception):
    """The vendor's no: code and words, and the HTTP status that it comes with."""

    def __init__(self, code: str, words: str, status: int = 200):
        super().__init__(words)
        self.code, self.words, self.status = code, words, status


@dataclass
class SmsWorld:
    """One account at a vendor. Every public attribute may be changed by a test."""

    kind: str = "aliyun_sms"  # or tencent_sms
    key_id: str = "LTAI5tSandboxKeyId01"
    secret: str = field(default="SandboxKeySecret0123456789abcd", repr=False)
    app_id: str = "1400000001"
    signs: tuple[str, ...] = ("安澜护肤",)
    templates: dict[str, str] = field(default_factory=lambda: {"SMS_1": "新品到店，会员专享九折，拒收请回复R"})
    callback: str = ""
    balance: int = 1_000_000

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.sent: list[Json] = []  # phone, sign, template, values, mark, id, at, state
        self.asked: Counter[str] = Counter()
        self.faults: list[str] = []  # lost (taken, no answer), drop (never taken), 500, busy; each used once
        self.refuse: dict[str, str] = {}  # phone → code
        self.dead: set[str] = set()  # phones to which nothing is delivered
        self.nonces: set[str] = set()
        self._number = 0

    def take(self, phone: str, sign: str, template: str, values: Any, mark: str) -> Json:
        """Take one message. Raises No."""
        ali = self.kind == "aliyun_sms"
        if sign not in self.signs:
            raise No(
                "isv.SMS_SIGNATURE_ILLEGAL" if ali else "FailedOperation.SignatureIncorrectOrUnapproved", "签名不合法"
            )
        words = self.templates.get(template)
        if words is None or any(w in words for w in RECALL):
            code = "isv.SMS_TEMPLATE_ILLEGAL" if ali else "FailedOperation.TemplateIncorrectOrUnapproved"
            raise No(
                code,
                "模板不合法：未审核通过" if words is None else "模板未通过审核：不支持用户召回、优惠券、抽奖类内容",
            )
        if not (phone.isdigit() and len(phone) == 11 and phone[0] == "1"):
            code = "isv.MOBILE_NUMBER_ILLEGAL" if ali else "InvalidParameterValue.IncorrectPhoneNumber"
            raise No(code, "手机号码格式错误")
        if phone in self.refuse:
            raise No(self.refuse[phone], "号码被限制")
        if self.balance <= 0:
            raise No("isv.AMOUNT_NOT_ENOUGH" if ali else "FailedOperation.InsufficientBalanceInSmsPackage", "余额不足")
        self._number += 1
        self.balance -= 1
        made = {"phone": phone, "sign": sign, "template": template, "values": values, "mark": mark}
        made |= {"id": f"{self._number:012d}^0", "at": time.time(), "state": 3 if phone not in self.dead else 2}
        self.sent.append(made)
        return made


class SmsSandbox(ThreadingHTTPServer):
    """The server on this machine. As a context manager it serves on a thread."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, world: SmsWorld | None = None, host: str = "127.0.0.1", port: int = 0):
        super().__init__((host, port), _Handler)
        self.world = world or SmsWorld()
        self.url = f"http://{host}:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def report(self) -> int:
        """Post what became of all that was sent to the callback; return its HTTP status."""
        rows = [report(self.world, s) for s in self.world.sent]
        return httpx.post(self.world.callback, json=rows, timeout=10).status_code

    def answer(self, phone: str, text: str) -> int:
        """Let a phone answer; return the HTTP status of our side."""
        now, sign = f"{datetime.now(ZONE):%Y-%m-%d %H:%M:%S}", self.world.signs[0]
        if self.world.kind == "aliyun_sms":
            body: Any = [
                {"phone_number": phone, "content": text, "send_time": now, "sign_name": sign, "dest_code": "1"}
            ]
        else:
            body = {
                "nationcode": "86",
                "mobile": phone,
                "text": text,
                "sign": sign,
                "time": int(time.time()),
                "extend": "",
            }
        return httpx.post(self.world.callback, json=body, timeout=10).status_code


def report(world: SmsWorld, one: Json) -> Json:
    """Return one report as the vendor posts it."""
    good, at = one["state"] == 3, f"{datetime.fromtimestamp(one['at'], ZONE):%Y-%m-%d %H:%M:%S}"
    if world.kind == "aliyun_sms":
        said = {"phone_number": one["phone"], "send_time": at, "report_time": at, "success": good, "sms_size": "1"}
        return said | {"err_code": "DELIVERED" if good else "UNDELIV", "biz_id": one["id"], "out_id": one["mark"]}
    said = {"user_receive_time": at, "nationcode": "86", "mobile": one["phone"], "sid": one["id"]}
    return said | {"report_status": "SUCCESS" if good else "FAIL", "errmsg": "DELIVRD" if good else "UNDELIV"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SmsSandbox

    def do_GET(self) -> None:
        shown = [{k: v for k, v in s.items() if k != "phone"} for s in self.server.world.sent]
        self._out(200, {"asked": dict(self.server.world.asked), "sent": shown})

    def do_POST(self) -> None:
        body, world = self.rfile.read(int(self.headers.get("Content-Length") or 0)), self.server.world
        with world.lock:
            fault = world.faults.pop(0) if world.faults else ""
            if fault == "drop":
                self.close_connection = True
                return
            if fault == "500":
                self._out(500, {})
                return
            status, said = (aliyun if world.kind == "aliyun_sms" else tencent)(world, body, dict(self.headers), fault)
        if fault == "lost":
            self.close_connection = True
            return
        self._out(status, said)

    def _out(self, status: int, said: Json) -> None:
        body = json.dumps(said, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def aliyun(world: SmsWorld, body: bytes, headers: Json, fault: str) -> tuple[int, Json]:
    """Answer a call of Aliyun's."""
    params = dict(parse_qsl(body.decode(), keep_blank_values=True))
    action = params.get("Action", "")
    world.asked[action] += 1
    try:
        if params.get("AccessKeyId") != world.key_id:
            raise No("InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404)
        given = params.pop("Signature", "")
        if given != signature(params, world.secret):
            raise No("SignatureDoesNotMatch", "Specified signature is not matched with our calculation.", 400)
        if params["SignatureNonce"] in world.nonces:
            raise No("SignatureNonceUsed", "Specified signature nonce was used already.", 400)
        world.nonces.add(params["SignatureNonce"])
        if fault == "busy":
            raise No("isp.SYSTEM_ERROR", "系统异常")
        if action == "QuerySendDetails":
            return 200, {"Code": "OK", "Message": "OK", "RequestId": "R", **_details(world, params)}
        if action != "SendSms":
            raise No("InvalidAction.NotFound", "Specified api is not found.", 404)
        values = json.loads(params.get("TemplateParam") or "{}")
        made = world.take(params["PhoneNumbers"], params["SignName"], params["TemplateCode"], values, params["OutId"])
        return 200, {"Code": "OK", "Message": "OK", "RequestId": "R", "BizId": made["id"]}
    except No as no:
        return no.status, {"Code": no.code, "Message": no.words, "RequestId": "R"}


def _details(world: SmsWorld, params: Json) -> Json:
    found = [
        {"Content": world.templates.get(s["template"], ""), "OutId": s["mark"], "PhoneNum": s["phone"]}
        | {"SendStatus": s["state"], "ErrCode": "DELIVERED" if s["state"] == 3 else "UNDELIV"}
        for s in world.sent
        if s["phone"] == params["PhoneNumber"]
        and f"{datetime.fromtimestamp(s['at'], ZONE):%Y%m%d}" == params["SendDate"]
        and params.get("BizId", s["id"]) == s["id"]
    ]
    return {"TotalCount": len(found), "SmsSendDetailDTOs": {"SmsSendDetailDTO": found}}


def tencent(world: SmsWorld, body: bytes, headers: Json, fault: str) -> tuple[int, Json]:
    """Answer a call of Tencent Cloud's: errors of the whole call, or a word for each number."""
    heads = {k.lower(): v for k, v in headers.items()}
    action, stamp = heads.get("x-tc-action", ""), int(heads.get("x-tc-timestamp", "0"))
    world.asked[action] += 1
    try:
        given = heads.get("authorization", "")
        if f"Credential={world.key_id}/" not in given:
            raise No("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
        if abs(time.time() - stamp) > 300:
            raise No("AuthFailure.SignatureExpire", "Signature is expired.")
        wanted = authorization(world.key_id, world.secret, host=heads["host"], action=action, payload=body, stamp=stamp)
        if given != wanted:
            raise No("AuthFailure.SignatureFailure", "The provided credentials could not be validated.")
        if fault == "busy":
            raise No("InternalError", "An internal error has occurred.")
        asked = json.loads(body)
        if action != "SendSms":
            raise No("InvalidAction", "The action is invalid.")
        if asked.get("SmsSdkAppId") != world.app_id:
            raise No("InvalidParameterValue.SdkAppIdNotExist", "sdkappid does not exist.")
        said = [_status(world, phone, asked) for phone in asked["PhoneNumberSet"][:200]]
        return 200, {"Response": {"SendStatusSet": said, "RequestId": "R"}}
    except No as no:
        return 200, {"Response": {"Error": {"Code": no.code, "Message": no.words}, "RequestId": "R"}}


def _status(world: SmsWorld, phone: str, asked: Json) -> Json:
    said = {"PhoneNumber": phone, "SessionContext": asked.get("SessionContext", ""), "IsoCode": "CN"}
    try:
        plain = phone.removeprefix("+86")
        made = world.take(plain, asked["SignName"], asked["TemplateId"], asked.get("TemplateParamSet"), "")
    except No as no:
        return said | {"SerialNo": "", "Fee": 0, "Code": no.code, "Message": no.words}
    return said | {"SerialNo": made["id"], "Fee": 1, "Code": "Ok", "Message": "send success"}
