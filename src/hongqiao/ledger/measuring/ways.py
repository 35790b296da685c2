"""Ways of measuring that rooms bring for what only they can compare: by code, their words and what computes them.

A room registers in its `jobs.py`. The same action at the same version has to give the same outcome, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hongqiao.ledger.measuring.saying import Found, Waiting
from hongqiao.ledger.models import Action

#: (action, handle on the facts, today) → the fields of an outcome, or that files may still come
Measure = Callable[[Action, Any, date], Found | Waiting]


@dataclass(frozen=True)
class Way:
    label: str  # a msgid
    measure: Measure


_WAYS: dict[str, Way] = {}


def register(code: str, label: str, measure: Measure) -> None:
    """Say how actions of this method are measured."""
    _WAYS[code] = Way(label, measure)


def of(code: str) -> Way | None:
    """Return the way of that code, None where no room brings it."""
    from hongqiao.workspace.registry import discover

    discover()
    return _WAYS.get(code)
