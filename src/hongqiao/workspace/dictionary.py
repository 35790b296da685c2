"""Puts a brand's own dictionary of metrics in force, as a language is: for a page, a call, a command, a job. Serves D1.

Which metrics a brand made is kept by a room, which registers how they are fetched; the house only asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from hongqiao.metrics.inforce import InForce, Own

Fetch = Callable[[UUID], "Own"]
_fetch: list[Fetch] = []


def register(fetch: Fetch) -> None:
    """Say how a brand's own metrics are fetched; they are asked for only where one is looked for."""
    _fetch[:] = [fetch]


def _of(brand_id: UUID | None) -> InForce | None:
    from hongqiao.metrics.inforce import InForce  # a command without figures need not wait for the dictionary

    return InForce(brand_id, lambda: _fetch[0](brand_id)) if brand_id and _fetch else None


def enter(brand_id: UUID | None) -> None:
    """Put a brand's dictionary in force until what holds this (a request, a command) ends."""
    from hongqiao.metrics import inforce

    inforce.put(_of(brand_id))


@contextmanager
def using(brand_id: UUID | None) -> Iterator[None]:
    """Put a brand's dictionary in force for a while, None for the house's alone; what is in force already stays."""
    from hongqiao.metrics import inforce

    if brand_id is not None and inforce.brand_in_force() == brand_id:
        yield
        return
    with inforce.using(_of(brand_id)):
        yield


@contextmanager
def fresh(brand_id: UUID) -> Iterator[None]:
    """Put a brand's dictionary in force anew: after one of its definitions was changed."""
    from hongqiao.metrics import inforce

    with inforce.using(_of(brand_id)):
        yield


def streamed(parts: Iterable[bytes], brand_id: UUID) -> Iterator[bytes]:
    """Yield a download that is still being written when its page is over."""
    with using(brand_id):
        yield from parts
