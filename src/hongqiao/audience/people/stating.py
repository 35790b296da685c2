"""One row about a member made ready: who it names and what it says, or what is wrong with it. Nothing is kept here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.audience import typed
from hongqiao.audience.people import settings
from hongqiao.errors import N_

#: what a row's problem means; no value is said again: it may be somebody's
PROBLEMS = {
    "not_an_object": N_("这一条不是一个对象"),
    "nobody": N_("没有能认出用户的编号：至少填会员编号、手机、openid、unionid、邮箱之一"),
    "bad_phone": N_("手机号不是 11 位大陆号码，也不是带区号的国际号码"),
    "bad_email": N_("邮箱写法不对"),
    "bad_number": N_("积分不是整数"),
    "bad_answer": N_("只能填是或否"),
    "bad_time": N_("时间看不懂，或在将来"),
    "bad_consent": N_("同意记录要写明用途、渠道，给出或撤回"),
    "too_long": N_("内容太长"),
    "not_text": N_("应是文字"),
}
LONGEST = 200
_MOBILE, _ABROAD = re.compile(r"1[3-9]\d{9}"), re.compile(r"\+[1-9]\d{6,14}")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
IDS = ("own", "member", "unionid", "openid", "wecom", "phone", "email")
YES_NO = ("minor", "no_profile")
CONSENTS = ("sms", "email", "notice", "wecom")
KNOWN = {*IDS, *YES_NO, "name", "followed_at", "level", "points", "tags", "consents", "consent_at", "consent_wording"}


@dataclass
class Stated:
    """What a row says. ids: kind → value, normalised; consents: dicts of purpose, channel, given, at, wording."""

    ids: dict[str, str] = field(default_factory=dict)
    name: str = ""
    level: str = ""
    points: int | None = None
    tags: list[str] = field(default_factory=list)
    flags: dict[str, bool] = field(default_factory=dict)
    followed_at: datetime | None = None
    consents: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)  # (code, column)

    def say(self, code: str, column: str) -> None:
        self.problems.append((code, column))


def phone(text: str) -> str:
    """Return a telephone number as +8613800001234, "" for what is none."""
    digits = re.sub(r"[\s\-()（）.·]", "", unicodedata.normalize("NFKC", text))
    bare = re.sub(r"^(\+86|0086|86)(?=1[3-9]\d{9}$)", "", digits)
    if _MOBILE.fullmatch(bare):
        return f"+86{bare}"
    digits = re.sub(r"^00", "+", digits)
    return digits if _ABROAD.fullmatch(digits) and not digits.startswith("+86") else ""


def email(text: str) -> str:
    """Return an address in small letters, "" for what is none."""
    clean = unicodedata.normalize("NFKC", text).strip().lower()
    return clean if _MAIL.fullmatch(clean) and len(clean) <= 120 else ""


def hint(kind: str, value: str) -> str:
    """Return what is shown of a value: 138****1234."""
    if kind == "phone":
        bare = value.removeprefix("+86")
        return f"{bare[:3]}****{bare[-4:]}"
    if kind == "email":
        return f"{value[:1]}***@{value.partition('@')[2]}"[:32]
    return f"{value[:1]}***{value[-2:]}" if len(value) > 4 else f"{value[:1]}***"


def state(row: Any, zone: str, now: datetime) -> Stated:
    """Return what a row says; where `problems` is not empty it is refused as a whole."""
    said = Stated()
    if not isinstance(row, Mapping):
        said.say("not_an_object", "")
        return said
    named = {settings.columns().get(settings.plain(k), str(k)): v for k, v in row.items()}
    for kind in IDS:
        _identity(said, kind, named.get(kind))
    said.name, said.level = _text(said, "name", named.get("name"), 80), _text(said, "level", named.get("level"), 40)
    for flag in YES_NO:
        if (answer := _answer(said, flag, named.get(flag))) is not None:
            said.flags[flag] = answer
    said.followed_at = _moment(said, "followed_at", named.get("followed_at"), zone, now)
    _points(said, named.get("points"))
    tags = named.get("tags") or []
    words = tags if isinstance(tags, list) else re.split(r"[,，;；|、]", str(tags))
    said.tags = list(dict.fromkeys(t for w in words if (t := " ".join(str(w).split())[:40])))[:20]
    _consents(said, named, zone, now)
    if not said.ids and not said.problems:
        said.say("nobody", "")
    return said


def _text(said: Stated, column: str, value: Any, most: int = LONGEST) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool | list | dict):
        said.say("not_text", column)
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)).replace("\x00", "").strip()
    text = text.encode("utf-8", "ignore").decode()
    if len(text) > most:
        said.say("too_long", column)
        return ""
    return text


def _identity(said: Stated, kind: str, value: Any) -> None:
    text = _text(said, kind, value)
    if not text:
        return
    if kind in ("phone", "email"):
        found = phone(text) if kind == "phone" else email(text)
        if not found:
            said.say(f"bad_{kind}", kind)
            return
        text = found
    said.ids[kind] = text


def _answer(said: Stated, column: str, value: Any) -> bool | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    found = settings.answers().get(settings.plain(value))
    if found is None:
        said.say("bad_answer", column)
    return found


def _points(said: Stated, value: Any) -> None:
    if value is None or value == "":
        return
    try:
        number = float(str(value).replace(",", ""))
        said.points = int(number)
        fine = not isinstance(value, bool) and number == said.points and abs(number) < 10**9
    except (ValueError, OverflowError):
        fine = False
    if not fine:
        said.points = None
        said.say("bad_number", "points")


def _moment(said: Stated, column: str, value: Any, zone: str, now: datetime) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        found = datetime.fromisoformat(typed.iso(value))
        found = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
        if found <= now and found.year >= 2000:
            return found
    except (ValueError, OverflowError):
        pass
    said.say("bad_time", column)
    return None


def _consents(said: Stated, named: Mapping[str, Any], zone: str, now: datetime) -> None:
    at = _moment(said, "consent_at", named.get("consent_at"), zone, now)
    wording = _text(said, "consent_wording", named.get("consent_wording"), 80)
    for channel in CONSENTS:
        if (given := _answer(said, f"consent_{channel}", named.get(f"consent_{channel}"))) is not None:
            said.consents.append(
                {"purpose": "marketing", "channel": channel, "given": given, "at": at, "wording": wording}
            )
    listed = named.get("consents") or []
    for one in listed if isinstance(listed, list) else [listed]:
        _consent(said, one, zone, now)


def _consent(said: Stated, one: Any, zone: str, now: datetime) -> None:
    purposes = ("marketing", "service", "research", "profile")
    channels = ("", "sms", "notice", "service", "mass", "wecom", "email")
    fine = isinstance(one, Mapping) and one.get("purpose") in purposes and one.get("channel", "") in channels
    if not fine or not isinstance(one.get("given"), bool):
        said.say("bad_consent", "consents")
        return
    at = _moment(said, "consents", one.get("at"), zone, now)
    wording = _text(said, "consents", one.get("wording"), 80)
    said.consents.append(
        {"purpose": one["purpose"], "channel": one.get("channel", ""), "given": one["given"], "at": at,
         "wording": wording}
    )  # fmt: skip
