"""Two arms compared: pieces of an A/B, persons of a hold-out. One look is planned; any other look has its price.

The planned look is the first one, on the review day: its interval is Welch's. A look before that, the one an experiment
is ended by early, and one taken again on newer facts use an interval that holds however often one looks (methods.causal
.experiment), so that stopping when it looks good makes no effect. What the units did before the start takes out of
both arms what it explains (CUPED).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from hongqiao.ledger.measuring import persons, pieces, series
from hongqiao.ledger.measuring.plans import window
from hongqiao.ledger.measuring.saying import Found, Waiting, cannot, may_come, smallest
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action
from hongqiao.methods.causal import Refused, experiment, verdicts


def ab(action: Action, handle: Any, today: date, *, interim: bool = False) -> Found | Waiting:
    """Pieces in two arms, each one value."""
    plan = action.measure
    assert action.started_on is not None
    first, last = window(plan, action.started_on)
    if changes := series.changed_between(action, first, last):
        return cannot("definition_changed", **changes[0])
    mine = {*plan["arms"]["a"], *plan["arms"]["b"]}
    clash = [o for o in series.beside(action, first, last) if mine & _pieces_of(o)]
    if clash:
        return cannot("overlap", n=len(clash), actions=[str(a.pk) for a in clash])
    there = pieces.arms(handle, plan)
    counts = {arm: len(values) for arm, values in there.items()}
    if min(counts.values()) < numbers()["pieces_min"]:
        planned = min(map(len, plan["arms"].values())) >= numbers()["pieces_min"]
        waiting = may_come(action, today) if planned and not interim else None
        return waiting or cannot("too_small", least=numbers()["pieces_min"], **counts)
    usual = pieces.usual_before(handle, plan, action.started_on)
    values, before = ({arm: [d[p] for p in there[arm]] for arm in ("a", "b")} for d in (_flat(there), usual))
    return _compared(action, handle, (values["a"], values["b"]), (before["a"], before["b"]), {"arms": counts}, interim)


def _flat(there: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {**there["a"], **there["b"]}


def _pieces_of(other: Action) -> set[str]:
    arms = other.measure.get("arms") or {}
    content = other.target.get("content")
    return {*arms.get("a", []), *arms.get("b", []), *([str(content)] if content else [])}


def holdout(action: Action, handle: Any, today: date, *, interim: bool = False) -> Found | Waiting:
    """Persons reached against persons held out, as the arms were drawn before the start."""
    assert action.started_on is not None
    first, last = span(action)
    newest = persons.last_day(handle, action.started_on)
    if action.measure.get("entering"):
        return _entering(action, handle, newest, interim)
    if interim:
        last = min(last, newest or first)
    elif newest is None or newest < last - timedelta(days=numbers()["lag_days"]):
        waiting = may_come(action, today)
        return waiting or cannot("missing_days", newest=str(newest or ""), last=str(last))
    people, both = persons.arms(action, handle)
    counts = {"treat": len(people[persons.TREAT]), "hold": len(people[persons.HOLD])}
    if min(counts.values()) < numbers()["people_min"]:
        return cannot("too_small", least=numbers()["people_min"], **counts)
    metric, length = action.measure["metric"], last - first
    values = persons.values(handle, metric, people, first, last)
    before = persons.values(handle, metric, people, first - timedelta(days=1) - length, first - timedelta(days=1))
    pair = (persons.TREAT, persons.HOLD)
    details = {"arms": counts, "in_both": both}
    return _compared(action, handle, [values[p] for p in pair], [before[p] for p in pair], details, interim)


def _entering(action: Action, handle: Any, newest: date | None, interim: bool) -> Found:
    """Persons who came in one by one, each watched as long: those whose days are over by the newest facts."""
    days, metric = int(action.measure["days"]), action.measure["metric"]
    came, both = persons.came(action, handle)
    ripe = {p: who for p, who in came.items() if newest and who[1] + timedelta(days=days - 1) <= newest}
    people = {arm: [p for p, who in ripe.items() if who[0] == arm] for arm in (persons.TREAT, persons.HOLD)}
    counts = {"treat": len(people[persons.TREAT]), "hold": len(people[persons.HOLD])}
    watched = len(came) - len(ripe)
    if min(counts.values()) < numbers()["people_min"]:
        return cannot("too_small", least=numbers()["people_min"], **counts)
    since = {p: who[1] for p, who in ripe.items()}
    after = persons.own_values(handle, metric, since, days)
    before = persons.own_values(handle, metric, {p: d - timedelta(days=days) for p, d in since.items()}, days)
    pair = (persons.TREAT, persons.HOLD)
    values, usual = ([np.array([v[p] for p in people[arm]]) for arm in pair] for v in (after, before))
    details = {"arms": counts, "in_both": both, "watched": watched}
    return _compared(action, handle, values, usual, details, interim)


def span(action: Action) -> tuple[date, date]:
    """Return the days that count as after: the window, cut off where the experiment was ended early."""
    assert action.started_on is not None
    first, last = window(action.measure, action.started_on)
    early = action.measure.get("early")
    return first, max(first, min(last, date.fromisoformat(early))) if early else last


def looked_before(action: Action, handle: Any) -> bool:
    """Return whether this is not the one planned look: ended early, or measured before on other facts."""
    return bool(action.measure.get("early")) or action.outcomes.exclude(manifest=handle.version).exists()


def _compared(
    action: Action, handle: Any, values: Any, before: Any, details: Mapping[str, Any], interim: bool
) -> Found:
    arm, control = (np.asarray(v, float) for v in values)
    peeking = interim or looked_before(action, handle)
    more: dict[str, Any] = {"level": numbers()["level"], "peeking": peeking}
    plain = experiment.compare(arm, control, **more)
    found, cuped = plain, {}
    known = [int(np.isfinite(np.asarray(b, float)).sum()) for b in before]
    if sum(known) >= numbers()["cuped_least"] and not isinstance(plain, Refused):
        found = experiment.compare(arm, control, before=before, **more)
        if not isinstance(found, Refused):
            cuped = {"known": sum(known), "variance": (found.se / plain.se) ** 2}
    if isinstance(found, Refused):
        return cannot("too_small", method=found.reason, **found.params)
    said = verdicts.verdict(found.lo, found.hi, want=action.measure["want"], smallest=smallest(action, found.control))
    fields = {"effect": found.lift, "sd": found.se, "lo": found.lo, "hi": found.hi, "relative": found.relative}
    kept = {"p": found.p, "control": found.control, "peeking": peeking, "cuped": cuped, **details}
    return {"verdict": said.verdict, "reason": said.reason, **fields, "n": found.n + found.n_control, "details": kept}
