"""Calls of Aliyun's text messages: RPC style, signed by HMAC-SHA1 over the sorted parameters.

One message a call: a call for many answers with one word for all of them, which says nothing of each.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from hongqiao.platforms.client.errors import Refusals
from hongqiao.platforms.client.http import Line
from hongqiao.platforms.client.sms import Report, Sms, Taken
from hongqiao.platforms.kit.settings import load

#: An error comes with these statuses and says what it is.
SAID = frozenset({200, 400, 403, 404, 409, 429})
_STATES = {"1": "waiting", "2": "failed", "3": "delivered"}


def book(name: str) -> dict[str, Any]:
    """Return one of this folder's data files."""
    found: dict[str, Any] = load(f"{name}.json", __package__)
    return found


def encoded(text: str) -> str:
    """Return a text percent-encoded as the signature wants it: letters, digits and -_.~ stay."""
    return quote(text, safe="-_.~")


def canonical(params: Mapping[str, str]) -> str:
    """Return the parameters sorted and encoded: the body, and what is signed."""
    return "&".join(f"{encoded(k)}={encoded(params[k])}" for k in sorted(params))


def signature(params: Mapping[str, str], secret: str, method: str = "POST") -> str:
    """Return the signature of a call's parameters (without Signature)."""
    said = f"{method}&%2F&{encoded(canonical(params))}"
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), said.encode(), hashlib.sha1)).decode()


class AliyunSms:
    """One account's calls. `most`: one a call."""

    most = 1

    def __init__(self, key_id: str, secret: str, *, base: str = "") -> None:
        self.key_id, self._secret = key_id, secret
        self.line = Line(base or book("calls")["base"])
        self.refusals = Refusals("阿里云短信", book("errors"))

    def ask(self, action: str, **params: str) -> dict[str, Any]:
        """Make a call; return its answer. Raises PlatformError, Unreachable, NotSure."""
        given = {
            "Action": action,
            "Version": book("calls")["version"],
            "RegionId": book("calls")["region"],
            "Format": "JSON",
            "AccessKeyId": self.key_id,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": uuid4().hex,
            "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **params,
        }
        body = canonical({**given, "Signature": signature(given, self._secret)})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.line.send("/", body.encode(), headers, fine=SAID)
        code = str(answer.get("Code", ""))
        if code != "OK":
            raise self.refusals.error(code or "?", str(answer.get("Message", "")), answer)
        return answer

    def send(self, texts: Sequence[Sms]) -> list[Taken]:
        """Send one message; what the vendor calls it is its BizId."""
        (one,) = texts
        values = json.dumps(dict(one.values), ensure_ascii=False) if one.values else ""
        more = {"TemplateParam": values} if values else {}
        said = self.ask(
            "SendSms", PhoneNumbers=one.to, SignName=one.sign, TemplateCode=one.template, OutId=one.mark, **more
        )
        return [Taken(one.mark, {"biz_id": str(said.get("BizId", ""))})]

    def details(self, phone: str, day: date, biz_id: str = "") -> list[dict[str, Any]]:
        """Return what was sent to a phone on a day (at most 30 days ago)."""
        more = {"BizId": biz_id} if biz_id else {}
        said = self.ask(
            "QuerySendDetails", PhoneNumber=phone, SendDate=f"{day:%Y%m%d}", PageSize="50", CurrentPage="1", **more
        )
        found = said.get("SmsSendDetailDTOs") or {}
        rows = found.get("SmsSendDetailDTO", []) if isinstance(found, dict) else found
        return [r for r in rows if isinstance(r, dict)]

    def find(self, text: Sms, day: date) -> Report | None:
        """Return the report of a message by our own mark (OutId); None where the vendor has none of it."""
        for row in self.details(text.to, day):
            if str(row.get("OutId", "")) == text.mark:
                return _report(row)
        return None

    def report(self, phone: str, day: date, biz_id: str) -> Report | None:
        """Return what became of a message by what the vendor calls it."""
        rows = self.details(phone, day, biz_id)
        return _report(rows[0]) if rows else None


def _report(row: Mapping[str, Any]) -> Report:
    state = _STATES.get(str(row.get("SendStatus", "")), "waiting")
    code = str(row.get("ErrCode", "")) if state == "failed" else ""
    return Report({"mark": str(row.get("OutId", ""))}, state, code)
