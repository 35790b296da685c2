"""Whose dictionary is in force: the metrics that ship, and after them those that a brand made for itself.

As with a language: the page, the call or the job of a brand puts the brand's dictionary in force for its own duration,
and `METRICS` answers with it. What is not in force does not exist: a stranger's code is unknown. Serves D1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from hongqiao.metrics.model import Metric


@dataclass(frozen=True)
class Own:
    """A brand's metrics: `listed` are offered; `all` also holds retired ones and older versions ("code@2")."""

    all: Mapping[str, Metric] = field(default_factory=dict)
    listed: tuple[str, ...] = ()


NONE = Own()


class InForce:
    """A brand's metrics, fetched when first needed."""

    def __init__(self, brand: Any, fetch: Callable[[], Own]):
        self.brand, self._fetch = brand, fetch
        self._own: Own | None = None

    @property
    def own(self) -> Own:
        if self._own is None:
            self._own = NONE  # a definition that asks for the dictionary while it is made sees the house's alone
            self._own = self._fetch()
        return self._own


_now: ContextVar[InForce | None] = ContextVar("dictionary_in_force", default=None)


def brand_in_force() -> Any:
    """Return whose dictionary is in force, None for nobody's."""
    now = _now.get()
    return now.brand if now else None


def put(given: InForce | None) -> None:
    """Put a brand's dictionary in force until another one is, None for the house's alone."""
    _now.set(given)


@contextmanager
def using(given: InForce | None) -> Iterator[None]:
    """Put a brand's dictionary in force for a while."""
    before = _now.get()
    _now.set(given)
    try:
        yield
    finally:
        _now.set(before)


class Shelf(Mapping[str, Metric]):
    """code → Metric: those that ship, then those of the brand in force. Only those that are offered are walked over."""

    def __init__(self, shipped: Iterable[Metric]):
        self.shipped: dict[str, Metric] = {m.code: m for m in shipped}

    @property
    def _brand(self) -> Own:
        now = _now.get()
        return now.own if now else NONE

    @property
    def own(self) -> tuple[str, ...]:
        """The codes of the brand's own metrics that are offered."""
        return self._brand.listed

    @property
    def retired(self) -> tuple[str, ...]:
        """The codes of those that are no longer offered, each in its last version."""
        return tuple(c for c, m in self._brand.all.items() if m.retired and "@" not in c)

    def __getitem__(self, code: str) -> Metric:
        found = self.shipped.get(code)
        return found if found is not None else self._brand.all[code]

    def __contains__(self, code: object) -> bool:
        return code in self.shipped or code in self._brand.all

    def __iter__(self) -> Iterator[str]:
        yield from self.shipped
        yield from self._brand.listed

    def __len__(self) -> int:
        return len(self.shipped) + len(self._brand.listed)
