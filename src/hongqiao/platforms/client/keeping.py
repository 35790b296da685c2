"""What a connector needs kept by the house: its token, and how much of each quota is used. And both in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Token:
    """What lets a call in, until when. A token is never shown: not in an error, not in a log."""

    value: str = field(repr=False)
    until: datetime = field(repr=False)


class TokenStore(Protocol):
    """Keeps one account's token. One refresher at a time, also across processes; kept before it is used."""

    def read(self) -> Token | None:
        """Return the token that is kept, whatever its age."""
        ...

    def renew(self, stale: str, fetch: Callable[[], Token]) -> Token:
        """Return a token other than `stale`: one that somebody else put there meanwhile, else what `fetch` gives.

        What `fetch` gives is kept before it is returned.
        """
        ...


class Budget(Protocol):
    """Counts calls by the platform's day."""

    def take(self, call: str, limit: int, day: str) -> bool:
        """Count one call. False, and nothing counted, where `limit` are used up on that day."""
        ...


class MemoryTokens:
    """A token kept in memory."""

    def __init__(self) -> None:
        self._token: Token | None = None
        self._lock = threading.Lock()

    def read(self) -> Token | None:
        return self._token

    def renew(self, stale: str, fetch: Callable[[], Token]) -> Token:
        with self._lock:
            if self._token is None or self._token.value == stale:
                self._token = fetch()
            return self._token


class MemoryBudget:
    """Counts kept in memory."""

    def __init__(self) -> None:
        self.spent: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def take(self, call: str, limit: int, day: str) -> bool:
        with self._lock:
            used = self.spent.get((call, day), 0)
            if used >= limit:
                return False
            self.spent[call, day] = used + 1
            return True


class FreeBudget:
    """Counts nothing."""

    def take(self, call: str, limit: int, day: str) -> bool:
        return True
