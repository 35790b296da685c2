"""What went wrong with a platform, in its own code and words, and whether trying again can help.

A platform's `errors.json` gives each code its class and what to do. The classes are the same for all:

now        it is busy: the same again in a moment      token     the token died: fetch one, try once more
minute     too many this minute: wait till the next    day       the day's quota is used up: wait till tomorrow
operator   a person must change something at the platform (keys, white list, rights)
content    what was sent is wrong                      permanent it will not work
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from hongqiao.errors import N_, HongqiaoError, Invalid

Class = Literal["now", "token", "minute", "day", "operator", "content", "permanent"]
AGAIN: frozenset[Class] = frozenset({"now", "token", "minute", "day"})
NEXT: dict[Class, str] = {
    "now": N_("平台繁忙，稍后会自动重试"),
    "token": N_("凭证已失效，稍后会自动换新再试；一直不行请核对 AppSecret"),
    "minute": N_("调用太密，下一分钟自动再试"),
    "day": N_("今天的调用次数用完了，明天自动再试"),
    "operator": N_("需要在平台后台处理，处理后再试"),
    "content": N_("请按平台的说法修改内容后再发"),
    "permanent": N_("重试没有用，请按平台的说法处理"),
}


class WrongBase(Invalid):
    code = "wrong_platform_base"
    message = N_("平台地址不能用：%(base)s")
    next_step = N_("只接受 https:// 地址，或本机的 http:// 地址（测试服务器）")


class Unreachable(HongqiaoError):
    """The platform was not reached: it cannot have taken anything."""

    code, status = "platform_unreachable", 502
    again = True
    message = N_("没有连上 %(host)s：%(why)s")
    next_step = N_("稍后会自动重试；一直不通请检查网络")


class NotSure(HongqiaoError):
    """It was asked and gave no answer one can read: it may have taken what was sent. Look before asking again."""

    code, status = "platform_not_sure", 502
    again = True
    message = N_("%(host)s 没有给出答复：%(why)s")
    next_step = N_("稍后先查平台是否已收到，再决定是否重发")


class PlatformError(HongqiaoError):
    """The platform refused. `kind` is the class of its code; `until` when trying again makes sense."""

    code, status = "platform_refused", 502
    message = N_("%(platform)s没有接受：%(said)s（%(answer)s）")

    def __init__(
        self,
        next_step: str,
        *,
        kind: Class,
        until: datetime | None = None,
        answered: Mapping[str, Any] | None = None,
        **params: Any,
    ):
        super().__init__("", next_step, **params)
        self.kind = kind
        self.again = kind in AGAIN
        self.until = until
        self.answered = dict(answered or {})  # all that the platform said
        self.answer: str = str(params.get("answer", ""))
        self.said: str = str(params.get("said", ""))


class UsedUp(PlatformError):
    """Not asked at all: by our own count the day's quota of this call is used up."""

    code = "platform_quota_used_up"
    message = N_("%(platform)s接口 %(call)s 今天的 %(limit)s 次已用完，没有再调用")


@dataclass(frozen=True)
class Refusals:
    """A platform's codes as data: {"codes": {code: {"class", "next_step"}}, "zone", "source", "checked"}."""

    platform: str  # its name, as people say it
    book: Mapping[str, Any]

    def kind(self, answer: str | int) -> Class:
        """Return the class of a code; one we do not know is permanent: never tried blindly."""
        return cast(Class, self.book["codes"].get(str(answer), {}).get("class", "permanent"))

    def of_connection(self, answer: str | int) -> bool:
        """Whether a code says that the connection itself needs a person: keys, white list, rights."""
        said = self.book["codes"].get(str(answer), {})
        return self.kind(answer) in ("operator", "token") and said.get("about") != "quota"

    def next_step(self, answer: str | int) -> str:
        return str(self.book["codes"].get(str(answer), {}).get("next_step") or NEXT[self.kind(answer)])

    def error(
        self, answer: str | int, said: str, answered: Mapping[str, Any] | None = None, *, now: datetime | None = None
    ) -> PlatformError:
        """Return the error for a code and its words; `answered` is the whole answer."""
        kind = self.kind(answer)
        return PlatformError(
            self.next_step(answer),
            kind=kind,
            until=self.until(kind, now or datetime.now(UTC)),
            answered=answered,
            platform=self.platform,
            answer=str(answer),
            said=said[:200],
        )

    def used_up(self, call: str, limit: int, *, now: datetime | None = None) -> UsedUp:
        until = self.until("day", now or datetime.now(UTC))
        return UsedUp(NEXT["day"], kind="day", until=until, platform=self.platform, call=call, limit=limit)

    def until(self, kind: Class, now: datetime) -> datetime | None:
        """Return when the next minute or the platform's next day begins; None where time is no matter."""
        if kind == "minute":
            return now + timedelta(seconds=60 - now.second)
        if kind != "day":
            return None
        local = now.astimezone(ZoneInfo(self.book["zone"]))
        tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=1, second=0, microsecond=0)
        return tomorrow.astimezone(UTC)
