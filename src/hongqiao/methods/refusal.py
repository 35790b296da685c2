"""What a method answers where it cannot: a code with parameters, never a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Refused:
    """No answer, and why: a code with parameters."""

    reason: str
    params: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"refused": self.reason, "params": dict(self.params)}
