"""Which own pieces money was put behind: told by whoever keeps that, asked by rules of any room.

A room registers `boosted.register(of)` in its `rules.py`; `of(brand, handle, pieces)` returns the keys of those of the
pieces whose figures are not natural.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from hongqiao.workspace.models import Brand
from hongqiao.workspace.registry import discover


class Named(Protocol):
    """What is needed of a piece of the facts to find it in a report."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def platform(self) -> str: ...


class OnePiece(Named, Protocol):
    """A piece of the facts; seen: how often it was shown (impressions), None where its platform does not state it."""

    @property
    def seen(self) -> float | None: ...


Told = Callable[[Brand, Any, Sequence[OnePiece]], set[str]]
_TOLD: list[Told] = []


def register(told: Told) -> None:
    """Have this asked. A second time changes nothing."""
    if told not in _TOLD:
        _TOLD.append(told)


def of(brand: Brand, handle: Any, pieces: Sequence[OnePiece]) -> set[str]:
    """Return the keys of those of the pieces that money was put behind."""
    discover()
    return {key for told in _TOLD for key in told(brand, handle, pieces)}
