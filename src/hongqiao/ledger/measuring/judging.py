"""From an action and a version of the facts to its outcome: effect, interval, verdict, and why where there is none.

The same action at the same version gives the same outcome: nothing here looks at the clock but for whether the files of
the window may still come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from hongqiao.ledger.measuring import persons, pieces, series
from hongqiao.ledger.measuring.plans import UNITS, window
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action, Verdict
from hongqiao.methods.causal import Effect, Refused, experiment, structural, synthetic, verdicts
from hongqiao.metrics import METRICS
from hongqiao.metrics.result import jsonable

PERSON_UNITS = {"purchase": "percent", "active": "percent", "amount": "money"}
Found = dict[str, Any]


@dataclass(frozen=True)
class Waiting:
    """The files of the window may still come: to be asked again on another day."""

    until: date


def measured(action: Action, handle: Any, today: date) -> Found | Waiting:
    """Return the fields of an Outcome, or Waiting. `today` is the brand's."""
    plan = action.measure
    method = METHODS.get(plan.get("method", ""), _by_hand)
    start = action.started_on or today
    first, last = window(plan, start)
    base = {"method": plan.get("method", "by_hand"), "metric": plan.get("metric", ""), "level": numbers()["level"]}
    base |= {"start": first, "end": last, "manifest": handle.version, "unit": unit_of(plan)}
    if method not in (_by_hand, _holdout) and plan.get("metric") not in METRICS:
        found: Found | Waiting = _cannot("definition_changed", metric=plan.get("metric", ""))  # the dictionary lost it
    else:
        found = method(action, handle, today)
    if isinstance(found, Waiting):
        return found
    for name in ("params", "details"):
        found[name] = jsonable(found.get(name, {}))
    return base | found


def unit_of(plan: Mapping[str, Any]) -> str:
    """Return the unit of an effect, as `ui.formats` knows it; a share differs in points."""
    metric = plan.get("metric", "")
    if plan.get("method") == "holdout":
        return PERSON_UNITS.get(metric, "number")
    return UNITS[METRICS[metric].format] if metric in METRICS else ""


def _cannot(reason: str, **params: Any) -> Found:
    return {"verdict": Verdict.CANNOT_TELL, "reason": reason, "params": params}


def _by_hand(action: Action, handle: Any, today: date) -> Found | Waiting:
    """Nobody said anything by the day: closed as what a person's word would be closed as."""
    return _cannot("by_hand")


def _may_come(action: Action, today: date) -> Waiting | None:
    """Return when to ask again where files of the window may still come."""
    if action.measure_on is None:
        return None
    end = action.measure_on + timedelta(days=numbers()["wait_days"])
    return Waiting(today + timedelta(days=1)) if today < end else None


def _series(action: Action, handle: Any, today: date, *, controls: bool) -> Found | Waiting:
    """Before and after of a daily series, with controls or without."""
    plan = action.measure
    assert action.started_on is not None
    first, last = window(plan, action.started_on)
    begin = first - timedelta(days=int(plan["before"]))
    others = series.beside(action, begin, last)
    if clash := series.overlapping(action, others):
        return _cannot("overlap", n=len(clash), actions=[str(a.pk) for a in clash])
    if changes := series.changed_between(action, begin, last):
        return _cannot("definition_changed", **changes[0])
    daily = series.load(handle, action, others)
    before, after = daily.missing
    if after > numbers()["missing_share"]:
        gone = int((~np.isfinite(daily.target[daily.start :])).sum())
        return _may_come(action, today) or _cannot("missing_days", n=gone, of=int(plan["days"]))
    known = int(np.isfinite(daily.target[: daily.start]).sum())
    if known < numbers()["before_min"]:
        return _cannot("too_short", n=known, least=numbers()["before_min"])
    return _effect(action, _trimmed(daily), controls)


def _trimmed(daily: series.Daily) -> series.Daily:
    """Leave out the days before the first that is there: an account that is young is no account with gaps."""
    seen = np.flatnonzero(np.isfinite(daily.target))
    cut = int(seen[0])
    kept = {name: one[cut:] for name, one in daily.controls.items()}
    return series.Daily(daily.days[cut:], daily.start - cut, daily.target[cut:], kept, daily.left_out)


def _effect(action: Action, daily: series.Daily, controls: bool) -> Found:
    table = np.column_stack(list(daily.controls.values())) if controls and daily.controls else None
    settings = structural.Settings(poor_fit=numbers()["poor_fit_z"], least_before=numbers()["before_min"])
    found = structural.effect(
        daily.target, table, daily.start, season=numbers()["season"], level=numbers()["level"], settings=settings
    )
    if isinstance(found, Refused):
        return _refused(found)
    reason = _doubt(found, table is not None and found.checks["controls_dropped"] < len(daily.controls))
    said = verdicts.verdict(
        found.safe_lo,
        found.safe_hi,
        want=action.measure["want"],
        smallest=_smallest(action, float(found.checks["expected"])),
        reason=reason,
    )
    details = {
        "checks": found.checks,
        "model": [found.lo, found.hi],
        "controls": list(daily.controls),
        "left_out": daily.left_out,
        "days": {"first": daily.days[0], "start": daily.days[daily.start], "last": daily.days[-1]},
        "series": _drawn(daily, table, settings),
        "donors": _donors(daily),
    }
    added = action.measure["metric"] in METRICS and METRICS[action.measure["metric"]].additive
    return {
        "verdict": said.verdict,
        "reason": said.reason,
        "effect": found.effect,
        "sd": found.sd,
        "lo": found.safe_lo,
        "hi": found.safe_hi,
        "relative": found.relative,
        "cumulative": found.cumulative if added else None,
        "n": found.n_after,
        "details": details,
    }


