"""Calls of Tencent Cloud's text messages, signed by TC3-HMAC-SHA256. It answers for each number by itself."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from hongqiao.platforms.client.errors import Refusals
from hongqiao.platforms.client.http import Line, written
from hongqiao.platforms.client.sms import Report, Sms, Taken, ordered
from hongqiao.platforms.kit.settings import load

KIND = "application/json; charset=utf-8"
SIGNED = "content-type;host;x-tc-action"


def book(name: str) -> dict[str, Any]:
    """Return one of this folder's data files."""
    found: dict[str, Any] = load(f"{name}.json", __package__)
    return found


def authorization(key_id: str, secret: str, *, host: str, action: str, payload: bytes, stamp: int) -> str:
    """Return the header that signs a call."""
    head = f"content-type:{KIND}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    asked = f"POST\n/\n\n{head}\n{SIGNED}\n{hashlib.sha256(payload).hexdigest()}"
    day = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
    scope = f"{day}/sms/tc3_request"
    said = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = f"TC3{secret}".encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    made = hmac.digest(key, said.encode(), hashlib.sha256).hex()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={SIGNED}, Signature={made}"


class TencentSms:
    """One application's calls. `most`: so many numbers a call, of one template and one set of values."""

    most = 200

    def __init__(self, key_id: str, secret: str, app_id: str, *, base: str = "") -> None:
        self.key_id, self._secret, self.app_id = key_id, secret, app_id
        self.line = Line(base or book("calls")["base"])
        self.refusals = Refusals("腾讯云短信", book("errors"))

    def ask(self, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make a call; return its Response. Raises PlatformError, Unreachable, NotSure."""
        payload, stamp = written(body), int(time.time())
        headers = {
            "Content-Type": KIND,
            "Host": self.line.host,
            "X-TC-Action": action,
            "X-TC-Version": book("calls")["version"],
            "X-TC-Region": book("calls")["region"],
            "X-TC-Timestamp": str(stamp),
            "Authorization": authorization(
                self.key_id, self._secret, host=self.line.host, action=action, payload=payload, stamp=stamp
            ),
        }
        answer = self.line.send("/", payload, headers).get("Response") or {}
        error = answer.get("Error")
        if error:
            raise self.refusals.error(str(error.get("Code", "?")), str(error.get("Message", "")), answer)
        return dict(answer)

    def send(self, texts: Sequence[Sms]) -> list[Taken]:
        """Send messages that are alike; each is answered for."""
        first = texts[0]
        said = self.ask(
            "SendSms",
            {
                "PhoneNumberSet": [f"+86{t.to}" for t in texts],
                "SmsSdkAppId": self.app_id,
                "SignName": first.sign,
                "TemplateId": first.template,
                "TemplateParamSet": ordered(first.values),
                "SessionContext": json.dumps([t.mark for t in texts[:1]]),
            },
        )
        by = {str(s.get("PhoneNumber", ""))[-11:]: s for s in said.get("SendStatusSet") or []}
        return [self._taken(text, by.get(text.to) or {}) for text in texts]

    def _taken(self, text: Sms, said: Mapping[str, Any]) -> Taken:
        code = str(said.get("Code", "")) or "NoAnswer"
        if code != "Ok":
            return Taken(text.mark, {}, None, code, str(said.get("Message", ""))[:200])
        fee = said.get("Fee")
        return Taken(text.mark, {"sid": str(said.get("SerialNo", ""))}, int(fee) if isinstance(fee, int) else None)

    def find(self, text: Sms, day: date) -> Report | None:
        """Return None: this vendor finds a message by its own number alone, which the lost answer held."""
        return None
