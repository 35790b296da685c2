"""Where an interface can send an answer: a connection says so here; without one a person sends it (assisted).

`register(platform, channel, send)`; `send(message)` runs in a job after the commit, returns the proof to keep
({"how": "interface", …}) and raises a HongqiaoError where it cannot. None is registered today: no platform's interface
that the house speaks answers comments or messages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hongqiao.audience.models import Thread, ThreadMessage

Send = Callable[[ThreadMessage], dict[str, Any]]
_SENDERS: dict[tuple[str, str], Send] = {}


def register(platform: str, channel: str, send: Send) -> None:
    """Say that answers to threads of this platform and channel can be sent."""
    _SENDERS[platform, channel] = send


def of(thread: Thread) -> Send | None:
    """Return what sends answers to a thread, None where a person does."""
    return _SENDERS.get((thread.account.platform, thread.channel)) if thread.account else None
