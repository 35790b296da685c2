"""Who listens to what people say to the brand's accounts: rooms subscribe here, connectors tell.

    heard.register("crisis", wants=…, hear=…)      in a room's jobs.py

One asks for all: whoever asked an account, or was called by it, every room that wants it hears it, in the transaction
that remembers what is known. Where a room cannot take it, nothing counts as told and it comes again: at least once, so
a room keeps what it hears by `outer`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from hongqiao.platforms.client.talk import Said
from hongqiao.workspace.models import Account
from hongqiao.workspace.registry import discover

Wants = Callable[[Account, str], bool]
Hear = Callable[[Account, Sequence[Said]], None]


@dataclass(frozen=True)
class Listener:
    """A room: whether it wants what of one kind (`platforms.client.talk`) is said to an account, how it hears it."""

    wants: Wants
    hear: Hear


_LISTENERS: dict[str, Listener] = {}


def register(room: str, *, wants: Wants, hear: Hear) -> None:
    """Let a room hear what people say to accounts. `hear` is called in a transaction and makes no call outside."""
    _LISTENERS[room] = Listener(wants, hear)


def wanted(account: Account, kind: str) -> bool:
    """Return whether any room wants it: nothing is asked for, or taken out of a callback, that nobody wants."""
    discover()
    return any(one.wants(account, kind) for one in _LISTENERS.values())


@transaction.atomic
def tell(account: Account, said: Sequence[Said]) -> int:
    """Tell each room what it wants of this; return how many rooms heard something."""
    discover()
    told = 0
    for one in _LISTENERS.values():
        wants = {kind: one.wants(account, kind) for kind in {s.kind for s in said}}
        if some := [s for s in said if wants[s.kind]]:
            one.hear(account, some)
            told += 1
    return told
