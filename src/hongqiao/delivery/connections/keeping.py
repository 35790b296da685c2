"""What a connection keeps for its connector, in its row: the token, encrypted, and what of each quota is used."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.limits import limits
from hongqiao.delivery.models import Connection
from hongqiao.errors import N_, HongqiaoError
from hongqiao.platforms.client import Token
from hongqiao.workspace import keys


class Renewing(HongqiaoError):
    code, status = "token_renewing", 503
    again = True
    message = N_("另一个任务正在更换平台凭证")
    next_step = N_("稍后会自动重试")


def sealed(what: dict[str, Any]) -> str:
    """Return a JSON object encrypted with the installation's key."""
    return keys.encrypt(json.dumps(what).encode())


def opened(kept: str) -> dict[str, Any]:
    """Return what `sealed` kept; empty where nothing is. Raises KeyLost."""
    found: dict[str, Any] = json.loads(keys.decrypt(kept)) if kept else {}
    return found


class RowTokens:
    """A `TokenStore` in the row. One refresher at a time, by a claim in the row that ends by itself.

    No transaction is open while the platform is asked; what it gives is committed before anybody uses it. Never call
    it inside a transaction of your own.
    """

    def __init__(self, connection_id: UUID):
        self.connection_id = connection_id

    def read(self) -> Token | None:
        kept = Connection.objects.filter(pk=self.connection_id).values_list("tokens", flat=True).first()
        return _token(kept or "")

    def renew(self, stale: str, fetch: Callable[[], Token]) -> Token:
        until, waited = time.monotonic() + limits()["connections"]["renew_seconds"], False
        while True:
            claim, held = self._claim(stale, waited)
            if held:
                return held
            if claim:
                return self._fetched(claim, fetch)
            if time.monotonic() > until:
                raise Renewing()
            waited = True
            time.sleep(0.1)

    @transaction.atomic
    def _claim(self, stale: str, waited: bool) -> tuple[datetime | None, Token | None]:
        """Return (the end of our claim, None) where we are to fetch, (None, token) where another did."""
        row, now = self._locked(), timezone.now()
        held, under_way = _token(row.tokens), row.renewing_until is not None and row.renewing_until > now
        if held and held.until > now and (held.value != stale or (waited and not under_way)):
            return None, held
        if under_way:
            return None, None
        row.renewing_until = now + timedelta(seconds=limits()["connections"]["renew_seconds"])
        row.save(update_fields=["renewing_until"])
        return row.renewing_until, None

    def _fetched(self, claim: datetime, fetch: Callable[[], Token]) -> Token:
        try:
            token = fetch()
        except BaseException:
            Connection.objects.filter(pk=self.connection_id, renewing_until=claim).update(renewing_until=None)
            raise
        with transaction.atomic():
            row = self._locked()
            row.tokens = sealed({"value": token.value, "until": token.until.isoformat()})
            row.tokens_until = token.until
            row.renewing_until = None
            row.save(update_fields=["tokens", "tokens_until", "renewing_until"])
        return token

    def _locked(self) -> Connection:
        row: Connection = Connection.objects.select_for_update().one(self.connection_id)
        return row


def _token(kept: str) -> Token | None:
    said = opened(kept)
    return Token(said["value"], datetime.fromisoformat(said["until"])) if said else None


class RowBudget:
    """A `Budget` in the row: {call: {"day", "count"}}."""

    def __init__(self, connection_id: UUID):
        self.connection_id = connection_id

    @transaction.atomic
    def take(self, call: str, limit: int, day: str) -> bool:
        row = Connection.objects.select_for_update().one(self.connection_id)
        used = used_of(row, call, day)
        if used >= limit:
            return False
        row.spent = {**row.spent, call: {"day": day, "count": used + 1}}
        row.save(update_fields=["spent"])
        return True


def used_of(row: Connection, call: str, day: str) -> int:
    """Return how many of a call were made on a day of the platform's."""
    said = row.spent.get(call) or {}
    return int(said["count"]) if said.get("day") == day else 0
