"""What a message says: a card made when it is sent, in the receiver's language, from codes kept with the message.

Whoever sends registers `cards.register("ledger.findings", label, build)`; `build(brand, payload)` returns the Card, or
None where there is nothing left to say (what it was about is gone), and then nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hongqiao.workspace.models import Brand


@dataclass(frozen=True)
class Line:
    """One statement, and the address (absolute) of what stands behind it."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Card:
    """A message as words: e-mail, Feishu, DingTalk and WeCom each write it in their own way."""

    title: str
    lines: tuple[Line, ...] = ()
    url: str = ""
    foot: str = ""


Build = Callable[[Brand, Mapping[str, Any]], Card | None]


@dataclass(frozen=True)
class Kind:
    """A kind of message. `group` says that a group may ask for it."""

    label: str
    build: Build
    group: bool = True


_KINDS: dict[str, Kind] = {}


def register(code: str, label: str, build: Build, *, group: bool = True) -> None:
    """Say that messages of this kind are sent. `label` is a msgid."""
    _KINDS[code] = Kind(label, build, group)


def kinds() -> dict[str, Kind]:
    """Return code → kind of all that the house sends to colleagues."""
    from hongqiao.workspace.registry import discover

    discover()
    return _KINDS
