"""What the test server of 公众号 holds, and its doors: token, white list, rights, quotas, rate, faults on demand."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.platforms.wechat_oa.api.client import book

ZONE = ZoneInfo("Asia/Shanghai")
TOKEN_SECONDS, EARLY_SECONDS, FORCED_A_DAY = 7200, 300, 20


class Refused(Exception):
    """The platform's no: errcode, errmsg, and what else it says."""

    def __init__(self, code: int, words: str, **more: Any):
        super().__init__(words)
        self.answer = {"errcode": code, "errmsg": words, **more}


@dataclass
class Publication:
    """A draft on its way out, or out."""

    publish_id: str
    data_id: str
    media_id: str
    articles: list[dict[str, Any]]
    at: float
    done_at: float
    mass: bool = False
    mark: str = ""
    status: int = 1
    article_id: str = ""
    told: bool = False


@dataclass
class WeChatWorld:
    """One account at the platform, with all that it holds. Every public attribute may be changed by a test."""

    app_id: str = "wx0123456789abcdef"
    secret: str = field(default="0123456789abcdef0123456789abcdef", repr=False)
    kind: str = "service_verified"
    name: str = "虹桥沙箱"
    whitelist: tuple[str, ...] = ()  # empty: every address may call
    publish_seconds: float = 3.0
    draft_leaves: str = "live"  # or "taken": when a published draft leaves the box; the documents do not say
    per_minute: int = 600
    day_limits: dict[str, int] = field(default_factory=dict)  # differs from quota.json
    callback: str = ""  # where events go
    callback_token: str = ""
    aes_key: str = ""
    seed: int = 20260701
    verdicts: list[int] = field(default_factory=list)  # publish_status of the next publications, else 0
    followers: int = 12_000

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.random = random.Random(self.seed)  # noqa: S311 - names and figures of a test server
        self.offset = 0.0
        self.faults: list[tuple[str, str]] = []  # (call or "*", fault), each used once
        self.asked: Counter[str] = Counter()  # how often each call came in, refused ones too
        self.pictures: dict[str, bytes] = {}
        self.materials: dict[str, bytes] = {}
        self.drafts: dict[str, dict[str, Any]] = {}  # media_id → {articles, update_time}
        self.publications: list[Publication] = []
        self.comments: list[Any] = []  # comments.Comment
        self.events: list[dict[str, Any]] = []  # what was sent, with the answer
        self.outbox: list[str] = []  # XML of events still to be sent
        self.talked: dict[str, float] = {}  # openid → when the follower did something last
        self.subscribed: dict[tuple[str, str], int] = {}  # (openid, template) → notices they agreed to
        self.told: list[dict[str, Any]] = []  # what single followers were sent
        self.base = ""
        self._token, self._until, self._dead = "", 0.0, set[str]()
        self._spent: Counter[tuple[str, str]] = Counter()
        self._minute: Counter[int] = Counter()
        self._number = 100_000

    # -- time

    def now(self) -> float:
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Move the platform's clock."""
        self.offset += seconds

    def day(self, moment: float | None = None) -> str:
        return datetime.fromtimestamp(self.now() if moment is None else moment, ZONE).date().isoformat()

    def yesterday(self) -> str:
        return (datetime.fromtimestamp(self.now(), ZONE).date() - timedelta(days=1)).isoformat()

    # -- names

    def number(self) -> str:
        self._number += 1
        return str(2_247_000_000 + self._number)

    def name_of(self, length: int = 43) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        return "".join(self.random.choices(letters, k=length))

    # -- doors

    def fault(self, call: str, fault: str, times: int = 1) -> None:
        """Let the next calls of this name ("*": any) go wrong.

        busy · rate · quota · 500 · garbage · slow · drop (never taken) · lost (taken, no answer) · lost_500 (taken,
        HTTP 500) · twice (the next event is sent twice; call "event").
        """
        self.faults += [(call, fault)] * times

    def take_fault(self, call: str) -> str:
        for entry in self.faults:
            if entry[0] in (call, "*"):
                self.faults.remove(entry)
                return entry[1]
        return ""

    def stable_token(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("grant_type") != "client_credential":
            raise Refused(40002, "invalid grant_type")
        if not body.get("appid"):
            raise Refused(41002, "appid missing")
        if not body.get("secret"):
            raise Refused(41004, "appsecret missing")
        if body["appid"] != self.app_id:
            raise Refused(40013, "invalid appid")
        if body["secret"] != self.secret:
            raise Refused(40125, "invalid appsecret, view more at http://t.cn/RAEkdVq")
        force = body.get("force_refresh") is True
        if force:
            self.spend("stable_token/force", FORCED_A_DAY)
        if force or self._until - self.now() <= EARLY_SECONDS:
            self.kill_token()
            self._token, self._until = self.name_of(120), self.now() + TOKEN_SECONDS
        return {"access_token": self._token, "expires_in": int(self._until - self.now())}

    def kill_token(self) -> None:
        """End the token at once, as another program's forced refresh does."""
        self._dead.add(self._token)
        self._token, self._until = "", 0.0

    def check_token(self, token: str) -> None:
        if not token:
            raise Refused(41001, "access_token missing")
        if token == self._token and self.now() < self._until:
            return
        if token == self._token:
            raise Refused(42001, "access_token expired")
        raise Refused(40001, "invalid credential, access_token is invalid or not latest")

    def check_address(self, address: str) -> None:
        if self.whitelist and address not in self.whitelist:
            raise Refused(40164, f"invalid ip {address}, not in whitelist")

    def check_rate(self) -> None:
        minute = int(self.now() // 60)
        self._minute[minute] += 1
        if self._minute[minute] > self.per_minute:
            raise Refused(45011, "api minute-quota reach limit, must slower, retry next minute")

    def check_right(self, call: str) -> None:
        held_back = call.startswith(("freepublish/", "mass/", "datacube/", "comment/"))
        if held_back and not self.kind.endswith("_verified"):
            raise Refused(48001, "api unauthorized")

    def spend(self, call: str, limit: int = 0) -> None:
        limit = self.day_limits.get(call, limit or book("quota")["calls"].get(call, {}).get("day", 0))
        if not limit:
            return
        key = (self.day(), call)
        if self._spent[key] >= limit:
            raise Refused(45009, "reach max api daily quota limit")
        self._spent[key] += 1
