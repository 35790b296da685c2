"""From an action and a version of the facts to its outcome: effect, interval, verdict, and why where there is none.

The same action at the same version gives the same outcome: nothing here looks at the clock but for whether the files of
the window may still come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from hongqiao.ledger.measuring import arms, series, ways
from hongqiao.ledger.measuring.plans import EXPERIMENTS, UNITS, window
from hongqiao.ledger.measuring.saying import Found, Waiting, cannot, may_come, smallest
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action, ActionState
from hongqiao.methods.causal import Effect, Refused, structural, synthetic, verdicts
from hongqiao.metrics import METRICS
from hongqiao.metrics.result import jsonable

PERSON_UNITS = {"purchase": "percent", "active": "percent", "amount": "money"}


def measured(action: Action, handle: Any, today: date) -> Found | Waiting:
    """Return the fields of an Outcome, or Waiting. `today` is the brand's."""
    plan = action.measure
    own = ways.of(plan.get("method", ""))
    method = own.measure if own else METHODS.get(plan.get("method", ""), _by_hand)
    start = action.started_on or today
    first, last = arms.span(action) if action.started_on else window(plan, start)
    if own is None and method not in (_by_hand, arms.holdout) and plan.get("metric") not in METRICS:
        found: Found | Waiting = cannot("definition_changed", metric=plan.get("metric", ""))  # the dictionary lost it
    else:
        found = method(action, handle, today)
    if isinstance(found, Waiting):
        return found
    return _whole(plan, handle, first, last, found)


def interim(action: Action, handle: Any, today: date) -> Found | None:
    """Return what an experiment that runs says by now, None where there is none to look at. Nothing is kept of it.

    Its interval holds however often one looks, so that who ends the experiment when it looks good pays for it.
    """
    plan, running = action.measure, action.state in (ActionState.RUNNING, ActionState.DONE)
    if plan.get("method") not in EXPERIMENTS or not running or action.started_on is None or plan.get("early"):
        return None
    if plan["method"] == "ab" and plan.get("metric") not in METRICS:
        return None
    look = arms.ab if plan["method"] == "ab" else arms.holdout
    found = look(action, handle, today, interim=True)
    assert not isinstance(found, Waiting)
    first, last = window(plan, action.started_on)
    return _whole(plan, handle, first, max(first, min(last, today)), found)


def _whole(plan: Mapping[str, Any], handle: Any, first: date, last: date, found: Found) -> Found:
    """Fill up what was found to the fields of an Outcome."""
    base = {"method": plan.get("method", "by_hand"), "metric": plan.get("metric", ""), "level": numbers()["level"]}
    base |= {"start": first, "end": last, "manifest": handle.version, "unit": unit_of(plan)}
    return base | found | {name: jsonable(found.get(name, {})) for name in ("params", "details")}


def unit_of(plan: Mapping[str, Any]) -> str:
    """Return the unit of an effect, as `ui.formats` knows it; a share differs in points."""
    metric = plan.get("metric", "")
    if plan.get("method") == "holdout":
        return PERSON_UNITS.get(metric, "number")
    return UNITS[METRICS[metric].format] if metric in METRICS else ""


def _by_hand(action: Action, handle: Any, today: date) -> Found | Waiting:
    """Nobody said anything by the day: closed as what a person's word would be closed as."""
    return cannot("by_hand")


def _series(action: Action, handle: Any, today: date, *, controls: bool) -> Found | Waiting:
    """Before and after of a daily series, with controls or without."""
    plan = action.measure
    assert action.started_on is not None
    first, last = window(plan, action.started_on)
    begin = first - timedelta(days=int(plan["before"]))
    others = series.beside(action, begin, last)
    if clash := series.overlapping(action, others):
        return cannot("overlap", n=len(clash), actions=[str(a.pk) for a in clash])
    if changes := series.changed_between(action, begin, last):
        return cannot("definition_changed", **changes[0])
    daily = series.load(handle, action, others)
    before, after = daily.missing
    if after > numbers()["missing_share"]:
        gone = int((~np.isfinite(daily.target[daily.start :])).sum())
        return may_come(action, today) or cannot("missing_days", n=gone, of=int(plan["days"]))
    known = int(np.isfinite(daily.target[: daily.start]).sum())
    if known < numbers()["before_min"]:
        return cannot("too_short", n=known, least=numbers()["before_min"])
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
        smallest=smallest(action, float(found.checks["expected"])),
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
    return cannot(known.get(found.reason, "poor_fit"), method=found.reason, **found.params)


def _doubt(found: Effect, controlled: bool) -> str:
    """Return why the interval is not to be believed as an effect, "" where nothing speaks against it."""
    if not controlled:
        return "no_controls"
    z = np.array(found.checks["placebo"])
    if len(z) >= 2 and (np.all(z > 0) or np.all(z < 0)) and abs(float(z.mean())) >= numbers()["pre_trend_z"]:
        return "pre_trend"
    return "" if found.checks["holds"] else "poor_fit"


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


METHODS: Mapping[str, Callable[[Action, Any, date], Found | Waiting]] = {
    "controls": _controls,
    "before_after": _before_after,
    "ab": arms.ab,
    "holdout": arms.holdout,
    "by_hand": _by_hand,
}
