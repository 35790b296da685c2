"""Calls by name: what may be asked how often, with which token, and what is tried again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.platforms.client.errors import PlatformError, Refusals
from hongqiao.platforms.client.http import Line, Upload
from hongqiao.platforms.client.keeping import Budget, Token, TokenStore
from hongqiao.platforms.kit.settings import load

Verdict = Callable[[Mapping[str, Any]], tuple[str, str]]


@dataclass(frozen=True)
class Call:
    """One call of a platform, from its `quota.json`. `once`: asking twice may do it twice, so it is not repeated."""

    name: str
    method: str
    path: str
    day: int  # how many a day, 0 = not counted
    once: bool = False


class Caller:
    """One account at one platform.

    `verdict(answer)` returns (code, words), "" for a code where all is well; `fetch(refused)` asks for a fresh token
    (`refused`: the one that the platform did not take), which goes along as the query parameter `token_name`.
    `refused` hears of every refusal that is raised.
    """

    def __init__(
        self,
        line: Line,
        quota: Mapping[str, Any],
        refusals: Refusals,
        *,
        verdict: Verdict,
        fetch: Callable[[str], Token],
        tokens: TokenStore,
        budget: Budget,
        token_name: str = "access_token",  # noqa: S107 - the name of a parameter
        refused: Callable[[PlatformError], None] = lambda error: None,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self.line, self.quota, self.refusals = line, quota, refusals
        self._verdict, self._fetch, self._tokens, self._budget = verdict, fetch, tokens, budget
        self._token_name, self._refused, self._sleep = token_name, refused, sleep
        self._own = load("limits.json", __package__)

    def known(self, name: str) -> Call:
        """Return a call of quota.json."""
        said = self.quota["calls"][name]
        return Call(name, said.get("method", "POST"), said["path"], said.get("day", 0), said.get("once", False))

    def ask(
        self,
        name: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        upload: Upload | None = None,
        token: bool = True,
    ) -> dict[str, Any]:
        """Make a call; return the platform's answer.

        A dead token is renewed once. Busy is tried again at once, unless the call is one that must not be repeated.
        Raises PlatformError, UsedUp, Unreachable, NotSure.
        """
        call, renewed, busy = self.known(name), False, 0
        while True:
            self._count(call)
            held = self.token() if token else None
            sent = {**(query or {}), **({self._token_name: held.value} if held else {})}
            answer = self.line.ask(call.method, call.path, query=sent, body=body, upload=upload)
            code, said = self._verdict(answer)
            if not code:
                return answer
            error = self.refusals.error(code, said, answer)
            if error.kind == "token" and held and not renewed:
                self._renew(held.value, refused=True)
                renewed = True
            elif error.kind == "now" and not call.once and busy < self._own["busy_tries"] - 1:
                busy += 1
                self._sleep(self._own["busy_pause_seconds"] * busy)
            else:
                self._refused(error)
                raise error

    def token(self) -> Token:
        """Return a token that is good for a while yet."""
        held = self._tokens.read()
        spare = timedelta(seconds=self._own["token_spare_seconds"])
        if held is None or held.until - spare <= datetime.now(UTC):
            return self._renew(held.value if held else "", refused=False)
        return held

    def renew(self) -> Token:
        """Fetch the token anew, whatever is kept."""
        held = self._tokens.read()
        return self._renew(held.value if held else "", refused=False)

    def _renew(self, stale: str, *, refused: bool) -> Token:
        return self._tokens.renew(stale, lambda: self._fetch(stale if refused else ""))

    def _count(self, call: Call) -> None:
        day = datetime.now(ZoneInfo(self.refusals.book["zone"])).date().isoformat()
        if call.day and not self._budget.take(call.name, call.day, day):
            raise self.refusals.used_up(call.name, call.day)
