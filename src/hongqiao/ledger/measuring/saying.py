"""What every way of measuring answers with: the fields of an outcome, or that files may still come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action, Verdict

Found = dict[str, Any]


@dataclass(frozen=True)
class Waiting:
    """The files of the window may still come: to be asked again on another day."""

    until: date


def cannot(reason: str, **params: Any) -> Found:
    """Return 数据不足 with its reason."""
    return {"verdict": Verdict.CANNOT_TELL, "reason": reason, "params": params}


def may_come(action: Action, today: date) -> Waiting | None:
    """Return when to ask again where files of the window may still come."""
    if action.measure_on is None or action.measure.get("early"):
        return None
    end = action.measure_on + timedelta(days=numbers()["wait_days"])
    return Waiting(today + timedelta(days=1)) if today < end else None


def smallest(action: Action, usual: float) -> float:
    """Return the smallest effect that was thought worth it, in the metric's own unit; 0 where nobody said, or where
    what was expected spans zero itself."""
    expected = action.expected or {}
    ends = [float(expected[k]) for k in ("low", "high") if expected.get(k) is not None]
    other = expected.get("metric") and expected["metric"] != action.measure["metric"]
    if other or not ends or min(ends) <= 0 <= max(ends):
        return 0.0
    least = min(abs(v) for v in ends)
    return least * abs(usual) if expected.get("unit") == "percent" else least
