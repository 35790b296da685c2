"""What a method answers: an effect with its interval, or a refusal with the reason as a code."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from hongqiao.methods.refusal import Refused

__all__ = ["Effect", "Refused"]


@dataclass(frozen=True)
class Effect:
    """An effect per period (or per unit), against what was to be expected without the act.

    effect, sd, lo, hi   mean per period after the start, in the series' unit, with the model's own interval at `level`
    safe_lo, safe_hi     the interval widened by what the same method got wrong where nothing was done (placebo); a
                         verdict is given on it
    cumulative           effect × number of periods; `relative`: against what was expected (None where that is zero)
    n, n_after           periods (or units) before and after that were there
    checks               what a reader needs to check it: expected mean, placebo z, fit, weights …
    """

    method: str
    effect: float
    sd: float
    lo: float
    hi: float
    safe_lo: float
    safe_hi: float
    cumulative: float
    relative: float | None
    n: int
    n_after: int
    level: float
    checks: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)