def _refused(found: Refused) -> Found:
    known = {"too_short": "too_short", "missing_days": "missing_days", "no_after": "missing_days"}
    return _cannot(known.get(found.reason, "poor_fit"), method=found.reason, **found.params)


def _doubt(found: Effect, controlled: bool) -> str:
    """Return why the interval is not to be believed as an effect, "" where nothing speaks against it."""
    if not controlled:
        return "no_controls"
    z = np.array(found.checks["placebo"])
    if len(z) >= 2 and (np.all(z > 0) or np.all(z < 0)) and abs(float(z.mean())) >= numbers()["pre_trend_z"]:
        return "pre_trend"
    return "" if found.checks["holds"] else "poor_fit"


def _smallest(action: Action, usual: float) -> float:
    """Return the smallest effect that was thought worth it, in the metric's own unit; 0 where nobody said, or where
    what was expected spans zero itself."""
    expected = action.expected or {}
    ends = [float(expected[k]) for k in ("low", "high") if expected.get(k) is not None]
    other = expected.get("metric") and expected["metric"] != action.measure["metric"]
    if other or not ends or min(ends) <= 0 <= max(ends):
        return 0.0
    least = min(abs(v) for v in ends)
    return least * abs(usual) if expected.get("unit") == "percent" else least


def _drawn(daily: series.Daily, table: Any, settings: structural.Settings) -> dict[str, Any]:
    """Return what the page draws: the target's days, and what the days after would have been."""
    would = structural.expected(daily.target, table, daily.start, season=numbers()["season"], settings=settings)
    means = [] if isinstance(would, Refused) else [round(float(v), 6) for v in would[:, 0]]
    return {"target": [None if not np.isfinite(v) else round(float(v), 6) for v in daily.target], "expected": means}


def _donors(daily: series.Daily) -> dict[str, Any]:
    """Return the synthetic control beside it, for a reader to compare: effect, rank among placebos. Decides nothing."""
    if len(daily.controls) < 3:
        return {}
    found = synthetic.control(daily.target, np.column_stack(list(daily.controls.values())), daily.start)
    if isinstance(found, Refused):
        return found.to_json()
    return {"effect": found.effect, "rank": found.rank, "units": found.units, "p": found.p}


def _controls(action: Action, handle: Any, today: date) -> Found | Waiting:
    return _series(action, handle, today, controls=True)


def _before_after(action: Action, handle: Any, today: date) -> Found | Waiting:
    return _series(action, handle, today, controls=False)


def _ab(action: Action, handle: Any, today: date) -> Found | Waiting:
    """Pieces in two arms, each one value."""
    plan = action.measure
    assert action.started_on is not None
    first, last = window(plan, action.started_on)
    if changes := series.changed_between(action, first, last):
        return _cannot("definition_changed", **changes[0])
    mine = {*plan["arms"]["a"], *plan["arms"]["b"]}
    clash = [o for o in series.beside(action, first, last) if mine & _pieces_of(o)]
    if clash:
        return _cannot("overlap", n=len(clash), actions=[str(a.pk) for a in clash])
    arms = pieces.arms(handle, plan)
    counts = {arm: len(values) for arm, values in arms.items()}
    if min(counts.values()) < numbers()["pieces_min"]:
        waiting = _may_come(action, today) if min(map(len, plan["arms"].values())) >= numbers()["pieces_min"] else None
        return waiting or _cannot("too_small", least=numbers()["pieces_min"], **counts)
    return _compared(action, arms["a"], arms["b"], {"arms": counts})


def _pieces_of(other: Action) -> set[str]:
    arms = other.measure.get("arms") or {}
    content = other.target.get("content")
    return {*arms.get("a", []), *arms.get("b", []), *([str(content)] if content else [])}


def _holdout(action: Action, handle: Any, today: date) -> Found | Waiting:
    """Persons reached against persons held out, as the arms were drawn before the start."""
    assert action.started_on is not None
    _first, last = window(action.measure, action.started_on)
    newest = persons.last_day(handle)
    if newest is None or newest < last - timedelta(days=numbers()["lag_days"]):
        waiting = _may_come(action, today)
        return waiting or _cannot("missing_days", newest=str(newest or ""), last=str(last))
    people, both = persons.arms(action, handle)
    counts = {"treat": len(people[persons.TREAT]), "hold": len(people[persons.HOLD])}
    if min(counts.values()) < numbers()["people_min"]:
        return _cannot("too_small", least=numbers()["people_min"], **counts)
    values = persons.values(action, handle, people)
    return _compared(action, values[persons.TREAT], values[persons.HOLD], {"arms": counts, "in_both": both})


def _compared(action: Action, arm: Any, control: Any, details: Mapping[str, Any]) -> Found:
    found = experiment.compare(arm, control, level=numbers()["level"])
    if isinstance(found, Refused):
        return _cannot("too_small", method=found.reason, **found.params)
    said = verdicts.verdict(found.lo, found.hi, want=action.measure["want"], smallest=_smallest(action, found.control))
    fields = {"effect": found.lift, "sd": found.se, "lo": found.lo, "hi": found.hi, "relative": found.relative}
    more = {"p": found.p, "control": found.control, **details}
    return {"verdict": said.verdict, "reason": said.reason, **fields, "n": found.n + found.n_control, "details": more}


METHODS: Mapping[str, Callable[[Action, Any, date], Found | Waiting]] = {
    "controls": _controls,
    "before_after": _before_after,
    "ab": _ab,
    "holdout": _holdout,
    "by_hand": _by_hand,
}
